//! Relaxation of the empty cells of one level.
//!
//! A step moves every empty cell down the gradient of an energy. The step sizes of a sweep are the
//! inverses of the roots of a Chebyshev polynomial (Saad, "Iterative Methods for Sparse Linear
//! Systems", 2003, chapter 12), so that one sweep damps all waves except the long ones. The long
//! waves are already correct from the coarser level. The roots are constants because the last bit
//! of `cos` differs between machines.

use std::ops::Range;

use super::pyramid::PyramidLevel;

/// The Chebyshev roots for the membrane energy, whose gradient is −∇²:
/// `4.5 + 3.5·cos(π(2k + 1)/6)`.
///
/// They cover the eigenvalues of its stencil from 1 to the largest, 8.
const MEMBRANE_ROOTS: [f32; 3] = [7.531_089, 4.5, 1.468_911];

/// The Chebyshev roots for the thin-plate energy, whose gradient is ∇⁴:
/// `33 + 31·cos(π(2k + 1)/8)`.
///
/// They cover the eigenvalues of its stencil from 2 to the largest, 64.
const THIN_PLATE_ROOTS: [f32; 4] = [61.640_265, 44.863_186, 21.136_814, 4.359_735];

/// The working memory of a relaxation, sized for the largest level.
pub(super) struct RelaxationScratch {
    laplacian: Vec<f32>,
    row: Vec<f32>,
}

impl RelaxationScratch {
    pub(super) fn new(cells: usize, width: usize) -> Self {
        Self {
            laplacian: vec![0.0; cells],
            row: vec![0.0; width],
        }
    }
}

/// Smooths the empty cells of a level. Known cells keep their values.
pub(super) fn relax(level: &mut PyramidLevel, scratch: &mut RelaxationScratch) {
    let RelaxationScratch { laplacian, row } = scratch;
    let width = level.width;
    for root in MEMBRANE_ROOTS {
        for y in 0..level.height {
            let target = &mut laplacian[y * width..][..width];
            laplacian_row(
                &level.values,
                width,
                y,
                level.empty_spans[y].clone(),
                target,
            );
        }
        for y in 0..level.height {
            step_row(level, y, &laplacian[y * width..][..width], 1.0 / root);
        }
    }
    for root in THIN_PLATE_ROOTS {
        for y in 0..level.height {
            let target = &mut laplacian[y * width..][..width];
            laplacian_row(&level.values, width, y, stencil_columns(level, y), target);
        }
        let cells = &laplacian[..level.values.len()];
        for y in 0..level.height {
            laplacian_row(cells, width, y, level.empty_spans[y].clone(), row);
            step_row(level, y, row, -1.0 / root);
        }
    }
}

/// Adds `step_size · direction` to the empty cells of a row.
fn step_row(level: &mut PyramidLevel, y: usize, direction: &[f32], step_size: f32) {
    let columns = level.empty_spans[y].clone();
    let cells = y * level.width + columns.start..y * level.width + columns.end;
    let values = level.values[cells.clone()].iter_mut();
    let empty = &level.empty[cells];
    for ((value, empty), direction) in values.zip(empty).zip(&direction[columns]) {
        *value += empty * step_size * direction;
    }
}

/// Returns the columns of row `y` in which the thin-plate step needs the Laplacian.
///
/// The step takes the Laplacian of the Laplacian in the empty cells. These columns are the empty
/// cells of this row and of the two adjacent rows, and their neighbors in this row.
fn stencil_columns(level: &PyramidLevel, y: usize) -> Range<usize> {
    let own = &level.empty_spans[y];
    let widened = own.start.saturating_sub(1)..level.width.min(own.end + 1);
    let own = if own.is_empty() { own } else { &widened };
    let above = y.checked_sub(1).and_then(|y| level.empty_spans.get(y));
    let below = level.empty_spans.get(y + 1);
    let spans = [Some(own), above, below].into_iter().flatten();
    spans
        .filter(|span| !span.is_empty())
        .cloned()
        .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
        .unwrap_or(0..0)
}

/// Writes the Laplacian of row `y` of `cells` into `target`, in the given columns.
///
/// The Laplacian is the sum of the differences between a cell's four neighbors and the cell. A
/// neighbor outside the frame counts as equal to the cell.
fn laplacian_row(cells: &[f32], width: usize, y: usize, columns: Range<usize>, target: &mut [f32]) {
    if columns.is_empty() {
        return;
    }
    let row = |y: usize| cells.get(y * width..(y + 1) * width);
    let Some(middle) = row(y) else { return };
    let above = y.checked_sub(1).and_then(row).unwrap_or(middle);
    let below = row(y + 1).unwrap_or(middle);
    let stencil = |left: f32, right: f32, above: f32, below: f32, center: f32| {
        (left + right) + (above + below) - 4.0 * center
    };
    let last = width - 1;
    for x in [columns.start, columns.end - 1] {
        let (left, right) = (middle[x.saturating_sub(1)], middle[last.min(x + 1)]);
        target[x] = stencil(left, right, above[x], below[x], middle[x]);
    }
    let inner = columns.start + 1..columns.end - 1;
    if inner.is_empty() {
        return;
    }
    let lefts = &middle[inner.start - 1..inner.end - 1];
    let rights = &middle[inner.start + 1..inner.end + 1];
    let horizontal = lefts.iter().zip(rights);
    let vertical = above[inner.clone()].iter().zip(&below[inner.clone()]);
    let centers = &middle[inner.clone()];
    let outputs = target[inner].iter_mut();
    for (((output, (l, r)), (a, b)), c) in outputs.zip(horizontal).zip(vertical).zip(centers) {
        *output = stencil(*l, *r, *a, *b, *c);
    }
}
