//! Relaxation of the empty cells of one level.
//!
//! A step moves every empty cell down the gradient of an energy. The step sizes of a sweep are the inverses of the roots of
//! a Chebyshev polynomial (Saad, "Iterative Methods for Sparse Linear Systems", 2003, chapter 12), which damps all but the
//! long waves at once; the long waves are already right, from the coarser level. Constants and not `cos`, which
//! differs in its last bit between machines.

use std::ops::Range;

use super::pyramid::Level;

/// For the membrane energy, whose gradient is −∇²: the eigenvalues of its stencil from 1 to its largest, 8.
/// `4.5 + 3.5·cos(π(2k + 1)/6)`.
const MEMBRANE: [f32; 3] = [7.531_089, 4.5, 1.468_911];

/// For the thin-plate energy, whose gradient is ∇⁴: the eigenvalues of its stencil from 2 to its largest, 64.
/// `33 + 31·cos(π(2k + 1)/8)`.
const THIN_PLATE: [f32; 4] = [61.640_265, 44.863_186, 21.136_814, 4.359_735];

/// What a relaxation needs of memory, for the largest level.
pub(super) struct Scratch {
    laplacian: Vec<f32>,
    row: Vec<f32>,
}

impl Scratch {
    pub(super) fn new(cells: usize, width: usize) -> Self {
        Self {
            laplacian: vec![0.0; cells],
            row: vec![0.0; width],
        }
    }
}

/// Smooths the empty cells of a level; the known ones keep their values.
pub(super) fn relax(level: &mut Level, scratch: &mut Scratch) {
    let Scratch { laplacian, row } = scratch;
    let width = level.width;
    for eigenvalue in MEMBRANE {
        for y in 0..level.height {
            let places = &mut laplacian[y * width..][..width];
            laplacian_row(&level.values, width, y, level.holes[y].clone(), places);
        }
        for y in 0..level.height {
            step(level, y, &laplacian[y * width..][..width], 1.0 / eigenvalue);
        }
    }
    for eigenvalue in THIN_PLATE {
        for y in 0..level.height {
            let places = &mut laplacian[y * width..][..width];
            laplacian_row(&level.values, width, y, reach(level, y), places);
        }
        let cells = &laplacian[..level.values.len()];
        for y in 0..level.height {
            laplacian_row(cells, width, y, level.holes[y].clone(), row);
            step(level, y, row, -1.0 / eigenvalue);
        }
    }
}

/// Adds `size` times `direction` to the empty cells of a row.
fn step(level: &mut Level, y: usize, direction: &[f32], size: f32) {
    let columns = level.holes[y].clone();
    let cells = y * level.width + columns.start..y * level.width + columns.end;
    let values = level.values[cells.clone()].iter_mut();
    let empty = &level.empty[cells];
    for ((value, empty), direction) in values.zip(empty).zip(&direction[columns]) {
        *value += empty * size * direction;
    }
}

/// The columns of a row in which the Laplacian is needed for that of the Laplacian in the holes of this row and its two
/// neighbors.
fn reach(level: &Level, y: usize) -> Range<usize> {
    let own = &level.holes[y];
    let widened = own.start.saturating_sub(1)..level.width.min(own.end + 1);
    let own = if own.is_empty() { own } else { &widened };
    let above = y.checked_sub(1).and_then(|y| level.holes.get(y));
    let below = level.holes.get(y + 1);
    let parts = [Some(own), above, below].into_iter().flatten();
    parts
        .filter(|part| !part.is_empty())
        .cloned()
        .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
        .unwrap_or(0..0)
}

/// Writes into `places`, a row, the sums of the differences of the neighbors of row `y` of `cells` in `columns`. At an
/// edge, what would be outside differs by 0: the field carries on level.
fn laplacian_row(cells: &[f32], width: usize, y: usize, columns: Range<usize>, places: &mut [f32]) {
    if columns.is_empty() {
        return;
    }
    let row = |y: usize| cells.get(y * width..(y + 1) * width);
    let Some(middle) = row(y) else { return };
    let above = y.checked_sub(1).and_then(row).unwrap_or(middle);
    let below = row(y + 1).unwrap_or(middle);
    let sum = |left: f32, right: f32, above: f32, below: f32, center: f32| {
        (left + right) + (above + below) - 4.0 * center
    };
    let last = width - 1;
    for x in [columns.start, columns.end - 1] {
        let (left, right) = (middle[x.saturating_sub(1)], middle[last.min(x + 1)]);
        places[x] = sum(left, right, above[x], below[x], middle[x]);
    }
    let inner = columns.start + 1..columns.end - 1;
    if inner.is_empty() {
        return;
    }
    let lefts = &middle[inner.start - 1..inner.end - 1];
    let rights = &middle[inner.start + 1..inner.end + 1];
    let sides = lefts.iter().zip(rights);
    let ends = above[inner.clone()].iter().zip(&below[inner.clone()]);
    let centers = &middle[inner.clone()];
    for (((place, (l, r)), (a, b)), c) in places[inner].iter_mut().zip(sides).zip(ends).zip(centers)
    {
        *place = sum(*l, *r, *a, *b, *c);
    }
}
