//! Half resolution: every second point along each axis, and linear interpolation back.

use std::ops::{Add, Mul};

use ndarray::{Array3, ArrayView3, Axis, Zip, s};

/// What interpolation needs of a number: `f32` and `f64` have it.
pub(crate) trait Number:
    Copy + Default + From<f32> + Add<Output = Self> + Mul<Output = Self>
{
}

impl<T: Copy + Default + From<f32> + Add<Output = T> + Mul<Output = T>> Number for T {}

/// Every second point along each axis, from the first.
pub(crate) fn every_second<T: Number>(frames: ArrayView3<'_, T>) -> Array3<T> {
    frames.slice(s![..;2, ..;2, ..;2]).to_owned()
}

/// Brings [`every_second`] point of a field of `shape` back to that shape. Beyond the last stored
/// point, where the length is even, that point is repeated.
pub(crate) fn interpolate<T: Number>(
    half: ArrayView3<'_, T>,
    shape: (usize, usize, usize),
) -> Array3<T> {
    let mut field = half.to_owned();
    for (axis, len) in [shape.0, shape.1, shape.2].into_iter().enumerate() {
        field = double(field.view(), Axis(axis), len);
    }
    field
}

fn double<T: Number>(half: ArrayView3<'_, T>, axis: Axis, len: usize) -> Array3<T> {
    let mut shape = half.raw_dim();
    shape[axis.index()] = len;
    let mut field = Array3::from_elem(shape, T::default());
    let last = half.len_of(axis).saturating_sub(1);
    let weight = T::from(0.5);
    for (i, plane) in field.axis_iter_mut(axis).enumerate() {
        let before = half.index_axis(axis, i / 2);
        let after = half.index_axis(axis, (i / 2 + i % 2).min(last));
        Zip::from(plane)
            .and(before)
            .and(after)
            .for_each(|value, &a, &b| *value = a * weight + b * weight);
    }
    field
}
