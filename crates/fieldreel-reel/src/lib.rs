//! Float fields with a guaranteed error bound.
//!
//! A *segment* is a closed group of frames: a base layer, which may be real video; residuals where the base layer misses the
//! bound; what is missing and where; and a certificate of what was measured on the decoded values. A *reel* is a stream of
//! segments.
//!
//! The feature `ffmpeg`, on by default, brings video, through FFmpeg's libraries. Without it no C library is needed, no base
//! layer is a video, and a segment whose base layer is one is refused with [`ReelError::VideoUnsupported`].
//!
//! `docs/explanation/design.md` in the repository shows the stages that a segment goes through.

mod arithmetic;
mod base;
use fieldreel_entropy as entropy;
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
#[cfg(feature = "ffmpeg")]
#[doc(hidden)]
pub mod stages;
pub mod stream;
mod value;
mod verify;
mod wire;

pub use error::ReelError;
pub use fieldreel_core::{Dtype, Limits, Scalar};
pub use options::{
    BaseChoice, CodecChoice, Criterion, Effort, ErrorBound, MinMax, SegmentOptions, Target,
    Validity, WriterOptions,
};
pub use plan::{AxisOrder, Plan, PredictionPlan};
#[cfg(feature = "ffmpeg")]
pub use plan::{VideoCodec, VideoPlan};
pub use schedule::{Scheduler, SharedPlan};
pub use segment::{Certificate, Segment, SegmentInfo};
pub use stream::{
    AttributeValue, Attributes, Coordinate, Dimension, Metadata, NumericArray, ReelIntegrity,
    ReelProgress, ReelReader, ReelSummary, ReelWriter, SegmentEntry, SegmentReport, Slab, Slabs,
    VerifyReport, compress, write_reel,
};
pub use value::ReelElement;
