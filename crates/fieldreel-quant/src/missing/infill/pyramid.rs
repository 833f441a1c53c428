//! Push and pull: known cells averaged up a pyramid, empty ones filled on the way down.

use std::ops::Range;

use super::relax::{self, Scratch};

/// A frame and its reductions by 2 in y and x, down to a single cell. Memory for one frame, used again for the next.
pub(super) struct Pyramid {
    /// From the frame itself to the single cell.
    levels: Vec<Level>,
    scratch: Scratch,
}

impl Pyramid {
    pub(super) fn new(height: usize, width: usize) -> Self {
        let mut levels = vec![Level::new(height, width)];
        let (mut height, mut width) = (height, width);
        while height > 1 || width > 1 {
            (height, width) = (height.div_ceil(2), width.div_ceil(2));
            levels.push(Level::new(height, width));
        }
        let scratch = Scratch::new(levels[0].values.len(), levels[0].width);
        Self { levels, scratch }
    }

    /// Sets the frame: cells whose class is not 0 are empty.
    pub(super) fn set<T: Copy>(&mut self, cells: &[T], classes: &[u8], to_unit: impl Fn(T) -> f32) {
        let frame = &mut self.levels[0];
        let places = frame.values.iter_mut().zip(&mut frame.empty);
        for ((value, empty), (&cell, &class)) in places.zip(cells.iter().zip(classes)) {
            let unit = to_unit(cell);
            *value = if class == 0 { unit } else { 0.0 };
            *empty = if class == 0 { 0.0 } else { 1.0 };
        }
    }

    /// A row of the frame, and the columns from its first cell that was empty to its last.
    pub(super) fn row(&self, y: usize) -> (&[f32], Range<usize>) {
        let frame = &self.levels[0];
        (frame.row(y), frame.holes[y].clone())
    }

    /// Fills the empty cells of the frame, of which at least one must be known.
    pub(super) fn fill(&mut self) {
        let mut full = 0;
        while self.levels[full].find_holes() && full + 1 < self.levels.len() {
            let (fine, coarse) = self.levels.split_at_mut(full + 1);
            fine[full].push(&mut coarse[0]);
            full += 1;
        }
        for level in (0..full).rev() {
            let (fine, coarse) = self.levels.split_at_mut(level + 1);
            fine[level].pull(&coarse[0]);
            relax::relax(&mut fine[level], &mut self.scratch);
        }
    }
}

/// One resolution of a frame, row-major.
pub(super) struct Level {
    pub(super) height: usize,
    pub(super) width: usize,
    /// The cells; before they are filled, 0 in the empty ones.
    pub(super) values: Vec<f32>,
    /// 1 for an empty cell, 0 for a known one: a factor, where a condition would keep loops from vectorizing.
    pub(super) empty: Vec<f32>,
    /// For each row, the columns from its first empty cell to its last.
    pub(super) holes: Vec<Range<usize>>,
}

impl Level {
    fn new(height: usize, width: usize) -> Self {
        Self {
            height,
            width,
            values: vec![0.0; height * width],
            empty: vec![0.0; height * width],
            holes: vec![0..0; height],
        }
    }

    pub(super) fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..][..self.width]
    }

    fn empty_row(&self, y: usize) -> &[f32] {
        &self.empty[y * self.width..][..self.width]
    }

    /// Brings `holes` up to date; false if no cell is empty.
    fn find_holes(&mut self) -> bool {
        let mut any = false;
        for (row, holes) in self.empty.chunks_exact(self.width).zip(&mut self.holes) {
            let first = row.iter().position(|empty| *empty > 0.0);
            let last = row.iter().rposition(|empty| *empty > 0.0);
            *holes = first.zip(last).map_or(0..0, |(a, b)| a..b + 1);
            any |= first.is_some();
        }
        any
    }

    /// Sets every cell of `coarse` to the mean of the known ones among the four below it. At an odd edge, where there are
    /// but two or one, they count twice or four times: the mean is the same.
    fn push(&self, coarse: &mut Self) {
        let places = coarse.values.chunks_exact_mut(coarse.width);
        let empties = coarse.empty.chunks_exact_mut(coarse.width);
        for (y, (places, empties)) in places.zip(empties).enumerate() {
            let (upper, lower) = (2 * y, (self.height - 1).min(2 * y + 1));
            let (a, b) = (self.row(upper), self.row(lower));
            let (p, q) = (self.empty_row(upper), self.empty_row(lower));
            for (x, (place, empty)) in places.iter_mut().zip(empties).enumerate() {
                let (l, r) = (2 * x, (self.width - 1).min(2 * x + 1));
                // An empty cell holds 0.
                let sum = (a[l] + a[r]) + (b[l] + b[r]);
                let count = 4.0 - ((p[l] + p[r]) + (q[l] + q[r]));
                *empty = if count > 0.0 { 0.0 } else { 1.0 };
                *place = if count > 0.0 { sum / count } else { 0.0 };
            }
        }
    }

    /// Gives every empty cell the value of the one above it.
    fn pull(&mut self, coarse: &Self) {
        for (y, holes) in self.holes.iter().enumerate() {
            let above = coarse.row(y / 2);
            let start = y * self.width;
            let places = &mut self.values[start..][..self.width];
            let empty = &self.empty[start..][..self.width];
            for x in holes.clone() {
                if empty[x] > 0.0 {
                    places[x] = above[x / 2];
                }
            }
        }
    }
}
