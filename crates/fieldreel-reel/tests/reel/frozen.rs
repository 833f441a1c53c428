//! Reels that an earlier build wrote can still be read.
//!
//! With `FIELDREEL_FREEZE=1` in the environment, the tests first write the reels that are missing.
//! An existing reel is never overwritten.

use std::path::PathBuf;

#[cfg(feature = "ffmpeg")]
use fieldreel_codec::X265Preset;
use fieldreel_reel::{
    AxisOrder, Coordinate, Criterion, Effort, ErrorBound, Limits, Metadata, NumericArray, Plan,
    PredictionPlan, ReelElement, ReelReader, Scalar, SegmentOptions, WriterOptions, compress,
};
#[cfg(feature = "video")]
use fieldreel_reel::{VideoCodec, VideoPlan};
use ndarray::Array3;

/// Returns a triangle wave from 0 to 1 and back, computed exactly, so that it is the same on every
/// machine.
fn triangle(at: usize, period: usize) -> f64 {
    let at = at % period;
    let half = period / 2;
    (if at < half { at } else { period - at }) as f64 / half as f64
}

fn waves(shape: [usize; 3], offset: f64, scale: f64) -> Array3<f64> {
    let mut noise = 0x2545_f491_4f6c_dd1d_u64;
    Array3::from_shape_fn(shape, |(t, y, x)| {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        let wave = triangle(x + 2 * t, 64) * triangle(y + t, 32) + 0.25 * triangle(y * x, 48);
        offset + scale * (wave + (noise % 64) as f64 / 4096.0)
    })
}

#[cfg(feature = "video")]
fn video(order: AxisOrder, mean: bool, codec: VideoCodec, quantizer: u8) -> Plan {
    let plan = VideoPlan::new(codec, quantizer).with_axis_order(order);
    Plan::Video(plan.with_subtract_temporal_mean(mean))
}

fn f32s(offset: f64, scale: f64) -> Array3<f32> {
    waves([12, 24, 40], offset, scale).mapv(|value| value as f32)
}

fn frozen<T: ReelElement>(name: &str, values: &Array3<T>, options: SegmentOptions, segment: usize) {
    let path = [env!("CARGO_MANIFEST_DIR"), "tests", "frozen", name]
        .iter()
        .collect::<PathBuf>();
    if std::env::var_os("FIELDREEL_FREEZE").is_some() && !path.exists() {
        let mut metadata = Metadata::new("wave");
        metadata.attributes.insert("units", "K");
        let times = (0..values.dim().0).map(|t| t as f64 / 4.0).collect();
        let times = Coordinate::axis("time", NumericArray::F64(times));
        metadata.coordinates.push(times);
        let options = WriterOptions::new(options.clone()).with_frames_per_segment(segment);
        std::fs::write(&path, compress(values.view(), &metadata, &options).unwrap()).unwrap();
    }
    let bytes = std::fs::read(&path).unwrap();
    let mut reader = ReelReader::from_bytes(bytes, Limits::default()).unwrap();
    assert!(reader.integrity().is_complete(), "{name}");
    assert_eq!(reader.shape(), <[usize; 3]>::from(values.dim()), "{name}");
    assert_eq!(
        reader.segments().len(),
        values.dim().0.div_ceil(segment),
        "{name}"
    );
    assert_eq!(reader.metadata().name, "wave");
    assert_eq!(reader.metadata().units(), Some("K"));
    let times = reader.metadata().coordinate("time").unwrap();
    assert!(matches!(&times.values, NumericArray::F64(times) if times[3] == 0.75));
    // Each segment's certificate has the checksum of the decoded values.
    assert!(reader.verify().is_good(), "{name}");
    let decoded = reader.read_all::<T>().unwrap();
    for (x, y) in values.iter().zip(&decoded) {
        let (x, y) = (x.to_f64(), y.to_f64());
        let is_within_bound = match options.criterion {
            Criterion::Bound(ErrorBound::Absolute(epsilon)) => (x - y).abs() <= epsilon,
            Criterion::Bound(ErrorBound::PointwiseRelative(part)) => {
                (x - y).abs() <= part * x.abs()
            }
            _ => false,
        };
        let is_same = x.to_bits() == y.to_bits();
        assert!(is_within_bound || is_same, "{name}: {x} became {y}");
    }
}

fn prediction(effort: Effort, change: impl Fn(&mut PredictionPlan)) -> Option<Plan> {
    let mut plan = PredictionPlan::for_effort(effort);
    change(&mut plan);
    Some(Plan::Prediction(plan))
}

#[test]
fn fast_prediction_with_a_mask() {
    let mut values = f32s(273.0, 10.0);
    for ((t, y, x), value) in values.indexed_iter_mut() {
        if (x + y + t / 5) % 17 < 4 {
            *value = f32::NAN;
        }
    }
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.05));
    options.plan = prediction(Effort::Fast, |_| {});
    frozen("v1-prediction-fast.reel", &values, options, 7);
}

