//! Tests with particular fields: documented properties, and levels that must never change.

use fieldreel_quant::{BitDepth, Float, QuantError, Quantizer, ValueRange};
use ndarray::{Array1, Array3, array};

fn round_trip<T: Float>(
    field: &Array1<T>,
    depth: BitDepth,
) -> Result<(Quantizer<T>, Array1<T>), QuantError> {
    let quantizer = Quantizer::new(ValueRange::from_values(field.view())?, depth);
    let decoded = quantizer.dequantize(quantizer.quantize(field.view())?.view())?;
    Ok((quantizer, decoded))
}

#[test]
fn values_are_rounded_to_the_nearest_level() -> Result<(), QuantError> {
    let quantizer = Quantizer::new(ValueRange::new(0.0_f32, 255.0)?, BitDepth::EIGHT);
    let codes = quantizer.quantize(array![0.49, 0.51, 1.49, 99.6, 254.49, 254.51].view())?;
    assert_eq!(codes, array![0, 1, 1, 100, 254, 255]);
    assert_eq!(
        quantizer.dequantize(codes.view())?,
        array![0.0, 1.0, 1.0, 100.0, 254.0, 255.0]
    );
    assert_eq!(quantizer.step(), 1.0);
    Ok(())
}

/// These levels are part of file formats: changing them changes the format.
#[test]
fn levels_are_frozen() -> Result<(), QuantError> {
    let wind = Quantizer::new(ValueRange::new(-5.8925_f32, 5.0215)?, BitDepth::TWELVE);
    let bits = wind
        .dequantize(array![0, 1, 2047, 2048, 4094, 4095].view())?
        .mapv(f32::to_bits);
    assert_eq!(
        bits,
        array![
            0xc0bc_8f5c,
            0xc0bc_7987,
            0xbedf_a883,
            0xbede_4b2d,
            0x40a0_9a4c,
            0x40a0_b021
        ]
    );

    let codes = array![0, 1, 32_767, 65_534, 65_535];
    let wide = Quantizer::new(ValueRange::new(f64::MIN, 1.5e308)?, BitDepth::SIXTEEN);
    let expected = array![
        0xffef_ffff_ffff_ffff,
        0xffef_ffc5_4c58_0375,
        0xffb5_3335_ab19_3e60,
        0x7fea_b332_9539_b067,
        0x7fea_b36d_48e1_acf0_u64,
    ];
    assert_eq!(wide.dequantize(codes.view())?.mapv(f64::to_bits), expected);

    let subnormal = Quantizer::new(ValueRange::new(-2.5e-310, 1e-309)?, BitDepth::SIXTEEN);
    let expected = array![
        0x8000_2e05_5c9a_3f6c,
        0x8000_2e04_767e_8a4d,
        0x0000_4507_97d9_8492,
        0x0000_b814_8c4d_4890,
        0x0000_b815_7268_fdaf_u64,
    ];
    assert_eq!(
        subnormal.dequantize(codes.view())?.mapv(f64::to_bits),
        expected
    );
    Ok(())
}

#[test]
fn narrow_ranges_are_exact() -> Result<(), QuantError> {
    let pressure: Array1<f64> = (0..=68)
        .map(|k| f64::from_bits(1e5_f64.to_bits() + k))
        .collect();
    assert!(pressure[68] - pressure[0] < 1e-9);
    let (quantizer, decoded) = round_trip(&pressure, BitDepth::SIXTEEN)?;
    assert_eq!((decoded, quantizer.max_error()), (pressure, 0.0));

    let subnormal: Array1<f32> = (0..4096).map(f32::from_bits).collect();
    let (quantizer, decoded) = round_trip(&subnormal, BitDepth::TWELVE)?;
    assert_eq!((decoded, quantizer.max_error()), (subnormal, 0.0));
    Ok(())
}

#[test]
fn the_widest_ranges_do_not_overflow() -> Result<(), QuantError> {
    let field = array![f64::MIN, -1e300, 0.0, 1.0, 1e308, f64::MAX];
    let (quantizer, decoded) = round_trip(&field, BitDepth::SIXTEEN)?;
    assert_eq!((decoded[0], decoded[5]), (f64::MIN, f64::MAX));
    assert!(quantizer.max_error() < 2.8e303);
    assert!(
        decoded
            .iter()
            .zip(&field)
            .all(|(y, x)| (x - y).abs() <= quantizer.max_error())
    );

    let (one_bit, decoded) = round_trip(&field, BitDepth::new(1)?)?;
    assert_eq!(one_bit.step(), f64::INFINITY);
    assert!(decoded.iter().all(|y| y.abs() == f64::MAX));
    Ok(())
}

#[test]
fn zeros_keep_their_sign_at_the_bounds_of_a_range() -> Result<(), QuantError> {
    let (_, decoded) = round_trip(&array![-0.0_f64, -0.0], BitDepth::EIGHT)?;
    assert!(decoded.iter().all(|y| *y == 0.0 && y.is_sign_negative()));
    let (_, decoded) = round_trip(&array![-0.0_f32, 2.5], BitDepth::EIGHT)?;
    assert!(decoded[0] == 0.0 && decoded[0].is_sign_negative());
    let (_, decoded) = round_trip(&array![-2.5_f32, -0.0, -0.0], BitDepth::EIGHT)?;
    assert!(decoded[2] == 0.0 && decoded[2].is_sign_negative());
    Ok(())
}

#[test]
fn fields_of_one_value_round_trip_and_empty_fields_have_no_range() -> Result<(), QuantError> {
    let single = array![[[271.3_f64]]];
    let quantizer = Quantizer::new(ValueRange::from_values(single.view())?, BitDepth::TEN);
    assert_eq!(
        quantizer.dequantize(quantizer.quantize(single.view())?.view())?,
        single
    );

    let scalar = ndarray::arr0(271.3_f64);
    assert_eq!(
        quantizer.dequantize(quantizer.quantize(scalar.view())?.view())?,
        scalar
    );

    let empty = Array3::<f64>::zeros((0, 4, 5));
    assert_eq!(
        ValueRange::from_values(empty.view()),
        Err(QuantError::Empty)
    );
    assert_eq!(quantizer.quantize(empty.view())?.shape(), [0, 4, 5]);
    Ok(())
}
