//! Tests of base layers that are videos.

use fieldreel_codec::{Container, ReadLimits, X265Preset, decode_video};
use fieldreel_reel::segment::{BodyInfo, decode, encode, export_video, inspect};
use fieldreel_reel::{
    AxisOrder, BaseChoice, CodecChoice, Effort, ErrorBound, Limits, Plan, ReelError,
    SegmentOptions, VideoCodec, VideoPlan,
};
use ndarray::Array3;

use super::examples::waves;
use super::sizes::encode_and_check;

fn is_video(body: BodyInfo) -> bool {
    matches!(body, BodyInfo::Video { .. })
}

fn video(order: AxisOrder, codec: VideoCodec) -> Plan {
    Plan::Video(VideoPlan::new(codec, 20).with_axis_order(order))
}

#[test]
fn a_given_plan_is_used() {
    let field = waves((20, 40, 90));
    for order in AxisOrder::ALL {
        let plan = VideoPlan::new(VideoCodec::X265(X265Preset::Ultrafast), 20)
            .with_axis_order(order)
            .with_subtract_temporal_mean(order == AxisOrder::Ytx);
        let plan = Plan::Video(plan);
        let mut options = SegmentOptions::new(ErrorBound::Absolute(0.05));
        options.plan = Some(plan);
        let bytes = encode(field.view(), &options).unwrap().bytes;
        let Some(Plan::Video(found)) = inspect(&bytes).unwrap().plan else {
            panic!("no video");
        };
        assert_eq!((found.axis_order, found.quantizer), (order, 20));
        let decoded = decode::<f32>(&bytes, &Limits::default()).unwrap();
        assert!(
            field
                .iter()
                .zip(&decoded)
                .all(|(x, y)| (x - y).abs() <= 0.05)
        );
    }
}

#[test]
fn only_the_requested_base_and_codec_are_used() {
    let field = waves((20, 40, 90));
    for effort in [Effort::Fast, Effort::Balanced] {
        for choice in CodecChoice::ALL {
            // The first bound suits a video, and lossless coding does not.
            for bound in [ErrorBound::RangeRelative(0.05), ErrorBound::Lossless] {
                let options = SegmentOptions::new(bound)
                    .with_effort(effort)
                    .with_base(BaseChoice::Video)
                    .with_codec(choice);
                let segment = encode(field.view(), &options).unwrap();
                let Some(Plan::Video(plan)) = segment.info.plan else {
                    panic!("no video: {:?}", segment.info.body);
                };
                let is_requested_codec = match choice {
                    CodecChoice::X265 => matches!(plan.codec, VideoCodec::X265(_)),
                    CodecChoice::Av1 => matches!(plan.codec, VideoCodec::Av1 { .. }),
                    _ => true,
                };
                assert!(is_requested_codec, "{choice}, {effort}: {plan}");
                let decoded = decode::<f32>(&segment.bytes, &Limits::default()).unwrap();
                let max_error = if bound == ErrorBound::Lossless {
                    0.0
                } else {
                    1.5
                };
                let mut pairs = field.iter().zip(&decoded);
                assert!(pairs.all(|(x, y)| (x - y).abs() <= max_error));
            }
            assert_eq!(choice.to_string().parse::<CodecChoice>().unwrap(), choice);
        }
        let options = SegmentOptions::new(ErrorBound::RangeRelative(0.05)).with_effort(effort);
        let segment = encode(field.view(), &options).unwrap();
        // Only `Best` tries a video that is not requested.
        assert!(!is_video(segment.info.body), "{effort}");
    }
}

#[test]
fn an_impossible_video_is_an_error() {
    // No video has frames of this width or height, in any axis order.
    let options = SegmentOptions::new(ErrorBound::Absolute(0.05))
        .with_effort(Effort::Fast)
        .with_base(BaseChoice::Video);
    let refused = encode(super::sizes::waves([1, 1, 40_000]).view(), &options);
    assert!(matches!(refused, Err(ReelError::VideoImpossible { .. })));
}

#[test]
fn the_exported_base_layer_decodes_as_a_video() {
    let field = waves((20, 40, 90));
    let options = SegmentOptions::new(ErrorBound::Absolute(0.1)).with_base(BaseChoice::Video);
    let bytes = encode(field.view(), &options).unwrap().bytes;
    for container in [Container::Mp4, Container::Mkv] {
        let video = export_video(&bytes, container, &Limits::default()).unwrap();
        let video = decode_video(video, &ReadLimits::default()).unwrap();
        assert_eq!(video.info.bit_depth, 12);
        assert_eq!(video.frames.len(), field.len());
        let order = &video.info.tags["fieldreel_order"];
        let offset: f32 = video.info.tags["fieldreel_offset"].parse().unwrap();
        let scale: f32 = video.info.tags["fieldreel_scale"].parse().unwrap();
        if order == "tyx"
            && !matches!(inspect(&bytes).unwrap().plan, Some(Plan::Video(plan)) if plan.subtract_temporal_mean)
        {
            let errors = field.iter().zip(&video.frames);
            let errors = errors.map(|(x, &code)| (x - offset - scale * f32::from(code)).abs());
            assert!(errors.fold(0.0, f32::max) < 2.0);
        }
    }
    let equal = Array3::from_elem((2, 3, 4), 1.0_f32);
    let bytes = encode(equal.view(), &SegmentOptions::new(ErrorBound::Lossless))
        .unwrap()
        .bytes;
    let refused = export_video(&bytes, Container::Mp4, &Limits::default());
    assert!(matches!(refused, Err(ReelError::NoVideo)));
}

#[test]
fn wide_low_frames_can_be_videos() {
    let options = SegmentOptions::new(ErrorBound::Absolute(0.05));
    for shape in [
        [3, 24, 6114],
        [2, 24, 10_240],
        [4, 3, 4224],
        [1, 31, 16_384],
    ] {
        for preset in [X265Preset::Ultrafast, X265Preset::Medium] {
            let mut options = options.clone();
            options.plan = Some(video(AxisOrder::Tyx, VideoCodec::X265(preset)));
            let body = encode_and_check(shape, &options);
            assert!(is_video(body), "{shape:?} {preset}: {body:?}");
        }
    }
}

#[test]
fn another_plan_is_used_if_the_encoder_fails() {
    // No video has frames of this width, and the frames of the other axis orders are narrow.
    let shape = [20, 10, 17_000];
    for codec in [
        VideoCodec::X265(X265Preset::Veryfast),
        VideoCodec::Av1 { speed: 8 },
    ] {
        let mut options = SegmentOptions::new(ErrorBound::Absolute(0.05)).with_effort(Effort::Fast);
        options.plan = Some(video(AxisOrder::Tyx, codec));
        let given = encode_and_check(shape, &options);
        options.plan = None;
        assert_eq!(encode_and_check(shape, &options), given);
    }
}

#[test]
fn an_option_out_of_range_is_an_error() {
    let mut options = SegmentOptions::new(ErrorBound::Absolute(0.05));
    let Plan::Video(plan) = video(AxisOrder::Tyx, VideoCodec::X265(X265Preset::Medium)) else {
        unreachable!("it is a video");
    };
    options.plan = Some(Plan::Video(plan.with_quantizer(52)));
    assert!(encode(waves((2, 40, 80)).view(), &options).is_err());
}
