//! Tests of the error bound and of the documented arithmetic, with adversarial ranges.

use crate::common::{IndexedFloat, QuantizerCase, cases, is_within};
use fieldreel_quant::{BitDepth, QuantError};
use ndarray::ArrayView1;
use proptest::prelude::*;

fn check_error_is_bounded<T: IndexedFloat>(case: &QuantizerCase<T>) -> Result<(), TestCaseError> {
    let quantizer = case.quantizer()?;
    let bound = quantizer.max_error();
    let codes = quantizer.quantize(ArrayView1::from(&case.values))?;
    let decoded = quantizer.dequantize(codes.view())?;
    for (&x, &y) in case.values.iter().zip(&decoded) {
        prop_assert!(
            is_within(x.to_f64(), y.to_f64(), bound),
            "{x:?} became {y:?}, bound {bound:?}"
        );
        prop_assert!(
            case.min <= y && y <= case.max,
            "{x:?} became {y:?}, outside the range"
        );
    }
    if case.min < case.max {
        prop_assert_eq!((codes[0], codes[1]), (0, quantizer.depth().max_code()));
        prop_assert!(decoded[0].same_bits(case.min) && decoded[1].same_bits(case.max));
    }
    Ok(())
}

/// Checks that `max_error` is half a step plus half the gap between floats, and 0 for narrow
/// ranges.
fn check_bound_is_tight<T: IndexedFloat>(case: &QuantizerCase<T>) -> Result<(), TestCaseError> {
    let quantizer = case.quantizer()?;
    let (min, max) = (case.min.to_f64(), case.max.to_f64());
    let max_magnitude = T::nearest(max.max(-min)).index();
    let gap =
        T::from_index(max_magnitude).to_f64() - T::from_index((max_magnitude - 1).max(0)).to_f64();
    let half_step_and_gap = quantizer.step() / 2.0 + gap / 2.0;
    let max_expected = half_step_and_gap * (1.0 + 1e-8) + 2.0 * f64::from_bits(1);
    prop_assert!(
        quantizer.max_error() <= max_expected,
        "{:?} > {max_expected:?}",
        quantizer.max_error()
    );

    let index_span = i128::from(case.max.index()) - i128::from(case.min.index());
    let same_sign = (min < 0.0) == (max < 0.0);
    let same_binade = same_sign
        && case.min.index() / T::MIN_NORMAL_INDEX == case.max.index() / T::MIN_NORMAL_INDEX;
    if same_binade && index_span <= i128::from(quantizer.depth().max_code()) {
        prop_assert_eq!(quantizer.max_error(), 0.0);
    }
    Ok(())
}

/// Decodes a code as the documentation of `Quantizer` defines it.
fn decode_as_documented(
    min: f64,
    max: f64,
    narrow: Option<fn(f64) -> f64>,
    max_code: u16,
    code: u16,
) -> f64 {
    let width = max - min;
    let s = match width {
        w if w > 0.0 && w < 2_f64.powi(-512) => 2_f64.powi(512),
        w if w > 2_f64.powi(512) => 2_f64.powi(-512),
        _ => 1.0,
    };
    let a = min * s;
    let h = (max * s - a) / f64::from(max_code);
    let c = f64::from(code);
    match narrow {
        _ if code == 0 => min,
        _ if code == max_code => max,
        Some(narrow) => narrow(a + c * h),
        None if min.abs().max(max.abs()) < 2.0 * f64::MIN_POSITIVE => min + c * h / s,
        None => (a + c * h) / s,
    }
}

fn check_documented_arithmetic<T: IndexedFloat>(
    case: &QuantizerCase<T>,
    narrow: Option<fn(f64) -> f64>,
    codes: &[u16],
) -> Result<(), TestCaseError> {
    let quantizer = case.quantizer()?;
    let max_code = quantizer.depth().max_code();
    let codes: Vec<u16> = codes.iter().map(|code| code & max_code).collect();
    let values = quantizer.dequantize(ArrayView1::from(&codes))?;
    for (&code, value) in codes.iter().zip(values) {
        let expected =
            decode_as_documented(case.min.to_f64(), case.max.to_f64(), narrow, max_code, code);
        prop_assert_eq!(
            value.to_f64().to_bits(),
            expected.to_bits(),
            "code {}",
            code
        );
    }
    Ok(())
}

fn check_constant_is_exact<T: IndexedFloat>(value: T, depth: u8) -> Result<(), QuantError> {
    let quantizer = QuantizerCase {
        min: value,
        max: value,
        depth,
        values: vec![],
    }
    .quantizer()?;
    assert_eq!((quantizer.step(), quantizer.max_error()), (0.0, 0.0));
    let field = vec![value; 19];
    let decoded = quantizer.dequantize(quantizer.quantize(ArrayView1::from(&field))?.view())?;
    assert!(decoded.iter().all(|y| y.same_bits(value)));
    // A lossy codec may change the codes.
    let changed_codes: Vec<u16> = (0..=BitDepth::new(depth)?.max_code()).step_by(19).collect();
    let decoded = quantizer.dequantize(ArrayView1::from(&changed_codes))?;
    assert!(decoded.iter().all(|y| y.same_bits(value)));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn error_is_bounded_f32(case in cases::<f32>()) {
        check_error_is_bounded(&case)?;
    }

    #[test]
    fn error_is_bounded_f64(case in cases::<f64>()) {
        check_error_is_bounded(&case)?;
    }

    #[test]
    fn bound_is_tight_f32(case in cases::<f32>()) {
        check_bound_is_tight(&case)?;
    }

    #[test]
    fn bound_is_tight_f64(case in cases::<f64>()) {
        check_bound_is_tight(&case)?;
    }

    #[test]
    fn decodes_as_documented_f32(case in cases::<f32>(), codes: [u16; 32]) {
        check_documented_arithmetic(&case, Some(|level| f64::from(level as f32)), &codes)?;
    }

    #[test]
    fn decodes_as_documented_f64(case in cases::<f64>(), codes: [u16; 32]) {
        check_documented_arithmetic(&case, None, &codes)?;
    }

    #[test]
    fn constants_are_exact_f32(index in -f32::MAX_INDEX - 1..=f32::MAX_INDEX, depth in 1_u8..=16) {
        check_constant_is_exact(f32::from_index(index), depth)?;
    }

    #[test]
    fn constants_are_exact_f64(index in -f64::MAX_INDEX - 1..=f64::MAX_INDEX, depth in 1_u8..=16) {
        check_constant_is_exact(f64::from_index(index), depth)?;
    }
}
