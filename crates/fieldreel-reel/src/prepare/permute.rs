//! Numbers and classes in another axis order.

use std::borrow::Cow;

use multiversion::multiversion;
use ndarray::ArrayView3;

use super::numbers::row_major;
use crate::plan::AxisOrder;
use crate::value::ReelElement;

/// The number of rows and of columns of the tiles that are transposed as a whole.
const TILE: usize = 16;

/// Returns classes, axis order `(time, y, x)`, in another axis order, in row-major layout. Nothing
/// is copied if this is their layout already.
pub(crate) fn permuted_classes(classes: ArrayView3<'_, u8>, order: AxisOrder) -> Cow<'_, [u8]> {
    let shape = classes.dim().into();
    let classes = row_major(classes);
    match order {
        AxisOrder::Tyx => classes,
        _ => Cow::Owned(
            RowMajorField {
                numbers: &classes,
                shape,
                means: None,
            }
            .permuted(order),
        ),
    }
}

/// The numbers of a field in row-major order, axis order `(time, y, x)`.
#[derive(Clone, Copy)]
pub(super) struct RowMajorField<'a, N> {
    pub(super) numbers: &'a [N],
    pub(super) shape: [usize; 3],
    /// The temporal mean at each `(y, x)`, which is subtracted first.
    pub(super) means: Option<&'a [f64]>,
}

impl<'a, N> RowMajorField<'a, N> {
    /// Returns row `(t, y)` and its means.
    fn row(&self, t: usize, y: usize) -> (&'a [N], Option<&'a [f64]>) {
        let [_, height, width] = self.shape;
        let row = &self.numbers[(t * height + y) * width..][..width];
        (row, self.means.map(|means| &means[y * width..][..width]))
    }

    /// Returns all numbers in an axis order, each converted by `map` after its mean is subtracted.
    pub(super) fn map<W: Copy + Default>(
        &self,
        order: AxisOrder,
        map: impl Fn(f64) -> W + Copy,
    ) -> Vec<W>
    where
        N: ReelElement,
    {
        self.permuted_by(order, |to, row, means| set_row(to, row, means, map))
    }

    /// Returns all numbers in an axis order. No mean is subtracted.
    fn permuted(&self, order: AxisOrder) -> Vec<N>
    where
        N: Copy + Default,
    {
        self.permuted_by(order, |to, row, _| to.copy_from_slice(row))
    }

    /// Returns all numbers in an axis order. `set_row` sets a part of a row of the field from its
    /// numbers and their means.
    fn permuted_by<W: Copy + Default>(
        &self,
        order: AxisOrder,
        set_row: impl Fn(&mut [W], &[N], Option<&[f64]>),
    ) -> Vec<W> {
        let mut all = vec![W::default(); self.numbers.len()];
        let axes = order.axes();
        let [planes, height, width] = order.shape(self.shape);
        if all.is_empty() {
            return all;
        }
        if axes[2] == 2 {
            for (at, to) in all.chunks_exact_mut(width).enumerate() {
                let (a, b) = (at / height, at % height);
                let (row, means) = if axes[0] == 0 {
                    self.row(a, b)
                } else {
                    self.row(b, a)
                };
                set_row(to, row, means);
            }
            return all;
        }
        // The contiguous axis of the result is `time` or `y`; `other` is the other one of these
        // two.
        let (x_stride, other_stride) = match axes[0] {
            2 => (height * width, width),
            _ => (width, height * width),
        };
        let others = if axes[0] == 2 { height } else { planes };
        let mut tile = [[W::default(); TILE]; TILE];
        for other in 0..others {
            for x in (0..self.shape[2]).step_by(TILE) {
                let end = (x + TILE).min(self.shape[2]);
                for first in (0..width).step_by(TILE) {
                    let last = (first + TILE).min(width);
                    for (at, to) in (first..last).zip(&mut tile) {
                        let (row, means) = match axes[2] {
                            0 => self.row(at, other),
                            _ => self.row(other, at),
                        };
                        let means = means.map(|means| &means[x..end]);
                        set_row(&mut to[..end - x], &row[x..end], means);
                    }
                    for column in x..end {
                        let start = column * x_stride + other * other_stride + first;
                        let to = &mut all[start..start + last - first];
                        for (to, row) in to.iter_mut().zip(&tile) {
                            *to = row[column - x];
                        }
                    }
                }
            }
        }
        all
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn set_row<N: ReelElement, W>(
    to: &mut [W],
    row: &[N],
    means: Option<&[f64]>,
    map: impl Fn(f64) -> W + Copy,
) {
    match means {
        None => {
            for (to, number) in to.iter_mut().zip(row) {
                *to = map(number.to_f64());
            }
        }
        Some(means) => {
            for ((to, number), mean) in to.iter_mut().zip(row).zip(means) {
                *to = map(number.to_f64() - mean);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Array3, Axis};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn map_permutes_axes_in_every_order(
            shape in [1_usize..40, 1_usize..40, 1_usize..40],
            has_means: bool,
        ) {
            let [_, height, width] = shape;
            let numbers = Array3::from_shape_fn(shape, |(t, y, x)| (10_000 * t + 100 * y + x) as f32);
            let means = Array2::from_shape_fn((height, width), |(y, x)| (y + 2 * x) as f64);
            let expected = Array3::from_shape_fn(shape, |(t, y, x)| {
                f64::from(numbers[[t, y, x]]) - if has_means { means[[y, x]] } else { 0.0 }
            });
            let field = RowMajorField {
                numbers: numbers.as_slice().unwrap(),
                shape,
                means: has_means.then(|| means.as_slice().unwrap()),
            };
            for order in AxisOrder::ALL {
                let found = field.map(order, |number| number);
                let expected: Vec<f64> = order.permuted(expected.view()).iter().copied().collect();
                prop_assert_eq!(found, expected, "{}", order);
            }
        }

        #[test]
        fn classes_are_permuted_in_every_order(
            shape in [1_usize..40, 1_usize..40, 1_usize..40],
            is_reversed: bool,
        ) {
            let mut classes = Array3::from_shape_fn(shape, |(t, y, x)| (7 * t + 5 * y + 3 * x) as u8);
            if is_reversed {
                classes.invert_axis(Axis(1));
            }
            for order in AxisOrder::ALL {
                let expected: Vec<u8> = order.permuted(classes.view()).iter().copied().collect();
                prop_assert_eq!(&permuted_classes(classes.view(), order)[..], &expected, "{}", order);
            }
        }
    }
}
