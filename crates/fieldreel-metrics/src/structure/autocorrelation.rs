//! The autocorrelation of the error.

use ndarray::ArrayView3;

use crate::frames::{CompensatedSum, FramePair};
use crate::{Element, ErrorMetrics, MetricsError};

/// The autocorrelation at lag 1 of the error `e = x̂ − x` along each axis.
///
/// It is near 0 for white noise, which averages out, and near 1 for a coherent error, which can be
/// mistaken for a signal. It is `None` along an axis of length 1 or without two valid neighbors,
/// and along all axes if the error is the same everywhere.
///
/// See the example of [`error_autocorrelation`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ErrorAutocorrelation {
    /// The autocorrelation along time.
    pub t: Option<f64>,
    /// The autocorrelation along y.
    pub y: Option<f64>,
    /// The autocorrelation along x.
    pub x: Option<f64>,
}

/// Computes the autocorrelation at lag 1 of the error of two fields with axes `(time, y, x)`.
///
/// The autocorrelation along an axis is mean((eᵢ − ē)(eᵢ₊₁ − ē)) / mean((e − ē)²), as in Z-checker
/// (Tao et al., *IJHPCA* 33, 2019). The first mean is over all pairs of valid neighbors and the
/// second over all valid values, so the results for small fields can be slightly outside −1..=1.
///
/// ```
/// use fieldreel_metrics::error_autocorrelation;
/// use ndarray::array;
///
/// // The error is the same in both rows, and alternates between the columns.
/// let original = array![[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]];
/// let reconstruction = array![[[1.5, 1.5, 3.5, 3.5], [5.5, 5.5, 7.5, 7.5]]];
/// let lag_1 = error_autocorrelation(original.view(), reconstruction.view())?;
/// assert_eq!((lag_1.t, lag_1.y, lag_1.x), (None, Some(1.0), Some(-1.0)));
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] if the shapes differ;
/// - [`MetricsError::ValidityMismatch`] if a value is finite in only one field;
/// - [`MetricsError::NoValidValues`] if no value is finite, or the fields are empty.
pub fn error_autocorrelation<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<ErrorAutocorrelation, MetricsError> {
    let mean = ErrorMetrics::between(original, reconstruction)?.bias;
    let pair = FramePair::new(original, reconstruction)?;
    let (frames, _, width) = pair.shape();
    let deviations = |t| {
        let mut error = pair.error_frame(t);
        for e in &mut error {
            *e -= mean;
        }
        error
    };
    let sums = pair.map_indices(0..frames, |t| {
        let error = deviations(t);
        let mut sums = [ProductSum::default(); 4];
        sums[0].add_rows(&error, &error, width);
        if t + 1 < frames {
            sums[1].add_rows(&error, &deviations(t + 1), width);
        }
        sums[2].add_rows(&error[..error.len() - width], &error[width..], width);
        for row in error.chunks_exact(width) {
            sums[3].add_rows(&row[..width - 1], &row[1..], width);
        }
        sums
    });
    let mut totals = [ProductSum::default(); 4];
    for frame in &sums {
        for (total, frame) in totals.iter_mut().zip(frame) {
            total.count += frame.count;
            total.sum.merge(frame.sum);
        }
    }
    let [variance, t, y, x] = totals.map(ProductSum::mean);
    let normalized = |covariance: Option<f64>| Some(covariance? / variance.filter(|v| *v > 0.0)?);
    Ok(ErrorAutocorrelation {
        t: normalized(t),
        y: normalized(y),
        x: normalized(x),
    })
}

/// The number and the sum of the products of neighboring deviations.
#[derive(Debug, Clone, Copy, Default)]
struct ProductSum {
    count: u64,
    sum: CompensatedSum,
}

impl ProductSum {
    /// Adds the products of `current` and `next`, with one plain sum per row.
    fn add_rows(&mut self, current: &[f64], next: &[f64], width: usize) {
        for (current, next) in current.chunks(width).zip(next.chunks(width)) {
            let mut row_sum = 0.0;
            for (current, next) in current.iter().zip(next) {
                let product = current * next;
                if !product.is_nan() {
                    row_sum += product;
                    self.count += 1;
                }
            }
            self.sum.add(row_sum);
        }
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum.value() / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};

    #[test]
    fn an_alternating_error_along_x_has_autocorrelation_minus_one() {
        let x = Array3::<f32>::zeros((2, 1, 4));
        let y = Array3::from_shape_fn((2, 1, 4), |(_, _, i)| if i % 2 == 0 { 1.0 } else { -1.0 });
        let r = error_autocorrelation(x.view(), y.view()).unwrap();
        assert_eq!((r.t, r.y, r.x), (Some(1.0), None, Some(-1.0)));
    }

    #[test]
    fn autocorrelations_with_a_missing_value_match_values_computed_by_hand() {
        let x = arr3(&[[[0.0, 0.0, 0.0, f64::NAN, 0.0]]]);
        let y = arr3(&[[[1.0, 2.0, 3.0, f64::NAN, 2.0]]]);
        // ē = 2; deviations −1, 0, 1, _, 0; both neighboring products are 0.
        let r = error_autocorrelation(x.view(), y.view()).unwrap();
        assert_eq!(r.x, Some(0.0));
        let y = arr3(&[[[3.0, 3.0, 0.0, f64::NAN, 2.0]]]);
        // Deviations 1, 1, −2, _, 0: (1 − 2)/2 over 6/4.
        let r = error_autocorrelation(x.view(), y.view()).unwrap();
        assert!((r.x.unwrap() + 1.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn a_constant_error_has_no_autocorrelation() {
        let x = Array3::<f32>::zeros((2, 2, 2));
        let r = error_autocorrelation(x.view(), x.view()).unwrap();
        assert_eq!((r.t, r.y, r.x), (None, None, None));
    }
}
