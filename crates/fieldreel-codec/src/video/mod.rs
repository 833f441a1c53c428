//! Video files, on disk and in memory: MP4 and MKV with tags.
//!
//! Without the feature `ffmpeg`, `mux_stream` writes MP4 files of AV1 streams, and the other
//! functions return errors.

#[cfg(not(feature = "ffmpeg"))]
mod absent;
mod container;
mod info;
mod limits;
mod options;
mod tags;

#[cfg(feature = "ffmpeg")]
mod group;
#[cfg(feature = "ffmpeg")]
mod mp4_boxes;
#[cfg(feature = "ffmpeg")]
mod muxer;
#[cfg(feature = "ffmpeg")]
mod one_shot;
#[cfg(feature = "ffmpeg")]
mod parse_tags;
#[cfg(feature = "ffmpeg")]
mod reader;
#[cfg(feature = "ffmpeg")]
mod shared_buffer;
#[cfg(feature = "ffmpeg")]
mod signature;
#[cfg(feature = "ffmpeg")]
mod writer;

#[cfg(not(feature = "ffmpeg"))]
pub use absent::{decode_video, encode_video, read_video, write_video};
pub use container::Container;
pub(crate) use container::check_container;
pub use info::{DecodedVideo, VideoInfo};
pub use limits::ReadLimits;
pub use options::{VideoOptions, VideoShape};
pub use tags::FORMAT_VERSION;
#[cfg(not(feature = "ffmpeg"))]
pub(crate) use {options::check_frame_rate, tags::container_tags};

#[cfg(feature = "ffmpeg")]
pub(crate) use muxer::mux_packets;
#[cfg(feature = "ffmpeg")]
pub use one_shot::{decode_video, encode_video, read_video, write_video};
#[cfg(feature = "ffmpeg")]
pub use reader::VideoReader;
#[cfg(feature = "ffmpeg")]
pub(crate) use shared_buffer::SharedBuffer;
#[cfg(feature = "ffmpeg")]
pub use writer::VideoWriter;
