//! Padding to a size that an encoder handles safely; the reader crops by the tags.

use super::FrameSize;

/// The longest side that all encoders take. (HEVC level 6.2 allows sides up to 16888; AV1 65536.)
pub(crate) const MAX_SIDE: usize = 16384;

/// Covers the sizes that the backends pad small frames to.
pub(crate) const LARGEST_MIN_FRAME: FrameSize = FrameSize {
    height: 64,
    width: 128,
};

/// The size at which a frame is encoded: at least `min` in each direction.
#[must_use]
pub fn padded(size: FrameSize, min: FrameSize) -> FrameSize {
    FrameSize {
        height: size.height.max(min.height),
        width: size.width.max(min.width),
    }
}

/// A row of `width` codes: those of `row`, then the last one again.
///
/// Repeating the edge adds no detail that an encoder would pay for.
pub(crate) fn padded_row(row: &[u16], width: usize) -> impl Iterator<Item = u16> + '_ {
    let edge = row.last().copied().unwrap_or(0);
    let more = width.saturating_sub(row.len());
    row.iter().copied().chain(std::iter::repeat_n(edge, more))
}
