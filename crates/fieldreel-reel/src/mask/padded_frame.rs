//! A frame with a margin, so that every position has neighbors.

/// The width of the margin: enough for two neighbors to the left and above.
const MARGIN: usize = 2;

/// The number of elements after the margin, so that reading to the right of the last row stays in
/// memory.
const OVERHANG: usize = 8;

/// A frame of classes with a margin of two positions on each side.
#[derive(Clone, Debug)]
pub(super) struct PaddedFrame {
    values: Vec<u8>,
    /// The distance from one row to the next.
    pub(super) stride: usize,
    height: usize,
    width: usize,
}

impl PaddedFrame {
    /// Returns a frame of zeros.
    pub(super) fn new(height: usize, width: usize) -> Self {
        let stride = width + 2 * MARGIN;
        Self {
            values: vec![0; stride * (height + 2 * MARGIN) + OVERHANG],
            stride,
            height,
            width,
        }
    }

    /// Returns the index of a position of the frame.
    #[inline]
    pub(super) fn index(&self, y: usize, x: usize) -> usize {
        (y + MARGIN) * self.stride + x + MARGIN
    }

    /// Returns the value at an index, 0 outside of the margin.
    #[inline]
    pub(super) fn at(&self, index: usize) -> u8 {
        self.values.get(index).copied().unwrap_or_default()
    }

    /// Sets the value at an index.
    #[inline]
    pub(super) fn set(&mut self, index: usize, value: u8) {
        if let Some(place) = self.values.get_mut(index) {
            *place = value;
        }
    }

    /// Returns `count` values from an index on, which is that of a position of the frame or its
    /// margin. Up to 8 values beyond the margin have no meaning.
    #[inline(always)]
    pub(super) fn row(&self, index: usize, count: usize) -> &[u8] {
        &self.values[index..index + count]
    }

    /// Returns the same values for writing.
    #[inline(always)]
    pub(super) fn row_mut(&mut self, index: usize, count: usize) -> &mut [u8] {
        &mut self.values[index..index + count]
    }

    /// Returns a row of the frame, without the margin.
    #[inline]
    pub(super) fn frame_row(&self, y: usize) -> &[u8] {
        self.row(self.index(y, 0), self.width)
    }

    /// Returns the rows of the frame, without the margin.
    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let width = self.width;
        let rows = self.values.chunks_exact_mut(self.stride);
        rows.skip(MARGIN)
            .take(self.height)
            .filter_map(move |row| row.get_mut(MARGIN..MARGIN + width))
    }

    /// Sets every value to 0.
    pub(super) fn clear(&mut self) {
        self.values.fill(0);
    }
}
