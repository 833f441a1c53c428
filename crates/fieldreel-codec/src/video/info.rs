//! The properties of a video that was read, and its codes.

use std::collections::BTreeMap;

use ndarray::Array3;

use crate::geometry::FrameSize;

/// The properties that a video states.
///
/// ```
/// use fieldreel_codec::{Container, Ffv1, ReadLimits, VideoOptions, decode_video, encode_video};
/// use ndarray::Array3;
///
/// let codes = Array3::<u16>::ones((2, 20, 30));
/// let options = VideoOptions::default().with_tag("quantity", "wind");
/// let mkv = encode_video(codes.view(), 8, &Ffv1, Container::Mkv, &options)?;
/// let info = decode_video(mkv, &ReadLimits::default())?.info;
/// assert_eq!((info.codec.as_str(), info.bit_depth, info.frame_count), ("ffv1", 8, Some(2)));
/// assert_eq!(info.tags["quantity"], "wind");
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VideoInfo {
    /// The version of the tags; `None` if another program wrote the video.
    pub version: Option<u32>,
    /// The size of the frames without padding. For the video of another program, the size of the
    /// stream's frames.
    pub size: FrameSize,
    /// The bits of each code. For the video of another program, the bits of the stream's pixel
    /// format.
    pub bit_depth: u8,
    /// The number of frames, if the tags state it.
    pub frame_count: Option<usize>,
    /// FFmpeg's name of the stream's codec, such as `hevc`.
    pub codec: String,
    /// All tags of the container, keys in lower case.
    pub tags: BTreeMap<String, String>,
}

/// A decoded video: the codes of all frames, and the properties of the video.
///
/// See the example of [`decode_video`](crate::decode_video).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodedVideo {
    /// The properties that the video states.
    pub info: VideoInfo,
    /// The codes, axis order `(time, y, x)`.
    pub frames: Array3<u16>,
}
