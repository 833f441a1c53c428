//! The shape of a video, and the options that do not affect its codes.

use crate::error::CodecError;
use crate::geometry::FrameSize;

/// Options of a video that do not affect its codes.
///
/// ```
/// use fieldreel_codec::VideoOptions;
///
/// let options = VideoOptions::default().with_frame_rate(25).with_tag("quantity", "wind");
/// assert_eq!((options.frame_rate, options.tags.len()), (25, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VideoOptions {
    /// The number of frames per second at which players show the video, 1 to 1000. Default: 10.
    pub frame_rate: u16,
    /// Additional tags. Keys consist of lower-case letters, digits and underscores. Default: none.
    pub tags: Vec<(String, String)>,
}

impl Default for VideoOptions {
    fn default() -> Self {
        Self {
            frame_rate: 10,
            tags: Vec::new(),
        }
    }
}

impl VideoOptions {
    /// Sets the number of frames per second, 1 to 1000.
    #[must_use]
    pub fn with_frame_rate(mut self, frame_rate: u16) -> Self {
        self.frame_rate = frame_rate;
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn with_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }

    /// Replaces the tags.
    #[must_use]
    pub fn with_tags(mut self, tags: Vec<(String, String)>) -> Self {
        self.tags = tags;
        self
    }
}

/// The shape of a video: the number, size and bit depth of its frames.
///
/// See the example of [`VideoWriter`](crate::VideoWriter).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoShape {
    /// The number of frames, at least 1.
    pub frames: usize,
    /// The size of each frame.
    pub size: FrameSize,
    /// The bits of each code, 1 to 16.
    pub bit_depth: u8,
}

/// Checks the frame rate of a video.
///
/// # Errors
/// [`CodecError::InvalidOption`], with the name of the encoder or of the muxer, if the frame rate
/// is not 1 to 1000.
pub(crate) fn check_frame_rate(name: &'static str, frame_rate: u16) -> Result<u16, CodecError> {
    if (1..=1000).contains(&frame_rate) {
        Ok(frame_rate)
    } else {
        Err(CodecError::InvalidOption {
            codec: name,
            option: "frame_rate".to_owned(),
            value: frame_rate.to_string(),
            expected: "1 to 1000 frames per second".to_owned(),
        })
    }
}
