//! Tests that decoded floating-point values are within every bound, for random fields.

use fieldreel_reel::segment::{decode, encode, inspect};
use fieldreel_reel::{Effort, ErrorBound, Limits, Scalar, SegmentOptions};
use ndarray::Array3;
use proptest::prelude::*;

use super::fields::{Element, Field, field};

/// Returns whether `|x − y| ≤ limit` for the exact difference, not the rounded one.
fn within(x: f64, y: f64, limit: f64) -> bool {
    let (difference, rest) = two_sum(x, -y);
    let difference_abs = difference.abs();
    let rest = if difference < 0.0 { -rest } else { rest };
    difference_abs < limit || (difference_abs == limit && rest <= 0.0)
}

/// Returns the rounded sum and its exact rounding error (Knuth, The Art of Computer Programming 2,
/// 4.2.2).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let bb = sum - a;
    (sum, (a - (sum - bb)) + (b - bb))
}

/// Returns a description of the first value that is outside the bound.
fn first_violation<T: Element>(
    field: &Field<T>,
    decoded: &Array3<T>,
    bound: ErrorBound,
) -> Option<String> {
    let is_fill = |x: T| {
        field
            .fill
            .is_some_and(|fill| T::cast(fill).to_bits64() == x.to_bits64())
    };
    let valid = |x: T| x.to_f64().is_finite() && !is_fill(x);
    let finite = || {
        field
            .values
            .iter()
            .copied()
            .filter(|&x| valid(x))
            .map(T::to_f64)
    };
    let range = finite().fold(f64::NEG_INFINITY, f64::max) - finite().fold(f64::INFINITY, f64::min);
    for (at, &x) in field.values.indexed_iter() {
        let y = decoded[at];
        let is_good = match bound {
            ErrorBound::Lossless => x.to_bits64() == y.to_bits64(),
            _ if !valid(x) => x.to_bits64() == y.to_bits64(),
            ErrorBound::Absolute(epsilon) => within(x.to_f64(), y.to_f64(), epsilon),
            ErrorBound::RangeRelative(part) => within(x.to_f64(), y.to_f64(), part * range),
            ErrorBound::PointwiseRelative(part) => {
                let (x, y) = (x.to_f64(), y.to_f64());
                within(x, y, part * x.abs())
                    && x.is_sign_negative() == y.is_sign_negative()
                    && (x == 0.0) == (y == 0.0)
            }
            _ => true,
        };
        if !is_good {
            return Some(format!("{at:?}: {x:?} became {y:?}"));
        }
    }
    None
}

fn check_bound<T: Element>(
    field: &Field<T>,
    bound: ErrorBound,
    effort: Effort,
) -> Result<(), TestCaseError> {
    let mut options = SegmentOptions::new(bound).with_effort(effort);
    options.fill_values.extend(field.fill.map(Scalar::Float));
    let bytes = encode(field.values.view(), &options).unwrap().bytes;
    let decoded = decode::<T>(&bytes, &Limits::default()).unwrap();
    prop_assert_eq!(first_violation(field, &decoded, bound), None);
    prop_assert_eq!(inspect(&bytes).unwrap().criterion, bound.into());
    // Encoding is deterministic.
    prop_assert_eq!(encode(field.values.view(), &options).unwrap().bytes, bytes);
    Ok(())
}

fn relative_bounds() -> impl Strategy<Value = f64> {
    (-23.3..-1.74_f64).prop_map(f64::exp2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn range_relative_bounds_hold_for_f32(field in field::<f32>(), part in relative_bounds()) {
        check_bound(&field, ErrorBound::RangeRelative(part), Effort::Fast)?;
    }

    #[test]
    fn range_relative_bounds_hold_for_f64(field in field::<f64>(), part in relative_bounds()) {
        check_bound(&field, ErrorBound::RangeRelative(part), Effort::Fast)?;
    }

    #[test]
    fn absolute_bounds_hold(field in field::<f32>(), exponent in -150.0..100.0_f64) {
        check_bound(&field, ErrorBound::Absolute(exponent.exp2()), Effort::Fast)?;
    }

    #[test]
    fn pointwise_relative_bounds_hold_for_f32(field in field::<f32>(), part in relative_bounds()) {
        check_bound(&field, ErrorBound::PointwiseRelative(part), Effort::Fast)?;
    }

    #[test]
    fn pointwise_relative_bounds_hold_for_f64(field in field::<f64>(), part in relative_bounds()) {
        check_bound(&field, ErrorBound::PointwiseRelative(part), Effort::Fast)?;
    }

    #[test]
    fn lossless_encoding_is_exact_for_f32(field in field::<f32>()) {
        check_bound(&field, ErrorBound::Lossless, Effort::Fast)?;
    }

    #[test]
    fn lossless_encoding_is_exact_for_f64(field in field::<f64>()) {
        check_bound(&field, ErrorBound::Lossless, Effort::Fast)?;
    }

    #[test]
    fn nan_payloads_and_negative_zeros_are_preserved(bits in prop::collection::vec(
        prop_oneof![any::<u32>(), Just(0x8000_0000), Just(0x7fc0_0001), Just(0xffc0_0000)], 1..200)
    ) {
        let values = Array3::from_shape_vec((1, 1, bits.len()), bits).unwrap();
        let field = Field { values: values.mapv(f32::from_bits), fill: None };
        for bound in [ErrorBound::Lossless, ErrorBound::Absolute(0.1), ErrorBound::PointwiseRelative(0.01)] {
            check_bound(&field, bound, Effort::Fast)?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn bounds_hold_with_more_effort(field in field::<f32>(), part in relative_bounds(), best: bool) {
        let effort = if best { Effort::Best } else { Effort::Balanced };
        check_bound(&field, ErrorBound::RangeRelative(part), effort)?;
    }
}
