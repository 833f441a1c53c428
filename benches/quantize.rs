//! Quantizing and dequantizing, as multiples of the time to copy the same floats.
//!
//! The baseline of calls that write into an existing array is `copy_from_slice` of the float array
//! in one thread; that of calls that allocate their result is `to_vec`. For the ratios, all
//! contenders are timed in turn, so that other load on the machine affects all of them. The ratios
//! are printed before Criterion measures each contender by itself.

use std::error::Error;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fieldreel_quant::{BitDepth, Float, Quantizer, ValueRange};
use ndarray::Array3;
use rayon::{ThreadPool, ThreadPoolBuilder};

mod support;

use support::{Contender, Outcome, compare, or_exit};

/// The shape (time, y, x): 16 Mi values, much larger than any cache.
const SHAPE: (usize, usize, usize) = (64, 512, 512);

fn quantize(c: &mut Criterion) {
    or_exit(bench(c, "f32", |x| x as f32).and_then(|()| bench(c, "f64", |x| x)));
}

fn bench<T: Float>(c: &mut Criterion, dtype: &str, from_f64: impl Fn(f64) -> T) -> Outcome {
    let field = smooth_field(from_f64);
    let quantizer = Quantizer::new(ValueRange::from_values(field.view())?, BitDepth::SIXTEEN);
    let codes = quantizer.quantize(field.view())?;
    let values = field.as_slice().ok_or("the field is not contiguous")?;
    let pools = [pool(1)?, pool(0)?];

    let mut copy = field.to_owned();
    let copy = copy.as_slice_mut().ok_or("the copy is not contiguous")?;
    let mut outputs = [
        (codes.clone(), field.clone()),
        (codes.clone(), field.clone()),
    ];
    let mut into: Vec<Contender<'_>> = vec![(
        "copy_from_slice".to_owned(),
        Box::new(|| {
            black_box(&mut *copy).copy_from_slice(black_box(values));
            Ok(())
        }),
    )];
    let mut new: Vec<Contender<'_>> = vec![(
        "to_vec".to_owned(),
        Box::new(|| {
            black_box(black_box(values).to_vec());
            Ok(())
        }),
    )];
    for (pool, (codes_out, field_out)) in pools.iter().zip(&mut outputs) {
        let threads = pool.current_num_threads();
        let (field, codes) = (&field, &codes);
        into.push((
            format!("range, {threads} thread(s)"),
            Box::new(move || {
                black_box(pool.install(|| ValueRange::from_values(field.view()))?);
                Ok(())
            }),
        ));
        into.push((
            format!("quantize_into, {threads} thread(s)"),
            Box::new(move || {
                Ok(pool.install(|| quantizer.quantize_into(field.view(), codes_out.view_mut()))?)
            }),
        ));
        into.push((
            format!("dequantize_into, {threads} thread(s)"),
            Box::new(move || {
                Ok(pool.install(|| quantizer.dequantize_into(codes.view(), field_out.view_mut()))?)
            }),
        ));
        new.push((
            format!("quantize, {threads} thread(s)"),
            Box::new(move || {
                black_box(pool.install(|| quantizer.quantize(field.view()))?);
                Ok(())
            }),
        ));
        new.push((
            format!("dequantize, {threads} thread(s)"),
            Box::new(move || {
                black_box(pool.install(|| quantizer.dequantize(codes.view()))?);
                Ok(())
            }),
        ));
    }
    let bytes = size_of_val(values) as u64;
    compare(
        c,
        &format!("{dtype}, 16 bits, into existing arrays"),
        bytes,
        into,
    )?;
    compare(c, &format!("{dtype}, 16 bits, into new arrays"), bytes, new)
}

/// Returns a pool of `threads` threads, or of one per core if `threads` is 0.
fn pool(threads: usize) -> Result<ThreadPool, Box<dyn Error>> {
    Ok(ThreadPoolBuilder::new().num_threads(threads).build()?)
}

/// Returns temperatures in kelvin: waves, and some noise from a linear congruential generator.
fn smooth_field<T: Float>(from_f64: impl Fn(f64) -> T) -> Array3<T> {
    let mut noise = 1_u32;
    Array3::from_shape_fn(SHAPE, |(t, y, x)| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wave = (t as f64 * 0.1).sin() + (y as f64 * 0.02).cos() + (x as f64 * 0.03).sin();
        from_f64(280.0 + 10.0 * wave + f64::from(noise) * 1e-10)
    })
}

criterion_group!(benches, quantize);
criterion_main!(benches);
