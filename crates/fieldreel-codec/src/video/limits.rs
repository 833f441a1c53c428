//! How large a video a reader accepts: a file's header is only a claim.

use crate::error::CodecError;
use crate::geometry::FrameSize;

/// How large a video a reader accepts. Checked before memory is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// The most pixels in a frame. Default: 2^27, which is 16384 × 8192.
    pub max_frame_pixels: u64,
    /// The most codes in a video read as a whole. Default: 2^32, which is 8 GiB.
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
    pub(crate) fn check_frame(&self, size: FrameSize) -> Result<(), CodecError> {
        within(
            "the number of pixels in a frame",
            size.pixels() as u64,
            self.max_frame_pixels,
        )
    }

    pub(crate) fn check_codes(&self, size: FrameSize, frames: usize) -> Result<(), CodecError> {
        let codes = (size.pixels() as u64).saturating_mul(frames as u64);
        within("the number of codes", codes, self.max_codes)
    }
}

fn within(quantity: &'static str, value: u64, limit: u64) -> Result<(), CodecError> {
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
