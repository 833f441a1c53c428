//! Segments: groups of frames that are decoded on their own, each with its base layer, residuals,
//! mask and certificate.
//!
//! This module contains the layout of the bytes, and the functions that run the stages of encoding
//! and decoding. [`Segment`] has an example.

mod decode;
mod encode;
mod encoded_body;
mod encoded_layers;
#[cfg(feature = "video")]
mod export;
mod info;
mod layout;
mod masked_values;
mod memory;
mod planning;
mod rank_table;
mod side_information;
mod target;
mod trial;

pub use crate::base::VideoFormat;
pub use crate::verify::Certificate;
#[cfg(feature = "video")]
pub(crate) use decode::decode_base;
pub(crate) use decode::reconstruct;
pub use decode::{decode, decode_into};
pub use encode::encode;
pub(crate) use encode::{PlanSelection, SegmentEncoder};
#[cfg(feature = "video")]
pub use export::export_video;
pub use info::{BodyInfo, SectionSizes, Segment, SegmentInfo, inspect};
pub use layout::SEGMENT_VERSION;
pub(crate) use layout::{Body, SegmentLayout};
pub use memory::limits;
