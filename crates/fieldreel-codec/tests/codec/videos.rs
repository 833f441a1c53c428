//! Video files on disk and in memory: tags, lossy round trips, and invalid input.

use std::fs;
use std::fs::File;
use std::io::Cursor;
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::Command;

use crate::common::{decode, encode, pattern, round_trip};
use crate::sizes::SIZES;
use fieldreel_codec::backend::EncoderConfig;
use fieldreel_codec::{
    Av1, Codec, CodecError, Container, DecodedVideo, Ffv1, FrameSize, OpenJpeg, ReadLimits,
    StreamFormat, VideoOptions, VideoReader, VideoShape, VideoWriter, X265, X265Preset,
    decode_video, encode_video, read_video, write_video,
};
use ndarray::{Array3, s};

/// Returns the maximum absolute error of the decoded codes.
fn max_abs_error(codes: &Array3<u16>, video: &DecodedVideo) -> u16 {
    let errors = codes.iter().zip(&video.frames);
    errors.map(|(&a, &b)| a.abs_diff(b)).max().unwrap()
}

#[test]
fn lossy_codecs_keep_the_shape_with_a_small_error() {
    let codecs: [&dyn Codec; 4] = [
        &X265::crf(8.0),
        &X265::qp(12),
        &OpenJpeg::ratio(3),
        &Av1::quantizer(8).with_speed(8),
    ];
    for codec in codecs {
        for (height, width) in SIZES {
            let codes = pattern(3, height, width, 12);
            let video = round_trip(codec, Container::Mp4, 12, codes.view()).unwrap();
            assert_eq!(video.frames.dim(), codes.dim(), "{codec:?}");
            let max_error = max_abs_error(&codes, &video);
            assert!(
                max_error < 410,
                "{codec:?} {height}×{width}: {max_error} of 4095"
            );
        }
    }
}

#[test]
fn lossy_codes_narrower_than_their_pixels_have_a_small_error() {
    let codecs: [&dyn Codec; 4] = [
        &X265::crf(4.0),
        &X265::qp(4),
        &OpenJpeg::ratio(3),
        &Av1::quantizer(4).with_speed(8),
    ];
    for codec in codecs {
        for depth in [5, 8, 9, 11] {
            let codes = pattern(3, 40, 80, depth);
            let video = round_trip(codec, Container::Mp4, depth, codes.view()).unwrap();
            assert_eq!(video.info.bit_depth, depth);
            let max_error = max_abs_error(&codes, &video);
            let allowed = 1 + (1 << depth) / 12;
            assert!(max_error <= allowed, "{codec:?} {depth} bits: {max_error}");
        }
    }
}

#[test]
fn tags_round_trip_in_both_containers() {
    let tags = vec![
        ("fieldreel_min".to_owned(), "-6.076788168243806".to_owned()),
        ("units".to_owned(), "m s⁻¹; \"wind\" \\ = 10 %".to_owned()),
        ("long".to_owned(), "x".repeat(50_000)),
    ];
    let codes = pattern(2, 20, 30, 10);
    for container in [Container::Mp4, Container::Mkv] {
        let options = VideoOptions::default()
            .with_frame_rate(25)
            .with_tags(tags.clone());
        let bytes = encode_video(codes.view(), 10, &X265::crf(20.0), container, &options).unwrap();
        let info = decode(bytes).unwrap().info;
        for (key, value) in &tags {
            assert_eq!(info.tags.get(key), Some(value), "{container}");
        }
        assert_eq!(
            (info.version, info.bit_depth, info.frame_count),
            (Some(1), 10, Some(2))
        );
        assert_eq!(
            info.size,
            FrameSize {
                height: 20,
                width: 30
            }
        );
        assert_eq!(info.codec, "hevc");
    }
}

#[test]
fn tags_that_a_container_would_lose_are_refused() {
    for (key, value) in [
        ("", "1"),
        ("Upper", "1"),
        ("fieldreel_width", "1"),
        ("a", ""),
        ("a", "\0"),
    ] {
        let options = VideoOptions::default().with_tag(key, value);
        let codes = pattern(1, 8, 8, 8);
        let refused =
            encode_video(codes.view(), 8, &X265::crf(20.0), Container::Mp4, &options).unwrap_err();
        assert!(
            matches!(refused, CodecError::TagUnsupported { .. }),
            "{key}: {refused}"
        );
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_memory_layout() {
    let codes = pattern(3, 40, 60, 8);
    let codec = X265::crf(10.0);
    let encode =
        |codes| encode_video(codes, 8, &codec, Container::Mp4, &VideoOptions::default()).unwrap();
    let expected = encode(codes.view());
    let transposed = codes.t();
    let column_major = transposed.as_standard_layout().reversed_axes();
    assert_eq!(encode(column_major.view()), expected);
    let mut mirrored = codes.slice(s![.., ..;-1, ..;-1]).to_owned();
    mirrored.invert_axis(ndarray::Axis(1));
    mirrored.invert_axis(ndarray::Axis(2));
    assert_eq!(encode(mirrored.view()), expected);
}

#[test]
fn encoding_is_deterministic_in_concurrent_threads() {
    let codes = pattern(6, 64, 80, 12);
    let codecs: [&dyn Codec; 4] = [
        &X265::crf(10.0),
        &OpenJpeg::ratio(4),
        &Ffv1,
        &Av1::quantizer(20).with_speed(8),
    ];
    for codec in codecs {
        let encode = || {
            encode_video(
                codes.view(),
                12,
                codec,
                Container::Mkv,
                &VideoOptions::default(),
            )
            .unwrap()
        };
        let expected = encode();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(encode)).collect();
            for thread in threads {
                assert!(thread.join().unwrap() == expected, "{codec:?}");
            }
        });
    }
}

