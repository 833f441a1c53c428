//! Elementary streams: round trips, equality with videos in containers, the content of the bytes,
//! and invalid input.

use std::io::Cursor;

use ffmpeg_next::format::{self, context::StreamIo};
use fieldreel_codec::{
    Av1, Codec, CodecError, Container, ElementaryStream, Ffv1, FrameSize, OpenJpeg, ReadLimits,
    StreamFormat, VideoOptions, VideoShape, X265, X265Preset, decode_stream, decode_video,
    encode_stream, encode_video, mux_stream,
};
use ndarray::{Array3, s};

use crate::common::{decode_with_shape as decode, pattern, shape_of};
use crate::sizes::SIZES;

fn mux(
    stream: &ElementaryStream,
    shape: VideoShape,
    container: Container,
) -> Result<Vec<u8>, CodecError> {
    let (options, limits) = (VideoOptions::default(), ReadLimits::default());
    mux_stream(
        stream.format,
        &stream.bytes,
        shape,
        stream.shift,
        container,
        &options,
        &limits,
    )
}

/// Encodes and decodes a stream, muxes it into every container, and decodes the results.
fn check(codec: &dyn Codec, depth: u8, frames: usize, (height, width): (usize, usize)) {
    let case = format!("{codec:?}, {depth} bit, {frames} frames of {height}×{width}");
    let codes = pattern(frames, height, width, depth);
    let shape = shape_of(&codes, depth);
    let stream = encode_stream(codes.view(), depth, codec).expect(&case);
    assert!(decode(&stream, shape).expect(&case) == codes, "{case}");
    for &container in stream.format.containers() {
        let bytes = mux(&stream, shape, container).expect(&case);
        let video = decode_video(bytes, &ReadLimits::default()).expect(&case);
        assert!(video.frames == codes, "{case} in {container}");
        assert_eq!(video.info.bit_depth, depth, "{case} in {container}");
    }
}

fn check_sizes(codec: &dyn Codec, depths: &[u8]) {
    for size in SIZES {
        for &depth in depths {
            check(codec, depth, 3, size);
        }
        check(codec, depths[0], 1, size);
        check(codec, depths[0], 2, size);
    }
    check(codec, depths[0], 30, (33, 49));
}

#[test]
fn x265_streams_round_trip() {
    check_sizes(&X265::lossless(), &[12, 10, 8, 1]);
}

#[test]
fn av1_streams_round_trip() {
    check_sizes(&Av1::lossless().with_speed(8), &[12, 10, 8, 1]);
}

#[test]
fn openjpeg_streams_round_trip() {
    check_sizes(&OpenJpeg::lossless(), &[16, 12, 9, 8, 1]);
}

#[test]
fn ffv1_streams_round_trip() {
    check_sizes(&Ffv1, &[16, 14, 12, 10, 8, 1]);
}

#[test]
fn x265_streams_with_many_frame_types_round_trip() {
    let slow = X265::lossless().with_preset(X265Preset::Slow);
    let many_b = slow
        .clone()
        .with_param("bframes", "16")
        .with_param("b-adapt", "0")
        .with_param("rc-lookahead", "40");
    let many_keys = slow.clone().with_param("keyint", "10");
    let closed = many_keys.clone().with_param("open-gop", "0");
    for codec in [slow, many_b, many_keys, closed] {
        for frames in [1, 2, 3, 30, 70] {
            check(&codec, 12, frames, (33, 49));
        }
    }
}

#[test]
fn lossy_streams_decode_to_the_codes_of_a_video() {
    let codecs: [&dyn Codec; 5] = [
        &X265::crf(15.0).with_preset(X265Preset::Slow),
        &X265::qp(20),
        &OpenJpeg::ratio(3),
        &Av1::quantizer(20).with_speed(8),
        &Ffv1,
    ];
    for codec in codecs {
        for depth in [7, 8, 11, 12] {
            let codes = pattern(12, 40, 90, depth);
            let shape = shape_of(&codes, depth);
            let options = VideoOptions::default();
            let file = encode_video(codes.view(), depth, codec, Container::Mkv, &options).unwrap();
            let expected = decode_video(file, &ReadLimits::default()).unwrap().frames;
            let stream = encode_stream(codes.view(), depth, codec).unwrap();
            assert_eq!(decode(&stream, shape).unwrap(), expected, "{codec:?}");
            for &container in stream.format.containers() {
                let file = mux(&stream, shape, container).unwrap();
                let video = decode_video(file, &ReadLimits::default()).unwrap();
                assert_eq!(video.frames, expected, "{codec:?} in {container}");
            }
        }
    }
}