/// Two kinds of motion side by side with land in between, so that tiles have coefficients of their
/// own.
#[test]
fn prediction_in_tiles_with_a_mask() {
    let mut values = waves([30, 24, 64], 0.0, 1.0);
    for ((t, y, x), value) in values.indexed_iter_mut() {
        if x >= 30 {
            *value = 0.1 * *value + triangle(3 * x + 4 * t, 40) * triangle(5 * y + 60 - t, 36);
        }
        if (y / 4 + x / 20) % 4 == 1 {
            *value = f64::NAN;
        }
    }
    let values = values.mapv(|value| value as f32);
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.01));
    options.plan = prediction(Effort::Best, |_| {});
    frozen("v1-prediction-tiles.reel", &values, options, 30);
}

#[test]
fn adaptive_prediction_of_deviations_from_temporal_means() {
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.2));
    options.plan = prediction(Effort::Balanced, |plan| {
        plan.axis_order = AxisOrder::Yxt;
        plan.subtract_temporal_mean = true;
        plan.coarse_step_reduction = 2;
    });
    frozen("v1-prediction-mean.reel", &f32s(273.0, 10.0), options, 12);
}

#[test]
fn prediction_of_planes_on_the_grid() {
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.01));
    options.plan = prediction(Effort::Best, |plan| {
        plan.levels = 0;
        plan.idempotent = true;
    });
    frozen(
        "v1-prediction-grid.reel",
        &waves([12, 24, 40], -3.0, 9.0),
        options,
        12,
    );
}

#[test]
fn prediction_of_logarithms_and_ulps() {
    let values = waves([5, 24, 40], -0.5, 1.0).mapv(|x| if x.abs() < 0.02 { 0.0 } else { x });
    let mut options = SegmentOptions::new(ErrorBound::PointwiseRelative(0.01));
    options.plan = prediction(Effort::Fast, |plan| plan.axis_order = AxisOrder::Xyt);
    frozen("v1-prediction-pointwise.reel", &values, options.clone(), 5);
    options.criterion = ErrorBound::Lossless.into();
    frozen(
        "v1-prediction-lossless-f64.reel",
        &values,
        options.clone(),
        5,
    );
    let values = values.mapv(|value| value as f32);
    frozen("v1-prediction-lossless-f32.reel", &values, options, 5);
}

#[cfg(feature = "ffmpeg")]
#[test]
fn hevc_with_means_and_a_static_mask() {
    let mut values = f32s(273.0, 10.0);
    for ((_, y, x), value) in values.indexed_iter_mut() {
        if (x + y) % 17 < 4 {
            *value = f32::NAN;
        }
    }
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.05));
    let slow = VideoCodec::X265(X265Preset::Slow);
    options.plan = Some(video(AxisOrder::Yxt, true, slow, 24));
    frozen("v1-hevc-mean-mask.reel", &values, options, 6);
}

#[cfg(feature = "video")]
#[test]
fn av1_of_logarithms_with_signs_and_zeros() {
    let values = waves([5, 24, 40], -0.5, 1.0).mapv(|x| if x.abs() < 0.02 { 0.0 } else { x });
    let mut options = SegmentOptions::new(ErrorBound::PointwiseRelative(0.01));
    options.plan = Some(video(
        AxisOrder::Xty,
        false,
        VideoCodec::Av1 { speed: 6 },
        20,
    ));
    frozen("v1-av1-pointwise.reel", &values, options, 5);
}

/// The frozen reel was written by a build without the feature `ffmpeg`.
#[cfg(feature = "video")]
#[test]
fn av1_of_rav1e_with_means() {
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.05));
    let codec = VideoCodec::Av1 { speed: 4 };
    options.plan = Some(video(AxisOrder::Tyx, true, codec, 24));
    frozen("v1-av1-rav1e.reel", &f32s(273.0, 10.0), options, 6);
}

#[test]
fn lossless() {
    let mut values = f32s(100.0, 123.45678);
    values[[0, 0, 0]] = -0.0;
    values[[1, 2, 3]] = f32::INFINITY;
    values[[2, 3, 4]] = f32::from_bits(0x7fc0_1234);
    let mut options = SegmentOptions::new(ErrorBound::Lossless);
    #[cfg(feature = "ffmpeg")]
    {
        let medium = VideoCodec::X265(X265Preset::Medium);
        options.plan = Some(video(AxisOrder::Tyx, false, medium, 0));
        frozen("v1-lossless-ordinals.reel", &values, options.clone(), 12);
    }
    options.plan = Some(Plan::Pco);
    frozen("v1-lossless-packed.reel", &values, options, 12);
}

