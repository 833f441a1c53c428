//! The error of gradients.

use ndarray::ArrayView3;

use crate::frames::{CompensatedSum, FramePair};
use crate::{Element, MetricsError};

/// The RMSE of the central differences `(x[i+1] − x[i−1]) / 2` along each axis.
///
/// The unit is the field's unit per grid step. A difference is ignored if one of its two values is
/// missing. The RMSE is `None` along an axis that is shorter than 3 or has no two valid values
/// that are two steps apart.
///
/// See the example of [`gradient_error`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct GradientError {
    /// The RMSE along time.
    pub t: Option<f64>,
    /// The RMSE along y.
    pub y: Option<f64>,
    /// The RMSE along x.
    pub x: Option<f64>,
}

/// Computes the RMSE of the central differences of two fields with axes `(time, y, x)`.
///
/// Differences are linear, so the RMSE follows from the error `e = x̂ − x`:
/// √mean(((e[i+1] − e[i−1]) / 2)²).
///
/// ```
/// use fieldreel_metrics::gradient_error;
/// use ndarray::Array3;
///
/// let original = Array3::<f64>::zeros((1, 3, 4));
/// let reconstruction = Array3::from_shape_fn((1, 3, 4), |(_, _, x)| 0.5 * x as f64);
/// let error = gradient_error(original.view(), reconstruction.view())?;
/// assert_eq!((error.t, error.y, error.x), (None, Some(0.0), Some(0.5)));
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] if the shapes differ;
/// - [`MetricsError::ValidityMismatch`] if a value is finite in only one field;
/// - [`MetricsError::NoValidValues`] if no value is finite, or the fields are empty.
pub fn gradient_error<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<GradientError, MetricsError> {
    let pair = FramePair::new(original, reconstruction)?;
    pair.check_validity()?;
    let (frames, _, width) = pair.shape();
    let sums = pair.map_indices(0..frames, |t| {
        let error = pair.error_frame(t);
        let mut sums = [SquareSum::default(); 3];
        if t + 2 < frames {
            sums[0].add_rows(&error, &pair.error_frame(t + 2), width);
        }
        if error.len() > 2 * width {
            sums[1].add_rows(
                &error[..error.len() - 2 * width],
                &error[2 * width..],
                width,
            );
        }
        if width > 2 {
            for row in error.chunks_exact(width) {
                sums[2].add_rows(&row[..width - 2], &row[2..], width);
            }
        }
        sums
    });
    let mut totals = [SquareSum::default(); 3];
    for frame in &sums {
        for (total, frame) in totals.iter_mut().zip(frame) {
            total.count += frame.count;
            total.sum.merge(frame.sum);
        }
    }
    let [t, y, x] = totals.map(SquareSum::root_mean_square);
    Ok(GradientError { t, y, x })
}

/// The number and the sum of squared central differences.
#[derive(Debug, Clone, Copy, Default)]
struct SquareSum {
    count: u64,
    sum: CompensatedSum,
}

impl SquareSum {
    /// Adds the squared differences between `before` and `after`, with one plain sum per row.
    fn add_rows(&mut self, before: &[f64], after: &[f64], width: usize) {
        for (before, after) in before.chunks(width).zip(after.chunks(width)) {
            let mut row_sum = 0.0;
            for (before, after) in before.iter().zip(after) {
                let difference = (after - before) / 2.0;
                if !difference.is_nan() {
                    row_sum += difference * difference;
                    self.count += 1;
                }
            }
            self.sum.add(row_sum);
        }
    }

    fn root_mean_square(self) -> Option<f64> {
        (self.count > 0).then(|| (self.sum.value() / self.count as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};

    #[test]
    fn errors_of_a_single_value_match_values_computed_by_hand() {
        let x = Array3::<f32>::zeros((1, 3, 4));
        let mut y = x.clone();
        y[[0, 1, 1]] = 4.0;
        let error = gradient_error(x.view(), y.view()).unwrap();
        // Along x there are six differences, one of which is −2. Along y there are four, and none
        // of them depends on row 1.
        assert_eq!(error.x, Some((4.0_f64 / 6.0).sqrt()));
        assert_eq!(error.y, Some(0.0));
        assert_eq!(error.t, None);
    }

    #[test]
    fn differences_along_time_ignore_missing_values() {
        let x = arr3(&[[[0.0, f64::NAN]], [[0.0, 0.0]], [[0.0, 0.0]]]);
        let y = arr3(&[[[0.0, f64::NAN]], [[9.0, 9.0]], [[6.0, 6.0]]]);
        let error = gradient_error(x.view(), y.view()).unwrap();
        assert_eq!((error.t, error.y, error.x), (Some(3.0), None, None));
    }
}
