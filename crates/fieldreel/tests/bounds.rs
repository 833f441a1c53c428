//! Reels of real fields at full size: every bound is kept, every reel verifies, sizes stay small.
//!
//! `make long` runs this; what is seen is printed with `--nocapture`.
#![cfg(test)]
#![cfg(all(feature = "ffmpeg", feature = "netcdf", feature = "grib"))]

#[path = "common/real.rs"]
mod real;

use fieldreel::formats::FieldValues;
use fieldreel::{Bound, Compressor, Effort, Limits, ReelReader, read_field};
use ndarray::{Array3, Axis};

/// A field with its leading axes folded into one.
fn load(name: &str, variable: Option<&str>) -> Option<Array3<f32>> {
    let field = read_field(real::real(name)?, variable).unwrap();
    let FieldValues::F32(values) = field.values else {
        panic!("{name} is not of single precision")
    };
    let shape = values.shape().to_vec();
    let [leading @ .., height, width] = &shape[..] else {
        panic!("{name} has no frames")
    };
    let folded = (leading.iter().product(), *height, *width);
    Some(values.into_shape_with_order(folded).unwrap())
}

fn range(field: &Array3<f32>) -> f64 {
    let finite = field.iter().filter(|x| x.is_finite());
    let (min, max) = finite.fold((f32::MAX, f32::MIN), |(a, b), &x| (a.min(x), b.max(x)));
    f64::from(max) - f64::from(min)
}

/// Compresses, verifies, compares every value, and says how many times smaller it became.
fn keeps(what: &str, field: &Array3<f32>, bound: Bound, effort: Effort) -> f64 {
    let range = range(field);
    let bytes = Compressor::new(bound)
        .effort(effort)
        .compress(field)
        .unwrap();
    let mut reel = ReelReader::from_bytes(bytes.clone(), Limits::default()).unwrap();
    assert!(reel.verify().is_good(), "{what} {bound}");
    let back = reel.read_all::<f32>().unwrap();
    let mut broken = 0;
    for (frame, decoded) in field.axis_iter(Axis(0)).zip(back.axis_iter(Axis(0))) {
        for (&x, &y) in frame.iter().zip(&decoded) {
            let error = (f64::from(x) - f64::from(y)).abs();
            let kept = match bound {
                ErrorBound::Lossless => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
                _ if x.is_nan() => y.is_nan(),
                ErrorBound::PointwiseRelative(part) => error <= part * f64::from(x).abs(),
                ErrorBound::RangeRelative(part) => error <= part * range,
                _ => true,
            };
            broken += u64::from(!kept);
        }
    }
    let ratio = (field.len() * 4) as f64 / bytes.len() as f64;
    println!("{what:<6} {bound:<16} {effort:<8} {ratio:9.2} times smaller");
    assert_eq!(broken, 0, "{what} {bound}: values out of bounds");
    ratio
}

fn all_bounds(what: &str, field: &Array3<f32>) {
    let mut before = f64::INFINITY;
    for part in [0.3, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-12] {
        let ratio = keeps(what, field, ErrorBound::RangeRelative(part), Effort::Fast);
        assert!(
            ratio < before * 1.05,
            "{what} {part}: a finer bound is not smaller"
        );
        before = ratio;
    }
    let lossless = keeps(what, field, ErrorBound::Lossless, Effort::Fast);
    // The type itself is coarser than the finest of these bounds: no cliff to the exact values.
    assert!(lossless > before * 0.98, "{what}: lossless");
    keeps(
        what,
        field,
        ErrorBound::PointwiseRelative(1e-3),
        Effort::Fast,
    );
}

/// All bounds at little effort, and one at more, which must make the field `least` times smaller.
fn check(what: &str, name: &str, variable: Option<&str>, least: f64) {
    let Some(field) = load(name, variable) else {
        return;
    };
    all_bounds(what, &field);
    let ratio = keeps(
        what,
        &field,
        ErrorBound::RangeRelative(1e-2),
        Effort::Balanced,
    );
    assert!(ratio > least, "{what}: only {ratio} times smaller");
}

// The least ratios: 0.97 of what a prototype reached with x265's slowest preset and pco; for the
// ocean, ahead of the best other compressor by far.

#[test]
fn wind() {
    check("wind", "monthly_navy_winds.nc", Some("UWND"), 0.97 * 28.8);
}

#[test]
fn t2m() {
    check("t2m", "era5-2mt-2019-03-uk.grib", None, 0.97 * 55.7);
}

#[test]
fn a1b() {
    check("A1B", "A1B_north_america.nc", None, 0.97 * 76.0);
}

#[test]
fn ocean() {
    check("ocean", "ocean_atlas_subset.nc", Some("TEMP"), 65.0);
}
