//! The base layer and its correction put together.

use multiversion::multiversion;
use ndarray::{ArrayViewMut3, Axis, s};

use super::layout::{Coded, Layout};
use super::missing::Missing;
use super::numbers::{BaseFrame, BaseLayer};
use super::transpose::copy;
use crate::arithmetic::{Domain, Grid};
use crate::correction::{self, Known, Row};
use crate::value::Value;
use crate::{Limits, ReelError};

/// Rows of a frame that are made, at most, before they are put where they belong: so many that what is written goes on for
/// some lines of the cache, and so few that what is read stays in it.
const ROWS: usize = 256;

/// Sets values to the base layer, corrected, and with what is missing in its place.
pub(super) fn correct<T: Value>(
    coded: &Coded<'_>,
    layout: &Layout<'_>,
    missing: Option<&Missing<T>>,
    limits: &Limits,
    values: ArrayViewMut3<'_, T>,
) -> Result<(), ReelError> {
    let layer = BaseLayer::decode(coded, layout.shape, limits)?;
    let classes = missing.map(|missing| coded.order.video(missing.classes.view()));
    let known = Known {
        classes,
        base: layer.codes.as_ref().map(|array| array.view()),
    };
    let shape = coded.order.shape(layout.shape);
    let width = shape[2];
    // Where the numbers are logarithms, the values have no signs yet.
    let clamp = layout.clamp.filter(|_| layout.domain == Domain::Linear);
    let clamp = clamp.map(|bits| bits.map(T::of_bits));
    let mut numbers = vec![0.0; width];
    let mut rows = Vec::new();
    let mut video = values.permuted_axes(coded.order.axes());
    let done = correction::decode(coded.correction, shape.into(), known, |t, corrections| {
        let frame = layer.frame(layout.shape, t);
        // Rows one after the other.
        let mut correct_rows = |values: &mut [T], first: usize| {
            for (y, row) in (first..).zip(values.chunks_exact_mut(width)) {
                let how = (coded.grid, layout.domain);
                correct_row(row, (&frame, y), &mut numbers, corrections.row(y), how);
                if let Some(limits) = clamp {
                    clamp_row(row, limits);
                }
            }
        };
        let mut to = video.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
            let of_block = block * ROWS..block * ROWS + to.nrows();
            if let Some(values) = to.as_slice_mut() {
                correct_rows(values, of_block.start);
            } else {
                rows.resize(to.len(), T::default());
                correct_rows(&mut rows, of_block.start);
                copy(&rows, to.view_mut());
            }
            if let (Some(missing), Some(classes)) = (missing, classes) {
                let classes = classes.index_axis_move(Axis(0), t);
                // While it is in the cache.
                missing.restore_rows(classes.slice_move(s![of_block, ..]), to);
            }
        }
    });
    done.map_err(|_| ReelError::damaged("the correction"))
}

/// The value, or the limit beyond which it is. Written out, since which of two zeros `max` returns is not defined.
#[inline]
pub(super) fn clamped<T: Value>(value: T, [lowest, highest]: [T; 2]) -> T {
    if value < lowest {
        lowest
    } else if value > highest {
        highest
    } else {
        value
    }
}

#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn clamp_row<T: Value>(values: &mut [T], limits: [T; 2]) {
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
    corrections: Row<'_>,
    (grid, domain): (Grid, Domain),
) {
    frame.row(y, numbers);
    // A loop for each: where it is asked within one, it does not vectorise.
    match (grid, domain) {
        (Grid::Step(step), Domain::Linear) => {
            by_step(values, numbers, step, corrections, T::nearest);
        }
        (Grid::Step(step), Domain::Log2) => by_step(values, numbers, step, corrections, |number| {
            T::nearest(Domain::Log2.to_value(number))
        }),
        (Grid::Ordinals, _) => by_ordinal(values, numbers, corrections, |number| {
            T::nearest(domain.to_value(number))
        }),
    }
}

/// Values of numbers and of corrections in steps.
#[inline(always)]
fn by_step<T: Value>(
    values: &mut [T],
    numbers: &[f64],
    step: f64,
    corrections: Row<'_>,
    to_value: impl Fn(f64) -> T,
) {
    match corrections.near {
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
    for far in corrections.far {
        if let (Some(value), Some(&number)) = (values.get_mut(far.x), numbers.get(far.x)) {
            *value = to_value(number + step * far.k as f64);
        }
    }
}

/// Values of numbers and of corrections that count values.
#[inline(always)]
fn by_ordinal<T: Value>(
    values: &mut [T],
    numbers: &[f64],
    corrections: Row<'_>,
    to_value: impl Fn(f64) -> T,
) {
    for (value, &number) in values.iter_mut().zip(numbers) {
        *value = to_value(number);
    }
    for (value, &k) in values.iter_mut().zip(corrections.near.unwrap_or_default()) {
        *value = T::of_ordinal(value.ordinal().wrapping_add(k as i64));
    }
    for far in corrections.far {
        if let (Some(value), Some(&number)) = (values.get_mut(far.x), numbers.get(far.x)) {
            let base = to_value(number);
            *value = T::of_ordinal(base.ordinal().wrapping_add(far.k));
        }
    }
}
