//! The summary of the errors of a field.

use ndarray::ArrayView3;

use super::error_sums::ErrorSums;
use crate::frames::FramePair;
use crate::{Element, MetricsError};

/// The relative error above which a value counts in [`ErrorMetrics::relative_share`].
pub const RELATIVE_THRESHOLD: f64 = 1e-4;

/// The error metrics of a reconstruction x̂ of a field x, over its `N` valid values.
///
/// The error is `e = x̂ − x`, and `R = max x − min x` is the range of the original. Absolute
/// metrics are in the field's unit.
///
/// ```
/// use fieldreel_metrics::ErrorMetrics;
/// use ndarray::array;
///
/// let original = array![[[0.0, 1.0, 2.0, 10.0]]];
/// let reconstruction = array![[[0.5, 1.0, 2.0, 9.5]]];
/// let metrics = ErrorMetrics::between(original.view(), reconstruction.view())?;
/// assert_eq!((metrics.max_abs, metrics.mean_abs, metrics.bias), (0.5, 0.25, 0.0));
/// assert_eq!((metrics.range(), metrics.rel_max()), (10.0, 0.05));
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
///
/// # A constant field
///
/// If `R = 0`, the metrics relative to the range are 0 if the error is 0 and infinite otherwise,
/// [`psnr_db`](Self::psnr_db) is +∞ or −∞ correspondingly, and [`pearson`](Self::pearson) is
/// `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ErrorMetrics {
    /// The number `N` of values that are finite in both fields.
    pub valid: u64,
    /// The number of values that are finite in neither field.
    pub missing: u64,
    /// The smallest valid value of the original.
    pub min: f64,
    /// The largest valid value of the original.
    pub max: f64,
    /// The mean error, mean(e). It is positive if the reconstruction is too high.
    pub bias: f64,
    /// The mean absolute error (MAE), mean|e|.
    pub mean_abs: f64,
    /// The root-mean-square error (RMSE), √mean(e²).
    pub rmse: f64,
    /// The maximum absolute error, max|e|.
    pub max_abs: f64,
    /// Pearson's correlation coefficient r of x and x̂.
    ///
    /// `None` if either is constant, or so narrow that its variance underflows. Climate archives
    /// require r ≥ 0.99999 (Baker et al., *ISC High Performance Workshops 2017*,
    /// doi:10.1007/978-3-319-67630-2_3).
    pub pearson: Option<f64>,
    /// The share, in 0..=1, of the valid values with `|e| > 1e-4 · |x|` ([`RELATIVE_THRESHOLD`]).
    ///
    /// Climate archives require at most 0.05 (Baker et al. 2017). If `x = 0`, any error counts,
    /// whereas ldcpy uses the absolute error there.
    pub relative_share: f64,
}

impl ErrorMetrics {
    /// Computes the metrics of two fields with axes `(time, y, x)` in one pass.
    ///
    /// # Errors
    ///
    /// - [`MetricsError::ShapeMismatch`] if the shapes differ;
    /// - [`MetricsError::ValidityMismatch`] if a value is finite in only one field;
    /// - [`MetricsError::NoValidValues`] if no value is finite, or the fields are empty.
    pub fn between<T: Element>(
        original: ArrayView3<'_, T>,
        reconstruction: ArrayView3<'_, T>,
    ) -> Result<Self, MetricsError> {
        let pair = FramePair::new(original, reconstruction)?;
        // Without a shift by one of the values, the variance of, say, 101 325 ± 1e-9 would be lost
        // beside the square of the mean. Without a valid value, the shift is not used.
        let shift = pair.first_valid().unwrap_or(0.0);
        let frames = pair.map_frames(|original, reconstruction| {
            ErrorSums::from_frame(original, reconstruction, shift)
        });
        pair.check_mismatches(frames.iter().map(|frame| frame.skipped))?;
        let mut total = ErrorSums::empty();
        for frame in &frames {
            total.merge(frame);
        }
        if total.valid == 0 {
            return Err(MetricsError::NoValidValues);
        }
        let n = total.valid as f64;
        Ok(Self {
            valid: total.valid,
            missing: total.skipped.missing,
            min: total.min,
            max: total.max,
            bias: total.sum_e.value() / n,
            mean_abs: total.sum_abs_e.value() / n,
            rmse: (total.sum_e2.value() / n).sqrt(),
            max_abs: total.max_abs,
            pearson: pearson(&total),
            relative_share: total.above_threshold as f64 / n,
        })
    }

