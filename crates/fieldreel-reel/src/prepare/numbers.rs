//! The numbers that are coded, as an array.

use std::borrow::Cow;

use fieldreel_core::element::{ValueSelection, min_max};
use ndarray::{Array2, Array3, ArrayView3};

use super::lattice::Lattice;
use super::permute::RowMajorField;
use super::row_extremes::row_extremes;
use crate::plan::AxisOrder;
use crate::value::ReelElement;

/// The values of a field after the transform of the domain, axis order `(time, y, x)`: the numbers
/// that are coded. Nothing is copied if these are the values.
#[derive(Clone, Debug)]
pub(crate) enum CodedNumbers<'a, T> {
    /// The values themselves, all of which are coded.
    Values(ArrayView3<'a, T>),
    /// The values, with an in-fill where none is coded.
    Filled(Array3<T>),
    /// The logarithms or ranks of values, with an in-fill where none is coded.
    Mapped(Array3<f64>),
}

impl<T: ReelElement> CodedNumbers<'_, T> {
    /// Returns the number at a position, minus the mean of its `(y, x)` if `means` is given.
    #[inline]
    pub(crate) fn at(&self, at: [usize; 3], means: Option<&Array2<f64>>) -> f64 {
        let number = match self {
            Self::Values(values) => values[at].to_f64(),
            Self::Filled(values) => values[at].to_f64(),
            Self::Mapped(numbers) => numbers[at],
        };
        match means {
            None => number,
            Some(means) => number - means[[at[1], at[2]]],
        }
    }

    /// Returns all numbers in an axis order, each converted by `map`. The means are subtracted
    /// first if given.
    pub(crate) fn permuted_map<W: Copy + Default>(
        &self,
        order: AxisOrder,
        means: Option<&Array2<f64>>,
        map: impl Fn(f64) -> W + Copy,
    ) -> Vec<W> {
        let shape = self.shape();
        let means = means.map(row_major_means);
        let means = means.as_deref();
        match self.row_major() {
            RowMajor::Values(numbers) => RowMajorField {
                numbers: &numbers,
                shape,
                means,
            }
            .map(order, map),
            RowMajor::Mapped(numbers) => RowMajorField {
                numbers: &numbers,
                shape,
                means,
            }
            .map(order, map),
        }
    }

    /// Returns the shape, axis order `(time, y, x)`.
    pub(crate) fn shape(&self) -> [usize; 3] {
        match self {
            Self::Values(values) => values.dim().into(),
            Self::Filled(values) => values.dim().into(),
            Self::Mapped(numbers) => numbers.dim().into(),
        }
    }

    /// Returns the temporal mean at each `(y, x)`.
    pub(crate) fn means(&self) -> Array2<f64> {
        let [_, height, width] = self.shape();
        let sums = match self.row_major() {
            RowMajor::Values(numbers) => slice_means(&numbers, height * width),
            RowMajor::Mapped(numbers) => slice_means(&numbers, height * width),
        };
        Array2::from_shape_vec((height, width), sums).unwrap_or_default()
    }

    /// Returns the smallest and the largest number of class 0, and their difference.
    pub(super) fn extremes(&self, classes: Option<&Array3<u8>>) -> ((f64, f64), f64) {
        let classes = classes.map(|classes| row_major(classes.view()));
        match self.row_major() {
            RowMajor::Values(numbers) => slice_extremes(&numbers, classes.as_deref()),
            RowMajor::Mapped(numbers) => slice_extremes(&numbers, classes.as_deref()),
        }
    }

    /// Returns the smallest and the largest number of class 0 after the means are subtracted.
    pub(crate) fn extremes_without_means(
        &self,
        means: &Array2<f64>,
        classes: Option<&Array3<u8>>,
    ) -> (f64, f64) {
        let means = row_major_means(means);
        let classes = classes.map(|classes| row_major(classes.view()));
        match self.row_major() {
            RowMajor::Values(numbers) => {
                slice_extremes_without_means(&numbers, &means, classes.as_deref())
            }
            RowMajor::Mapped(numbers) => {
                slice_extremes_without_means(&numbers, &means, classes.as_deref())
            }
        }
    }

    /// Returns the lattice of the integers of class 0.
    pub(super) fn lattice(&self, classes: Option<&Array3<u8>>) -> Lattice {
        let values = match self {
            Self::Values(values) => values.view(),
            Self::Filled(values) => values.view(),
            Self::Mapped(_) => return Lattice::default(),
        };
        let mut classes = classes.map(|classes| classes.iter());
        let is_coded = |_: &T| {
            let class = classes.as_mut().and_then(Iterator::next);
            class.is_none_or(|&class| class == 0)
        };
        Lattice::from_values(values.iter().copied().filter(is_coded))
    }

    fn row_major(&self) -> RowMajor<'_, T> {
        match self {
            Self::Values(values) => RowMajor::Values(row_major(values.view())),
            Self::Filled(values) => RowMajor::Values(row_major(values.view())),
            Self::Mapped(numbers) => RowMajor::Mapped(row_major(numbers.view())),
        }
    }
}

/// The numbers in row-major order.
enum RowMajor<'a, T: Clone> {
    Values(Cow<'a, [T]>),
    Mapped(Cow<'a, [f64]>),
}

/// Returns numbers in row-major order. Nothing is copied if this is their layout already.
pub(super) fn row_major<N: Copy>(numbers: ArrayView3<'_, N>) -> Cow<'_, [N]> {
    match numbers.to_slice() {
        Some(numbers) => Cow::Borrowed(numbers),
        None => Cow::Owned(numbers.iter().copied().collect()),
    }
}

fn row_major_means(means: &Array2<f64>) -> Cow<'_, [f64]> {
    match means.as_slice() {
        Some(means) => Cow::Borrowed(means),
        None => Cow::Owned(means.iter().copied().collect()),
    }
}

fn slice_means<N: ReelElement>(numbers: &[N], plane: usize) -> Vec<f64> {
    let mut sums = vec![0.0; plane];
    let frames = numbers.chunks_exact(plane.max(1));
    let count = frames.len() as f64;
    for frame in frames {
        for (sum, number) in sums.iter_mut().zip(frame) {
            *sum += number.to_f64();
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= count);
    sums
}

fn slice_extremes<N: ReelElement>(numbers: &[N], classes: Option<&[u8]>) -> ((f64, f64), f64) {
    let among = ValueSelection {
        classes,
        ..ValueSelection::default()
    };
    match min_max(numbers, among) {
        Some([min, max]) => ((min.to_f64(), max.to_f64()), max.minus(min)),
        None => ((f64::INFINITY, f64::NEG_INFINITY), 0.0),
    }
}

fn slice_extremes_without_means<N: ReelElement>(
    numbers: &[N],
    means: &[f64],
    classes: Option<&[u8]>,
) -> (f64, f64) {
    let plane = means.len();
    let frames = numbers.chunks(plane.max(1)).enumerate();
    let each = frames.map(|(t, frame)| {
        let classes = classes.map(|classes| &classes[t * plane..][..frame.len()]);
        row_extremes(frame, means, classes)
    });
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    each.fold(start, |(min, max), (least, largest)| {
        (min.min(least), max.max(largest))
    })
}
