//! Each point's mean over time, taken out before the base layer: a static background in every
//! frame costs a video codec its share of each.

use ndarray::{Array2, ArrayView2, Axis};

use super::parts::MeansPlane;
use crate::ReelError;
use crate::correction::{self, Effort, Known};
use crate::prepare::Numbers;
use crate::value::Value;

/// The means over time, axis order `(y, x)`, in multiples of a step.
#[derive(Clone, Debug)]
pub(super) struct Means {
    step: f64,
    /// The plane as it is decoded.
    pub(super) plane: Array2<f64>,
    bytes: Vec<u8>,
}

impl Means {
    /// The means of numbers over time; `None` if they are beyond what is coded.
    pub(super) fn of<T: Value>(
        numbers: &Numbers<'_, T>,
        step: f64,
        effort: Effort,
    ) -> Option<Self> {
        let means = numbers.means();
        let held = |mean: &f64| (mean / step).abs() < 1e15;
        if !step.is_normal() || !means.iter().all(held) {
            return None;
        }
        let levels = means.mapv(|mean| (mean / step).round_ties_even() as i64);
        let mut residuals = Array2::zeros(levels.raw_dim());
        for ((y, x), residual) in residuals.indexed_iter_mut() {
            *residual = levels[[y, x]] - predicted(levels.view(), y, x);
        }
        let residuals = residuals.insert_axis(Axis(0));
        Some(Self {
            step,
            plane: levels.mapv(|level| level as f64 * step),
            bytes: correction::encode(residuals.view(), Known::default(), effort),
        })
    }

    /// The encoded plane.
    pub(super) fn into_parts(self) -> MeansPlane<Vec<u8>> {
        MeansPlane {
            step: self.step,
            bytes: self.bytes,
        }
    }

    /// The plane that these bytes hold, of `(y, x)` as the caller knows.
    pub(super) fn decode(
        bytes: &[u8],
        step: f64,
        (height, width): (usize, usize),
    ) -> Result<Array2<f64>, ReelError> {
        let residuals = correction::decode_all(bytes, (1, height, width), Known::default());
        let mut levels = residuals
            .map_err(|_| ReelError::damaged("the plane of means"))?
            .index_axis_move(Axis(0), 0);
        for y in 0..height {
            for x in 0..width {
                let level = levels[[y, x]].wrapping_add(predicted(levels.view(), y, x));
                levels[[y, x]] = level;
            }
        }
        Ok(levels.mapv(|level| level as f64 * step))
    }
}

/// The median of the left, the upper, and left + upper − upper left (LOCO-I; Weinberger, Seroussi,
/// Sapiro 2000).
fn predicted(levels: ArrayView2<'_, i64>, y: usize, x: usize) -> i64 {
    let (left, upper) = match (y, x) {
        (0, 0) => return 0,
        (0, _) => return levels[[0, x - 1]],
        (_, 0) => return levels[[y - 1, 0]],
        _ => (levels[[y, x - 1]], levels[[y - 1, x]]),
    };
    let corner = levels[[y - 1, x - 1]];
    if corner >= left.max(upper) {
        left.min(upper)
    } else if corner <= left.min(upper) {
        left.max(upper)
    } else {
        left.wrapping_add(upper).wrapping_sub(corner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn planes_come_back(
            (height, width, values) in (1usize..9, 1usize..9).prop_flat_map(|(h, w)| {
                (Just(h), Just(w), prop::collection::vec(-1e6..1e6_f64, 2 * h * w))
            })
        ) {
            let work = Array3::from_shape_vec((2, height, width), values).unwrap();
            let means = Means::of(&Numbers::<f64>::Values(work.view()), 0.25, Effort::Best).unwrap();
            let plane = Means::decode(&means.bytes, 0.25, (height, width)).unwrap();
            prop_assert_eq!(&plane, &means.plane);
            let exact = work.mean_axis(Axis(0)).unwrap();
            prop_assert!(exact.iter().zip(&plane).all(|(a, b)| (a - b).abs() <= 0.126));
        }
    }
}
