//! One closed group of frames, with everything needed to rebuild it: base layer, correction, mask
//! and certificate.

mod background;
mod certificate;
pub(crate) mod code;
mod corrected;
mod decode;
mod encode;
mod export;
mod info;
mod layout;
mod memory;
mod missing;
mod numbers;
mod patch;
pub(crate) mod prepare;
mod source;
mod special;
mod target;
mod transpose;

pub use certificate::Certificate;
pub use decode::decode;
pub(crate) use decode::{decode_base, decode_into};
pub use encode::encode;
pub use export::export_video;
pub use info::{BodyInfo, SegmentInfo, Sizes, inspect};
pub use layout::SEGMENT_VERSION;
pub use memory::limits;
