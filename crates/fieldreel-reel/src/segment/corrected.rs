//! The base layer and its correction put together.

use multiversion::multiversion;
use ndarray::{Array2, Array3, ArrayViewMut2, Axis, s};

use super::layout::{Coded, Layout};
use super::missing::Missing;
use super::numbers::{BaseFrame, BaseLayer};
use super::transpose::copy;
use crate::arithmetic::{Domain, Grid};
use crate::correction::{self, Frame, Known, Row};
use crate::value::Value;
use crate::{AxisOrder, Limits, ReelError};

/// Rows of a frame that are made, at most, before they are put where they belong: so many that what is written goes on for
/// some lines of the cache, and so few that what is read stays in it.
const ROWS: usize = 256;

/// The base layer, corrected, and with what is missing in its place.
pub(super) fn corrected<T: Value>(
    coded: &Coded<'_>,
    layout: &Layout<'_>,
    missing: Option<&Missing<T>>,
    limits: &Limits,
) -> Result<Array3<T>, ReelError> {
    let layer = BaseLayer::decode(coded, layout.shape, limits)?;
    let classes = missing.map(|missing| coded.order.video(missing.classes.view()));
    let known = Known {
        classes,
        base: layer.codes.as_ref().map(|array| array.view()),
    };
    let shape = coded.order.shape(layout.shape);
    let mut numbers = vec![0.0; shape[2]];
    let mut correct = |values: &mut [T], frame: &BaseFrame<'_>, corrections: &Frame<'_>, y| {
        let how = (coded.grid, layout.domain);
        correct_row(values, (frame, y), &mut numbers, corrections.row(y), how);
    };
    let damaged = ReelError::damaged("the correction");
    if coded.order == AxisOrder::Tyx {
        // Frame by frame, so that each is in the cache when it is written.
        let mut values = Vec::with_capacity(shape.iter().product());
        let done = correction::decode(coded.correction, shape.into(), known, |t, corrections| {
            let frame = layer.frame(layout.shape, t);
            let start = values.len();
            values.resize(start + shape[1] * shape[2], T::default());
            for (y, row) in values[start..].chunks_exact_mut(shape[2]).enumerate() {
                correct(row, &frame, &corrections, y);
            }
            if let (Some(missing), Some(classes)) = (missing, classes) {
                let classes = classes.index_axis(Axis(0), t);
                let frame = ArrayViewMut2::from_shape(classes.raw_dim(), &mut values[start..]);
                if let Ok(frame) = frame {
                    missing.restore_rows(classes, frame);
                }
            }
        });
        let values = Array3::from_shape_vec(shape, values);
        return done.ok().and(values.ok()).ok_or(damaged);
    }
    let mut values = Array3::from_elem(layout.shape, T::default());
    let mut video = values.view_mut().permuted_axes(coded.order.axes());
    let mut rows = Array2::default((ROWS.min(shape[1]), shape[2]));
    let done = correction::decode(coded.correction, shape.into(), known, |t, corrections| {
        let frame = layer.frame(layout.shape, t);
        let mut to = video.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
            for (at, mut row) in rows.rows_mut().into_iter().take(to.nrows()).enumerate() {
                if let Some(row) = row.as_slice_mut() {
                    correct(row, &frame, &corrections, block * ROWS + at);
                }
            }
            copy(rows.slice(s![..to.nrows(), ..]), to.view_mut());
            if let (Some(missing), Some(classes)) = (missing, classes) {
                let classes = classes.index_axis_move(Axis(0), t);
                let of_block = block * ROWS..block * ROWS + to.nrows();
                // While it is in the cache.
                missing.restore_rows(classes.slice_move(s![of_block, ..]), to);
            }
        }
    });
    done.map_err(|_| damaged)?;
    Ok(values)
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
