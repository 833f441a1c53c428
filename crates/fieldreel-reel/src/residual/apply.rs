//! Reconstruction of values from a base layer and residuals.

use fieldreel_predict::Word;
use multiversion::multiversion;
use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3, Axis, s};

use super::transpose::copy_rows;
use crate::ReelError;
use crate::arithmetic::{Domain, Grid};
use crate::base::{BaseLayer, BasePlane};
use crate::integers::{EncodedIntegers, WordWidth};
use crate::prepare::permuted_classes;
use crate::value::ReelElement;

/// The maximum number of rows that are computed before they are copied to their transposed
/// positions: enough to write runs of several cache lines, and few enough that what is read stays
/// in the cache.
const MAX_BLOCK_ROWS: usize = 256;

/// The parameters by which residuals are turned into values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reconstruction<'a, T> {
    pub(crate) grid: Grid,
    pub(crate) domain: Domain,
    /// The smallest and the largest value to which results are clamped.
    pub(crate) clamp: Option<[T; 2]>,
    /// The sorted table of the distinct values, if numbers are ranks.
    pub(crate) table: &'a [T],
}

/// Sets values to a base layer plus encoded residuals. If there are `classes` (axis order `(time,
/// y, x)`), `each` is called for blocks of finished rows and their classes while they are in the
/// cache.
///
/// # Errors
/// [`ReelError::Corrupt`] if the residuals are damaged.
pub(crate) fn apply<T: ReelElement>(
    residual: &EncodedIntegers<&[u8]>,
    layer: &BaseLayer,
    reconstruction: Reconstruction<'_, T>,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
    each: impl Fn(ArrayView2<'_, u8>, ArrayViewMut2<'_, T>),
) -> Result<(), ReelError> {
    match residual.word {
        WordWidth::Bits32 => {
            apply_words::<i32, T>(residual, layer, reconstruction, classes, values, each)
        }
        WordWidth::Bits64 => {
            apply_words::<i64, T>(residual, layer, reconstruction, classes, values, each)
        }
        WordWidth::Bits128 => {
            apply_words::<i128, T>(residual, layer, reconstruction, classes, values, each)
        }
    }
}

fn apply_words<W: Word, T: ReelElement>(
    residual: &EncodedIntegers<&[u8]>,
    layer: &BaseLayer,
    reconstruction: Reconstruction<'_, T>,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
    each: impl Fn(ArrayView2<'_, u8>, ArrayViewMut2<'_, T>),
) -> Result<(), ReelError> {
    let field = <[usize; 3]>::from(values.dim());
    let shape = layer.order.shape(field);
    let width = shape[2];
    let masked = classes.map(|classes| permuted_classes(classes, layer.order));
    let words = fieldreel_predict::decode::<W>(residual.bytes, shape, masked.as_deref())?;
    let classes = classes.map(|classes| layer.order.permuted(classes));
    let unit = residual.unit(reconstruction.grid.step());
    let mut numbers = vec![0.0; width];
    let mut row_words = Vec::new();
    let mut rows = Vec::new();
    let mut permuted = values.permuted_axes(layer.order.axes());
    for t in 0..shape[0] {
        let plane = layer.plane(field, t);
        let mut set_rows = |values: &mut [T], first: usize| {
            for (y, row) in (first..).zip(values.chunks_exact_mut(width)) {
                set_row(
                    row,
                    (&plane, y),
                    &mut numbers,
                    words.row(t, y, &mut row_words),
                    (reconstruction, unit),
                );
                if let Some(limits) = reconstruction.clamp {
                    clamp_row(row, limits);
                }
            }
        };
        let mut to = permuted.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), MAX_BLOCK_ROWS).enumerate() {
            let of_block = block * MAX_BLOCK_ROWS..block * MAX_BLOCK_ROWS + to.nrows();
            if let Some(values) = to.as_slice_mut() {
                set_rows(values, of_block.start);
            } else {
                rows.resize(to.len(), T::default());
                set_rows(&mut rows, of_block.start);
                copy_rows(&rows, to.view_mut());
            }
            if let Some(classes) = classes {
                let classes = classes.index_axis_move(Axis(0), t);
                each(classes.slice_move(s![of_block, ..]), to);
            }
        }
    }
    Ok(())
}

/// Returns a value clamped to limits. The comparisons are explicit because `max` may return either
/// of two zeros.
#[inline]
pub(crate) fn clamp<T: ReelElement>(value: T, [lowest, highest]: [T; 2]) -> T {
    if value < lowest {
        lowest
    } else if value > highest {
        highest
    } else {
        value
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn clamp_row<T: ReelElement>(values: &mut [T], limits: [T; 2]) {
    for value in values {
        *value = clamp(*value, limits);
    }
}

/// Sets row `y` of a plane to the numbers of the base layer plus `unit · word`, transformed back
/// from the domain. On the grid of ulps, `word` is added to the ordinal of the base layer's value.
/// `numbers` is a buffer of a row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn set_row<W: Word, T: ReelElement>(
    values: &mut [T],
    (plane, y): (&BasePlane<'_>, usize),
    numbers: &mut [f64],
    words: &[W],
    (reconstruction, unit): (Reconstruction<'_, T>, f64),
) {
    plane.row(y, numbers);
    let all = values.iter_mut().zip(&*numbers).zip(words);
    // Each combination has a loop of its own, because a branch within a loop prevents
    // vectorization.
    match (reconstruction.grid, reconstruction.domain) {
        (Grid::Step(_) | Grid::Truncated(_), Domain::Linear) => {
            for ((value, &number), &word) in all {
                *value = T::from_f64(number + unit * word.to_f64());
            }
        }
        (Grid::Parts(parts), Domain::Linear) => {
            for ((value, &number), &word) in all {
                *value = T::from_f64((number + word.to_f64()) / parts);
            }
        }
        (Grid::Step(_) | Grid::Parts(_) | Grid::Truncated(_), Domain::Log2) => {
            for ((value, &number), &word) in all {
                *value = T::from_f64(Domain::Log2.to_value(number + unit * word.to_f64()));
            }
        }
        (_, Domain::Ranks) => {
            let last = reconstruction.table.last().copied().unwrap_or_default();
            for ((value, &number), &word) in all {
                let rank = (number + unit * word.to_f64()).round_ties_even();
                *value = reconstruction
                    .table
                    .get(rank as usize)
                    .copied()
                    .unwrap_or(last);
            }
        }
        (Grid::Ulps, Domain::Linear) => {
            for ((value, &number), &word) in all {
                let base = T::from_f64(number).ordinal();
                *value = T::from_ordinal(base.wrapping_add(word.to_i64()));
            }
        }
        (Grid::Ulps, Domain::Log2) => {
            for ((value, &number), &word) in all {
                let base = T::from_f64(Domain::Log2.to_value(number)).ordinal();
                *value = T::from_ordinal(base.wrapping_add(word.to_i64()));
            }
        }
    }
}