/// Returns the headers of a file that its decoder gets.
fn headers(file: Vec<u8>) -> Vec<u8> {
    let io = StreamIo::from_read_seek(Cursor::new(file)).unwrap();
    let input = format::input_from_stream(io, None, None).unwrap();
    let parameters = input.stream(0).unwrap().parameters();
    // SAFETY: the parameters own their extradata, and outlive the copy.
    unsafe {
        let raw = &*parameters.as_ptr();
        std::slice::from_raw_parts(raw.extradata, raw.extradata_size as usize).to_vec()
    }
}

#[test]
fn hevc_headers_in_a_container_equal_those_of_ffmpeg() {
    for depth in [8, 12] {
        let codes = pattern(3, 40, 90, depth);
        let x265 = X265::crf(20.0);
        let stream = encode_stream(codes.view(), depth, &x265).unwrap();
        for &container in stream.format.containers() {
            let options = VideoOptions::default();
            let file = encode_video(codes.view(), depth, &x265, container, &options).unwrap();
            let muxed = mux(&stream, shape_of(&codes, depth), container).unwrap();
            assert_eq!(headers(muxed), headers(file), "{depth} bit, {container}");
        }
    }
}

/// Returns the presentation time and the decoding time of each packet, and true if it is a key
/// frame.
fn packet_times(file: Vec<u8>) -> Vec<(Option<i64>, Option<i64>, bool)> {
    let io = StreamIo::from_read_seek(Cursor::new(file)).unwrap();
    let mut input = format::input_from_stream(io, None, None).unwrap();
    let packets = input.packets();
    packets
        .map(|(_, packet)| (packet.pts(), packet.dts(), packet.is_key()))
        .collect()
}

#[test]
fn containers_have_the_display_times_of_the_encoder() {
    // Decoders order HEVC's frames themselves, so a round trip cannot test the times. Players need
    // them.
    let x265 = X265::crf(20.0).with_preset(X265Preset::Slow);
    let codecs: [&dyn Codec; 5] = [
        &x265,
        &x265.clone().with_param("keyint", "7"),
        &Av1::quantizer(20).with_speed(8),
        &OpenJpeg::ratio(3),
        &Ffv1,
    ];
    for codec in codecs {
        for frames in [1, 2, 3, 30] {
            let codes = pattern(frames, 40, 90, 12);
            let stream = encode_stream(codes.view(), 12, codec).unwrap();
            for &container in stream.format.containers() {
                let options = VideoOptions::default();
                let file = encode_video(codes.view(), 12, codec, container, &options).unwrap();
                let found = packet_times(mux(&stream, shape_of(&codes, 12), container).unwrap());
                let expected = packet_times(file);
                let display_order = |times: &[(Option<i64>, _, bool)]| -> Vec<_> {
                    times.iter().map(|&(pts, _, key)| (pts, key)).collect()
                };
                let case = format!("{codec:?}, {frames} frames in {container}");
                assert_eq!(display_order(&found), display_order(&expected), "{case}");
                // MKV does not store decoding times.
                if container == Container::Mp4 {
                    for window in found.windows(2) {
                        assert!(window[0].1 < window[1].1, "{case}: {found:?}");
                    }
                    assert!(
                        found.iter().all(|(pts, dts, _)| dts <= pts),
                        "{case}: {found:?}"
                    );
                }
            }
        }
    }
}

/// Returns the type and the length of each NAL unit of an HEVC stream.
fn nal_units(bytes: &[u8]) -> Vec<(u8, usize)> {
    let starts = bytes.windows(3).enumerate();
    let starts = starts.filter(|(_, at)| at == b"\0\0\x01").map(|(at, _)| at);
    let starts: Vec<_> = starts.chain([bytes.len()]).collect();
    let unit = |pair: &[usize]| (bytes[pair[0] + 3] >> 1 & 0x3f, pair[1] - pair[0] - 3);
    starts.windows(2).map(unit).collect()
}

