//! Push–pull: averages known cells up a pyramid and fills empty cells on the way down.

use std::ops::Range;

use super::relax::{self, RelaxationScratch};

/// A frame and its reductions by 2 in y and x, down to a single cell.
///
/// The memory is reused from frame to frame.
pub(super) struct Pyramid {
    /// The levels, from the frame itself to the single cell.
    levels: Vec<PyramidLevel>,
    scratch: RelaxationScratch,
}

impl Pyramid {
    pub(super) fn new(height: usize, width: usize) -> Self {
        let mut levels = vec![PyramidLevel::new(height, width)];
        let (mut height, mut width) = (height, width);
        while height > 1 || width > 1 {
            (height, width) = (height.div_ceil(2), width.div_ceil(2));
            levels.push(PyramidLevel::new(height, width));
        }
        let scratch = RelaxationScratch::new(levels[0].values.len(), levels[0].width);
        Self { levels, scratch }
    }

    /// Sets the cells of the frame. A cell is empty if its class is not 0.
    pub(super) fn set<T: Copy>(&mut self, cells: &[T], classes: &[u8], to_unit: impl Fn(T) -> f32) {
        let frame = &mut self.levels[0];
        let targets = frame.values.iter_mut().zip(&mut frame.empty);
        for ((value, empty), (&cell, &class)) in targets.zip(cells.iter().zip(classes)) {
            let unit = to_unit(cell);
            *value = if class == 0 { unit } else { 0.0 };
            *empty = if class == 0 { 0.0 } else { 1.0 };
        }
    }

    /// Returns a row of the frame, and its columns from the first empty cell to the last.
    pub(super) fn row(&self, y: usize) -> (&[f32], Range<usize>) {
        let frame = &self.levels[0];
        (frame.row(y), frame.empty_spans[y].clone())
    }

    /// Fills the empty cells of the frame. At least one cell must be known.
    pub(super) fn fill(&mut self) {
        let mut coarsest = 0;
        while self.levels[coarsest].update_empty_spans() && coarsest + 1 < self.levels.len() {
            let (fine, coarse) = self.levels.split_at_mut(coarsest + 1);
            fine[coarsest].push(&mut coarse[0]);
            coarsest += 1;
        }
        for level in (0..coarsest).rev() {
            let (fine, coarse) = self.levels.split_at_mut(level + 1);
            fine[level].pull(&coarse[0]);
            relax::relax(&mut fine[level], &mut self.scratch);
        }
    }
}

/// A frame at one resolution, in row-major order.
pub(super) struct PyramidLevel {
    pub(super) height: usize,
    pub(super) width: usize,
    /// The values of the cells. An empty cell is 0 until it is filled.
    pub(super) values: Vec<f32>,
    /// The emptiness of each cell: 1 if it is empty, 0 if it is known.
    ///
    /// Multiplying by this factor keeps loops free of branches, which would prevent vectorization.
    pub(super) empty: Vec<f32>,
    /// The columns of each row from the first empty cell to the last.
    pub(super) empty_spans: Vec<Range<usize>>,
}

impl PyramidLevel {
    fn new(height: usize, width: usize) -> Self {
        Self {
            height,
            width,
            values: vec![0.0; height * width],
            empty: vec![0.0; height * width],
            empty_spans: vec![0..0; height],
        }
    }

    pub(super) fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..][..self.width]
    }

    fn empty_row(&self, y: usize) -> &[f32] {
        &self.empty[y * self.width..][..self.width]
    }

    /// Recomputes `empty_spans`. Returns true if any cell is empty.
    fn update_empty_spans(&mut self) -> bool {
        let mut any = false;
        let rows = self.empty.chunks_exact(self.width);
        for (row, span) in rows.zip(&mut self.empty_spans) {
            let first = row.iter().position(|empty| *empty > 0.0);
            let last = row.iter().rposition(|empty| *empty > 0.0);
            *span = first.zip(last).map_or(0..0, |(a, b)| a..b + 1);
            any |= first.is_some();
        }
        any
    }

    /// Sets every cell of `coarse` to the mean of the known cells among the four that it contains.
    ///
    /// At an odd edge a coarse cell contains only two cells or one, which are then counted twice
    /// or four times. The mean stays the same.
    fn push(&self, coarse: &mut Self) {
        let coarse_width = coarse.width;
        let value_rows = coarse.values.chunks_exact_mut(coarse_width);
        let empty_rows = coarse.empty.chunks_exact_mut(coarse_width);
        for (y, (values, empties)) in value_rows.zip(empty_rows).enumerate() {
            let (upper, lower) = (2 * y, (self.height - 1).min(2 * y + 1));
            let (upper_row, lower_row) = (self.row(upper), self.row(lower));
            let (upper_empty, lower_empty) = (self.empty_row(upper), self.empty_row(lower));
            let [upper, lower, upper_empty, lower_empty] =
                [upper_row, lower_row, upper_empty, lower_empty].map(<[f32]>::as_chunks::<2>);
            let pairs = (upper.0.iter().zip(lower.0)).zip(upper_empty.0.iter().zip(lower_empty.0));
            let cells = values.iter_mut().zip(&mut *empties);
            for ((value, empty), ((upper, lower), (upper_empty, lower_empty))) in cells.zip(pairs) {
                (*value, *empty) = mean_of_four([*upper, *lower], [*upper_empty, *lower_empty]);
            }
            if let ([upper], [lower], [upper_empty], [lower_empty]) =
                (upper.1, lower.1, upper_empty.1, lower_empty.1)
            {
                let last = coarse_width - 1;
                (values[last], empties[last]) = mean_of_four(
                    [[*upper; 2], [*lower; 2]],
                    [[*upper_empty; 2], [*lower_empty; 2]],
                );
            }
        }
    }

    /// Sets every empty cell to the value of the coarser cell that contains it.
    fn pull(&mut self, coarse: &Self) {
        for (y, span) in self.empty_spans.iter().enumerate() {
            let coarse_row = coarse.row(y / 2);
            let start = y * self.width;
            let values = &mut self.values[start..][..self.width];
            let empty = &self.empty[start..][..self.width];
            for x in span.clone() {
                if empty[x] > 0.0 {
                    values[x] = coarse_row[x / 2];
                }
            }
        }
    }
}

/// Returns the mean of the known cells among four, and the emptiness of this mean.
#[inline(always)]
fn mean_of_four([upper, lower]: [[f32; 2]; 2], empty: [[f32; 2]; 2]) -> (f32, f32) {
    // The value of an empty cell is 0.
    let sum = (upper[0] + upper[1]) + (lower[0] + lower[1]);
    let [upper_empty, lower_empty] = empty.map(|[left, right]| left + right);
    let count = 4.0 - (upper_empty + lower_empty);
    if count > 0.0 {
        (sum / count, 0.0)
    } else {
        (0.0, 1.0)
    }
}
