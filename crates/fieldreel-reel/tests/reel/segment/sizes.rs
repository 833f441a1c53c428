//! Tests that fields of every shape can be encoded, including those that encoders refuse.

use fieldreel_reel::segment::{BodyInfo, decode, encode};
use fieldreel_reel::{Effort, ErrorBound, Limits, SegmentOptions};
use ndarray::Array3;

pub(crate) fn waves(shape: [usize; 3]) -> Array3<f32> {
    Array3::from_shape_fn(shape, |(t, y, x)| {
        280.0 + 10.0 * (x as f32 / 37.0 + t as f32).sin() + (y as f32 / 11.0).cos()
    })
}

pub(crate) fn encode_and_check(shape: [usize; 3], options: &SegmentOptions) -> BodyInfo {
    let values = waves(shape);
    let segment = encode(values.view(), options).unwrap();
    let back = decode::<f32>(&segment.bytes, &Limits::default()).unwrap();
    let is_within = |(x, y): (&f32, &f32)| (x - y).abs() <= 0.05;
    assert!(values.iter().zip(&back).all(is_within), "{shape:?}");
    segment.info.body
}

/// Sides around the limits of the encoders, including one beyond the longest that any encoder
/// accepts.
const SIDES: [usize; 13] = [1, 2, 3, 8, 16, 31, 33, 64, 72, 300, 4223, 16_385, 20_000];

#[test]
fn bounds_hold_for_sides_of_all_lengths() {
    let options = SegmentOptions::new(ErrorBound::Absolute(0.05)).with_effort(Effort::Fast);
    let mut cases = 0;
    for frames in [1, 3, 24] {
        for height in SIDES {
            for width in SIDES {
                if frames * height * width <= 1 << 17 {
                    encode_and_check([frames, height, width], &options);
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 332);
}