#[test]
fn fields_without_values_or_of_one_value() {
    let options = SegmentOptions::new(ErrorBound::Lossless);
    let missing = Array3::from_elem((4, 3, 5), f64::NAN);
    frozen("v1-missing.reel", &missing, options.clone(), 4);
    let equal = Array3::from_elem((4, 3, 5), 273.15_f64);
    frozen("v1-constant.reel", &equal, options, 4);
}

#[cfg(feature = "ffmpeg")]
#[test]
fn hevc_with_residuals_of_both_coders() {
    let mut values = f32s(-2.0, 7.0);
    for ((t, y, x), value) in values.indexed_iter_mut() {
        if y < 9 && x > 20 + t {
            *value = f32::NAN;
        }
    }
    let slow = VideoCodec::X265(X265Preset::Slow);
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.02));
    options.plan = Some(video(AxisOrder::Xyt, true, slow, 22));
    for effort in [Effort::Fast, Effort::Best] {
        options.effort = effort;
        options.criterion = ErrorBound::Absolute(0.02).into();
        let name = format!("v1-hevc-{effort}.reel");
        frozen(&name, &values, options.clone(), 12);
        // This bound is so fine that residuals have many bits.
        options.criterion = ErrorBound::Absolute(1e-3).into();
        let name = format!("v1-hevc-{effort}-fine.reel");
        frozen(&name, &values, options.clone(), 7);
    }
}

#[test]
fn special_values_of_many_classes_and_a_valid_range() {
    let mut values = f32s(0.0, 1.0).mapv(|value| value.min(0.9));
    for ((t, y, x), value) in values.indexed_iter_mut() {
        match (y / 3, x / 5) {
            (0, 0..3) => *value = -999.0,
            (1, 2..5) => *value = 1e20,
            (2, 4) => *value = f32::NAN,
            (3, 5) => *value = f32::from_bits(0x7fc0_0000 | (t * 40 + x) as u32),
            (4, 1) => *value = f32::NEG_INFINITY,
            (5, 6) if x == 32 => *value = 1.5 + t as f32,
            _ => {}
        }
    }
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.02)).with_effort(Effort::Fast);
    options.fill_values = vec![Scalar::Float(-999.0), Scalar::Float(1e20)];
    options.valid_range = Some([Scalar::Float(0.0), Scalar::Float(0.9)]);
    options.plan = Some(Plan::Prediction(PredictionPlan::for_effort(Effort::Fast)));
    frozen("v1-special-values.reel", &values, options.clone(), 7);
    options.criterion = ErrorBound::PointwiseRelative(0.01).into();
    frozen("v1-special-pointwise.reel", &values, options, 12);
}

#[test]
fn integers_on_a_lattice_and_above_double_precision() {
    let values = f32s(0.0, 1000.0).mapv(|value| 12 * value as i16 - 7);
    let options = SegmentOptions::new(ErrorBound::Absolute(30.0)).with_effort(Effort::Balanced);
    frozen(
        "v1-integers-i16.reel",
        &values,
        options.with_fill_value(-7),
        12,
    );
    let values = waves([4, 24, 40], 0.0, 1e6).mapv(|value| (1 << 63) + value as u64);
    frozen(
        "v1-integers-u64.reel",
        &values,
        SegmentOptions::new(ErrorBound::Lossless),
        4,
    );
    let values = f32s(20.0, 90.0).mapv(|value| -value as i8);
    let options =
        SegmentOptions::new(ErrorBound::PointwiseRelative(0.06)).with_effort(Effort::Fast);
    frozen("v1-integers-i8.reel", &values, options, 7);
}

#[test]
fn lossless_values_on_all_grids() {
    let options = SegmentOptions::new(ErrorBound::Lossless).with_effort(Effort::Fast);
    let mut tenths = waves([12, 24, 40], 20.0, 9.0).mapv(|value| (value * 10.0).round() / 10.0);
    tenths[[3, 4, 5]] = f64::NAN;
    frozen("v1-exact-decimal.reel", &tenths, options.clone(), 12);
    let values = f32s(-0.5, 1.0);
    frozen("v1-exact-truncated.reel", &values, options.clone(), 7);
    let hundredths = waves([12, 24, 40], 20.0, 90.0).mapv(|value| (value * 100.0).round() / 100.0);
    frozen("v1-exact-parts.reel", &hundredths, options.clone(), 12);
    let mut eighths = f32s(-300.0, 900.0).mapv(|value| (value * 8.0).round() / 8.0);
    eighths[[5, 6, 7]] = f32::INFINITY;
    frozen("v1-exact-eighths.reel", &eighths, options.clone(), 7);
    let few = tenths.mapv(|value| (value / 7.0).exp() as f32);
    frozen("v1-exact-ranks.reel", &few, options.clone(), 12);
    let sizes = f32s(0.0, 1.0).mapv(|value| f32::from_bits((value * 8e8) as u32));
    frozen("v1-exact-ordinals.reel", &sizes, options, 12);
}
