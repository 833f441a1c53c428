//! The error bound and the documented arithmetic, over adversarial ranges.

mod common;

use common::{Case, Place, cases, within};
use fieldreel_quant::{BitDepth, QuantError};
use ndarray::ArrayView1;
use proptest::prelude::*;

fn error_is_bounded<T: Place>(case: &Case<T>) -> Result<(), TestCaseError> {
    let quantizer = case.quantizer()?;
    let bound = quantizer.max_error();
    let codes = quantizer.quantize(ArrayView1::from(&case.values))?;
    let back = quantizer.dequantize(codes.view())?;
    for (&x, &y) in case.values.iter().zip(&back) {
        prop_assert!(
            within(x.to_f64(), y.to_f64(), bound),
            "{x:?} became {y:?}, bound {bound:?}"
        );
        prop_assert!(
            case.min <= y && y <= case.max,
            "{x:?} became {y:?}, outside the range"
        );
    }
    if case.min < case.max {
        prop_assert_eq!((codes[0], codes[1]), (0, quantizer.depth().max_code()));
        prop_assert!(back[0].same_bits(case.min) && back[1].same_bits(case.max));
    }
    Ok(())
}

/// `max_error` is not merely large: half a step and half the gap between floats, and 0 in narrow ranges.
fn bound_is_tight<T: Place>(case: &Case<T>) -> Result<(), TestCaseError> {
    let quantizer = case.quantizer()?;
    let (min, max) = (case.min.to_f64(), case.max.to_f64());
    let far = T::nearest(max.max(-min)).place();
    let gap = T::at(far).to_f64() - T::at((far - 1).max(0)).to_f64();
    let half = quantizer.step() / 2.0 + gap / 2.0;
    let tight = half * (1.0 + 1e-8) + 2.0 * f64::from_bits(1);
    prop_assert!(
        quantizer.max_error() <= tight,
        "{:?} > {tight:?}",
        quantizer.max_error()
    );

    let floats = i128::from(case.max.place()) - i128::from(case.min.place());
    let one_sign = (min < 0.0) == (max < 0.0);
    let one_binade =
        one_sign && case.min.place() / T::SMALLEST_NORMAL == case.max.place() / T::SMALLEST_NORMAL;
    if one_binade && floats <= i128::from(quantizer.depth().max_code()) {
        prop_assert_eq!(quantizer.max_error(), 0.0);
    }
    Ok(())
}

/// The arithmetic in the documentation of `Quantizer`, as a reader of files would write it.
fn documented(min: f64, max: f64, narrow: Option<fn(f64) -> f64>, top: u16, code: u16) -> f64 {
    let width = max - min;
    let s = match width {
        w if w > 0.0 && w < 2_f64.powi(-512) => 2_f64.powi(512),
        w if w > 2_f64.powi(512) => 2_f64.powi(-512),
        _ => 1.0,
    };
    let a = min * s;
    let h = (max * s - a) / f64::from(top);
    let c = f64::from(code);
    match narrow {
        _ if code == 0 => min,
        _ if code == top => max,
        Some(narrow) => narrow(a + c * h),
        None if min.abs().max(max.abs()) < 2.0 * f64::MIN_POSITIVE => min + c * h / s,
        None => (a + c * h) / s,
    }
}

fn decodes_as_documented<T: Place>(
    case: &Case<T>,
    narrow: Option<fn(f64) -> f64>,
    codes: &[u16],
) -> Result<(), TestCaseError> {
    let quantizer = case.quantizer()?;
    let top = quantizer.depth().max_code();
    let codes: Vec<u16> = codes.iter().map(|code| code & top).collect();
    let values = quantizer.dequantize(ArrayView1::from(&codes))?;
    for (&code, value) in codes.iter().zip(values) {
        let expected = documented(case.min.to_f64(), case.max.to_f64(), narrow, top, code);
        prop_assert_eq!(
            value.to_f64().to_bits(),
            expected.to_bits(),
            "code {}",
            code
        );
    }
    Ok(())
}

fn constant_is_exact<T: Place>(value: T, depth: u8) -> Result<(), QuantError> {
    let quantizer = Case {
        min: value,
        max: value,
        depth,
        values: vec![],
    }
    .quantizer()?;
    assert_eq!((quantizer.step(), quantizer.max_error()), (0.0, 0.0));
    let field = vec![value; 19];
    let back = quantizer.dequantize(quantizer.quantize(ArrayView1::from(&field))?.view())?;
    assert!(back.iter().all(|y| y.same_bits(value)));
    // A lossy codec may move the codes.
    let moved: Vec<u16> = (0..=BitDepth::new(depth)?.max_code()).step_by(19).collect();
    let back = quantizer.dequantize(ArrayView1::from(&moved))?;
    assert!(back.iter().all(|y| y.same_bits(value)));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn error_is_bounded_f32(case in cases::<f32>()) {
        error_is_bounded(&case)?;
    }

    #[test]
    fn error_is_bounded_f64(case in cases::<f64>()) {
        error_is_bounded(&case)?;
    }

    #[test]
    fn bound_is_tight_f32(case in cases::<f32>()) {
        bound_is_tight(&case)?;
    }

    #[test]
    fn bound_is_tight_f64(case in cases::<f64>()) {
        bound_is_tight(&case)?;
    }

    #[test]
    fn decodes_as_documented_f32(case in cases::<f32>(), codes: [u16; 32]) {
        decodes_as_documented(&case, Some(|level| f64::from(level as f32)), &codes)?;
    }

    #[test]
    fn decodes_as_documented_f64(case in cases::<f64>(), codes: [u16; 32]) {
        decodes_as_documented(&case, None, &codes)?;
    }

    #[test]
    fn constants_are_exact(place in -f32::LAST - 1..=f32::LAST, depth in 1_u8..=16) {
        constant_is_exact(f32::at(place), depth)?;
    }

    #[test]
    fn constants_are_exact_f64(place in -f64::LAST - 1..=f64::LAST, depth in 1_u8..=16) {
        constant_is_exact(f64::at(place), depth)?;
    }
}
