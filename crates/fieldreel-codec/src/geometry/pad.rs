//! Padding to a size that an encoder handles safely. A reader crops frames by the size in the
//! tags.

use super::FrameSize;

/// The longest side that all encoders support. (HEVC level 6.2 allows sides up to 16888, AV1
/// 65536.)
pub(crate) const MAX_SIDE: usize = 16384;

/// An upper bound of the sizes to which the backends pad small frames.
pub(crate) const LARGEST_MIN_FRAME: FrameSize = FrameSize {
    height: 64,
    width: 128,
};

/// Returns the smallest size that is at least `size` and at least `min` in each direction.
///
/// ```
/// use fieldreel_codec::geometry::{FrameSize, padded};
///
/// let size = FrameSize { height: 20, width: 300 };
/// let min = FrameSize { height: 64, width: 128 };
/// assert_eq!(padded(size, min), FrameSize { height: 64, width: 300 });
/// ```
#[must_use]
pub fn padded(size: FrameSize, min: FrameSize) -> FrameSize {
    FrameSize {
        height: size.height.max(min.height),
        width: size.width.max(min.width),
    }
}

/// Returns a row of `width` codes: the codes of `row`, followed by copies of the last one.
///
/// Repeating the last code adds no detail that would cost bits.
pub(crate) fn padded_row(row: &[u16], width: usize) -> impl Iterator<Item = u16> + '_ {
    let edge = row.last().copied().unwrap_or(0);
    let padding = width.saturating_sub(row.len());
    row.iter()
        .copied()
        .chain(std::iter::repeat_n(edge, padding))
}
