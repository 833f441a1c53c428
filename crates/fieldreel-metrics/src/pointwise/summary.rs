//! The summary that every report prints.

use ndarray::ArrayView3;

use super::error_sums::ErrorSums;
use crate::frames::FramePair;
use crate::{Element, MetricsError};

/// Relative error above which a value counts in [`ErrorMetrics::relative_share`].
pub const RELATIVE_THRESHOLD: f64 = 1e-4;

/// How large the error of a reconstruction x̂ of a field x is, over its `N` valid values.
///
/// With `e = x̂ − x` and the original's range `R = max x − min x`. Absolute figures are in the
/// field's unit.
///
/// # A constant field
///
/// With `R = 0` the figures relative to the range are 0 when the error is 0, else infinite;
/// [`psnr_db`](Self::psnr_db) is +∞ or −∞; [`pearson`](Self::pearson) is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ErrorMetrics {
    /// `N`: values finite in both fields.
    pub valid: u64,
    /// Values finite in neither.
    pub missing: u64,
    /// Smallest valid value of the original.
    pub min: f64,
    /// Largest valid value of the original.
    pub max: f64,
    /// mean(e): positive when the reconstruction is too high.
    pub bias: f64,
    /// Mean absolute error, mean|e|.
    pub mean_abs: f64,
    /// Root mean square error, √mean(e²).
    pub rmse: f64,
    /// Maximum absolute error, max|e|.
    pub max_abs: f64,
    /// Pearson's correlation of x and x̂, `None` where either is constant, or so narrow that its
    /// variance underflows. Climate archives ask for r ≥ 0.99999 (Baker et al., *ISC High Performance
    /// Workshops 2017*, doi:10.1007/978-3-319-67630-2_3).
    pub pearson: Option<f64>,
    /// Share, in 0..=1, of the valid values with `|e| > 1e-4 · |x|` ([`RELATIVE_THRESHOLD`]).
    /// Archives ask for at most 0.05 (Baker et al. 2017). Any error where `x = 0` counts; ldcpy takes the error as
    /// absolute there.
    pub relative_share: f64,
}

impl ErrorMetrics {
    /// Compares two fields with axes `(time, y, x)` in one pass.
    ///
    /// # Errors
    ///
    /// - [`MetricsError::ShapeMismatch`] when the shapes differ;
    /// - [`MetricsError::ValidityMismatch`] when a value is finite in one field only;
    /// - [`MetricsError::NoValidValues`] when nothing is finite, or the fields are empty.
    pub fn between<T: Element>(
        original: ArrayView3<'_, T>,
        reconstruction: ArrayView3<'_, T>,
    ) -> Result<Self, MetricsError> {
        let pair = FramePair::new(original, reconstruction)?;
        // A shift by one of the values keeps the variance of, say, 101 325 ± 1e-9 from drowning in
        // the square of its mean. Where there is none, the sums stay empty anyway.
        let shift = pair.first_valid().unwrap_or(0.0);
        let frames = pair.map_frames(|original, reconstruction| {
            ErrorSums::of_frame(original, reconstruction, shift)
        });
        pair.check_left(frames.iter().map(|frame| frame.left))?;
        let mut all = ErrorSums::empty();
        for frame in &frames {
            all.merge(frame);
        }
        if all.valid == 0 {
            return Err(MetricsError::NoValidValues);
        }
        let n = all.valid as f64;
        Ok(Self {
            valid: all.valid,
            missing: all.left.missing,
            min: all.min,
            max: all.max,
            bias: all.e.value() / n,
            mean_abs: all.abs_e.value() / n,
            rmse: (all.e_e.value() / n).sqrt(),
            max_abs: all.max_abs,
            pearson: pearson(&all),
            relative_share: all.above as f64 / n,
        })
    }

    /// `R = max x − min x` of the original, in the field's unit.
    #[must_use]
    pub fn range(&self) -> f64 {
        self.max - self.min
    }

    /// Mean absolute error relative to the range, MAE / R.
    #[must_use]
    pub fn rel_mean(&self) -> f64 {
        self.relative(self.mean_abs)
    }

    /// Maximum absolute error relative to the range, max|e| / R.
    #[must_use]
    pub fn rel_max(&self) -> f64 {
        self.relative(self.max_abs)
    }

    /// RMSE / R.
    #[must_use]
    pub fn nrmse(&self) -> f64 {
        self.relative(self.rmse)
    }

    /// Peak signal-to-noise ratio in dB, `20·log₁₀(R / RMSE)`; +∞ when the RMSE is 0.
    ///
    /// The peak is the range, as in libpressio and Z-checker (Tao et al., *IJHPCA* 33, 2019). Others
    /// take another: xarrayvideo the largest code, `ClimateBenchPress` the largest magnitude.
    #[must_use]
    pub fn psnr_db(&self) -> f64 {
        if self.rmse == 0.0 {
            f64::INFINITY
        } else {
            20.0 * (self.range() / self.rmse).log10()
        }
    }

    fn relative(&self, error: f64) -> f64 {
        if error == 0.0 {
            0.0
        } else {
            error / self.range()
        }
    }
}

/// Pearson's r from the moments of `d = x − shift` and of `e`:
/// cov(x, x̂) = var x + cov(x, e), and var x̂ = var x + 2 cov(x, e) + var e.
fn pearson(all: &ErrorSums) -> Option<f64> {
    if all.min == all.max || all.min_y == all.max_y {
        return None;
    }
    let n = all.valid as f64;
    let (d, e) = (all.d.value() / n, all.e.value() / n);
    let var_x = all.d_d.value() / n - d * d;
    let var_e = all.e_e.value() / n - e * e;
    let cov = all.d_e.value() / n - d * e;
    let var_y = var_x + 2.0 * cov + var_e;
    let r = (var_x + cov) / (var_x.sqrt() * var_y.sqrt());
    r.is_finite().then(|| r.clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};

    #[test]
    fn by_hand() {
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
    fn a_constant_field() {
        let x = Array3::from_elem((2, 3, 4), 7.0_f32);
        let same = ErrorMetrics::between(x.view(), x.view()).unwrap();
        assert_eq!(
            (same.rel_max(), same.rel_mean(), same.nrmse()),
            (0.0, 0.0, 0.0)
        );
        assert_eq!((same.psnr_db(), same.pearson), (f64::INFINITY, None));
        let y = x.mapv(|v| v + 1.0);
        let off = ErrorMetrics::between(x.view(), y.view()).unwrap();
        assert_eq!(off.rel_max(), f64::INFINITY);
        assert_eq!((off.psnr_db(), off.pearson), (f64::NEG_INFINITY, None));
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
    fn missing_values_take_no_part() {
        let x = arr3(&[[[f64::NAN, 1.0, f64::INFINITY]], [[2.0, f64::NAN, 3.0]]]);
        let mut y = x.mapv(|v| v + 0.25);
        y[[0, 0, 2]] = f64::NAN;
        let m = ErrorMetrics::between(x.view(), y.view()).unwrap();
        assert_eq!((m.valid, m.missing, m.bias), (3, 3, 0.25));
    }

    #[test]
    fn what_cannot_be_compared() {
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
