//! Tests of single fields whose results can be checked by hand.

use fieldreel_reel::segment::{BodyInfo, decode, encode, inspect};
use fieldreel_reel::{
    BaseChoice, Criterion, Effort, ErrorBound, Limits, ReelError, SegmentOptions, Target,
};
use ndarray::Array3;

pub(crate) fn waves(shape: (usize, usize, usize)) -> Array3<f32> {
    let mut noise = super::fields::Noise::new(7);
    Array3::from_shape_fn(shape, |(t, y, x)| {
        let wave = (x as f32 / 9.0 + t as f32 / 5.0).sin() * (y as f32 / 7.0).cos();
        280.0 + 10.0 * wave + 0.05 * noise.unit() as f32
    })
}

#[test]
fn constant_and_missing_fields_take_less_than_100_bytes() {
    let missing = Array3::from_elem((50, 40, 60), f32::NAN);
    let equal = Array3::from_elem((50, 40, 60), 273.15_f64);
    for bound in [
        ErrorBound::Lossless,
        ErrorBound::RangeRelative(1e-3),
        ErrorBound::Absolute(0.0),
    ] {
        let bytes = encode(missing.view(), &SegmentOptions::new(bound))
            .unwrap()
            .bytes;
        assert!(bytes.len() < 100, "{} bytes", bytes.len());
        let back = decode::<f32>(&bytes, &Limits::default()).unwrap();
        assert!(back.iter().all(|value| value.is_nan()));
        let bytes = encode(equal.view(), &SegmentOptions::new(bound))
            .unwrap()
            .bytes;
        assert!(bytes.len() < 100, "{} bytes", bytes.len());
        assert_eq!(decode::<f64>(&bytes, &Limits::default()).unwrap(), equal);
    }
}

#[test]
fn a_certificate_states_the_errors() {
    let field = waves((20, 40, 90));
    let segment = encode(
        field.view(),
        &SegmentOptions::new(ErrorBound::Absolute(0.1)),
    )
    .unwrap();
    let (bytes, info) = (segment.bytes, segment.info);
    assert_eq!(inspect(&bytes).unwrap(), info);
    let decoded = decode::<f32>(&bytes, &Limits::default()).unwrap();
    let errors = || {
        field
            .iter()
            .zip(&decoded)
            .map(|(x, y)| f64::from(*y) - f64::from(*x))
    };
    let certificate = info.certificate;
    assert_eq!(certificate.valid, 20 * 40 * 90);
    assert_eq!(
        certificate.max_abs,
        errors().map(f64::abs).fold(0.0, f64::max)
    );
    assert!(certificate.max_abs <= 0.1);
    let count = field.len() as f64;
    let rmse = (errors().map(|e| e * e).sum::<f64>() / count).sqrt();
    assert!((f64::from(certificate.rmse) - rmse).abs() < 1e-6 * rmse);
    let bias = errors().sum::<f64>() / count;
    assert!((f64::from(certificate.bias) - bias).abs() < 1e-6);
    let sizes = info.sizes;
    let sum = sizes.base + sizes.mean + sizes.residual + sizes.mask + sizes.overhead;
    assert_eq!(sum, bytes.len());
    assert!(sizes.overhead < 150, "{} bytes", sizes.overhead);
}

#[test]
fn halving_the_bound_costs_about_a_bit_per_value() {
    let field = waves((24, 40, 80));
    let mut before = 0;
    for exponent in 1..=30 {
        let bound = ErrorBound::RangeRelative(0.6 / f64::from(1_u32 << exponent));
        let options = SegmentOptions::new(bound).with_effort(Effort::Fast);
        let bytes = encode(field.view(), &options).unwrap().bytes.len();
        // Each halving of the bound costs about a bit per value, and the test allows two.
        let max_bytes = before + field.len() * 2 / 8 + 2000;
        assert!(
            before == 0 || bytes < max_bytes,
            "{exponent}: {bytes} after {before}"
        );
        before = bytes;
    }
    let lossless = SegmentOptions::new(ErrorBound::Lossless).with_effort(Effort::Fast);
    assert!(encode(field.view(), &lossless).unwrap().bytes.len() < before + field.len() / 4);
}

#[test]
fn targets_are_reached_within_five_percent() {
    let field = waves((24, 48, 80));
    for wanted in [35.0, 60.0, 80.0] {
        let options = SegmentOptions::new(Target::Psnr(wanted)).with_effort(Effort::Fast);
        let bytes = encode(field.view(), &options).unwrap().bytes;
        let got = f64::from(inspect(&bytes).unwrap().certificate.psnr_db);
        assert!(
            (wanted..wanted * 1.05).contains(&got),
            "{got} dB for {wanted}"
        );
    }
    for wanted in [4.0, 15.0, 60.0] {
        let options = SegmentOptions::new(Target::Ratio(wanted)).with_effort(Effort::Fast);
        let bytes = encode(field.view(), &options).unwrap().bytes;
        let got = (field.len() * 4) as f64 / bytes.len() as f64;
        assert!((wanted..wanted * 1.05).contains(&got), "{got} for {wanted}");
    }
    // The error states the largest ratio that was seen, not that of lossless coding.
    match encode(field.view(), &SegmentOptions::new(Target::Ratio(1e6))) {
        Err(ReelError::TargetUnreachable { reached, .. }) => assert!(reached > 60.0, "{reached}"),
        other => panic!("{other:?}"),
    }
    let noise = {
        let mut noise = super::fields::Noise::new(3);
        Array3::from_shape_simple_fn((4, 30, 80), || noise.unit())
    };
    let options = SegmentOptions::new(Target::Psnr(300.0)).with_effort(Effort::Fast);
    assert!(encode(noise.view(), &options).is_ok());
}

#[test]
fn invalid_criteria_and_empty_fields_are_errors() {
    let field = waves((2, 3, 4));
    for criterion in [
        Criterion::from(ErrorBound::Absolute(-1.0)),
        ErrorBound::Absolute(f64::NAN).into(),
        ErrorBound::RangeRelative(0.0).into(),
        ErrorBound::RangeRelative(1.0).into(),
        ErrorBound::PointwiseRelative(2.0).into(),
        Target::Psnr(0.0).into(),
        Target::Ratio(1.0).into(),
    ] {
        let refused = encode(field.view(), &SegmentOptions::new(criterion));
        assert!(
            matches!(refused, Err(ReelError::InvalidCriterion { .. })),
            "{criterion}"
        );
    }
    let empty = Array3::<f32>::zeros((0, 3, 4));
    let refused = encode(empty.view(), &SegmentOptions::new(ErrorBound::Lossless));
    assert!(matches!(refused, Err(ReelError::Empty { .. })));
    let refused = encode(field.view(), &SegmentOptions::new(Target::Ratio(1e6)));
    assert!(matches!(refused, Err(ReelError::TargetUnreachable { .. })));
}

#[test]
fn a_requested_prediction_is_used() {
    let field = waves((20, 40, 90));
    for base in BaseChoice::ALL {
        assert_eq!(base.to_string().parse::<BaseChoice>().unwrap(), base);
    }
    let options =
        SegmentOptions::new(ErrorBound::RangeRelative(0.05)).with_base(BaseChoice::Prediction);
    let segment = encode(field.view(), &options).unwrap();
    assert_eq!(segment.info.body, BodyInfo::Predicted);
}
