//! Video files, on disk and in memory: MP4 and MKV with tags.

mod container;
mod group;
mod limits;
mod mp4_boxes;
mod muxer;
mod one_shot;
mod reader;
mod shared_buffer;
mod tags;
mod writer;

pub use container::Container;
pub use limits::ReadLimits;
pub(crate) use muxer::{Muxer, check_container};
pub use one_shot::{DecodedVideo, decode_video, encode_video, read_video, write_video};
pub use reader::{VideoInfo, VideoReader};
pub(crate) use shared_buffer::SharedBuffer;
pub use tags::FORMAT_VERSION;
pub use writer::{VideoOptions, VideoShape, VideoWriter};