    /// Returns the range of the original, `R = max x − min x`, in the field's unit.
    #[must_use]
    pub fn range(&self) -> f64 {
        self.max - self.min
    }

    /// Returns the mean absolute error relative to the range, MAE / R.
    #[must_use]
    pub fn rel_mean(&self) -> f64 {
        self.relative_to_range(self.mean_abs)
    }

    /// Returns the maximum absolute error relative to the range, max|e| / R.
    #[must_use]
    pub fn rel_max(&self) -> f64 {
        self.relative_to_range(self.max_abs)
    }

    /// Returns the root-mean-square error relative to the range, RMSE / R.
    #[must_use]
    pub fn nrmse(&self) -> f64 {
        self.relative_to_range(self.rmse)
    }

    /// Returns the peak signal-to-noise ratio in dB, `20·log₁₀(R / RMSE)`, or +∞ if the RMSE is 0.
    ///
    /// The peak is the range, as in libpressio and Z-checker (Tao et al., *IJHPCA* 33, 2019).
    /// Other tools define it differently: xarrayvideo uses the largest code, and
    /// `ClimateBenchPress` the largest magnitude.
    #[must_use]
    pub fn psnr_db(&self) -> f64 {
        if self.rmse == 0.0 {
            f64::INFINITY
        } else {
            20.0 * (self.range() / self.rmse).log10()
        }
    }

    fn relative_to_range(&self, error: f64) -> f64 {
        if error == 0.0 {
            0.0
        } else {
            error / self.range()
        }
    }
}

