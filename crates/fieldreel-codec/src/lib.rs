//! Frames of integer codes to video and back, through FFmpeg's libraries, in process.
//!
//! A *code* is an unsigned integer of 1 to 16 bits; a *frame* is a `(y, x)` array of codes, and a
//! video is a `(time, y, x)` array of them. What the codes mean is not this crate's business: it
//! carries them, with the geometry needed to give back exactly the array that went in.
//!
//! - [`backend`]: what can encode frames. One type per encoder ([`X265`], [`OpenJpeg`], [`Ffv1`],
//!   [`Av1`]), all behind the [`Codec`] trait.
//! - [`geometry`]: padding to a size that an encoder handles safely, and mirror tiling.
//! - [`stream`]: bare elementary streams, for a file format with its own geometry header.
//! - [`video`]: MP4 and MKV files, on disk and in memory, with tags that carry the true size, bit
//!   depth and format version.
//!
//! ```
//! use fieldreel_codec::{Container, ReadLimits, VideoOptions, X265, decode_video, encode_video};
//! use ndarray::Array3;
//!
//! let codes = Array3::from_shape_fn((4, 33, 49), |(t, y, x)| (1000 + t * 40 + y * 8 + x) as u16);
//! let codec = X265::lossless();
//! let mp4 = encode_video(codes.view(), 12, &codec, Container::Mp4, &VideoOptions::default())?;
//! let video = decode_video(mp4, &ReadLimits::default())?;
//! assert_eq!(video.frames, codes);
//! # Ok::<(), fieldreel_codec::CodecError>(())
//! ```
//!
//! FFmpeg's log is switched off for the whole process the first time this crate uses it: what goes
//! wrong is in the [`CodecError`].

pub mod backend;
mod error;
mod ffmpeg;
pub mod geometry;
mod lossless;
pub mod stream;
pub mod video;

pub use backend::{Av1, Codec, Ffv1, OpenJpeg, X265, X265Preset};
pub use error::CodecError;
pub use geometry::FrameSize;
pub use stream::{ElementaryStream, StreamFormat, decode_stream, encode_stream, mux_stream};
pub use video::{
    Container, DecodedVideo, ReadLimits, VideoInfo, VideoOptions, VideoReader, VideoShape,
    VideoWriter, decode_video, encode_video, read_video, write_video,
};