#[test]
fn an_hevc_stream_holds_its_headers_once() {
    let many_keys = X265::crf(45.0).with_param("keyint", "10");
    for (codec, frames) in [(X265::crf(45.0), 1), (X265::crf(45.0), 30), (many_keys, 30)] {
        let codes = pattern(frames, 96, 160, 12);
        let stream = encode_stream(codes.view(), 12, &codec).unwrap();
        let units = nal_units(&stream.bytes);
        let unit_types: Vec<_> = units.iter().map(|unit| unit.0).collect();
        assert_eq!(unit_types[..3], [32, 33, 34], "{units:?}");
        assert!(
            unit_types[3..].iter().all(|&unit_type| unit_type < 32),
            "{units:?}"
        );
        assert_eq!(unit_types.len(), 3 + frames, "{units:?}");
        let headers: usize = units[..3].iter().map(|unit| unit.1).sum();
        assert!(headers <= 64, "{units:?}");
        let total: usize = units.iter().map(|unit| 3 + unit.1).sum();
        assert_eq!(total, stream.bytes.len(), "no zeros between");
    }
}

#[test]
fn encoding_is_deterministic() {
    let codes = pattern(6, 64, 80, 12);
    for codec in small_codecs() {
        let stream = encode_stream(codes.view(), 12, &*codec).unwrap();
        let transposed = codes.t();
        let column_major = transposed.as_standard_layout().reversed_axes();
        assert!(encode_stream(column_major.view(), 12, &*codec).unwrap() == stream);
    }
}

fn small_codecs() -> [Box<dyn Codec>; 4] {
    [
        Box::new(X265::crf(30.0).with_preset(X265Preset::Slow)),
        Box::new(Av1::quantizer(40).with_speed(8)),
        Box::new(OpenJpeg::ratio(20)),
        Box::new(Ffv1),
    ]
}

#[test]
fn every_prefix_decodes_or_is_an_error() {
    let codes = pattern(5, 20, 30, 10);
    let shape = shape_of(&codes, 10);
    for codec in small_codecs() {
        let mut stream = encode_stream(codes.view(), 10, &*codec).unwrap();
        while stream.bytes.pop().is_some() {
            if let Ok(found) = decode(&stream, shape) {
                assert_eq!(found.dim(), codes.dim());
            }
        }
        assert!(decode(&stream, shape).is_err());
    }
}

#[test]
fn every_flipped_byte_decodes_or_is_an_error() {
    let codes = pattern(5, 20, 30, 10);
    let shape = shape_of(&codes, 10);
    for codec in small_codecs() {
        let complete = encode_stream(codes.view(), 10, &*codec).unwrap();
        for at in 0..complete.bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut stream = complete.clone();
                stream.bytes[at] ^= flip;
                if let Ok(found) = decode(&stream, shape) {
                    assert_eq!(found.dim(), codes.dim());
                    assert!(found.iter().all(|&code| code < 1024));
                }
                // Muxing a damaged stream may fail, but must not panic.
                if flip == 0xff {
                    let container = stream.format.containers()[0];
                    let _ = mux(&stream, shape, container);
                }
            }
        }
    }
}

