//! Options, criteria, plans and reports are serialized and deserialized without loss.

#![cfg(feature = "serde")]

use fieldreel::reel::{Plan, PredictionPlan, SegmentOptions, WriterOptions, segment};
use fieldreel::{CodecChoice, Criterion, Effort, ErrorBound, Preset, Target};
use ndarray::Array3;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(value)?;
    assert_eq!(serde_json::from_str::<T>(&text)?, *value, "{text}");
    Ok(text)
}

#[test]
fn criteria_and_choices_are_serialized_as_text() {
    let criterion = Criterion::from(ErrorBound::RangeRelative(1e-3));
    assert_eq!(round_trip(&criterion).unwrap(), r#""rel:1e-3""#);
    assert_eq!(round_trip(&Target::Psnr(60.0)).unwrap(), r#""psnr:60""#);
    assert_eq!(round_trip(&Effort::Best).unwrap(), r#""best""#);
    assert_eq!(round_trip(&CodecChoice::Av1).unwrap(), r#""av1""#);
    assert_eq!(round_trip(&Preset::C4Jp2k).unwrap(), r#""C4-JP2K""#);
    assert!(serde_json::from_str::<Criterion>(r#""abs:-1""#).is_err());
}

#[test]
fn options_plans_and_segments_are_serialized_without_loss() {
    let plan = Plan::Prediction(PredictionPlan::for_effort(Effort::Balanced));
    round_trip(&plan).unwrap();
    let options = SegmentOptions::new(ErrorBound::Absolute(0.1))
        .with_fill_value(-999)
        .with_valid_range(0.0, f64::MAX)
        .with_plan(plan);
    round_trip(&WriterOptions::new(options.clone()).with_tile([64, 64])).unwrap();
    let values = Array3::from_shape_fn((4, 20, 30), |(t, y, x)| (t * y + x) as f32);
    let encoded = segment::encode(values.view(), &options).unwrap();
    round_trip(&encoded.info).unwrap();
    round_trip(&encoded.info.certificate).unwrap();
}
