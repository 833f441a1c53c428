//! The two-sample Kolmogorov–Smirnov test.

use ndarray::ArrayView3;
use rayon::prelude::*;

use crate::frames::FramePair;
use crate::{Element, MetricsError};

/// Whether the reconstruction's values are distributed as the original's.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct KsTest {
    /// Kolmogorov–Smirnov distance, the largest distance between the two empirical distribution
    /// functions, in 0..=1. Exact.
    pub statistic: f64,
    /// Probability of a distance at least as large between two independent samples of one
    /// distribution. Archives ask for at least 0.05 (Baker et al.,
    /// *ISC High Performance Workshops 2017*, doi:10.1007/978-3-319-67630-2_3).
    pub p_value: f64,
}

/// The Kolmogorov–Smirnov test between the valid values of two fields, with axes `(time, y, x)`.
///
/// Both are copied and sorted: this takes the memory of both fields again. With `n` valid values in
/// each, the statistic is `h / n` for an integer `h`, and the p-value is exact (Gnedenko and
/// Korolyuk 1951; the same as `scipy.stats.ks_2samp(method="exact")`):
///
/// p = 2 · Σₖ₌₁ (−1)ᵏ⁺¹ · C(2n, n − kh) / C(2n, n)
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] when the shapes differ;
/// - [`MetricsError::ValidityMismatch`] when a value is finite in one field only;
/// - [`MetricsError::NoValidValues`] when nothing is finite, or the fields are empty.
pub fn ks_test<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<KsTest, MetricsError> {
    FramePair::new(original, reconstruction)?.check_validity()?;
    let (x, y) = rayon::join(|| sorted(original), || sorted(reconstruction));
    let h = largest_step(&x, &y);
    Ok(KsTest {
        statistic: h as f64 / x.len() as f64,
        p_value: p_value(x.len(), h),
    })
}

fn sorted<T: Element>(field: ArrayView3<'_, T>) -> Vec<T> {
    let mut values: Vec<T> = field
        .iter()
        .copied()
        .filter(|value| value.to_f64().is_finite())
        .collect();
    // Equal values have no order that could be seen afterward, −0 and +0 among them.
    values.par_sort_unstable_by(|a, b| a.to_f64().total_cmp(&b.to_f64()));
    values
}

/// max|#(x ≤ v) − #(y ≤ v)| over all v.
fn largest_step<T: Element>(x: &[T], y: &[T]) -> usize {
    let (mut i, mut j, mut largest) = (0, 0, 0);
    while i < x.len() && j < y.len() {
        let v = if x[i] < y[j] { x[i] } else { y[j] };
        while i < x.len() && x[i] <= v {
            i += 1;
        }
        while j < y.len() && y[j] <= v {
            j += 1;
        }
        largest = largest.max(i.abs_diff(j));
    }
    largest
}

fn p_value(n: usize, h: usize) -> f64 {
    if h == 0 {
        return 1.0;
    }
    let n = n as f64;
    // C(2n, n − m) / C(2n, n) = Π (n − j) / (n + j + 1) for j < m, about exp(−m²/n): it runs out of
    // f64 after some 27·√n factors, whatever h is.
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
    fn by_hand() {
        let x = arr3(&[[[1.0_f32, 2.0, 3.0, 4.0]]]);
        let y = arr3(&[[[3.0_f32, 4.0, 5.0, 6.0]]]);
        let ks = ks_test(x.view(), y.view()).unwrap();
        assert_eq!(ks.statistic, 0.5);
        // h = 2: 2·(C(8,2) − C(8,0))/C(8,4) = 2·(28 − 1)/70.
        assert!((ks.p_value - 54.0 / 70.0).abs() < 1e-15);
    }

    #[test]
    fn apart_and_alike() {
        let x = arr3(&[[[1.0, 2.0, 3.0]]]);
        let ks = ks_test(x.view(), x.mapv(|v| v + 10.0).view()).unwrap();
        // h = 3: 2·C(6,0)/C(6,3).
        assert_eq!(ks.statistic, 1.0);
        assert!((ks.p_value - 0.1).abs() < 1e-15);
        let ks = ks_test(x.view(), x.view()).unwrap();
        assert_eq!((ks.statistic, ks.p_value), (0.0, 1.0));
    }

    #[test]
    fn ties_zeros_of_either_sign_and_missing_values() {
        let x = arr3(&[[[0.0, 0.0, 1.0, f64::NAN]]]);
        let y = arr3(&[[[-0.0, 0.0, 0.0, f64::NAN]]]);
        let ks = ks_test(x.view(), y.view()).unwrap();
        assert_eq!(ks.statistic, 1.0 / 3.0);
    }

    #[test]
    fn a_large_sample_meets_kolmogorovs_limit() {
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
    fn a_shift_of_every_value_is_seen_in_a_large_field() {
        let x = Array3::from_shape_fn((10, 50, 50), |(t, y, x)| {
            ((t * 2500 + y * 50 + x) as f32).sin()
        });
        let ks = ks_test(x.view(), x.mapv(|v| v + 0.1).view()).unwrap();
        assert!(ks.p_value < 1e-10);
    }
}
