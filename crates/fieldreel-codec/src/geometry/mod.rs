//! Frame sizes, and two ways of enlarging a frame: padding and mirror tiling.

mod pad;
mod super_frame;

use std::fmt;

use crate::error::CodecError;

pub use pad::padded;
pub(crate) use pad::{LARGEST_MIN_FRAME, MAX_SIDE, padded_row};
pub use super_frame::{crop_super_frame, super_frame};

/// The height and the width of a frame, in pixels.
///
/// ```
/// use fieldreel_codec::FrameSize;
///
/// let size = FrameSize::new(73, 144)?;
/// assert_eq!(size.pixels(), 10_512);
/// assert_eq!(size.to_string(), "144×73");
/// assert!(FrameSize::new(0, 144).is_err());
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameSize {
    /// The number of rows, along the y axis.
    pub height: usize,
    /// The number of columns, along the x axis.
    pub width: usize,
}

impl FrameSize {
    /// Creates a size that a video can have: each side is 1 to 16384, the longest that all
    /// encoders support.
    ///
    /// # Errors
    /// [`CodecError::FrameSize`] if a side is 0 or over 16384.
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

    /// Returns the number of pixels.
    #[must_use]
    pub const fn pixels(self) -> usize {
        self.height * self.width
    }
}

impl fmt::Display for FrameSize {
    /// Writes width × height, as video tools do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}
