//! The two-sample Kolmogorov–Smirnov test.

use ndarray::ArrayView3;
use rayon::prelude::*;

use crate::frames::FramePair;
use crate::{Element, MetricsError};

/// The result of the two-sample Kolmogorov–Smirnov test of two fields.
///
/// See the example of [`ks_test`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct KsTest {
    /// The Kolmogorov–Smirnov statistic, in 0..=1.
    ///
    /// This is the largest distance between the two empirical distribution functions. It is exact.
    pub statistic: f64,
    /// The probability of a statistic at least as large for two independent samples of the same
    /// distribution.
    ///
    /// Climate archives require at least 0.05 (Baker et al., *ISC High Performance Workshops
    /// 2017*, doi:10.1007/978-3-319-67630-2_3).
    pub p_value: f64,
}

/// Performs the Kolmogorov–Smirnov test on the valid values of two fields with axes
/// `(time, y, x)`.
///
/// Both fields are copied and sorted, which takes the memory of both fields again. With `n` valid
/// values in each field, the statistic is `h / n` for an integer `h`, and the p-value is exact
/// (Gnedenko and Korolyuk 1951; the same as `scipy.stats.ks_2samp(method="exact")`):
///
/// p = 2 · Σₖ₌₁ (−1)ᵏ⁺¹ · C(2n, n − kh) / C(2n, n)
///
/// ```
/// use fieldreel_metrics::ks_test;
/// use ndarray::Array3;
///
/// let original = Array3::from_shape_fn((2, 5, 10), |(t, y, x)| (50 * t + 10 * y + x) as f32);
/// let shifted = original.mapv(|value| value + 20.0);
/// let test = ks_test(original.view(), shifted.view())?;
/// // The smallest 20 of the 100 values are below all shifted ones.
/// assert_eq!(test.statistic, 0.2);
/// assert!(test.p_value < 0.05);
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] if the shapes differ;
/// - [`MetricsError::ValidityMismatch`] if a value is finite in only one field;
/// - [`MetricsError::NoValidValues`] if no value is finite, or the fields are empty.
pub fn ks_test<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<KsTest, MetricsError> {
    FramePair::new(original, reconstruction)?.check_validity()?;
    let (x, y) = rayon::join(
        || sorted_valid_values(original),
        || sorted_valid_values(reconstruction),
    );
    let h = max_count_difference(&x, &y);
    Ok(KsTest {
        statistic: h as f64 / x.len() as f64,
        p_value: p_value(x.len(), h),
    })
}

fn sorted_valid_values<T: Element>(field: ArrayView3<'_, T>) -> Vec<T> {
    let mut values: Vec<T> = field
        .iter()
        .copied()
        .filter(|value| value.to_f64().is_finite())
        .collect();
    // An unstable sort suffices: the order of equal values, including −0 and +0, has no effect.
    values.par_sort_unstable_by(|a, b| a.to_f64().total_cmp(&b.to_f64()));
    values
}

/// Returns the maximum of |#(x ≤ v) − #(y ≤ v)| over all v.
fn max_count_difference<T: Element>(x: &[T], y: &[T]) -> usize {
    let (mut i, mut j, mut max_difference) = (0, 0, 0);
    while i < x.len() && j < y.len() {
        let v = if x[i] < y[j] { x[i] } else { y[j] };
        while i < x.len() && x[i] <= v {
            i += 1;
        }
        while j < y.len() && y[j] <= v {
            j += 1;
        }
        max_difference = max_difference.max(i.abs_diff(j));
    }
    max_difference
}

/// Returns the p-value of the statistic `h / n` for two samples of `n` values each.
fn p_value(n: usize, h: usize) -> f64 {
    if h == 0 {
        return 1.0;
    }
    let n = n as f64;
    // C(2n, n − m) / C(2n, n) = Π (n − j) / (n + j + 1) for j < m, which is about exp(−m²/n). It
    // underflows after about 27·√n factors, whatever h is.
    let (mut ratio, mut j, mut sign, mut sum) = (1.0, 0.0, 1.0, 0.0);
    loop {
        for _ in 0..h {
            ratio *= (n - j) / (n + j + 1.0);
            j += 1.0;
            if ratio <= f64::MIN_POSITIVE {
                return f64::clamp(2.0 * sum, 0.0, 1.0);
            }
        }
        sum += sign * ratio;
        sign = -sign;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};

    #[test]
    fn overlapping_samples_match_values_computed_by_hand() {
        let x = arr3(&[[[1.0_f32, 2.0, 3.0, 4.0]]]);
        let y = arr3(&[[[3.0_f32, 4.0, 5.0, 6.0]]]);
        let ks = ks_test(x.view(), y.view()).unwrap();
        assert_eq!(ks.statistic, 0.5);
        // h = 2: 2·(C(8,2) − C(8,0))/C(8,4) = 2·(28 − 1)/70.
        assert!((ks.p_value - 54.0 / 70.0).abs() < 1e-15);
    }

    #[test]
    fn disjoint_and_identical_samples_have_extreme_statistics() {
        let x = arr3(&[[[1.0, 2.0, 3.0]]]);
        let ks = ks_test(x.view(), x.mapv(|v| v + 10.0).view()).unwrap();
        // h = 3: 2·C(6,0)/C(6,3).
        assert_eq!(ks.statistic, 1.0);
        assert!((ks.p_value - 0.1).abs() < 1e-15);
        let ks = ks_test(x.view(), x.view()).unwrap();
        assert_eq!((ks.statistic, ks.p_value), (0.0, 1.0));
    }

    #[test]
    fn ties_signed_zeros_and_missing_values_are_handled() {
        let x = arr3(&[[[0.0, 0.0, 1.0, f64::NAN]]]);
        let y = arr3(&[[[-0.0, 0.0, 0.0, f64::NAN]]]);
        let ks = ks_test(x.view(), y.view()).unwrap();
        assert_eq!(ks.statistic, 1.0 / 3.0);
    }

    #[test]
    fn the_p_value_of_a_large_sample_is_near_kolmogorovs_limit() {
        let n = 100_000;
        let h = 500;
        // 2·Σ(−1)^{k+1} exp(−2k²λ²) with λ = D·√(n/2).
        let lambda_squared = (h * h) as f64 / (2 * n) as f64;
        let limit: f64 = (1..20)
            .map(|k: i32| {
                let exponent = -2.0 * f64::from(k * k) * lambda_squared;
                -2.0 * (-1.0_f64).powi(k) * exponent.exp()
            })
            .sum();
        assert!((p_value(n, h) - limit).abs() < 1e-4);
    }

    #[test]
    fn a_shift_of_a_large_field_is_detected() {
        let x = Array3::from_shape_fn((10, 50, 50), |(t, y, x)| {
            ((t * 2500 + y * 50 + x) as f32).sin()
        });
        let ks = ks_test(x.view(), x.mapv(|v| v + 0.1).view()).unwrap();
        assert!(ks.p_value < 1e-10);
    }
}
