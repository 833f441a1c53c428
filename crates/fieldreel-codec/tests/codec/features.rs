//! Without the feature `ffmpeg`, everything but AV1 is refused with an error that names it.

use std::path::Path;

use fieldreel_codec::{
    Av1, Codec, CodecError, Container, ErrorKind, Ffv1, OpenJpeg, ReadLimits, StreamFormat,
    VideoOptions, X265, decode_stream, decode_video, encode_stream, encode_video, mux_stream,
    read_video, write_video,
};

use crate::av1_streams::frozen_stream;
use crate::common::{pattern, shape_of};

fn check<T: std::fmt::Debug>(result: Result<T, CodecError>) {
    let error = result.unwrap_err();
    let names_ffmpeg = matches!(
        error,
        CodecError::FeatureMissing {
            feature: "ffmpeg",
            ..
        }
    );
    assert!(names_ffmpeg, "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(!error.is_encoder_failure());
    assert!(error.to_string().contains("\"ffmpeg\""), "{error}");
}

#[test]
fn other_encoders_and_video_files_need_ffmpeg() {
    let codes = pattern(2, 20, 30, 8);
    let (options, limits) = (VideoOptions::default(), ReadLimits::default());
    let (x265, openjpeg, av1) = (X265::crf(20.0), OpenJpeg::lossless(), Av1::quantizer(20));
    for codec in [&x265 as &dyn Codec, &openjpeg, &Ffv1, &Av1::lossless()] {
        check(encode_stream(codes.view(), 8, codec));
    }
    check(encode_video(
        codes.view(),
        8,
        &av1,
        Container::Mp4,
        &options,
    ));
    check(write_video(
        Path::new("no.mp4"),
        codes.view(),
        8,
        &av1,
        &options,
    ));
    check(decode_video(vec![0; 100], &limits));
    check(read_video(Path::new("no.mp4"), &limits));
}

#[test]
fn other_streams_and_matroska_need_ffmpeg() {
    let limits = ReadLimits::default();
    let shape = shape_of(&pattern(1, 20, 30, 8), 8);
    let access_unit = b"\0\0\x01\x40\x01\x0c\0\0\x01\x28\x01\xaf";
    check(decode_stream(
        StreamFormat::Hevc,
        access_unit,
        shape,
        0,
        &limits,
    ));
    let frame = b"\x04\0\0\0abcd";
    check(decode_stream(
        StreamFormat::Jpeg2000,
        frame,
        shape,
        0,
        &limits,
    ));
    let (_, stream) = frozen_stream("rav1e-12bit-30x33x49.av1");
    let shape = shape_of(&pattern(30, 33, 49, 12), 12);
    let options = VideoOptions::default();
    let (format, container) = (stream.format, Container::Mkv);
    check(mux_stream(
        format,
        &stream.bytes,
        shape,
        0,
        container,
        &options,
        &limits,
    ));
}
