//! A frame with a margin, so that every place has neighbours.

use std::ops::Range;

use ndarray::ArrayView2;

/// Places around a frame: enough for two to the left and above.
pub(crate) const MARGIN: usize = 2;

/// Places after the last, so that whole blocks of the last row that end beyond the frame end in memory.
const OVERHANG: usize = 8;

/// A frame of numbers with two more places on each side.
#[derive(Debug, Clone)]
pub struct Plane<T = i32> {
    values: Vec<T>,
    /// The distance from one row to the next.
    pub stride: usize,
    height: usize,
    width: usize,
}

impl<T: Copy + Default> Plane<T> {
    /// A frame of zeros.
    #[must_use]
    pub fn new(height: usize, width: usize) -> Self {
        let stride = width + 2 * MARGIN;
        Self {
            values: vec![T::default(); stride * (height + 2 * MARGIN) + OVERHANG],
            stride,
            height,
            width,
        }
    }

    /// The index of a place of the frame.
    #[inline]
    #[must_use]
    pub fn index(&self, y: usize, x: usize) -> usize {
        (y + MARGIN) * self.stride + x + MARGIN
    }

    /// The value at an index, 0 outside of the margin.
    #[inline]
    #[must_use]
    pub fn at(&self, index: usize) -> T {
        self.values.get(index).copied().unwrap_or_default()
    }

    /// Sets the value at an index.
    #[inline]
    pub fn set(&mut self, index: usize, value: T) {
        if let Some(place) = self.values.get_mut(index) {
            *place = value;
        }
    }

    /// So many values from an index on, which is that of a place of the frame or its margin; up to 8 of them beyond the
    /// margin, without a meaning.
    #[inline(always)]
    #[must_use]
    pub fn row(&self, index: usize, count: usize) -> &[T] {
        &self.values[index..index + count]
    }

    /// The same, to be set.
    #[inline(always)]
    pub fn row_mut(&mut self, index: usize, count: usize) -> &mut [T] {
        &mut self.values[index..index + count]
    }

    /// A row of the frame, without the margin.
    #[inline]
    #[must_use]
    pub fn frame_row(&self, y: usize) -> &[T] {
        self.row(self.index(y, 0), self.width)
    }

    /// The rows of the frame, without the margin.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [T]> {
        let width = self.width;
        let rows = self.values.chunks_exact_mut(self.stride);
        rows.skip(MARGIN)
            .take(self.height)
            .filter_map(move |row| row.get_mut(MARGIN..MARGIN + width))
    }

    /// Sets the frame to that of the codes given, and every place of the margin to the nearest of these.
    pub fn fill_to_the_edge(&mut self, frame: ArrayView2<'_, u16>)
    where
        T: From<u16>,
    {
        for (row, codes) in self.rows_mut().zip(frame.rows()) {
            let mut copy = |codes: &[u16]| {
                for (place, &code) in row.iter_mut().zip(codes) {
                    *place = code.into();
                }
            };
            match codes.as_slice() {
                Some(codes) => copy(codes),
                None => copy(&codes.to_vec()),
            }
        }
        self.extend_the_edge();
    }

    fn extend_the_edge(&mut self) {
        let (left, right) = (MARGIN, MARGIN + self.width);
        for row in self.values.chunks_exact_mut(self.stride) {
            if let Some(&first) = row.get(left) {
                row[..left].fill(first);
            }
            if let Some(&last) = row.get(right.wrapping_sub(1)) {
                row[right..].fill(last);
            }
        }
        let (first, end) = (MARGIN * self.stride, (MARGIN + self.height) * self.stride);
        if self.height > 0 {
            for row in 0..MARGIN {
                let at = row * self.stride;
                self.values.copy_within(first..first + self.stride, at);
                self.values.copy_within(end - self.stride..end, end + at);
            }
        }
    }

    /// Sets the values of some rows of the frame to 0, if there are any.
    pub fn clear_rows(&mut self, rows: Range<usize>) {
        let (start, end) = (self.index(rows.start, 0), self.index(rows.end, 0));
        if let Some(values) = self.values.get_mut(start..end) {
            values.fill(T::default());
        }
    }

    /// Sets every value to 0.
    pub fn clear(&mut self) {
        self.values.fill(T::default());
    }
}
