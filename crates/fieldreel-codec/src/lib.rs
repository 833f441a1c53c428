//! Encoding of frames of integer codes as video, and decoding, through FFmpeg's libraries or an
//! embedded AV1 codec.
//!
//! A *code* is an unsigned integer of 1 to 16 bits, a *frame* is an array of codes of axis order
//! `(y, x)`, and a *video* is an array of codes of axis order `(time, y, x)`. This crate does not
//! interpret codes: it encodes them together with the geometry that is needed to restore the
//! array.
//!
//! - [`backend`]: the encoders. There is one type for each ([`X265`], [`OpenJpeg`], [`Ffv1`],
//!   [`Av1`]), and all of them implement the trait [`Codec`].
//! - [`geometry`]: padding to a size that an encoder handles safely, and mirror tiling.
//! - [`stream`]: elementary streams, for file formats that store the geometry themselves.
//! - [`video`]: MP4 and MKV files, on disk and in memory, with tags that state the size without
//!   padding, the bit depth and the format version.
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
//! The first call of this crate disables FFmpeg's log for the whole process. Errors are reported
//! as a [`CodecError`].
//!
//! # Features
//!
//! - `ffmpeg`, on by default, provides every codec and both containers through FFmpeg's libraries.
//! - `av1-embedded` provides AV1 in pure Rust: rav1e encodes elementary streams. Without `ffmpeg`,
//!   rav1d decodes them, and [`mux_stream`] writes MP4 files; all else is a
//!   [`CodecError::FeatureMissing`].
//! - `serde` implements serde's traits for `X265Preset`.
//!
//! One of the first two features is required.
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-reel ─► fieldreel-codec ─┬─► FFmpeg         with the feature ffmpeg
//!     └────────────────────────────────▲          ├─► rav1e, rav1d   with the feature av1-embedded
//!                                                 └─► fieldreel-core
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "ffmpeg", feature = "av1-embedded")))]
compile_error!("fieldreel-codec needs the feature `ffmpeg` or the feature `av1-embedded`");

pub mod backend;
mod codes;
#[cfg(feature = "av1-embedded")]
mod embedded;
mod engine;
mod error;
#[cfg(feature = "ffmpeg")]
mod ffmpeg;
#[cfg(feature = "ffmpeg")]
mod ffmpeg_error;
pub mod geometry;
mod lossless;
pub mod stream;
pub mod video;

pub use backend::{Av1, Av1Encoder, Codec, Ffv1, OpenJpeg, X265, X265Preset};
#[cfg(feature = "av1-embedded")]
pub use embedded::EmbeddedError;
pub use error::CodecError;
#[cfg(feature = "ffmpeg")]
pub use ffmpeg_error::FfmpegError;
pub use fieldreel_core::ErrorKind;
pub use geometry::FrameSize;
pub use stream::{ElementaryStream, StreamFormat, decode_stream, encode_stream, mux_stream};
pub use video::{
    Container, DecodedVideo, ReadLimits, VideoInfo, VideoOptions, VideoShape, decode_video,
    encode_video, read_video, write_video,
};
#[cfg(feature = "ffmpeg")]
pub use video::{VideoReader, VideoWriter};

/// The example of the README, compiled as a documentation test.
#[cfg(all(doctest, feature = "ffmpeg"))]
#[doc = include_str!("../README.md")]
struct Readme;
