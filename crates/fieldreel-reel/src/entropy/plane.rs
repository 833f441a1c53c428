//! A frame with a margin, so that every place has neighbours.

/// Places around a frame: enough for two to the left and above.
pub(crate) const MARGIN: usize = 2;

/// A frame of integers with [`MARGIN`] more places on each side.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    values: Vec<i32>,
    /// The distance from one row to the next.
    pub(crate) stride: usize,
    height: usize,
    width: usize,
}

impl Plane {
    /// A frame of zeros.
    pub(crate) fn new(height: usize, width: usize) -> Self {
        let stride = width + 2 * MARGIN;
        Self {
            values: vec![0; stride * (height + 2 * MARGIN)],
            stride,
            height,
            width,
        }
    }

    /// The index of a place of the frame.
    #[inline]
    pub(crate) fn index(&self, y: usize, x: usize) -> usize {
        (y + MARGIN) * self.stride + x + MARGIN
    }

    /// The value at an index, 0 outside of the margin.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> i32 {
        self.values.get(index).copied().unwrap_or(0)
    }

    /// Sets the value at an index.
    #[inline]
    pub(crate) fn set(&mut self, index: usize, value: i32) {
        if let Some(place) = self.values.get_mut(index) {
            *place = value;
        }
    }

    /// Sets every value of the frame to what is given for its row and column, and of the margin to the nearest of these.
    pub(crate) fn fill_to_the_edge(&mut self, value: impl Fn((usize, usize)) -> i32) {
        let last = (self.height.saturating_sub(1), self.width.saturating_sub(1));
        let nearest = |at: usize, last: usize| at.saturating_sub(MARGIN).min(last);
        let rows = self.values.chunks_exact_mut(self.stride);
        for (y, row) in rows.enumerate() {
            for (x, place) in row.iter_mut().enumerate() {
                *place = value((nearest(y, last.0), nearest(x, last.1)));
            }
        }
    }

    /// Sets every value to 0.
    pub(crate) fn clear(&mut self) {
        self.values.fill(0);
    }
}
