//! Videos on disk and in memory: tags, lossy round trips, and input that is not what it claims.

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

/// Between the codes that went in and those that came out.
fn largest_error(codes: &Array3<u16>, video: &DecodedVideo) -> u16 {
    let errors = codes.iter().zip(&video.frames);
    errors.map(|(&a, &b)| a.abs_diff(b)).max().unwrap()
}

#[test]
fn lossy_codecs_keep_shape_and_stay_close() {
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
            let worst = largest_error(&codes, &video);
            assert!(worst < 410, "{codec:?} {height}×{width}: {worst} of 4095");
        }
    }
}

#[test]
fn lossy_codes_narrower_than_their_pixels_are_as_close() {
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
            let worst = largest_error(&codes, &video);
            let allowed = 1 + (1 << depth) / 12;
            assert!(worst <= allowed, "{codec:?} {depth} bits: {worst}");
        }
    }
}

#[test]
fn tags_come_back_from_both_containers() {
    let tags = vec![
        ("fieldreel_min".to_owned(), "-6.076788168243806".to_owned()),
        ("units".to_owned(), "m s⁻¹; \"wind\" \\ = 10 %".to_owned()),
        ("long".to_owned(), "x".repeat(50_000)),
    ];
    let codes = pattern(2, 20, 30, 10);
    for container in [Container::Mp4, Container::Mkv] {
        let options = VideoOptions {
            frame_rate: 25,
            tags: tags.clone(),
        };
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
        let options = VideoOptions {
            tags: vec![(key.to_owned(), value.to_owned())],
            ..Default::default()
        };
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
fn any_memory_layout_encodes_alike() {
    let codes = pattern(3, 40, 60, 8);
    let codec = X265::crf(10.0);
    let encode =
        |codes| encode_video(codes, 8, &codec, Container::Mp4, &VideoOptions::default()).unwrap();
    let expected = encode(codes.view());
    let transposed = codes.t();
    let fortran = transposed.as_standard_layout().reversed_axes();
    assert_eq!(encode(fortran.view()), expected);
    let mut mirrored = codes.slice(s![.., ..;-1, ..;-1]).to_owned();
    mirrored.invert_axis(ndarray::Axis(1));
    mirrored.invert_axis(ndarray::Axis(2));
    assert_eq!(encode(mirrored.view()), expected);
}

#[test]
fn the_same_codes_give_the_same_bytes_again_and_in_other_threads() {
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
fn a_file_appears_only_when_it_is_whole() {
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
        "nothing else is left behind"
    );

    let nowhere = folder.path().join("no/such/folder/video.mkv");
    let refused = write_video(&nowhere, codes.view(), 8, &Ffv1, &options).unwrap_err();
    assert!(matches!(refused, CodecError::Io { .. }));
    let odd = folder.path().join("video.avi");
    let refused = write_video(&odd, codes.view(), 8, &Ffv1, &options).unwrap_err();
    assert!(matches!(refused, CodecError::UnknownExtension { .. }));
}

#[test]
fn arguments_that_cannot_be_are_told_apart() {
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

/// A backend whose encoder no FFmpeg has.
#[derive(Debug)]
struct Absent;

impl Codec for Absent {
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
        Ok(EncoderConfig {
            encoder: "libabsent",
            package: "libabsent-dev",
            pixel_bits: 8,
            options: Vec::new(),
            threads: 1,
            min_group_frames: None,
        })
    }
}

#[test]
fn a_missing_encoder_is_named_with_its_package() {
    let codes = pattern(1, 8, 8, 8);
    let options = VideoOptions::default();
    let missing = encode_video(codes.view(), 8, &Absent, Container::Mp4, &options)
        .unwrap_err()
        .to_string();
    assert!(
        missing.contains("libabsent") && missing.contains("libabsent-dev"),
        "{missing}"
    );
}

#[test]
fn every_prefix_is_an_error_or_the_whole_video() {
    for (codec, container) in [
        (&X265::lossless() as &dyn Codec, Container::Mp4),
        (&X265::lossless(), Container::Mkv),
        (&Ffv1, Container::Mkv),
        (&OpenJpeg::lossless(), Container::Mp4),
    ] {
        let bytes = encode(codec, container);
        let whole = decode(bytes.clone()).unwrap().frames;
        for end in 0..bytes.len() {
            // What can still be decoded in full lost only what follows the last frame.
            if let Ok(video) = decode(bytes[..end].to_vec()) {
                assert_eq!(
                    video.frames,
                    whole,
                    "{container}, {end} of {} bytes",
                    bytes.len()
                );
            }
        }
    }
}

#[test]
fn what_is_no_video_is_told() {
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
    // A playlist would send FFmpeg to other files: it is not even tried.
    let playlist = b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n#EXT-X-ENDLIST\n".to_vec();
    assert!(matches!(
        decode(playlist),
        Err(CodecError::NotAVideo { .. })
    ));
}

/// 1001 frames are two groups: what is encoded side by side is what comes of one frame after the other.
#[test]
fn long_videos_are_the_same_frame_by_frame() {
    let codes = pattern(1001, 16, 72, 12);
    let codec = X265::lossless().with_preset(X265Preset::Ultrafast);
    let options = VideoOptions::default();
    for container in [Container::Mp4, Container::Mkv] {
        let whole = encode_video(codes.view(), 12, &codec, container, &options).unwrap();
        assert_eq!(decode(whole.clone()).unwrap().frames, codes, "{container}");
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
        assert!(std::fs::read(&path).unwrap() == whole, "{container}");
    }
}

#[test]
fn codecs_that_are_none_of_ours_are_not_tried() {
    let mut bytes = encode(&X265::lossless(), Container::Mp4);
    let sample_entry = bytes.windows(4).rposition(|four| four == b"hev1");
    bytes[sample_entry.unwrap()..][..4].copy_from_slice(b"vp08");
    match decode(bytes) {
        Err(CodecError::CodecUnsupported { codec }) => assert_eq!(codec, "vp8"),
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn limits_come_before_memory() {
    let bytes = encode(&X265::lossless(), Container::Mp4);
    let small = ReadLimits {
        max_frame_pixels: 599,
        ..Default::default()
    };
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
    let few = ReadLimits {
        max_codes: 1799,
        ..Default::default()
    };
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

/// Not a test: what [`nothing_reaches_the_terminal`] runs in a process of its own.
#[test]
fn noisy_things() {
    if std::env::var_os("FIELDREEL_NOISY").is_none() {
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
fn nothing_reaches_the_terminal() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "videos::noisy_things",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("FIELDREEL_NOISY", "1")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    // The test harness's own few lines, and nothing of a library's.
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let harness = [
        "running 1 test",
        "test videos::noisy_things ... ok",
        "test result: ok",
    ];
    for line in printed.lines().filter(|line| !line.is_empty()) {
        assert!(
            harness.iter().any(|known| line.starts_with(known)),
            "{line}"
        );
    }
}
