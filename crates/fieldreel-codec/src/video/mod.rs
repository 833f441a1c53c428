//! Videos as files, on disk and in memory: MP4 and MKV with tags.

mod boxes;
mod container;
mod group;
mod limits;
mod muxer;
mod reader;
mod sink;
mod tags;
mod whole;
mod writer;

pub use container::Container;
pub use limits::ReadLimits;
pub(crate) use muxer::{Muxer, check_container};
pub use reader::{VideoInfo, VideoReader};
pub(crate) use sink::SharedBuffer;
pub use tags::FORMAT_VERSION;
pub use whole::{DecodedVideo, decode_video, encode_video, read_video, write_video};
pub use writer::{VideoOptions, VideoShape, VideoWriter};
