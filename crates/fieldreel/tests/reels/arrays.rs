//! Every kind of criterion, and the options of a compressor.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fieldreel::metrics::ErrorMetrics;
use fieldreel::reel::{ReelElement, ReelProgress};
use fieldreel::{
    Compressor, Criterion, Effort, ErrorBound, Limits, Metadata, ReelReader, Target, decompress,
};
use ndarray::{Array3, Axis, s};

use super::winds;

fn fast(criterion: impl Into<Criterion>) -> Compressor {
    Compressor::new(criterion).with_effort(Effort::Fast)
}

/// Compresses and decompresses an array, and returns the decoded values and the compression ratio.
fn round_trip<T: ReelElement>(
    values: &Array3<T>,
    criterion: impl Into<Criterion>,
) -> (Array3<T>, f64) {
    let bytes = fast(criterion).compress(values).unwrap();
    let ratio = (values.len() * size_of::<T>()) as f64 / bytes.len() as f64;
    (decompress(&bytes).unwrap(), ratio)
}

fn check_every_criterion<T: ReelElement>(values: &Array3<T>) {
    let numbers = || values.iter().map(|&value| value.to_f64());
    let range = numbers().fold(f64::MIN, f64::max) - numbers().fold(f64::MAX, f64::min);
    let check_errors = |decoded: &Array3<T>, bound: &dyn Fn(f64) -> f64| {
        values.iter().zip(decoded).for_each(|(x, x_hat)| {
            let (x, x_hat) = (x.to_f64(), x_hat.to_f64());
            assert!((x - x_hat).abs() <= bound(x), "{x} {x_hat}");
        });
    };
    let (decoded, ratio) = round_trip(values, ErrorBound::Absolute(0.05));
    check_errors(&decoded, &|_| 0.05);
    assert!(ratio > 3.0, "{ratio}");
    let (decoded, ratio) = round_trip(values, ErrorBound::RangeRelative(1e-2));
    check_errors(&decoded, &|_| 1e-2 * range);
    assert!(ratio > 10.0, "{ratio}");
    let (decoded, _) = round_trip(values, ErrorBound::PointwiseRelative(1e-2));
    check_errors(&decoded, &|x| 1e-2 * x.abs());
    let (decoded, ratio) = round_trip(values, ErrorBound::Lossless);
    assert!(
        values
            .iter()
            .zip(&decoded)
            .all(|(x, y)| x.to_f64().to_bits() == y.to_f64().to_bits())
    );
    assert!(ratio > 1.0, "{ratio}");
    let (decoded, _) = round_trip(values, Target::Psnr(50.0));
    let [original, decoded] = [values, &decoded].map(|values| values.mapv(|value| value.to_f64()));
    let errors = ErrorMetrics::between(original.view(), decoded.view()).unwrap();
    assert!((50.0..56.0).contains(&errors.psnr_db()), "{errors:?}");
    let (_, ratio) = round_trip(values, Target::Ratio(20.0));
    // The target applies to segments, and a reel has additional bytes.
    assert!((19.8..25.0).contains(&ratio), "{ratio}");
}

#[test]
fn every_criterion_is_satisfied_in_both_types() {
    // A few frames suffice, because the tests of `fieldreel-reel` are more thorough.
    let winds = winds().slice(s![..24, .., ..]).to_owned();
    check_every_criterion(&winds);
    check_every_criterion(&winds.slice(s![..12, .., ..]).mapv(f64::from));
}

#[test]
fn missing_values_are_lossless() {
    let mut winds = winds().slice(s![..8, .., ..]).to_owned();
    winds.slice_mut(s![.., 10..20, 30..60]).fill(f32::NAN);
    winds.slice_mut(s![3, 40.., ..9]).fill(-99.9);
    winds[[0, 0, 0]] = f32::INFINITY;
    let compressor = fast(ErrorBound::Absolute(0.1)).with_fill_value(-99.9);
    let back = decompress::<f32>(&compressor.compress(&winds).unwrap()).unwrap();
    for (x, x_hat) in winds.iter().zip(&back) {
        if x.is_finite() && *x != -99.9 {
            assert!((x - x_hat).abs() <= 0.1);
        } else {
            assert!(x.is_nan() && x_hat.is_nan() || x == x_hat, "{x} {x_hat}");
        }
    }
}

#[test]
fn options_of_a_compressor_take_effect() {
    let winds = winds();
    let progress = Arc::new(AtomicUsize::new(0));
    let written = progress.clone();
    let compressor = fast(ErrorBound::RangeRelative(0.02))
        .with_frames_per_segment(25)
        .with_metadata(Metadata::new("UWND"))
        .with_progress(move |ReelProgress { frames, .. }| written.store(frames, Ordering::Relaxed));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("winds.reel");
    let summary = compressor
        .clone()
        .with_threads(1)
        .write(&path, &winds)
        .unwrap();
    assert_eq!(
        (summary.segments.len(), progress.load(Ordering::Relaxed)),
        (3, 60)
    );
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes.len() as u64, summary.bytes);
    // The bytes depend neither on the number of threads nor on the sink.
    assert_eq!(
        compressor.clone().with_threads(2).compress(&winds).unwrap(),
        bytes
    );

    let mut reader = fieldreel::open_reel(&path, Limits::default()).unwrap();
    assert_eq!(reader.metadata().name, "UWND");
    let some = reader.frames::<f32>(24..26).unwrap();
    assert_eq!(
        some,
        decompress::<f32>(&bytes).unwrap().slice(s![24..26, .., ..])
    );

    let mut writer = compressor
        .with_range(1.0)
        .stream::<_, f32>(Vec::new(), [73, 144])
        .unwrap();
    for frame in winds.axis_iter(Axis(0)).take(30) {
        writer.write_frame(frame).unwrap();
    }
    let (bytes, _) = writer.finish().unwrap();
    let mut reader = ReelReader::open(Cursor::new(bytes), Limits::default()).unwrap();
    let back = reader.read_all::<f32>().unwrap();
    let first = winds.slice(s![..30, .., ..]);
    let errors = ErrorMetrics::between(first, back.view()).unwrap();
    assert!(errors.max_abs <= 0.02, "{errors:?}");
}