#[test]
fn malicious_parameter_sets_do_not_block_muxing() {
    // The first of the two sequence parameter sets, which no picture uses, kept FFmpeg's muxers
    // busy forever.
    let bytes = [
        0x00, 0x00, 0x01, 0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x04, 0x08, 0x00, 0x00, 0x03, 0x00,
        0x99, 0xc8, 0x00, 0x00, 0x03, 0x00, 0x00, 0x1e, 0x95, 0x98, 0x09, 0x00, 0x0b, 0x00, 0x00,
        0x01, 0x42, 0x00, 0xcc, 0xcb, 0xeb, 0xfe, 0x8e, 0x49, 0x0d, 0x4d, 0xfc, 0x64, 0x65, 0x6c,
        0x61, 0x79, 0x7a, 0xdc, 0xc9, 0xbf, 0x08, 0xa4, 0xa6, 0x98, 0xa2, 0xd4, 0x73, 0x9e, 0x22,
        0x2e, 0x9e, 0x7d, 0x7a, 0x6b, 0x9e, 0x77, 0x4e, 0x35, 0x0c, 0x1e, 0x43, 0xb6, 0x13, 0xe5,
        0x0c, 0x4c, 0xea, 0x83, 0x3f, 0x99, 0x73, 0x1f, 0x44, 0x1b, 0x60, 0xe2, 0x00, 0x00, 0x00,
        0x0d, 0x08, 0x81, 0x36, 0x28, 0xa7, 0xe3, 0x61, 0xb0, 0x18, 0xf5, 0xff, 0xd6, 0x42, 0x14,
        0x08, 0x44, 0x22, 0xbd, 0x8d, 0x03, 0x79, 0xde, 0xb1, 0x26, 0xc5, 0x61, 0xbd, 0x57, 0x75,
        0xe9, 0x94, 0xf4, 0x36, 0x37, 0xbc, 0xf2, 0x00, 0x03, 0x00, 0x00, 0x1e, 0x95, 0x98, 0x09,
        0x00, 0x00, 0x01, 0x42, 0x01, 0x01, 0x04, 0x08, 0x00, 0x00, 0x03, 0x00, 0x99, 0xc8, 0x00,
        0x00, 0x03, 0x00, 0x00, 0x1e, 0xc0, 0x92, 0x11, 0x14, 0xae, 0x56, 0x6a, 0xbc, 0xae, 0x6c,
        0x00, 0x80, 0x00, 0x00, 0x01, 0x44, 0x01, 0xc1, 0x71, 0x81, 0x12, 0x00, 0x00, 0x01, 0x28,
        0x01, 0xae, 0x13, 0xc0, 0x70, 0xd6, 0x0a, 0xc6, 0xe7, 0xfc, 0xb8, 0x88, 0x00, 0x00, 0x01,
        0x02, 0x01, 0xd0, 0x45, 0x5c, 0xc6, 0xa0, 0xab, 0x77, 0x98, 0x00, 0x00, 0x01, 0x00, 0x01,
        0xe0, 0x92, 0xfc, 0x33, 0x36, 0xa0, 0x02, 0x42,
    ];
    let stream = ElementaryStream::new(StreamFormat::Hevc, 0, bytes.to_vec());
    let shape = shape_of(&Array3::zeros((3, 6, 72)), 12);
    let codes = decode(&stream, shape).unwrap();
    for &container in stream.format.containers() {
        let file = mux(&stream, shape, container).unwrap();
        // The record begins with the malicious set, which a decoder may refuse.
        if let Ok(video) = decode_video(file, &ReadLimits::default()) {
            assert_eq!(video.frames, codes, "{container}");
        }
    }
}

#[test]
fn bytes_that_are_not_a_stream_are_errors() {
    let codes = pattern(3, 20, 30, 8);
    let shape = shape_of(&codes, 8);
    for format in StreamFormat::ALL {
        for bytes in [
            &b""[..],
            b"\0",
            b"\0\0\x01",
            b"no stream at all",
            &[0xff; 100],
        ] {
            let limits = ReadLimits::default();
            let refused = decode_stream(format, bytes, shape, 0, &limits).unwrap_err();
            assert!(
                matches!(
                    refused,
                    CodecError::InvalidStream { .. }
                        | CodecError::Truncated { .. }
                        | CodecError::FrameSize { .. }
                ),
                "{format}: {refused:?}"
            );
        }
    }
    // A stream of one codec is not a stream of another.
    for codec in small_codecs() {
        let stream = encode_stream(codes.view(), 8, &*codec).unwrap();
        for format in StreamFormat::ALL
            .into_iter()
            .filter(|f| *f != stream.format)
        {
            let other = ElementaryStream::new(format, stream.shift, stream.bytes.clone());
            assert!(decode(&other, shape).is_err(), "{codec:?} as {format}");
        }
    }
}

#[test]
fn a_wrong_shape_is_an_error() {
    let codes = pattern(5, 40, 90, 10);
    let shape = shape_of(&codes, 10);
    for codec in small_codecs() {
        let stream = encode_stream(codes.view(), 10, &*codec).unwrap();
        let complete = decode(&stream, shape).unwrap();
        for frames in [1, 4, 6, 1 << 20] {
            let other = VideoShape { frames, ..shape };
            let refused = decode(&stream, other).unwrap_err();
            assert!(
                matches!(refused, CodecError::Truncated { expected, .. } if expected == frames)
            );
        }
        let sized = |height, width| VideoShape {
            size: FrameSize { height, width },
            ..shape
        };
        for other in [sized(41, 90), sized(40, 91)] {
            let refused = decode(&stream, other).unwrap_err();
            assert!(
                matches!(refused, CodecError::StreamSize { .. }),
                "{refused:?}"
            );
        }
        // A smaller frame is the corner of a larger one.
        let corner = decode(&stream, sized(39, 88)).unwrap();
        assert_eq!(corner, complete.slice(s![.., ..39, ..88]));

        let deep = |bit_depth, shift| {
            let shape = VideoShape { bit_depth, ..shape };
            let stream = ElementaryStream::new(stream.format, shift, stream.bytes.clone());
            decode(&stream, shape).unwrap_err()
        };
        for (bit_depth, shift) in [(0, 0), (17, 0), (16, 1), (1, 255), (10, 7)] {
            let refused = deep(bit_depth, shift);
            assert!(
                matches!(refused, CodecError::PixelBits { .. }),
                "{refused:?}"
            );
        }
        if stream.format != StreamFormat::Jpeg2000 {
            // FFmpeg's JPEG 2000 decoder returns 16-bit pixels.
            assert!(matches!(deep(13, 0), CodecError::PixelBits { .. }));
        }
    }
}

