//! Float fields as video with a guaranteed error bound.
//!
//! A *segment* is a closed group of frames: a base layer that is real video, a correction where
//! the base layer misses the bound, what is missing and where, and a certificate of what was
//! measured on the decoded values. A *reel* is a stream of segments.

mod arithmetic;
mod correction;
mod entropy;
mod error;
mod mask;
mod options;
mod plan;
pub mod segment;
#[doc(hidden)]
pub mod stages;
pub mod stream;
mod value;
mod wire;

pub use error::ReelError;
pub use fieldreel_core::{Dtype, Limits};
pub use options::{Bound, Codecs, Effort, Extremes, Options, Validity};
pub use plan::{AxisOrder, BaseCodec, Plan, VideoPlan};
pub use segment::{Certificate, SegmentInfo};
pub use stream::{
    AttributeValue, Attributes, Coordinate, Dimension, Metadata, Numbers, Progress, ReelReader,
    ReelState, ReelSummary, ReelWriter, SegmentEntry, SegmentReport, Slab, Slabs, VerifyReport,
    WriterOptions, compress, write_reel,
};
pub use value::Value;
