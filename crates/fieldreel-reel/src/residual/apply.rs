//! Numbers of a base layer and residuals put together to values.

use multiversion::multiversion;
use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3, Axis, s};

use super::transpose::copy;
use crate::ReelError;
use crate::arithmetic::{Domain, Grid};
use crate::base::{BaseFrame, BaseLayer};
use crate::correction::{self, Known, Row};
use crate::value::Value;

/// Rows of a frame that are made, at most, before they are put where they belong: so many that what is written goes on for
/// some lines of the cache, and so few that what is read stays in it.
const ROWS: usize = 256;

/// The meaning of residuals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meaning<T> {
    pub(crate) grid: Grid,
    pub(crate) domain: Domain,
    /// The smallest and the largest value that results may become.
    pub(crate) clamp: Option<[T; 2]>,
}

/// Sets values to the base layer, corrected by encoded residuals. `each` is called for rows that are done, with their classes if there
/// are `classes` (axis order `(time, y, x)`), while they are in the cache.
///
/// # Errors
/// [`ReelError::Damaged`].
pub(crate) fn apply<T: Value>(
    bytes: &[u8],
    layer: &BaseLayer,
    meaning: Meaning<T>,
    classes: Option<ArrayView3<'_, u8>>,
    values: ArrayViewMut3<'_, T>,
    each: impl Fn(ArrayView2<'_, u8>, ArrayViewMut2<'_, T>),
) -> Result<(), ReelError> {
    let field = <[usize; 3]>::from(values.dim());
    let classes = classes.map(|classes| layer.order.permuted(classes));
    let known = Known {
        classes,
        base: layer.codes(),
    };
    let shape = layer.order.shape(field);
    let width = shape[2];
    let mut numbers = vec![0.0; width];
    let mut rows = Vec::new();
    let mut permuted = values.permuted_axes(layer.order.axes());
    let done = correction::decode(bytes, shape.into(), known, |t, residuals| {
        let frame = layer.frame(field, t);
        // Rows one after the other.
        let mut correct_rows = |values: &mut [T], first: usize| {
            for (y, row) in (first..).zip(values.chunks_exact_mut(width)) {
                let how = (meaning.grid, meaning.domain);
                correct_row(row, (&frame, y), &mut numbers, residuals.row(y), how);
                if let Some(limits) = meaning.clamp {
                    clamp_row(row, limits);
                }
            }
        };
        let mut to = permuted.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
            let of_block = block * ROWS..block * ROWS + to.nrows();
            if let Some(values) = to.as_slice_mut() {
                correct_rows(values, of_block.start);
            } else {
                rows.resize(to.len(), T::default());
                correct_rows(&mut rows, of_block.start);
                copy(&rows, to.view_mut());
            }
            if let Some(classes) = classes {
                let classes = classes.index_axis_move(Axis(0), t);
                each(classes.slice_move(s![of_block, ..]), to);
            }
        }
    });
    done.map_err(|_| ReelError::damaged("the residuals"))
}

/// The value, or the limit beyond which it is. Written out, since which of two zeros `max` returns is not defined.
#[inline]
pub(crate) fn clamped<T: Value>(value: T, [lowest, highest]: [T; 2]) -> T {
    if value < lowest {
        lowest
    } else if value > highest {
        highest
    } else {
        value
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
pub(crate) fn clamp_row<T: Value>(values: &mut [T], limits: [T; 2]) {
    for value in values {
        *value = clamped(*value, limits);
    }
}

/// Corrects row `y` of a frame of the base layer; `numbers` is room for as many.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn correct_row<T: Value>(
    values: &mut [T],
    (frame, y): (&BaseFrame<'_>, usize),
    numbers: &mut [f64],
    residuals: Row<'_>,
    (grid, domain): (Grid, Domain),
) {
    frame.row(y, numbers);
    // A loop for each: where it is asked within one, it does not vectorise.
    match (grid, domain) {
        (Grid::Step(step), Domain::Linear) => {
            by_step(values, numbers, step, residuals, T::nearest);
        }
        (Grid::Step(step), Domain::Log2) => by_step(values, numbers, step, residuals, |number| {
            T::nearest(Domain::Log2.to_value(number))
        }),
        (Grid::Ordinals, _) => by_ordinal(values, numbers, residuals, |number| {
            T::nearest(domain.to_value(number))
        }),
    }
}

/// Values of numbers and of residuals in steps.
#[inline(always)]
fn by_step<T: Value>(
    values: &mut [T],
    numbers: &[f64],
    step: f64,
    residuals: Row<'_>,
    to_value: impl Fn(f64) -> T,
) {
    match residuals.near {
        Some(k) => {
            for ((value, &number), &k) in values.iter_mut().zip(numbers).zip(k) {
                *value = to_value(number + step * f64::from(k));
            }
        }
        None => {
            for (value, &number) in values.iter_mut().zip(numbers) {
                *value = to_value(number + step * 0.0);
            }
        }
    }
    for far in residuals.far {
        if let (Some(value), Some(&number)) = (values.get_mut(far.x), numbers.get(far.x)) {
            *value = to_value(number + step * far.k as f64);
        }
    }
}

/// Values of numbers and of residuals that count values.
#[inline(always)]
fn by_ordinal<T: Value>(
    values: &mut [T],
    numbers: &[f64],
    residuals: Row<'_>,
    to_value: impl Fn(f64) -> T,
) {
    for (value, &number) in values.iter_mut().zip(numbers) {
        *value = to_value(number);
    }
    for (value, &k) in values.iter_mut().zip(residuals.near.unwrap_or_default()) {
        *value = T::of_ordinal(value.ordinal().wrapping_add(k as i64));
    }
    for far in residuals.far {
        if let (Some(value), Some(&number)) = (values.get_mut(far.x), numbers.get(far.x)) {
            let base = to_value(number);
            *value = T::of_ordinal(base.ordinal().wrapping_add(far.k));
        }
    }
}
