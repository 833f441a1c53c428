//! Tests of invalid arguments and values, and of their errors.

use fieldreel_quant::{BitDepth, QuantError, Quantizer, ValueRange, join_bytes};
use ndarray::{Array1, Array2, array};

#[test]
fn quantizing_values_that_are_not_finite_fails() -> Result<(), QuantError> {
    let quantizer = Quantizer::new(ValueRange::new(0.0_f64, 9.0)?, BitDepth::EIGHT);
    for invalid in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        // 37 values cover every lane of a vector and every value of a remainder.
        for position in 0..37 {
            let mut field = Array1::zeros(37);
            field[position] = invalid;
            // The error names the value that is not finite, even after one that is out of range.
            field[0] = if position == 0 { invalid } else { -1.0 };
            for error in [
                ValueRange::from_values(field.view()).map(drop),
                quantizer.quantize(field.view()).map(drop),
            ] {
                let Err(QuantError::NonFinite {
                    count,
                    first,
                    value,
                }) = error
                else {
                    panic!("{invalid} at {position} gave {error:?}");
                };
                assert_eq!(
                    (count, first, value.to_bits()),
                    (1, vec![position], invalid.to_bits())
                );
            }
        }
    }
    Ok(())
}

#[test]
fn quantizing_values_outside_the_range_fails() -> Result<(), QuantError> {
    let quantizer = Quantizer::new(ValueRange::new(1.0_f32, 2.0)?, BitDepth::SIXTEEN);
    let above = 2.0_f32.next_up();
    let below = 1.0_f32.next_down();
    let error = quantizer.quantize(array![[1.0, 2.0, 1.5], [1.25, above, below]].view());
    let expected = QuantError::OutOfRange {
        count: 2,
        first: vec![1, 1],
        value: f64::from(above),
        min: 1.0,
        max: 2.0,
    };
    assert_eq!(error, Err(expected.clone()));
    assert_eq!(
        expected.to_string(),
        "2 value(s) are outside 1.0..2.0; the first is 2.000000238418579 at [1, 1]"
    );
    Ok(())
}

#[test]
fn dequantizing_codes_above_the_bit_depth_fails() -> Result<(), QuantError> {
    let quantizer = Quantizer::new(ValueRange::new(0.0_f32, 1.0)?, BitDepth::TEN);
    let error = quantizer.dequantize(array![[1023, 0], [1024, 65_535]].view());
    assert_eq!(
        error,
        Err(QuantError::CodeAboveDepth {
            count: 2,
            first: vec![1, 0],
            code: 1024,
            max_code: 1023
        })
    );
    Ok(())
}

#[test]
fn invalid_ranges_and_bit_depths_are_errors() {
    for (min, max) in [
        (1.0, 0.0),
        (f32::NAN, 1.0),
        (0.0, f32::NAN),
        (0.0, f32::INFINITY),
        (f32::NEG_INFINITY, 0.0),
    ] {
        assert!(matches!(
            ValueRange::new(min, max),
            Err(QuantError::Range { .. })
        ));
    }
    for bits in [0, 17, 255] {
        assert_eq!(BitDepth::new(bits), Err(QuantError::BitDepth { bits }));
    }
}

#[test]
fn arrays_of_different_shapes_are_errors() -> Result<(), QuantError> {
    let quantizer = Quantizer::new(ValueRange::new(0.0_f32, 1.0)?, BitDepth::TEN);
    let mismatch = Err(QuantError::Shape {
        expected: vec![2, 3],
        found: vec![3, 2],
    });
    let mut codes = Array2::<u16>::zeros((3, 2));
    let mut field = Array2::<f32>::zeros((2, 3));
    assert_eq!(
        quantizer.quantize_into(field.view(), codes.view_mut()),
        mismatch
    );
    let swapped_mismatch = Err(QuantError::Shape {
        expected: vec![3, 2],
        found: vec![2, 3],
    });
    assert_eq!(
        quantizer.dequantize_into(codes.view(), field.view_mut()),
        swapped_mismatch
    );
    let (high, low) = (Array2::zeros((2, 3)), Array2::zeros((3, 2)));
    assert_eq!(join_bytes(high.view(), low.view()).map(drop), mismatch);
    Ok(())
}
