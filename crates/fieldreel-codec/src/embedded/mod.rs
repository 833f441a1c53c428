//! The embedded AV1 codec, in pure Rust: the encoder rav1e, the decoder rav1d, and MP4 files.
//!
//! rav1d exports the C functions of dav1d. In a program that contains FFmpeg, they would take the
//! place of the functions of libdav1d that FFmpeg calls, which may have other structures, so the
//! decoder is compiled only without FFmpeg.

#[cfg(not(feature = "ffmpeg"))]
mod decoder;
mod encoder;
mod error;
#[cfg(not(feature = "ffmpeg"))]
mod mp4;
#[cfg(not(feature = "ffmpeg"))]
mod sequence_header;

#[cfg(not(feature = "ffmpeg"))]
pub(crate) use decoder::Rav1dDecoder;
pub(crate) use encoder::Rav1eEncoder;
pub use error::EmbeddedError;
#[cfg(not(feature = "ffmpeg"))]
pub(crate) use mp4::mux_packets;