/// Computes Pearson's r from the moments of `d = x − shift` and of `e`.
///
/// The formulas are cov(x, x̂) = var x + cov(x, e) and var x̂ = var x + 2 cov(x, e) + var e.
fn pearson(sums: &ErrorSums) -> Option<f64> {
    if sums.min == sums.max || sums.min_y == sums.max_y {
        return None;
    }
    let n = sums.valid as f64;
    let (d, e) = (sums.sum_d.value() / n, sums.sum_e.value() / n);
    let var_x = sums.sum_d2.value() / n - d * d;
    let var_e = sums.sum_e2.value() / n - e * e;
    let cov = sums.sum_de.value() / n - d * e;
    let var_y = var_x + 2.0 * cov + var_e;
    let r = (var_x + cov) / (var_x.sqrt() * var_y.sqrt());
    r.is_finite().then(|| r.clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};

    #[test]
    fn metrics_match_values_computed_by_hand() {
        let x = arr3(&[[[0.0_f32, 1.0], [2.0, 4.0]]]);
        let y = arr3(&[[[0.0_f32, 2.0], [2.0, 1.0]]]);
        let m = ErrorMetrics::between(x.view(), y.view()).unwrap();
        // e = 0, 1, 0, −3.
        assert_eq!((m.valid, m.missing, m.min, m.max), (4, 0, 0.0, 4.0));
        assert_eq!(m.bias, -0.5);
        assert_eq!(m.mean_abs, 1.0);
        assert_eq!(m.rmse, 2.5_f64.sqrt());
        assert_eq!(m.max_abs, 3.0);
        assert_eq!(m.rel_max(), 0.75);
        assert_eq!(m.rel_mean(), 0.25);
        assert_eq!(m.nrmse(), 2.5_f64.sqrt() / 4.0);
        assert!((m.psnr_db() - 20.0 * (4.0 / 2.5_f64.sqrt()).log10()).abs() < 1e-12);
        assert_eq!(m.relative_share, 0.5);
        // x − 1.75 and y − 1.25: cov 1.25/4, var 8.75/4, var 2.75/4.
        let r = 1.25 / (8.75_f64 * 2.75).sqrt();
        assert!((m.pearson.unwrap() - r).abs() < 1e-14);
    }

    #[test]
    fn negative_errors_count_in_the_maximum() {
        let x = arr3(&[[[1.0, 5.0]]]);
        let y = arr3(&[[[1.5, 1.0]]]);
        assert_eq!(
            ErrorMetrics::between(x.view(), y.view()).unwrap().max_abs,
            4.0
        );
    }

    #[test]
    fn relative_metrics_of_a_constant_field_are_zero_or_infinite() {
        let x = Array3::from_elem((2, 3, 4), 7.0_f32);
        let same = ErrorMetrics::between(x.view(), x.view()).unwrap();
        assert_eq!(
            (same.rel_max(), same.rel_mean(), same.nrmse()),
            (0.0, 0.0, 0.0)
        );
        assert_eq!((same.psnr_db(), same.pearson), (f64::INFINITY, None));
        let y = x.mapv(|v| v + 1.0);
        let shifted = ErrorMetrics::between(x.view(), y.view()).unwrap();
        assert_eq!(shifted.rel_max(), f64::INFINITY);
        assert_eq!(
            (shifted.psnr_db(), shifted.pearson),
            (f64::NEG_INFINITY, None)
        );
    }

    #[test]
    fn a_constant_reconstruction_has_no_correlation() {
        let x = arr3(&[[[0.1, 0.2, 0.3]]]);
        let y = Array3::from_elem((1, 1, 3), 0.2);
        let m = ErrorMetrics::between(x.view(), y.view()).unwrap();
        assert_eq!(m.pearson, None);
    }

    #[test]
    fn the_largest_f32_values_do_not_overflow() {
        let x = arr3(&[[[-3e38_f32, 3e38]]]);
        let y = arr3(&[[[3e38_f32, -3e38]]]);
        let m = ErrorMetrics::between(x.view(), y.view()).unwrap();
        let v = f64::from(3e38_f32);
        assert_eq!(
            (m.range(), m.max_abs, m.mean_abs),
            (2.0 * v, 2.0 * v, 2.0 * v)
        );
        assert!((m.rmse / (2.0 * v) - 1.0).abs() < 1e-15);
        assert_eq!((m.bias, m.rel_max(), m.pearson), (0.0, 1.0, Some(-1.0)));
    }

    #[test]
    fn a_narrow_range_far_from_zero_keeps_its_correlation() {
        let x = Array3::from_shape_fn((4, 8, 8), |(t, y, x)| {
            1e5 + 1e-9 * ((t * 64 + y * 8 + x) as f64)
        });
        let m = ErrorMetrics::between(x.view(), x.view()).unwrap();
        assert_eq!(m.pearson, Some(1.0));
    }

    #[test]
    fn missing_values_are_ignored() {
        let x = arr3(&[[[f64::NAN, 1.0, f64::INFINITY]], [[2.0, f64::NAN, 3.0]]]);
        let mut y = x.mapv(|v| v + 0.25);
        y[[0, 0, 2]] = f64::NAN;
        let m = ErrorMetrics::between(x.view(), y.view()).unwrap();
        assert_eq!((m.valid, m.missing, m.bias), (3, 3, 0.25));
    }

    #[test]
    fn fields_that_cannot_be_compared_are_an_error() {
        let x = Array3::<f64>::zeros((2, 2, 3));
        let y = Array3::<f64>::zeros((2, 3, 2));
        assert_eq!(
            ErrorMetrics::between(x.view(), y.view()),
            Err(MetricsError::ShapeMismatch {
                original: [2, 2, 3],
                reconstruction: [2, 3, 2]
            })
        );
        let mut y = x.clone();
        y[[1, 0, 2]] = f64::NAN;
        y[[1, 1, 1]] = f64::INFINITY;
        assert_eq!(
            ErrorMetrics::between(x.view(), y.view()),
            Err(MetricsError::ValidityMismatch {
                count: 2,
                first: [1, 0, 2]
            })
        );
        let nan = x.mapv(|_| f64::NAN);
        let empty = Array3::<f64>::zeros((0, 2, 3));
        for field in [nan, empty] {
            assert_eq!(
                ErrorMetrics::between(field.view(), field.view()),
                Err(MetricsError::NoValidValues)
            );
        }
    }
}
