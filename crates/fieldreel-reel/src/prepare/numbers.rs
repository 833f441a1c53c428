//! The numbers that are coded, place by place.

use multiversion::multiversion;
use ndarray::{Array2, Array3, ArrayView3, Zip};

use crate::plan::AxisOrder;
use crate::value::Value;

/// The numbers that are coded, axis order `(time, y, x)`: no copy where they are the values.
#[derive(Clone, Debug)]
pub(crate) enum Numbers<'a, T> {
    /// The values themselves, all of which are coded.
    Values(ArrayView3<'a, T>),
    /// Others, smooth where none is coded.
    Own(Array3<f64>),
}

impl<T: Value> Numbers<'_, T> {
    /// The number at a place, less the mean of its `(y, x)` if there are means.
    #[inline]
    pub(crate) fn at(&self, at: [usize; 3], means: Option<&Array2<f64>>) -> f64 {
        let number = match self {
            Self::Values(values) => values[at].to_f64(),
            Self::Own(numbers) => numbers[at],
        };
        match means {
            None => number,
            Some(means) => number - means[[at[1], at[2]]],
        }
    }

    /// A function of all numbers, in another order of axes.
    pub(crate) fn permuted_map<W>(&self, order: AxisOrder, of: impl Fn(f64) -> W) -> Vec<W> {
        match self {
            Self::Values(values) => {
                let values = order.permuted(values.view());
                values.iter().map(|value| of(value.to_f64())).collect()
            }
            Self::Own(numbers) => {
                let numbers = order.permuted(numbers.view());
                numbers.iter().map(|&number| of(number)).collect()
            }
        }
    }

    /// A function of all numbers and their places `(time, y, x)`, in another order of axes.
    pub(crate) fn permuted_map_at<W>(
        &self,
        order: AxisOrder,
        field: [usize; 3],
        of: impl Fn([usize; 3], f64) -> W,
    ) -> Vec<W> {
        let axes = order.axes();
        let [planes, height, width] = order.shape(field);
        let mut all = Vec::with_capacity(planes * height * width);
        let mut at = [0; 3];
        for a in 0..planes {
            for b in 0..height {
                for c in 0..width {
                    (at[axes[0]], at[axes[1]], at[axes[2]]) = (a, b, c);
                    all.push(of(at, self.at(at, None)));
                }
            }
        }
        all
    }

    /// The shape, axis order `(time, y, x)`.
    pub(crate) fn shape(&self) -> [usize; 3] {
        match self {
            Self::Values(values) => values.dim().into(),
            Self::Own(numbers) => numbers.dim().into(),
        }
    }

    /// The mean over time at each `(y, x)`.
    pub(crate) fn means(&self) -> Array2<f64> {
        let [frames, height, width] = self.shape();
        let mut sums = Array2::<f64>::zeros((height, width));
        for t in 0..frames {
            for ((y, x), sum) in sums.indexed_iter_mut() {
                *sum += self.at([t, y, x], None);
            }
        }
        sums / frames as f64
    }

    /// The smallest and the largest, less means, where one is coded: where the class is 0.
    pub(crate) fn extremes(
        &self,
        means: Option<&Array2<f64>>,
        classes: Option<&Array3<u8>>,
    ) -> (f64, f64) {
        if let (Self::Values(values), None, None) = (self, means, classes)
            && let Some(values) = values.as_slice()
        {
            return extremes_of(values);
        }
        let mut extremes = (f64::INFINITY, f64::NEG_INFINITY);
        let mut add = |at, class: u8| {
            if class == 0 {
                let number = self.at(at, means);
                extremes = (extremes.0.min(number), extremes.1.max(number));
            }
        };
        let [frames, height, width] = self.shape();
        match classes {
            Some(classes) => {
                Zip::indexed(classes).for_each(|(t, y, x), &class| add([t, y, x], class));
            }
            None => {
                for t in 0..frames {
                    for y in 0..height {
                        for x in 0..width {
                            add([t, y, x], 0);
                        }
                    }
                }
            }
        }
        extremes
    }
}

/// The smallest and the largest of values that are all finite.
#[multiversion(targets("x86_64+avx2"))]
fn extremes_of<T: Value>(values: &[T]) -> (f64, f64) {
    const LANES: usize = 16;

    let first = values.first().copied().unwrap_or_default();
    let (mut least, mut largest) = ([first; LANES], [first; LANES]);
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut add = |lane: usize, value: T| {
        if value < least[lane] {
            least[lane] = value;
        }
        if value > largest[lane] {
            largest[lane] = value;
        }
    };
    for chunk in chunks {
        for (lane, &value) in chunk.iter().enumerate() {
            add(lane, value);
        }
    }
    for (lane, &value) in rest.iter().enumerate() {
        add(lane, value);
    }
    let min = least
        .into_iter()
        .fold(f64::INFINITY, |min, value| min.min(value.to_f64()));
    let max = largest
        .into_iter()
        .fold(f64::NEG_INFINITY, |max, value| max.max(value.to_f64()));
    (min, max)
}
