//! Compresses an array within an error bound, in memory, and checks the bound.
//!
//! `cargo run --release --example compress_array`

use fieldreel::{Compressor, Effort, ErrorBound, decompress};
use ndarray::Array3;

fn main() -> Result<(), fieldreel::Error> {
    // 48 frames of 90×180 values; the fill value marks a missing one.
    let mut temperature = Array3::from_shape_fn((48, 90, 180), |(t, y, x)| {
        let [t, y, x] = [t, y, x].map(|index| index as f32);
        280.0 + 12.0 * ((x + t) / 20.0).sin() * (y / 15.0).cos()
    });
    temperature[[3, 40, 50]] = -999.0;

    let bound = 0.01;
    let reel = Compressor::new(ErrorBound::Absolute(bound))
        .with_effort(Effort::Balanced)
        .with_fill_value(-999.0)
        .compress(&temperature)?;
    let ratio = (temperature.len() * size_of::<f32>()) as f64 / reel.len() as f64;
    println!("{} bytes, compression ratio {ratio:.1}", reel.len());

    let decoded = decompress::<f32>(&reel)?;
    let errors = temperature.iter().zip(&decoded);
    let errors = errors.map(|(&x, &y)| (f64::from(y) - f64::from(x)).abs());
    let max_error = errors.fold(0.0, f64::max);
    println!("largest error {max_error:.6}, bound {bound}");
    assert!(max_error <= bound);
    assert_eq!(decoded[[3, 40, 50]], -999.0);
    Ok(())
}
