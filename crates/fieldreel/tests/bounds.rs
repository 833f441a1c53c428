//! Reels of complete real fields satisfy every bound, verify, and reach compression ratios.
//!
//! `make long` runs these tests. `--nocapture` prints the ratios.
#![cfg(test)]
#![cfg(all(feature = "ffmpeg", feature = "netcdf", feature = "grib"))]

#[path = "common/real_data.rs"]
mod real_data;

use fieldreel::formats::FieldValues;
use fieldreel::{Compressor, Effort, ErrorBound, Limits, ReelReader, read_field};
use ndarray::{Array3, Axis};

/// Reads a field, and folds its leading axes into one.
fn load(name: &str, variable: Option<&str>) -> Option<Array3<f32>> {
    let field = read_field(real_data::real_file(name)?, variable).unwrap();
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

/// Compresses and verifies a field, checks the error of every value, and returns the compression
/// ratio.
fn check_bound(name: &str, field: &Array3<f32>, bound: ErrorBound, effort: Effort) -> f64 {
    let range = range(field);
    let bytes = Compressor::new(bound)
        .with_effort(effort)
        .compress(field)
        .unwrap();
    let mut reel = ReelReader::from_bytes(bytes.clone(), Limits::default()).unwrap();
    assert!(reel.verify().is_good(), "{name} {bound}");
    let decoded = reel.read_all::<f32>().unwrap();
    let mut violations = 0;
    for (frame, decoded) in field.axis_iter(Axis(0)).zip(decoded.axis_iter(Axis(0))) {
        for (&x, &y) in frame.iter().zip(&decoded) {
            let error = (f64::from(x) - f64::from(y)).abs();
            let is_within = match bound {
                ErrorBound::Lossless => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
                _ if x.is_nan() => y.is_nan(),
                ErrorBound::PointwiseRelative(part) => error <= part * f64::from(x).abs(),
                ErrorBound::RangeRelative(part) => error <= part * range,
                _ => true,
            };
            violations += u64::from(!is_within);
        }
    }
    let ratio = (field.len() * 4) as f64 / bytes.len() as f64;
    println!("{name:<6} {bound:<16} {effort:<8} compression ratio {ratio:9.2}");
    assert_eq!(violations, 0, "{name} {bound}: values exceed the bound");
    ratio
}

fn check_all_bounds(name: &str, field: &Array3<f32>) {
    let mut previous = f64::INFINITY;
    for relative in [0.3, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-12] {
        let bound = ErrorBound::RangeRelative(relative);
        let ratio = check_bound(name, field, bound, Effort::Fast);
        assert!(
            ratio < previous * 1.05,
            "{name} {relative}: a smaller bound has a larger ratio"
        );
        previous = ratio;
    }
    let lossless = check_bound(name, field, ErrorBound::Lossless, Effort::Fast);
    // The element type is coarser than the smallest of these bounds, so that lossless coding must
    // not be much larger.
    assert!(lossless > previous * 0.98, "{name}: lossless");
    let bound = ErrorBound::PointwiseRelative(1e-3);
    check_bound(name, field, bound, Effort::Fast);
}

/// Checks all bounds with the effort `Fast`, and one bound with `Balanced`, which must have a
/// compression ratio of more than `min_ratio`.
fn check(name: &str, file: &str, variable: Option<&str>, min_ratio: f64) {
    let Some(field) = load(file, variable) else {
        return;
    };
    check_all_bounds(name, &field);
    let bound = ErrorBound::RangeRelative(1e-2);
    let ratio = check_bound(name, &field, bound, Effort::Balanced);
    assert!(ratio > min_ratio, "{name}: a compression ratio of {ratio}");
}

// The smallest ratios are 0.97 of those that a prototype reached with x265's slowest preset and
// pco. For the ocean, the ratio is much larger than that of the best other compressor.

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
