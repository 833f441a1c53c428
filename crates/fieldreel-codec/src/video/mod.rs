//! Video files, on disk and in memory: MP4 and MKV with tags.

mod container;
mod group;
mod info;
mod limits;
mod mp4_boxes;
mod muxer;
mod one_shot;
mod options;
mod reader;
mod shared_buffer;
mod tags;
mod writer;

pub use container::Container;
pub(crate) use container::check_container;
pub use info::{DecodedVideo, VideoInfo};
pub use limits::ReadLimits;
pub(crate) use muxer::mux_packets;
pub use one_shot::{decode_video, encode_video, read_video, write_video};
pub use options::{VideoOptions, VideoShape};
pub use reader::VideoReader;
pub(crate) use shared_buffer::SharedBuffer;
pub use tags::FORMAT_VERSION;
pub use writer::VideoWriter;