#[test]
fn limits_are_checked_before_memory_is_allocated() {
    let stream = encode_stream(pattern(2, 20, 30, 8).view(), 8, &X265::crf(40.0)).unwrap();
    let claim = |frames, height, width, limits| {
        let size = FrameSize { height, width };
        let shape = VideoShape {
            frames,
            size,
            bit_depth: 8,
        };
        decode_stream(stream.format, &stream.bytes, shape, 2, &limits).unwrap_err()
    };
    let usual = ReadLimits::default();
    let none = usual
        .with_max_frame_pixels(u64::MAX)
        .with_max_codes(u64::MAX);
    let few = usual.with_max_codes(1199);
    assert!(matches!(
        claim(2, 20, 30, few),
        CodecError::LimitExceeded { value: 1200, .. }
    ));
    assert!(matches!(
        claim(2, 16384, 16384, usual),
        CodecError::LimitExceeded { .. }
    ));
    assert!(matches!(
        claim(usize::MAX, 1, 1, usual),
        CodecError::LimitExceeded { .. }
    ));
    assert!(matches!(
        claim(2, 20, usize::MAX, none),
        CodecError::FrameSize { .. }
    ));
    assert!(matches!(claim(0, 20, 30, none), CodecError::NoFrames));
    assert!(matches!(
        claim(2, 0, 30, none),
        CodecError::FrameSize { .. }
    ));
    // Even without limits, memory is not allocated by the stated shape alone.
    assert!(matches!(
        claim(usize::MAX, 20, 30, none),
        CodecError::Truncated { .. }
    ));
    assert!(matches!(
        claim(2, 16384, 16384, none),
        CodecError::StreamSize { .. }
    ));
    // The frame size of an FFV1 stream is only stated in its header.
    let mut ffv1 = encode_stream(pattern(2, 20, 30, 8).view(), 8, &Ffv1).unwrap();
    ffv1.bytes[..4].copy_from_slice(b"\0\x40\0\x40");
    let shape = shape_of(&pattern(2, 20, 30, 8), 8);
    let refused = decode(&ffv1, shape).unwrap_err();
    assert!(
        matches!(
            refused,
            CodecError::Ffmpeg {
                operation: "open the decoder",
                ..
            }
        ),
        "{refused:?}"
    );
}

#[test]
fn each_invalid_argument_has_its_error() {
    let codes = pattern(2, 20, 30, 8);
    let codec = X265::crf(20.0);
    let none = encode_stream(codes.slice(s![..0, .., ..]), 8, &codec).unwrap_err();
    assert!(matches!(none, CodecError::NoFrames));
    let flat = encode_stream(codes.slice(s![.., .., ..0]), 8, &codec).unwrap_err();
    assert!(matches!(flat, CodecError::FrameSize { .. }));
    let deep = encode_stream(codes.view(), 13, &codec).unwrap_err();
    assert!(matches!(deep, CodecError::BitDepth { .. }));
    let wide = encode_stream(codes.view(), 7, &codec).unwrap_err();
    assert!(matches!(
        wide,
        CodecError::CodeOutOfRange { max_code: 127, .. }
    ));

    let ffv1 = encode_stream(codes.view(), 8, &Ffv1).unwrap();
    let refused = mux(&ffv1, shape_of(&codes, 8), Container::Mp4).unwrap_err();
    let instead = Container::Mkv;
    assert!(
        matches!(refused, CodecError::ContainerUnsupported { alternative: found, .. } if found == instead)
    );
}
