//! Tests of lossless floating-point values on every grid, and of half precision.

use fieldreel_core::element::{bf16, f16};
use fieldreel_reel::segment::{decode, encode};
use fieldreel_reel::{Effort, ErrorBound, Limits, ReelElement, SegmentOptions};
use ndarray::Array3;
use proptest::prelude::*;

use super::fields::Noise;

const SHAPE: (usize, usize, usize) = (12, 20, 40);

/// Returns waves and noise. `kind` selects the grid, `size` is the binary logarithm of the scale,
/// and `special` selects the missing and other special values.
pub(crate) fn values<T: ReelElement>(kind: u8, size: i32, special: u8, seed: u64) -> Array3<T> {
    let mut noise = Noise::new(seed);
    let scale = 2_f64.powi(size);
    Array3::from_shape_fn(SHAPE, |(t, y, x)| {
        let wave = (x as f64 / 7.0 + t as f64 / 5.0).sin() * 12.0 + (y as f64 / 9.0).cos() * 5.0;
        let wave = wave + noise.unit() * 0.5;
        let number = match kind {
            // The precision of the type.
            0 => wave * scale,
            1 => (wave * 100.0).round() / 100.0,
            2 => (wave * 1024.0).round() / 1024.0 * scale,
            // Few distinct values that are not multiples of a number.
            3 => (wave.round() + 0.3).exp() * scale,
            4 => 300.0 + wave,
            // Widely different magnitudes.
            _ => (wave * 2.0).exp() * scale,
        };
        let value = T::from_f64(number);
        match (special, noise.bits() % 97) {
            (1, 0) => T::from_f64(f64::NAN),
            (1, 1) => T::from_f64(f64::INFINITY),
            (2, 0) => T::from_f64(-0.0),
            (2, 1..9) => T::default(),
            (2, 9) => T::from_bit_pattern(1 + noise.bits() % 1000),
            (3, 0..20) => T::from_f64(-999.0),
            (4, _) if x < 20 => T::from_f64(f64::NAN),
            _ => value,
        }
    })
}

fn check_lossless<T: ReelElement>(values: &Array3<T>, effort: Effort) -> Result<(), TestCaseError> {
    let options = SegmentOptions::new(ErrorBound::Lossless)
        .with_effort(effort)
        .with_fill_value(-999);
    let bytes = encode(values.view(), &options).unwrap().bytes;
    let back = decode::<T>(&bytes, &Limits::default()).unwrap();
    for (at, x) in values.indexed_iter() {
        prop_assert_eq!(x.bits(), back[at].bits(), "{:?}", at);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lossless_encoding_restores_all_bits(
        kind in 0_u8..6,
        size in prop_oneof![Just(0), -140..120_i32],
        special in 0_u8..5,
        seed: u64,
        effort in prop::sample::select(vec![Effort::Fast, Effort::Fast, Effort::Balanced]),
        is_single: bool,
    ) {
        match is_single {
            true => check_lossless(&values::<f32>(kind, size, special, seed), effort)?,
            false => check_lossless(&values::<f64>(kind, size * 7, special, seed), effort)?,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn bounds_hold_for_half_precision(
        kind in 0_u8..6,
        size in prop_oneof![Just(0), -16..12_i32],
        special in 0_u8..5,
        seed: u64,
        part in 1e-4..0.1_f64,
        bound in 0_u8..4,
    ) {
        fn check_bound<T: ReelElement>(values: &Array3<T>, part: f64, bound: u8) -> Result<(), TestCaseError> {
            let bound = match bound {
                0 => return check_lossless(values, Effort::Fast),
                1 => ErrorBound::Absolute(part * 10.0),
                2 => ErrorBound::RangeRelative(part),
                _ => ErrorBound::PointwiseRelative(part),
            };
            let options = SegmentOptions::new(bound).with_effort(Effort::Fast).with_fill_value(-999);
            let segment = encode(values.view(), &options).unwrap();
            let back = decode::<T>(&segment.bytes, &Limits::default()).unwrap();
            let fill = T::from_f64(-999.0);
            let valid = |value: &T| value.is_finite() && *value != fill;
            let numbers = || values.iter().filter(|value| valid(value)).map(|value| value.to_f64());
            let range = numbers().fold(f64::MIN, f64::max) - numbers().fold(f64::MAX, f64::min);
            for (x, y) in values.iter().zip(&back) {
                let max_error = match bound {
                    _ if !valid(x) => {
                        prop_assert_eq!(x.bits(), y.bits());
                        continue;
                    }
                    ErrorBound::Absolute(max_error) => max_error,
                    ErrorBound::RangeRelative(part) => part * range,
                    _ => part * x.to_f64().abs(),
                };
                prop_assert!(x.minus(*y).abs() <= max_error, "{} became {}, {}", x, y, bound);
            }
            Ok(())
        }
        check_bound(&values::<f16>(kind, size, special, seed), part, bound)?;
        check_bound(&values::<bf16>(kind, size * 7, special, seed), part, bound)?;
    }
}

#[test]
fn values_on_a_coarse_grid_compress_better() {
    let bytes = |kind, special| {
        let values = values::<f32>(kind, 0, special, 7);
        let segment = encode(values.view(), &SegmentOptions::new(ErrorBound::Lossless)).unwrap();
        segment.bytes.len() as f64 / values.len() as f64
    };
    // Noise of half a unit has 6 bits in hundredths, and 9 bits in 1024ths.
    assert!(bytes(1, 0) < 0.9, "{}", bytes(1, 0));
    assert!(bytes(2, 0) < 1.35, "{}", bytes(2, 0));
    assert!(bytes(3, 0) < 0.35, "{}", bytes(3, 0));
    assert!(bytes(1, 4) < 0.5, "{}", bytes(1, 4));
}
