//! One closed group of frames, with everything needed to rebuild it: base layer, residuals, mask
//! and certificate.
//!
//! Here are the wire layout, and the functions that go through the stages of encoding and decoding.

mod coding;
mod decode;
mod encode;
#[cfg(feature = "ffmpeg")]
mod export;
mod info;
mod layout;
mod memory;
mod missing;
mod parts;
mod planning;
mod side;
mod table;
mod target;
mod trial;

pub use crate::base::VideoFormat;
pub use crate::verify::Certificate;
pub use decode::decode;
#[cfg(feature = "ffmpeg")]
pub(crate) use decode::decode_base;
pub(crate) use decode::{decode_into, reconstruct};
pub use encode::encode;
pub(crate) use encode::{Candidates, Encoder};
#[cfg(feature = "ffmpeg")]
pub use export::export_video;
pub use info::{BodyInfo, Segment, SegmentInfo, Sizes, inspect};
pub use layout::SEGMENT_VERSION;
pub(crate) use layout::{Body, Layout};
pub use memory::limits;
