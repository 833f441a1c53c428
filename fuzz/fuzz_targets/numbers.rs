//! Arbitrary values of any type, with any bound: every value of the decoded segment is within the
//! bound.
//!
//! The input has the element type, the kind of bound, the sides of the array, the fill value, the
//! size of the bound, and the values.
#![no_main]

use fieldreel_core::{Dtype, Element, Scalar, with_element_type};
use fieldreel_reel::{Effort, ErrorBound, Limits, ReelElement, SegmentOptions, segment};
use libfuzzer_sys::fuzz_target;
use ndarray::Array3;

const LIMITS: Limits = Limits::new(1 << 26);

fuzz_target!(|input: &[u8]| {
    let Some((&[dtype, kind, height, width, fill], rest)) = input.split_first_chunk() else {
        return;
    };
    let Some((&size, rest)) = rest.split_first_chunk() else {
        return;
    };
    let size = f64::from_le_bytes(size);
    let bound = match kind % 4 {
        0 => ErrorBound::Lossless,
        1 => ErrorBound::Absolute(size),
        2 => ErrorBound::RangeRelative(size),
        _ => ErrorBound::PointwiseRelative(size),
    };
    if bound.check().is_err() {
        return;
    }
    let sides = [height, width].map(|side| usize::from(side % 40) + 1);
    let dtype = Dtype::ALL[usize::from(dtype) % Dtype::ALL.len()];
    with_element_type!(dtype, T => check_round_trip::<T>(T::from_bytes(rest, false), sides, fill, bound));
});

fn check_round_trip<T: ReelElement>(
    values: Vec<T>,
    [height, width]: [usize; 2],
    fill: u8,
    bound: ErrorBound,
) {
    let frames = values.len() / (height * width);
    if frames == 0 || values.len() > 1 << 14 {
        return;
    }
    let values = values[..frames * height * width].to_vec();
    let values = Array3::from_shape_vec((frames, height, width), values).expect("the shape fits");
    let mut options = SegmentOptions::new(bound).with_effort(Effort::Fast);
    let fill = (fill > 127).then(|| values.first().copied()).flatten();
    options.fill_values.extend(fill.map(T::to_scalar));
    let encoded = segment::encode(values.view(), &options).expect("all values can be encoded");
    let decoded =
        segment::decode::<T>(&encoded.bytes, &LIMITS).expect("an encoded segment decodes");
    let is_valid = |value: T| value.is_finite() && fill != Some(value);
    let valid = || values.iter().copied().filter(|&value| is_valid(value));
    let (min, max) = valid().fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
        (min.min(value.to_f64()), max.max(value.to_f64()))
    });
    for (&x, &y) in values.iter().zip(&decoded) {
        if x.bits() == y.bits() {
            continue;
        }
        assert!(is_valid(x) && is_valid(y), "{x:?} became {y:?}");
        let max_error = match bound {
            ErrorBound::Absolute(size) => size,
            // The range may be rounded.
            ErrorBound::RangeRelative(part) => part * (max - min).min(f64::MAX) * (1.0 + 1e-15),
            ErrorBound::PointwiseRelative(part) => part * x.to_f64().abs(),
            _ => 0.0,
        };
        let is_within = match (x.to_scalar(), y.to_scalar()) {
            (Scalar::Integer(x), Scalar::Integer(y)) => (x - y).unsigned_abs() <= max_error as u128,
            // A rounded difference may exceed a bound that the exact difference does not.
            _ => x.minus(y).abs() <= max_error * (1.0 + 1e-15),
        };
        assert!(is_within, "{x:?} became {y:?}, {bound}");
    }
}
