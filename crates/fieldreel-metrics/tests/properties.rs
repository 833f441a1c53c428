//! Properties of the metrics of any field: identity, order, scale, memory layout, number of
//! threads.

#![allow(
    clippy::unwrap_used,
    reason = "a failing test should show where it failed"
)]

use fieldreel_metrics::{
    ErrorMetrics, dssim, error_autocorrelation, frame_errors, gradient_error, ks_test,
    spectral_error,
};
use ndarray::{Array3, ArrayView3, ShapeBuilder, s};
use proptest::prelude::*;

/// Generates a field and a similar one, with values of any magnitude and some missing values.
fn fields() -> impl Strategy<Value = (Array3<f32>, Array3<f32>)> {
    (1_usize..6, 1_usize..14, 1_usize..40).prop_flat_map(|shape| {
        let n = shape.0 * shape.1 * shape.2;
        let pair = (-1e6_f32..1e6, -1e-2_f32..1e-2, 0_u8..10).prop_map(|(x, e, missing)| {
            if missing == 0 {
                (f32::NAN, f32::NAN)
            } else {
                (x, x + x * e + e)
            }
        });
        prop::collection::vec(pair, n).prop_map(move |mut pairs| {
            // At least one value is valid.
            pairs[0] = (1.0, 1.5);
            let (x, y): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let field = |values| Array3::from_shape_vec(shape, values).unwrap();
            (field(x), field(y))
        })
    })
}

fn between(x: ArrayView3<'_, f32>, y: ArrayView3<'_, f32>) -> ErrorMetrics {
    ErrorMetrics::between(x, y).unwrap()
}

