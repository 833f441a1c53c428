//! The temporal means, which are subtracted before the base layer is encoded. A video codec would
//! spend bits on a static background in every frame.

use ndarray::{Array2, Axis};

use super::parts::EncodedMeans;
use crate::integers::{self, EncodedIntegers};
use crate::plan::PredictionPlan;
use crate::prepare::CodedNumbers;
use crate::value::ReelElement;
use crate::{Effort, ReelError};

/// The temporal means, axis order `(y, x)`, rounded to multiples of a step.
#[derive(Clone, Debug)]
pub(super) struct TemporalMeans {
    /// The decoded means.
    pub(super) plane: Array2<f64>,
    /// The encoded means.
    pub(super) coded: EncodedMeans<Vec<u8>>,
}

impl TemporalMeans {
    /// Computes the temporal means of numbers, and rounds and encodes them; `None` if the step is
    /// not normal or a mean exceeds `MAX_INTEGER` steps.
    pub(super) fn quantize<T: ReelElement>(
        numbers: &CodedNumbers<'_, T>,
        step: f64,
    ) -> Option<Self> {
        /// The largest integer: all integers fit into words of 64 bits.
        const MAX_INTEGER: f64 = (1_u64 << 44) as f64;

        let means = numbers.means();
        let is_in_range = |mean: &f64| (mean / step).abs() < MAX_INTEGER;
        if !step.is_normal() || !means.iter().all(is_in_range) {
            return None;
        }
        let integers = means.mapv(|mean| (mean / step).round_ties_even() as i64);
        let (height, width) = integers.dim();
        // A single plane is small, so the slower coder takes little time, and coarse levels do not
        // pay.
        let plan = PredictionPlan {
            levels: 0,
            ..PredictionPlan::for_effort(Effort::Balanced)
        };
        let coded = integers::encode(integers.as_slice()?, None, [1, height, width], &plan)?;
        Some(Self {
            plane: integers.mapv(|integer| integer as f64 * step),
            coded: EncodedMeans {
                step,
                integers: coded,
            },
        })
    }

    /// Decodes the means of a field whose frames have `height` rows and `width` columns.
    ///
    /// # Errors
    /// [`ReelError::Corrupt`] if the bytes are damaged.
    pub(super) fn decode(
        integers: &EncodedIntegers<&[u8]>,
        step: f64,
        (height, width): (usize, usize),
    ) -> Result<Array2<f64>, ReelError> {
        let unit = integers.unit(step);
        let decoded = integers::decode(integers, [1, height, width])?;
        let plane = decoded.index_axis_move(Axis(0), 0);
        Ok(plane.mapv(|integer| integer as f64 * unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decoding_inverts_quantized_means(
            (height, width, values) in (1usize..9, 1usize..9).prop_flat_map(|(h, w)| {
                (Just(h), Just(w), prop::collection::vec(-1e6..1e6_f64, 2 * h * w))
            })
        ) {
            let work = Array3::from_shape_vec((2, height, width), values).unwrap();
            let means = TemporalMeans::quantize(&CodedNumbers::<f64>::Values(work.view()), 0.25).unwrap();
            let integers = means.coded.integers.borrowed();
            let plane = TemporalMeans::decode(&integers, 0.25, (height, width)).unwrap();
            prop_assert_eq!(&plane, &means.plane);
            let exact = work.mean_axis(Axis(0)).unwrap();
            prop_assert!(exact.iter().zip(&plane).all(|(a, b)| (a - b).abs() <= 0.126));
        }
    }
}
