//! The same result for every memory layout and number of threads.

use std::error::Error;

use fieldreel_quant::{BitDepth, QuantError, Quantizer, ValueRange};
use ndarray::{Array, Array2, Array3, ArrayView, Axis, Dimension, ShapeBuilder, s};

/// (time, y, x): large enough to be cut into pieces, none of its axes a power of two.
const SHAPE: (usize, usize, usize) = (37, 61, 71);

fn field() -> Array3<f32> {
    Array3::from_shape_fn(SHAPE, |(t, y, x)| {
        ((t * 7919 + y * 104_729 + x * 1_299_709) % 10_007) as f32 - 5000.5
    })
}

/// Compares a view of any layout with its copy in row-major order.
fn check<D: Dimension>(view: ArrayView<'_, f32, D>) -> Result<(), Box<dyn Error>> {
    let plain = Array::from_shape_vec(view.raw_dim(), view.iter().copied().collect())?;
    let range = ValueRange::from_values(view.view())?;
    assert_eq!(range, ValueRange::from_values(plain.view())?);
    assert!(view.iter().any(|x| *x == range.min()) && view.iter().any(|x| *x == range.max()));

    let quantizer = Quantizer::new(range, BitDepth::FOURTEEN);
    let codes = quantizer.quantize(view.view())?;
    assert!(codes.is_standard_layout());
    assert_eq!(codes, quantizer.quantize(plain.view())?);
    let back = quantizer.dequantize(codes.view())?;
    assert!(back.is_standard_layout());
    assert!(
        back.iter()
            .zip(&view)
            .all(|(y, x)| f64::from((x - y).abs()) <= quantizer.max_error())
    );

    let mut reversed = Array::zeros(codes.raw_dim().f());
    quantizer.quantize_into(view.view(), reversed.view_mut())?;
    assert_eq!(reversed, codes);
    let mut reversed = Array::zeros(codes.raw_dim().f());
    quantizer.dequantize_into(codes.view(), reversed.view_mut())?;
    assert_eq!(reversed, back);
    Ok(())
}

#[test]
fn any_memory_layout() -> Result<(), Box<dyn Error>> {
    let field = field();
    check(field.view())?;
    check(field.t())?;
    check(field.view().permuted_axes([1, 2, 0]))?;
    check(field.view().permuted_axes([0, 2, 1]))?;
    check(field.slice(s![.., 3..58, 5..60]))?;
    check(field.slice(s![..;2, 1.., ..;3]))?;
    check(field.slice(s![..;-1, .., ..;-1]))?;
    check(
        field
            .slice(s![..;-1, ..;-2, ..;-3])
            .permuted_axes([2, 0, 1]),
    )?;
    check(field.slice(s![.., .., 5..6]))?;
    check(field.slice(s![3, .., ..]))?;
    check(field.slice(s![.., 7, 9]))?;
    check(
        field
            .index_axis(Axis(0), 5)
            .broadcast(SHAPE)
            .expect("trailing axes agree"),
    )?;
    check(
        field
            .slice(s![.., .., ..1])
            .broadcast(SHAPE)
            .expect("an axis of one"),
    )?;
    check(field.view().into_dyn())?;
    check(
        field
            .view()
            .into_shape_with_order(37 * 61 * 71)
            .expect("contiguous"),
    )?;
    check(
        field
            .view()
            .into_shape_with_order(37 * 61 * 71)
            .expect("contiguous")
            .slice(s![..;-2]),
    )
}

#[test]
fn writes_into_sliced_and_reversed_arrays() -> Result<(), QuantError> {
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
fn any_number_of_threads() -> Result<(), QuantError> {
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
            let back = quantizer.dequantize(codes.view())?.mapv(f32::to_bits);
            Ok::<_, QuantError>((range.to_string(), codes, back))
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
fn the_first_offender_is_found_in_logical_order() -> Result<(), QuantError> {
    let mut field = field();
    field[[30, 2, 60]] = f32::NAN;
    field[[2, 50, 7]] = f32::INFINITY;
    let at = |error| match error {
        Err(QuantError::NonFinite {
            count: 2, first, ..
        }) => first,
        other => panic!("unexpected: {other:?}"),
    };
    let quantizer = Quantizer::new(ValueRange::new(-1e6, 1e6)?, BitDepth::TEN);
    assert_eq!(
        at(ValueRange::from_values(field.view()).map(drop)),
        [2, 50, 7]
    );
    assert_eq!(at(quantizer.quantize(field.view()).map(drop)), [2, 50, 7]);
    // y first: the NaN at y = 2 comes before the infinity at y = 50.
    let swapped = field.view().permuted_axes([1, 0, 2]);
    assert_eq!(at(ValueRange::from_values(swapped).map(drop)), [2, 30, 60]);
    assert_eq!(at(quantizer.quantize(swapped).map(drop)), [2, 30, 60]);
    let reversed = field.slice(s![..;-1, .., ..]);
    assert_eq!(at(quantizer.quantize(reversed).map(drop)), [6, 2, 60]);
    Ok(())
}

#[test]
fn bytes_split_and_join_in_any_layout() -> Result<(), QuantError> {
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
