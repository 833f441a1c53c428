//! Frame sizes, and the two ways of making a frame larger: padding and mirror tiling.

mod pad;
mod super_frame;

use std::fmt;

use crate::error::CodecError;

pub use pad::padded;
pub(crate) use pad::{LARGEST_MIN_FRAME, MAX_SIDE, padded_row};
pub use super_frame::{crop_super_frame, super_frame};

/// Height and width of a frame, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameSize {
    /// Number of rows (the y axis).
    pub height: usize,
    /// Number of columns (the x axis).
    pub width: usize,
}

impl FrameSize {
    /// A size that a video can have.
    ///
    /// # Errors
    /// [`CodecError::FrameSize`] if a side is 0 or over 16384 (the longest that all encoders take).
    pub fn new(height: usize, width: usize) -> Result<Self, CodecError> {
        let size = Self { height, width };
        let sides = 1..=MAX_SIDE;
        if sides.contains(&height) && sides.contains(&width) {
            Ok(size)
        } else {
            Err(CodecError::FrameSize {
                size,
                max: MAX_SIDE,
            })
        }
    }

    /// Number of pixels.
    #[must_use]
    pub const fn pixels(self) -> usize {
        self.height * self.width
    }
}

impl fmt::Display for FrameSize {
    /// Width × height, as video tools write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}
