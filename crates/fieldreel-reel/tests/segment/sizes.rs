//! Fields of every shape have a segment, whatever an encoder makes of their frames.

use fieldreel_codec::X265Preset;
use fieldreel_reel::segment::{BodyInfo, decode, encode, inspect};
use fieldreel_reel::{AxisOrder, BaseCodec, Bound, Effort, Limits, Options, Plan, VideoPlan};
use ndarray::Array3;

fn waves(shape: [usize; 3]) -> Array3<f32> {
    Array3::from_shape_fn(shape, |(t, y, x)| {
        280.0 + 10.0 * (x as f32 / 37.0 + t as f32).sin() + (y as f32 / 11.0).cos()
    })
}

fn keeps(shape: [usize; 3], options: &Options) -> BodyInfo {
    let values = waves(shape);
    let bytes = encode(values.view(), options).unwrap();
    let back = decode::<f32>(&bytes, &Limits::default()).unwrap();
    let is_within = |(x, y): (&f32, &f32)| (x - y).abs() <= 0.05;
    assert!(values.iter().zip(&back).all(is_within), "{shape:?}");
    inspect(&bytes).unwrap().body
}

fn is_video(body: BodyInfo) -> bool {
    matches!(body, BodyInfo::Video { .. })
}

/// Sides at which an encoder changes its mind, over the longest that any takes too.
const SIDES: [usize; 13] = [1, 2, 3, 8, 16, 31, 33, 64, 72, 300, 4223, 16_385, 20_000];

#[test]
fn fields_with_sides_of_all_lengths_keep_their_bound() {
    let options = Options::new(Bound::Absolute(0.05)).with_effort(Effort::Fast);
    let mut cases = 0;
    for frames in [1, 3, 24] {
        for height in SIDES {
            for width in SIDES {
                if frames * height * width <= 1 << 17 {
                    keeps([frames, height, width], &options);
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 332);
}

#[test]
fn wide_low_frames_are_videos() {
    let options = Options::new(Bound::Absolute(0.05));
    for shape in [
        [3, 24, 6114],
        [2, 24, 10_240],
        [4, 3, 4224],
        [1, 31, 16_384],
    ] {
        for preset in [X265Preset::Ultrafast, X265Preset::Medium] {
            let mut options = options.clone();
            options.plan = Some(video(AxisOrder::Tyx, BaseCodec::X265(preset)));
            let body = keeps(shape, &options);
            assert!(is_video(body), "{shape:?} {preset}: {body:?}");
        }
    }
}

fn video(order: AxisOrder, codec: BaseCodec) -> Plan {
    Plan::Video(VideoPlan {
        order,
        mean: false,
        codec,
        quality: 20,
        scale: None,
    })
}

#[test]
fn a_plan_whose_encoder_fails_is_dropped_and_the_next_is_tried() {
    // No video has so wide a frame; frames of the other orders are narrow.
    let shape = [20, 10, 17_000];
    for codec in [
        BaseCodec::X265(X265Preset::Veryfast),
        BaseCodec::Av1 { speed: 8 },
    ] {
        let mut options = Options::new(Bound::Absolute(0.05)).with_effort(Effort::Fast);
        options.plan = Some(video(AxisOrder::Tyx, codec));
        let given = keeps(shape, &options);
        options.plan = None;
        assert_eq!(keeps(shape, &options), given);
    }
}

#[test]
fn an_option_out_of_range_is_an_error() {
    let mut options = Options::new(Bound::Absolute(0.05));
    let Plan::Video(plan) = video(AxisOrder::Tyx, BaseCodec::X265(X265Preset::Medium)) else {
        unreachable!("it is a video");
    };
    options.plan = Some(Plan::Video(VideoPlan {
        quality: 52,
        ..plan
    }));
    assert!(encode(waves([2, 40, 80]).view(), &options).is_err());
}
