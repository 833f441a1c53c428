//! Half resolution: subsampling to every second point along each axis, and linear interpolation.

use std::ops::{Add, Mul};

use ndarray::{Array3, ArrayView3, Axis, Zip, s};

/// A type of values that can be interpolated: `f32` or `f64`.
pub(super) trait Interpolate:
    Copy + Default + From<f32> + Add<Output = Self> + Mul<Output = Self>
{
}

impl<T: Copy + Default + From<f32> + Add<Output = T> + Mul<Output = T>> Interpolate for T {}

/// Returns every second point along each axis, beginning with the first.
pub(super) fn subsample<T: Interpolate>(frames: ArrayView3<'_, T>) -> Array3<T> {
    frames.slice(s![..;2, ..;2, ..;2]).to_owned()
}

/// Interpolates the result of [`subsample`] to the original shape. If a length is even, the last
/// stored point is repeated.
pub(super) fn interpolate<T: Interpolate>(
    half: ArrayView3<'_, T>,
    shape: (usize, usize, usize),
) -> Array3<T> {
    let mut field = half.to_owned();
    for (axis, len) in [shape.0, shape.1, shape.2].into_iter().enumerate() {
        field = interpolate_axis(field.view(), Axis(axis), len);
    }
    field
}

fn interpolate_axis<T: Interpolate>(half: ArrayView3<'_, T>, axis: Axis, len: usize) -> Array3<T> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_resolution_interpolates_linear_fields_exactly() {
        for shape in [(1, 1, 1), (2, 3, 4), (5, 6, 7), (4, 1, 9)] {
            let ramp =
                ndarray::Array3::from_shape_fn(shape, |(t, y, x)| (100 * t + 10 * y + x) as f64);
            let half = subsample(ramp.view());
            let interpolated = interpolate(half.view(), shape);
            assert_eq!(interpolated.dim(), shape);
            for ((t, y, x), &value) in interpolated.indexed_iter() {
                // The last point of an even length repeats the previous point.
                let source = |i: usize, len: usize| {
                    if i + 1 == len && len.is_multiple_of(2) {
                        i - 1
                    } else {
                        i
                    }
                };
                let (t, y, x) = (source(t, shape.0), source(y, shape.1), source(x, shape.2));
                assert_eq!(value, ramp[[t, y, x]], "{shape:?}");
            }
        }
    }
}