fn is_close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_field_has_no_error_against_itself((x, _) in fields()) {
        let m = between(x.view(), x.view());
        prop_assert_eq!((m.bias, m.mean_abs, m.rmse, m.max_abs), (0.0, 0.0, 0.0, 0.0));
        prop_assert_eq!((m.rel_max(), m.psnr_db(), m.relative_share), (0.0, f64::INFINITY, 0.0));
        prop_assert!(m.pearson.is_none_or(|r| r > 1.0 - 1e-12));
        let ks = ks_test(x.view(), x.view()).unwrap();
        prop_assert_eq!((ks.statistic, ks.p_value), (0.0, 1.0));
        if x.len() > x.dim().0 {
            prop_assert_eq!(spectral_error(x.view(), x.view()).unwrap().mean_square, 0.0);
        }
        let g = gradient_error(x.view(), x.view()).unwrap();
        prop_assert!([g.t, g.y, g.x].into_iter().flatten().all(|g| g == 0.0));
    }

    #[test]
    fn the_metrics_bound_each_other((x, y) in fields()) {
        let m = between(x.view(), y.view());
        prop_assert!(m.bias.abs() <= m.mean_abs * (1.0 + 1e-12));
        prop_assert!(m.mean_abs <= m.rmse * (1.0 + 1e-12));
        prop_assert!(m.rmse <= m.max_abs * (1.0 + 1e-12));
        prop_assert_eq!(m.valid + m.missing, x.len() as u64);
        let frames = frame_errors(x.view(), y.view()).unwrap();
        prop_assert_eq!(frames.max_abs[frames.worst], m.max_abs);
        let ks = ks_test(x.view(), y.view()).unwrap();
        prop_assert!((0.0..=1.0).contains(&ks.statistic) && (0.0..=1.0).contains(&ks.p_value));
    }

    #[test]
    fn the_metrics_agree_with_naive_sums((x, y) in fields()) {
        let m = between(x.view(), y.view());
        let errors: Vec<f64> = x.iter().zip(&y)
            .filter(|(x, _)| x.is_finite())
            .map(|(x, y)| f64::from(*y) - f64::from(*x))
            .collect();
        let mean = |f: fn(f64) -> f64| errors.iter().map(|e| f(*e)).sum::<f64>() / errors.len() as f64;
        prop_assert!(is_close(m.mean_abs, mean(f64::abs)));
        prop_assert!(is_close(m.rmse, mean(|e| e * e).sqrt()));
        prop_assert!((m.bias - mean(|e| e)).abs() <= 1e-12 * m.max_abs);
    }

    #[test]
    fn the_metrics_do_not_depend_on_the_order_of_values((x, y) in fields()) {
        let m = between(x.view(), y.view());
        let reversed = |a: &Array3<f32>| a.slice(s![..;-1, ..;-1, ..;-1]).to_owned();
        let r = between(reversed(&x).view(), reversed(&y).view());
        prop_assert!(is_close(m.rmse, r.rmse) && is_close(m.mean_abs, r.mean_abs));
        prop_assert_eq!((m.max_abs, m.min, m.max, m.relative_share), (r.max_abs, r.min, r.max, r.relative_share));
        let x_y = ks_test(x.view(), y.view()).unwrap();
        prop_assert_eq!(x_y, ks_test(reversed(&x).view(), reversed(&y).view()).unwrap());
        prop_assert_eq!(x_y, ks_test(y.view(), x.view()).unwrap());
    }

    #[test]
    fn scaling_by_a_power_of_two_is_exact((x, y) in fields(), power in -20_i32..20) {
        let (x, y) = (x.mapv(f64::from), y.mapv(f64::from));
        let scale = 2.0_f64.powi(power);
        let (a, b) = (x.mapv(|v| v * scale), y.mapv(|v| v * scale));
        let m = ErrorMetrics::between(x.view(), y.view()).unwrap();
        let n = ErrorMetrics::between(a.view(), b.view()).unwrap();
        prop_assert_eq!((m.max_abs * scale, m.rmse * scale, m.bias * scale), (n.max_abs, n.rmse, n.bias));
        prop_assert_eq!((m.rel_max(), m.rel_mean(), m.nrmse(), m.pearson), (n.rel_max(), n.rel_mean(), n.nrmse(), n.pearson));
        let r = |x: &Array3<f64>, y: &Array3<f64>| error_autocorrelation(x.view(), y.view()).unwrap();
        prop_assert_eq!(r(&x, &y), r(&a, &b));
    }

    #[test]
    fn the_metrics_do_not_depend_on_the_memory_layout((x, y) in fields()) {
        let column_major = |a: &Array3<f32>| {
            let mut copy = Array3::zeros(a.raw_dim().f());
            copy.assign(a);
            copy
        };
        let mut wide = Array3::zeros((x.dim().0, 2 * x.dim().1, 3 * x.dim().2));
        wide.slice_mut(s![.., ..;2, ..;3]).assign(&x);
        let (y_columns, x_strided) = (column_major(&y), wide.slice(s![.., ..;2, ..;3]));
        prop_assert_eq!(between(x.view(), y.view()), between(x_strided, y_columns.view()));
        prop_assert_eq!(
            gradient_error(x.view(), y.view()).unwrap(),
            gradient_error(x_strided, y_columns.view()).unwrap()
        );
    }
}

#[test]
fn the_metrics_do_not_depend_on_the_number_of_threads() {
    let x = Array3::from_shape_fn((37, 23, 41), |(t, y, x)| {
        ((t * 7 + y * 3 + x) as f32).sin() * 1e3 + 0.1
    });
    let y = x.mapv(|v| v + (v * 1e4).cos() * 0.3);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            (
                between(x.view(), y.view()),
                ks_test(x.view(), y.view()).unwrap(),
                dssim(x.view(), y.view()).unwrap(),
                spectral_error(x.view(), y.view()).unwrap(),
                gradient_error(x.view(), y.view()).unwrap(),
                error_autocorrelation(x.view(), y.view()).unwrap(),
                frame_errors(x.view(), y.view()).unwrap(),
            )
        })
    };
    let expected = run(1);
    for threads in [2, 3, 8] {
        assert_eq!(expected, run(threads));
    }
}