#[test]
fn a_file_appears_only_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("video.mp4");
    let codes = pattern(3, 20, 30, 8);
    let options = VideoOptions::default();
    write_video(&path, codes.view(), 8, &X265::lossless(), &options).unwrap();
    assert_eq!(
        read_video(&path, &ReadLimits::default()).unwrap().frames,
        codes
    );

    let too_large = codes.mapv(|code| code + 256);
    let refused = write_video(&path, too_large.view(), 8, &X265::lossless(), &options).unwrap_err();
    assert!(matches!(
        refused,
        CodecError::CodeOutOfRange {
            frame: 0,
            max_code: 255,
            ..
        }
    ));
    assert_eq!(
        read_video(&path, &ReadLimits::default()).unwrap().frames,
        codes
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file remains"
    );

    let nowhere = folder.path().join("no/such/folder/video.mkv");
    let refused = write_video(&nowhere, codes.view(), 8, &Ffv1, &options).unwrap_err();
    assert!(matches!(refused, CodecError::Io { .. }));
    let unknown = folder.path().join("video.avi");
    let refused = write_video(&unknown, codes.view(), 8, &Ffv1, &options).unwrap_err();
    assert!(matches!(refused, CodecError::UnknownExtension { .. }));
}

#[test]
fn each_invalid_argument_has_its_error() {
    let options = VideoOptions::default();
    let codes = pattern(2, 20, 30, 8);
    let encode = |codes: &Array3<u16>, depth, codec: &dyn Codec, container| {
        encode_video(codes.view(), depth, codec, container, &options).unwrap_err()
    };
    let x265 = X265::crf(20.0);
    let none = encode(&Array3::zeros((0, 4, 4)), 8, &x265, Container::Mp4);
    assert!(matches!(none, CodecError::NoFrames));
    let flat = encode(&Array3::zeros((1, 0, 4)), 8, &x265, Container::Mp4);
    assert!(matches!(flat, CodecError::FrameSize { .. }));
    let long = encode(&Array3::zeros((1, 1, 20_000)), 8, &x265, Container::Mp4);
    assert!(matches!(long, CodecError::FrameSize { .. }));
    let deep = encode(&codes, 16, &x265, Container::Mp4);
    assert!(matches!(deep, CodecError::BitDepth { .. }));
    let deep = encode(&codes, 17, &Ffv1, Container::Mkv);
    assert!(matches!(deep, CodecError::BitDepth { .. }));
    let ffv1 = encode(&codes, 16, &Ffv1, Container::Mp4);
    assert!(matches!(
        ffv1,
        CodecError::ContainerUnsupported {
            alternative: Container::Mkv,
            ..
        }
    ));
}

/// A backend whose encoder does not exist in any FFmpeg.
#[derive(Debug)]
struct MissingEncoder;

impl Codec for MissingEncoder {
    fn name(&self) -> &'static str {
        "absent"
    }
    fn bit_depths(&self) -> RangeInclusive<u8> {
        8..=8
    }
    fn is_lossless(&self) -> bool {
        false
    }
    fn encoded_size(&self, size: FrameSize) -> FrameSize {
        size
    }
    fn stream_format(&self) -> StreamFormat {
        StreamFormat::Hevc
    }
    fn configure(&self, _: u8, _: FrameSize, _: usize) -> Result<EncoderConfig, CodecError> {
        Ok(EncoderConfig::new("libabsent", "libabsent-dev", 8))
    }
}

#[test]
fn a_missing_encoder_is_named_with_its_package() {
    let codes = pattern(1, 8, 8, 8);
    let options = VideoOptions::default();
    let missing = encode_video(codes.view(), 8, &MissingEncoder, Container::Mp4, &options)
        .unwrap_err()
        .to_string();
    assert!(
        missing.contains("libabsent") && missing.contains("libabsent-dev"),
        "{missing}"
    );
}

