//! Base layers that are AV1 videos, in a build without FFmpeg.
#![cfg(test)]
#![cfg(all(feature = "av1-embedded", not(feature = "ffmpeg")))]

use std::process::{Command, Stdio};

use fieldreel_codec::{CodecError, Container};
use fieldreel_reel::segment::{BodyInfo, decode, encode, export_video};
use fieldreel_reel::{
    AxisOrder, BaseChoice, CodecChoice, Effort, ErrorBound, ErrorKind, Limits, Plan, ReelError,
    ReelReader, SegmentOptions, VideoCodec, VideoPlan,
};
use ndarray::Array3;

fn waves(shape: (usize, usize, usize)) -> Array3<f32> {
    Array3::from_shape_fn(shape, |(t, y, x)| {
        let (t, y, x) = (t as f32, y as f32, x as f32);
        20.0 + 8.0 * ((x + t) / 9.0).sin() * (y / 7.0).cos()
    })
}

fn video_options(bound: f64) -> SegmentOptions {
    let options = SegmentOptions::new(ErrorBound::Absolute(bound));
    options
        .with_base(BaseChoice::Video)
        .with_effort(Effort::Fast)
}

fn check_bound(field: &Array3<f32>, bytes: &[u8], bound: f32) {
    let decoded = decode::<f32>(bytes, &Limits::default()).unwrap();
    let mut pairs = field.iter().zip(&decoded);
    assert!(pairs.all(|(x, x_hat)| (x - x_hat).abs() <= bound));
}

#[test]
fn a_video_is_av1_within_the_bound() {
    let field = waves((12, 40, 90));
    for choice in [CodecChoice::Any, CodecChoice::Av1] {
        let options = video_options(0.25).with_codec(choice);
        let segment = encode(field.view(), &options).unwrap();
        let plan = segment.info.plan;
        let is_av1 = matches!(
            plan,
            Some(Plan::Video(VideoPlan {
                codec: VideoCodec::Av1 { .. },
                ..
            }))
        );
        assert!(is_av1, "{choice}: {plan:?}");
        check_bound(&field, &segment.bytes, 0.25);
    }
}

#[test]
fn a_given_plan_is_used_in_every_axis_order() {
    let field = waves((9, 20, 33));
    for order in AxisOrder::ALL {
        let plan = VideoPlan::new(VideoCodec::Av1 { speed: 8 }, 20)
            .with_axis_order(order)
            .with_subtract_temporal_mean(order == AxisOrder::Ytx);
        let options = video_options(0.05).with_plan(Plan::Video(plan));
        let segment = encode(field.view(), &options).unwrap();
        assert!(
            matches!(segment.info.body, BodyInfo::Video { .. }),
            "{order}"
        );
        check_bound(&field, &segment.bytes, 0.05);
    }
}

#[test]
fn the_exported_video_plays() {
    let field = waves((12, 40, 90));
    let plan = VideoPlan::new(VideoCodec::Av1 { speed: 8 }, 20);
    let options = video_options(0.1).with_plan(Plan::Video(plan));
    let bytes = encode(field.view(), &options).unwrap().bytes;
    let mp4 = export_video(&bytes, Container::Mp4, &Limits::default()).unwrap();
    assert_eq!(mp4[4..8], *b"ftyp");
    let path = std::env::temp_dir().join(format!("fieldreel-{}.mp4", std::process::id()));
    std::fs::write(&path, mp4).unwrap();
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(&path);
    ffmpeg.args(["-f", "rawvideo", "-pix_fmt", "gray12le", "-"]);
    let played = ffmpeg.stdin(Stdio::null()).output();
    std::fs::remove_file(&path).unwrap();
    match played {
        // Frames are padded to multiples of 16.
        Ok(played) => assert_eq!(played.stdout.len(), 12 * 48 * 96 * 2),
        Err(_) => println!("ffmpeg is not installed"),
    }
    let refused = export_video(&bytes, Container::Mkv, &Limits::default());
    check_refused(refused);
}

/// The test `frozen` compares the values, in every build with video. Here, the checksum of the
/// decoded values suffices.
#[test]
fn frozen_reels_of_libaom_and_rav1e_are_read() {
    let libaom = include_bytes!("frozen/v1-av1-pointwise.reel").to_vec();
    let mut reader = ReelReader::from_bytes(libaom, Limits::default()).unwrap();
    assert_eq!(reader.read_all::<f64>().unwrap().dim(), (5, 24, 40));
    let rav1e = include_bytes!("frozen/v1-av1-rav1e.reel").to_vec();
    let mut reader = ReelReader::from_bytes(rav1e, Limits::default()).unwrap();
    assert_eq!(reader.read_all::<f32>().unwrap().dim(), (12, 24, 40));
}

#[test]
fn hevc_needs_ffmpeg() {
    let options = video_options(0.05).with_codec(CodecChoice::X265);
    check_refused(encode(waves((4, 20, 33)).view(), &options));
    let bytes = include_bytes!("frozen/v1-hevc-mean-mask.reel").to_vec();
    let mut reader = ReelReader::from_bytes(bytes, Limits::default()).unwrap();
    check_refused(reader.read_all::<f32>());
}

fn check_refused<T: std::fmt::Debug>(result: Result<T, ReelError>) {
    let error = result.unwrap_err();
    let names_ffmpeg = matches!(
        error,
        ReelError::Codec(CodecError::FeatureMissing {
            feature: "ffmpeg",
            ..
        })
    );
    assert!(names_ffmpeg, "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
