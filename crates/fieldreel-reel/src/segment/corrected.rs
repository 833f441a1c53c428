//! The base layer and its correction put together.

use multiversion::multiversion;
use ndarray::{Array3, ArrayView2, ArrayViewMut2, Axis, s};

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
    let mut correct = |values: &mut Vec<T>, frame: &BaseFrame<'_>, corrections: &Frame<'_>, y| {
        let how = (coded.grid, layout.domain);
        add_row(values, (frame, y), &mut numbers, corrections.row(y), how);
    };
    let damaged = ReelError::damaged("the correction");
    if coded.order == AxisOrder::Tyx {
        // Frame by frame, so that each is in the cache when it is written.
        let mut values = Vec::with_capacity(shape.iter().product());
        let done = correction::decode(coded.correction, shape.into(), known, |t, corrections| {
            let frame = layer.frame(layout.shape, t);
            let start = values.len();
            for y in 0..shape[1] {
                correct(&mut values, &frame, &corrections, y);
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
    let mut rows = Vec::new();
    let done = correction::decode(coded.correction, shape.into(), known, |t, corrections| {
        let frame = layer.frame(layout.shape, t);
        let mut to = video.index_axis_mut(Axis(0), t);
        for (block, mut to) in to.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
            let of_block = block * ROWS..block * ROWS + to.nrows();
            rows.clear();
            for y in of_block.clone() {
                correct(&mut rows, &frame, &corrections, y);
            }
            if let Ok(rows) = ArrayView2::from_shape(to.raw_dim(), &rows) {
                copy(rows, to.view_mut());
            }
            if let (Some(missing), Some(classes)) = (missing, classes) {
                let classes = classes.index_axis_move(Axis(0), t);
                // While it is in the cache.
                missing.restore_rows(classes.slice_move(s![of_block, ..]), to);
            }
        }
    });
    done.map_err(|_| damaged)?;
    Ok(values)
}

/// Adds row `y` of a frame of the base layer, corrected, to values; `numbers` is room for as many.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn add_row<T: Value>(
    values: &mut Vec<T>,
    (frame, y): (&BaseFrame<'_>, usize),
    numbers: &mut [f64],
    corrections: Row<'_>,
    (grid, domain): (Grid, Domain),
) {
    frame.row(y, numbers);
    // A loop for each: where it is asked within one, it does not vectorise.
    match (grid, domain) {
        (Grid::Step(step), Domain::Linear) => {
            add_by_step(values, numbers, step, corrections, T::nearest);
        }
        (Grid::Step(step), Domain::Log2) => {
            let to_value = |number| T::nearest(Domain::Log2.to_value(number));
            add_by_step(values, numbers, step, corrections, to_value);
        }
        (Grid::Ordinals, _) => add_by_ordinal(values, numbers, corrections, |number| {
            T::nearest(domain.to_value(number))
        }),
    }
}

/// Adds values of numbers and of corrections in steps.
#[inline(always)]
fn add_by_step<T: Value>(
    values: &mut Vec<T>,
    numbers: &[f64],
    step: f64,
    corrections: Row<'_>,
    to_value: impl Fn(f64) -> T,
) {
    let start = values.len();
    match corrections.near {
        Some(k) => {
            let k = k.iter().map(|&k| f64::from(k));
            let all = numbers.iter().zip(k);
            values.extend(all.map(|(&number, k)| to_value(number + step * k)));
        }
        None => {
            let all = numbers.iter();
            values.extend(all.map(|&number| to_value(number + step * 0.0)));
        }
    }
    let added = &mut values[start..];
    for far in corrections.far {
        if let (Some(value), Some(&number)) = (added.get_mut(far.x), numbers.get(far.x)) {
            *value = to_value(number + step * far.k as f64);
        }
    }
}

/// Adds values of numbers and of corrections that count values.
#[inline(always)]
fn add_by_ordinal<T: Value>(
    values: &mut Vec<T>,
    numbers: &[f64],
    corrections: Row<'_>,
    to_value: impl Fn(f64) -> T,
) {
    let start = values.len();
    values.extend(numbers.iter().map(|&number| to_value(number)));
    let added = &mut values[start..];
    for (value, &k) in added.iter_mut().zip(corrections.near.unwrap_or_default()) {
        *value = T::of_ordinal(value.ordinal().wrapping_add(k as i64));
    }
    for far in corrections.far {
        if let (Some(value), Some(&number)) = (added.get_mut(far.x), numbers.get(far.x)) {
            let base = to_value(number);
            *value = T::of_ordinal(base.ordinal().wrapping_add(far.k));
        }
    }
}
