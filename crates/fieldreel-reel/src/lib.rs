//! Compression of scientific fields within a guaranteed error bound.
//!
//! A *segment* is a closed group of frames: a base layer, which may be a real video; residuals; a
//! mask of missing values; and a certificate of the errors measured on the decoded values. A
//! *reel* is a file or a stream of segments with metadata and an index.
//!
//! ```
//! use fieldreel_reel::{
//!     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
//! };
//! use ndarray::Array3;
//!
//! # fn main() -> Result<(), fieldreel_reel::ReelError> {
//! let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| (x + t) as f32 / 9.0 + y as f32);
//! let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.05)));
//! let reel = compress(wind.view(), &Metadata::new("u10"), &options)?;
//!
//! let mut reader = ReelReader::from_bytes(reel, Limits::default())?;
//! let afternoon = reader.frames::<f32>(12..18)?;
//! assert!((afternoon[[0, 7, 9]] - wind[[12, 7, 9]]).abs() <= 0.05);
//! # Ok(())
//! # }
//! ```
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-reel ─┬─► fieldreel-predict ─► fieldreel-entropy
//!                              ├─► fieldreel-entropy   masks
//!                              ├─► fieldreel-quant     in-fill and classes of missing values
//!                              ├─► fieldreel-codec ─┬─► FFmpeg         with the feature ffmpeg
//!                              │                    └─► rav1e, rav1d   with the feature av1-embedded
//!                              └─► fieldreel-core
//! ```
//!
//! # Stages of a segment
//!
//! ```text
//! encode   values ─► prepare ─► plan ─► base layer ─► residuals ─► verify ─► segment
//! decode   segment ─► mask ─► base layer ─► + residuals ─► + outliers ─► checksum ─► values
//! ```
//!
//! `docs/explanation/design.md` in the repository describes the stages.
//!
//! # Features
//!
//! `ffmpeg`, on by default, encodes and decodes videos through FFmpeg's libraries. `av1-embedded`,
//! off by default, encodes and decodes AV1 in pure Rust; if both are on, FFmpeg is used. Without
//! both, no base layer is a video, and decoding a segment whose base layer is a video fails with
//! [`ReelError::VideoUnsupported`]. Without `ffmpeg`, the crate needs no C library.
//!
//! `serde`, off by default, makes options, criteria, plans, certificates and reports serializable.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod arithmetic;
mod base;
mod error;
mod integers;
mod mask;
mod memory;
mod options;
mod plan;
mod prepare;
mod residual;
mod schedule;
pub mod segment;
#[cfg(feature = "video")]
#[doc(hidden)]
pub mod stages;
pub mod stream;
mod value;
mod verify;
mod wire;

use fieldreel_entropy as entropy;

pub use error::ReelError;
pub use fieldreel_core::{Dtype, ErrorKind, Limits, Scalar};
pub use options::{
    BaseChoice, CodecChoice, Criterion, Effort, ErrorBound, MinMax, SegmentOptions, Target,
    Validity, WriterOptions,
};
pub use plan::{AxisOrder, Plan, PredictionPlan};
#[cfg(feature = "video")]
pub use plan::{VideoCodec, VideoPlan};
pub use schedule::{Scheduler, SharedPlan};
pub use segment::{Certificate, Segment, SegmentInfo};
pub use stream::{
    AttributeValue, Attributes, Coordinate, Dimension, Metadata, NumericArray, ReelIntegrity,
    ReelProgress, ReelReader, ReelSummary, ReelWriter, SegmentEntry, SegmentReport, Slab, Slabs,
    VerifyReport, compress, write_reel,
};
pub use value::ReelElement;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
