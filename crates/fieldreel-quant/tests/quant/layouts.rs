//! Tests that results do not depend on the memory layout or the number of threads.

use std::error::Error;

use fieldreel_quant::{BitDepth, QuantError, Quantizer, ValueRange};
use ndarray::{Array, Array2, Array3, ArrayView, Axis, Dimension, ShapeBuilder, s};

/// The shape (time, y, x), large enough to be split into pieces, and without powers of two.
const SHAPE: (usize, usize, usize) = (37, 61, 71);

fn field() -> Array3<f32> {
    Array3::from_shape_fn(SHAPE, |(t, y, x)| {
        ((t * 7919 + y * 104_729 + x * 1_299_709) % 10_007) as f32 - 5000.5
    })
}

/// Checks that a view of any layout gives the same results as its row-major copy.
fn check_layout<D: Dimension>(view: ArrayView<'_, f32, D>) -> Result<(), Box<dyn Error>> {
    let row_major = Array::from_shape_vec(view.raw_dim(), view.iter().copied().collect())?;
    let range = ValueRange::from_values(view.view())?;
    assert_eq!(range, ValueRange::from_values(row_major.view())?);
    assert!(view.iter().any(|x| *x == range.min()) && view.iter().any(|x| *x == range.max()));

    let quantizer = Quantizer::new(range, BitDepth::FOURTEEN);
    let codes = quantizer.quantize(view.view())?;
    assert!(codes.is_standard_layout());
    assert_eq!(codes, quantizer.quantize(row_major.view())?);
    let decoded = quantizer.dequantize(codes.view())?;
    assert!(decoded.is_standard_layout());
    assert!(
        decoded
            .iter()
            .zip(&view)
            .all(|(y, x)| f64::from((x - y).abs()) <= quantizer.max_error())
    );

    let mut column_major = Array::zeros(codes.raw_dim().f());
    quantizer.quantize_into(view.view(), column_major.view_mut())?;
    assert_eq!(column_major, codes);
    let mut column_major = Array::zeros(codes.raw_dim().f());
    quantizer.dequantize_into(codes.view(), column_major.view_mut())?;
    assert_eq!(column_major, decoded);
    Ok(())
}

#[test]
fn results_do_not_depend_on_the_memory_layout() -> Result<(), Box<dyn Error>> {
    let field = field();
    check_layout(field.view())?;
    check_layout(field.t())?;
    check_layout(field.view().permuted_axes([1, 2, 0]))?;
    check_layout(field.view().permuted_axes([0, 2, 1]))?;
    check_layout(field.slice(s![.., 3..58, 5..60]))?;
    check_layout(field.slice(s![..;2, 1.., ..;3]))?;
    check_layout(field.slice(s![..;-1, .., ..;-1]))?;
    check_layout(
        field
            .slice(s![..;-1, ..;-2, ..;-3])
            .permuted_axes([2, 0, 1]),
    )?;
    check_layout(field.slice(s![.., .., 5..6]))?;
    check_layout(field.slice(s![3, .., ..]))?;
    check_layout(field.slice(s![.., 7, 9]))?;
    check_layout(
        field
            .index_axis(Axis(0), 5)
            .broadcast(SHAPE)
            .expect("trailing axes agree"),
    )?;
    check_layout(
        field
            .slice(s![.., .., ..1])
            .broadcast(SHAPE)
            .expect("the last axis has length 1"),
    )?;
    check_layout(field.view().into_dyn())?;
    check_layout(
        field
            .view()
            .into_shape_with_order(37 * 61 * 71)
            .expect("contiguous"),
    )?;
    check_layout(
        field
            .view()
            .into_shape_with_order(37 * 61 * 71)
            .expect("contiguous")
            .slice(s![..;-2]),
    )
}

#[test]
fn quantize_into_writes_into_sliced_and_reversed_arrays() -> Result<(), QuantError> {
    let field = field();
    let quantizer = Quantizer::new(ValueRange::from_values(field.view())?, BitDepth::SIXTEEN);
    let codes = quantizer.quantize(field.view())?;
    let mut wide = Array3::from_elem((40, 70, 160), u16::MAX);
    quantizer.quantize_into(field.view(), wide.slice_mut(s![2..39, 4..65;-1, 3..145;2]))?;
    assert_eq!(wide.slice(s![2..39, 4..65;-1, 3..145;2]), codes);
    assert!(
        wide.slice(s![2..39, 4..65, 2..144;2])
            .iter()
            .all(|code| *code == u16::MAX)
    );
    Ok(())
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() -> Result<(), QuantError> {
    let mut field = field();
    field.mapv_inplace(|x| if x < 0.0 { 0.0 } else { x });
    field[[20, 30, 40]] = -0.0;
    let results = [1, 2, 5].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads can be started");
        pool.install(|| {
            let range = ValueRange::from_values(field.view())?;
            let quantizer = Quantizer::new(range, BitDepth::TWELVE);
            let codes = quantizer.quantize(field.view())?;
            let decoded = quantizer.dequantize(codes.view())?.mapv(f32::to_bits);
            Ok::<_, QuantError>((range.to_string(), codes, decoded))
        })
    });
    assert!(
        results[0]
            .as_ref()
            .is_ok_and(|(range, ..)| range.starts_with("-0.0.."))
    );
    assert!(results.iter().all(|result| *result == results[0]));
    Ok(())
}

#[test]
fn the_first_invalid_value_is_reported_in_logical_order() -> Result<(), QuantError> {
    let mut field = field();
    field[[30, 2, 60]] = f32::NAN;
    field[[2, 50, 7]] = f32::INFINITY;
    let first_index = |error| match error {
        Err(QuantError::NonFinite {
            count: 2, first, ..
        }) => first,
        other => panic!("unexpected: {other:?}"),
    };
    let quantizer = Quantizer::new(ValueRange::new(-1e6, 1e6)?, BitDepth::TEN);
    assert_eq!(
        first_index(ValueRange::from_values(field.view()).map(drop)),
        [2, 50, 7]
    );
    assert_eq!(
        first_index(quantizer.quantize(field.view()).map(drop)),
        [2, 50, 7]
    );
    // With y as the first axis, the NaN at y = 2 precedes the infinity at y = 50.
    let swapped = field.view().permuted_axes([1, 0, 2]);
    assert_eq!(
        first_index(ValueRange::from_values(swapped).map(drop)),
        [2, 30, 60]
    );
    assert_eq!(
        first_index(quantizer.quantize(swapped).map(drop)),
        [2, 30, 60]
    );
    let reversed = field.slice(s![..;-1, .., ..]);
    assert_eq!(
        first_index(quantizer.quantize(reversed).map(drop)),
        [6, 2, 60]
    );
    Ok(())
}

#[test]
fn split_bytes_and_join_bytes_take_any_memory_layout() -> Result<(), QuantError> {
    let codes = Array2::from_shape_fn((300, 257), |(y, x)| (y * 257 + x) as u16);
    for codes in [codes.view(), codes.t(), codes.slice(s![..;-2, 3..])] {
        let (high, low) = fieldreel_quant::split_bytes(codes);
        assert!(
            codes
                .iter()
                .zip(&high)
                .all(|(code, high)| u16::from(*high) == code / 256)
        );
        assert!(
            codes
                .iter()
                .zip(&low)
                .all(|(code, low)| u16::from(*low) == code % 256)
        );
        assert_eq!(fieldreel_quant::join_bytes(high.view(), low.view())?, codes);
    }
    Ok(())
}
