//! [`FfmpegError`]: an error that FFmpeg returned.

use std::fmt;

use ffmpeg_next::Error;

/// The cause of an error that FFmpeg returned. It displays FFmpeg's own message.
///
/// ```
/// use fieldreel_codec::{CodecError, ReadLimits, decode_video};
///
/// let error = decode_video(b"Not a video".to_vec(), &ReadLimits::default()).unwrap_err();
/// let CodecError::NotAVideo { source } = error else { panic!("{error:?}") };
/// assert_eq!(source.to_string(), "Invalid data found when processing input");
/// assert!(source.code() < 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FfmpegError(Error);

impl FfmpegError {
    /// The error of memory that cannot be allocated.
    pub(crate) const OUT_OF_MEMORY: Self = Self(Error::Other {
        errno: ffmpeg_next::error::ENOMEM,
    });

    /// Returns FFmpeg's error code, which is negative: `AVERROR(errno)` or `AVERROR_…`.
    #[must_use]
    pub fn code(&self) -> i32 {
        self.0.into()
    }

    /// Returns whether FFmpeg found that its input is damaged.
    pub(crate) fn is_invalid_data(&self) -> bool {
        self.0 == Error::InvalidData
    }

    pub(crate) const fn new(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for FfmpegError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for FfmpegError {}
