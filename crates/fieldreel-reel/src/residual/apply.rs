//! Numbers of a base layer and residuals put together to values.

use fieldreel_predict::Word;
use multiversion::multiversion;
use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3, Axis, s};

use super::transpose::copy;
use crate::ReelError;
use crate::arithmetic::{Domain, Grid};
use crate::base::{BaseFrame, BaseLayer};
use crate::integers::{EncodedIntegers, WordKind};
use crate::value::ReelElement;

/// The rows of a frame that are made, at most, before they are put where they belong: so many that what is written goes
/// on for some lines of the cache, and so few that what is read stays in it.
const ROWS: usize = 256;

/// The meaning of residuals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meaning<'a, T> {
    pub(crate) grid: Grid,
    pub(crate) domain: Domain,
    /// The smallest and the largest value that results may become.
    pub(crate) clamp: Option<[T; 2]>,
    /// The values that ranks stand for.
    pub(crate) table: &'a [T],
}

/// Sets values to a base layer plus encoded residuals. `each` is called for rows that are done, with their classes if
/// there are `classes` (axis order `(time, y, x)`), while they are in the cache.
///
/// # Errors
/// [`ReelError::Corrupt`].
pub(crate) fn apply<T: ReelElement>(
    residual: &EncodedIntegers<&[u8]>,
    layer: &BaseLayer,
    meaning: Meaning<'_, T>,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
    each: impl Fn(ArrayView2<'_, u8>, ArrayViewMut2<'_, T>),
) -> Result<(), ReelError> {
    match residual.word {
        WordKind::Narrow => apply_words::<i32, T>(residual, layer, meaning, classes, values, each),
        WordKind::Wide => apply_words::<i64, T>(residual, layer, meaning, classes, values, each),
        WordKind::Widest => apply_words::<i128, T>(residual, layer, meaning, classes, values, each),
    }
}

fn apply_words<W: Word, T: ReelElement>(
    residual: &EncodedIntegers<&[u8]>,
    layer: &BaseLayer,
    meaning: Meaning<'_, T>,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
    each: impl Fn(ArrayView2<'_, u8>, ArrayViewMut2<'_, T>),
) -> Result<(), ReelError> {
    let field = <[usize; 3]>::from(values.dim());
    let shape = layer.order.shape(field);
    let width = shape[2];
    let classes = classes.map(|classes| layer.order.permuted(classes));
    let standard = classes.as_ref().map(|classes| classes.as_standard_layout());
    let masked = standard.as_ref().and_then(|classes| classes.as_slice());
    let words = fieldreel_predict::decode::<W>(residual.bytes, shape, masked)?;
    let unit = residual.unit(meaning.grid.step());
    let mut numbers = vec![0.0; width];
    let mut rows = Vec::new();
    let mut permuted = values.permuted_axes(layer.order.axes());
    for t in 0..shape[0] {
        let frame = layer.frame(field, t);
        let mut set_rows = |values: &mut [T], first: usize| {
            for (y, row) in (first..).zip(values.chunks_exact_mut(width)) {
                set_row(
                    row,
                    (&frame, y),
                    &mut numbers,
                    words.row(t, y),
                    (meaning, unit),
                );
                if let Some(limits) = meaning.clamp {
                    clamp_row(row, limits);
                }
            }
        };
        let mut to = permuted.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
            let of_block = block * ROWS..block * ROWS + to.nrows();
            if let Some(values) = to.as_slice_mut() {
                set_rows(values, of_block.start);
            } else {
                rows.resize(to.len(), T::default());
                set_rows(&mut rows, of_block.start);
                copy(&rows, to.view_mut());
            }
            if let Some(classes) = classes {
                let classes = classes.index_axis_move(Axis(0), t);
                each(classes.slice_move(s![of_block, ..]), to);
            }
        }
    }
    Ok(())
}

/// The value, or the limit beyond which it is. Written out, since which of two zeros `max` returns is not defined.
#[inline]
pub(crate) fn clamped<T: ReelElement>(value: T, [lowest, highest]: [T; 2]) -> T {
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
        *value = clamped(*value, limits);
    }
}

/// Sets row `y` of a frame to its numbers plus `unit · word`, or to what that is a logarithm of; or to the values whose
/// ordinals are those of its numbers plus `word`. `numbers` is room for as many.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn set_row<W: Word, T: ReelElement>(
    values: &mut [T],
    (frame, y): (&BaseFrame<'_>, usize),
    numbers: &mut [f64],
    words: &[W],
    (meaning, unit): (Meaning<'_, T>, f64),
) {
    frame.row(y, numbers);
    let all = values.iter_mut().zip(&*numbers).zip(words);
    // A loop for each: where it is asked within one, it does not vectorize.
    match (meaning.grid, meaning.domain) {
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
            let last = meaning.table.last().copied().unwrap_or_default();
            for ((value, &number), &word) in all {
                let rank = (number + unit * word.to_f64()).round_ties_even();
                *value = meaning.table.get(rank as usize).copied().unwrap_or(last);
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