#[test]
fn every_prefix_is_an_error_or_the_complete_video() {
    for (codec, container) in [
        (&X265::lossless() as &dyn Codec, Container::Mp4),
        (&X265::lossless(), Container::Mkv),
        (&Ffv1, Container::Mkv),
        (&OpenJpeg::lossless(), Container::Mp4),
    ] {
        let bytes = encode(codec, container);
        let complete = decode(bytes.clone()).unwrap().frames;
        for end in 0..bytes.len() {
            // A prefix that decodes completely lacks only bytes after the last frame.
            if let Ok(video) = decode(bytes[..end].to_vec()) {
                assert_eq!(
                    video.frames,
                    complete,
                    "{container}, {end} of {} bytes",
                    bytes.len()
                );
            }
        }
    }
}

#[test]
fn bytes_that_are_not_a_video_are_errors() {
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    })
    .take(100_000)
    .collect();
    for bytes in [Vec::new(), b"CDF\x01".to_vec(), noise] {
        assert!(matches!(decode(bytes), Err(CodecError::NotAVideo { .. })));
    }
    let missing = VideoReader::open(Path::new("no-such.mp4"), &ReadLimits::default());
    assert!(matches!(missing, Err(CodecError::Io { .. })));
    // A playlist would make FFmpeg open other files, so its demuxer must not be used.
    let playlist = b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n#EXT-X-ENDLIST\n".to_vec();
    assert!(matches!(
        decode(playlist),
        Err(CodecError::NotAVideo { .. })
    ));
}

/// 1001 frames are two groups: groups that are encoded in parallel have the same bytes as groups
/// that are encoded frame by frame.
#[test]
fn long_videos_have_the_same_bytes_if_written_frame_by_frame() {
    let codes = pattern(1001, 16, 72, 12);
    let codec = X265::lossless().with_preset(X265Preset::Ultrafast);
    let options = VideoOptions::default();
    for container in [Container::Mp4, Container::Mkv] {
        let complete = encode_video(codes.view(), 12, &codec, container, &options).unwrap();
        assert_eq!(
            decode(complete.clone()).unwrap().frames,
            codes,
            "{container}"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("video");
        let file = File::create(&path).unwrap();
        let shape = VideoShape {
            frames: 1001,
            size: FrameSize::new(16, 72).unwrap(),
            bit_depth: 12,
        };
        let mut writer = VideoWriter::new(file, container, shape, &codec, &options).unwrap();
        for frame in codes.outer_iter() {
            writer.write_frame(frame).unwrap();
        }
        writer.finish().unwrap();
        assert!(std::fs::read(&path).unwrap() == complete, "{container}");
    }
}

#[test]
fn unsupported_codecs_are_not_decoded() {
    let mut bytes = encode(&X265::lossless(), Container::Mp4);
    let sample_entry = bytes.windows(4).rposition(|four| four == b"hev1");
    bytes[sample_entry.unwrap()..][..4].copy_from_slice(b"vp08");
    match decode(bytes) {
        Err(CodecError::CodecUnsupported { codec }) => assert_eq!(codec, "vp8"),
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn limits_are_checked_before_memory_is_allocated() {
    let bytes = encode(&X265::lossless(), Container::Mp4);
    let small = ReadLimits::default().with_max_frame_pixels(599);
    let refused = VideoReader::from_reader(Cursor::new(bytes.clone()), &small)
        .err()
        .unwrap();
    assert!(matches!(
        refused,
        CodecError::LimitExceeded {
            value: 600,
            limit: 599,
            ..
        }
    ));
    let few = ReadLimits::default().with_max_codes(1799);
    let refused = decode_video(bytes, &few).unwrap_err();
    assert!(matches!(
        refused,
        CodecError::LimitExceeded {
            value: 1800,
            limit: 1799,
            ..
        }
    ));
}

/// Not a test by itself: [`libraries_print_nothing_to_the_terminal`] runs it in a separate
/// process.
#[test]
fn libraries_that_print() {
    if std::env::var_os("FIELDREEL_RUN_PRINTING").is_none() {
        return;
    }
    let bytes = encode(&X265::lossless(), Container::Mp4);
    for codec in [
        &OpenJpeg::ratio(50) as &dyn Codec,
        &Av1::quantizer(60).with_speed(8),
        &Ffv1,
    ] {
        encode(codec, Container::Mkv);
    }
    for damaged in [bytes.len() / 3, bytes.len() / 2, 60] {
        let mut bytes = bytes.clone();
        bytes[damaged] ^= 0xff;
        let _ = decode(bytes);
    }
    let _ = decode(b"nothing".to_vec());
}

#[test]
fn libraries_print_nothing_to_the_terminal() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "videos::libraries_that_print",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("FIELDREEL_RUN_PRINTING", "1")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    // The test harness prints a few known lines; the libraries print nothing.
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let harness = [
        "running 1 test",
        "test videos::libraries_that_print ... ok",
        "test result: ok",
    ];
    for line in printed.lines().filter(|line| !line.is_empty()) {
        assert!(
            harness.iter().any(|known| line.starts_with(known)),
            "{line}"
        );
    }
}
