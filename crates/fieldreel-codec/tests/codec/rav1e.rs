//! rav1e: the errors of its streams, frame sizes, bit depths, and invalid arguments.

use fieldreel_codec::{
    Av1, Av1Encoder, Codec, CodecError, ElementaryStream, ErrorKind, encode_stream,
};
use ndarray::Array3;

use crate::common::{decode_with_shape, pattern, shape_of};
use crate::sizes::SIZES;

fn rav1e(level: u8) -> Av1 {
    let av1 = Av1::quantizer(level).with_encoder(Av1Encoder::Rav1e);
    av1.with_speed(8)
}

/// Encodes and decodes codes, and returns the stream and the largest error.
fn round_trip(codec: &Av1, codes: &Array3<u16>, depth: u8) -> (ElementaryStream, u16) {
    let stream = encode_stream(codes.view(), depth, codec).unwrap();
    let decoded = decode_with_shape(&stream, shape_of(codes, depth)).unwrap();
    let errors = codes.iter().zip(&decoded);
    let errors = errors.map(|(&code, &decoded)| code.abs_diff(decoded));
    (stream, errors.max().unwrap_or(0))
}

#[test]
fn frames_of_every_size_and_bit_depth_are_close_at_the_finest_level() {
    for (height, width) in SIZES {
        for (depth, max_error) in [(12, 48), (10, 12), (8, 4), (3, 1)] {
            for frames in [1, 3] {
                let codes = pattern(frames, height, width, depth);
                let (_, error) = round_trip(&rav1e(1), &codes, depth);
                let case = format!("{depth} bit, {frames} frames of {height}×{width}");
                assert!(error <= max_error, "{case}: {error}");
            }
        }
    }
}

#[test]
fn slow_speeds_have_no_large_errors() {
    let codes = pattern(4, 73, 144, 12);
    for speed in [0, 4, 6] {
        let (_, error) = round_trip(&rav1e(1).with_speed(speed), &codes, 12);
        assert!(error <= 48, "speed {speed}: {error}");
    }
}

#[test]
fn a_coarser_level_gives_a_smaller_stream() {
    let codes = pattern(30, 33, 49, 12);
    let sizes = [1, 10, 20, 30, 40, 50, 63].map(|level| {
        let (stream, _) = round_trip(&rav1e(level), &codes, 12);
        stream.bytes.len()
    });
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
}

#[test]
fn the_bytes_do_not_depend_on_the_layout_or_on_threads() {
    let codes = pattern(6, 64, 80, 12);
    let stream = encode_stream(codes.view(), 12, &rav1e(20)).unwrap();
    let column_major = codes.t().as_standard_layout().reversed_axes().to_owned();
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let again = pool
            .build()
            .unwrap()
            .install(|| encode_stream(column_major.view(), 12, &rav1e(20)).unwrap());
        assert!(again == stream, "{threads} threads");
    }
}

#[test]
fn invalid_arguments_are_refused() {
    let codes = pattern(2, 20, 30, 12);
    let refused = |codec: &dyn Codec, depth| encode_stream(codes.view(), depth, codec).unwrap_err();
    for codec in [rav1e(0), rav1e(64), rav1e(20).with_speed(9)] {
        let error = refused(&codec, 12);
        assert!(matches!(error, CodecError::InvalidOption { .. }), "{error}");
    }
    let lossless = Av1::lossless().with_encoder(Av1Encoder::Rav1e);
    let error = refused(&lossless, 12);
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert!(
        error.to_string().contains("rav1e is not lossless"),
        "{error}"
    );
    assert!(matches!(
        refused(&rav1e(20), 13),
        CodecError::BitDepth { .. }
    ));
    assert!(matches!(
        refused(&rav1e(20), 11),
        CodecError::CodeOutOfRange { max_code: 2047, .. }
    ));
    let flat = encode_stream(Array3::zeros((2, 0, 30)).view(), 12, &rav1e(20)).unwrap_err();
    assert!(matches!(flat, CodecError::FrameSize { .. }));
}

#[cfg(feature = "ffmpeg")]
#[test]
fn a_video_file_needs_an_encoder_of_ffmpeg() {
    use fieldreel_codec::{Container, VideoOptions, encode_video};

    let codes = pattern(2, 20, 30, 12);
    let options = VideoOptions::default();
    let refused = encode_video(codes.view(), 12, &rav1e(20), Container::Mp4, &options).unwrap_err();
    assert!(
        matches!(refused, CodecError::InvalidOption { .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("mux_stream"), "{refused}");
}
