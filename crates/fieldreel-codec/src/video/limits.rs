//! Limits on the size of the videos that a reader accepts: a file's header is not trusted.

use crate::error::CodecError;
use crate::geometry::FrameSize;

/// The largest video that a reader accepts. The limits are checked before memory is allocated.
///
/// ```
/// use fieldreel_codec::{CodecError, ReadLimits, VideoOptions, X265, decode_video, encode_video};
/// use ndarray::Array3;
///
/// let codes = Array3::<u16>::zeros((2, 40, 50));
/// let (codec, options) = (X265::crf(20.0), VideoOptions::default());
/// let mkv = encode_video(codes.view(), 8, &codec, fieldreel_codec::Container::Mkv, &options)?;
/// let limits = ReadLimits::default().with_max_codes(1000);
/// let error = decode_video(mkv, &limits).unwrap_err();
/// assert!(matches!(error, CodecError::LimitExceeded { value: 4000, .. }));
/// # Ok::<(), CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLimits {
    /// The maximum number of pixels in a frame. Default: 2^27, which is 16384 × 8192.
    pub max_frame_pixels: u64,
    /// The maximum number of codes in a video. Default: 2^32, which take 8 GiB.
    pub max_codes: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            max_frame_pixels: 1 << 27,
            max_codes: 1 << 32,
        }
    }
}

impl ReadLimits {
    /// Sets the maximum number of pixels in a frame.
    #[must_use]
    pub const fn with_max_frame_pixels(mut self, pixels: u64) -> Self {
        self.max_frame_pixels = pixels;
        self
    }

    /// Sets the maximum number of codes in a video.
    #[must_use]
    pub const fn with_max_codes(mut self, codes: u64) -> Self {
        self.max_codes = codes;
        self
    }

    /// Checks the number of pixels in a frame.
    ///
    /// # Errors
    /// [`CodecError::LimitExceeded`] if there are more than `max_frame_pixels`.
    pub(crate) fn check_frame(&self, size: FrameSize) -> Result<(), CodecError> {
        check_limit(
            "the number of pixels in a frame",
            size.pixels() as u64,
            self.max_frame_pixels,
        )
    }

    /// Checks the number of codes in a video.
    ///
    /// # Errors
    /// [`CodecError::LimitExceeded`] if there are more than `max_codes`.
    pub(crate) fn check_codes(&self, size: FrameSize, frames: usize) -> Result<(), CodecError> {
        let codes = (size.pixels() as u64).saturating_mul(frames as u64);
        check_limit("the number of codes", codes, self.max_codes)
    }
}

fn check_limit(quantity: &'static str, value: u64, limit: u64) -> Result<(), CodecError> {
    if value <= limit {
        Ok(())
    } else {
        Err(CodecError::LimitExceeded {
            quantity,
            value,
            limit,
        })
    }
}
