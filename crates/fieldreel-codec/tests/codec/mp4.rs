//! MP4 files that are written without FFmpeg.

use std::process::{Command, Stdio};

use fieldreel_codec::{CodecError, Container, ReadLimits, VideoOptions, mux_stream};

use crate::av1_streams::{frozen_path, frozen_stream};
use crate::common::{decode_with_shape, pattern, shape_of};

const STREAM: &str = "rav1e-12bit-30x33x49.av1";

/// Returns the options of the frozen file.
fn mp4_options() -> VideoOptions {
    let options = VideoOptions::default().with_frame_rate(25);
    options.with_tag("quantity", "wind")
}

fn mux(options: &VideoOptions) -> Result<Vec<u8>, CodecError> {
    let (_, stream) = frozen_stream(STREAM);
    let shape = shape_of(&pattern(30, 33, 49, 12), 12);
    let (limits, container) = (ReadLimits::default(), Container::Mp4);
    mux_stream(
        stream.format,
        &stream.bytes,
        shape,
        0,
        container,
        options,
        &limits,
    )
}

/// The test `a_file_without_ffmpeg_is_read_by_ffmpeg`, in a build with FFmpeg, reads this file.
#[test]
fn the_bytes_do_not_change() {
    let mp4 = mux(&mp4_options()).unwrap();
    let path = frozen_path("rav1e-12bit-30x33x49.mp4");
    if std::env::var_os("FIELDREEL_FREEZE").is_some() && !path.exists() {
        std::fs::write(&path, &mp4).unwrap();
    }
    assert!(mp4 == std::fs::read(path).unwrap());
}

#[test]
fn the_ffmpeg_command_shows_the_same_codes() {
    let is_installed = |program: &str| {
        let mut command = Command::new(program);
        let status = command.arg("-version").stdout(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if !is_installed("ffmpeg") || !is_installed("ffprobe") {
        println!("ffmpeg is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes.mp4");
    std::fs::write(&path, mux(&mp4_options()).unwrap()).unwrap();

    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(&path);
    let raw = ffmpeg.args(["-f", "rawvideo", "-pix_fmt", "gray12le", "-"]);
    let raw = raw.output().unwrap();
    assert!(
        raw.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&raw.stderr)
    );
    // Frames are padded to 64 × 48 pixels of 2 bytes.
    let padded = raw.stdout.chunks(64 * 2).enumerate();
    let rows = padded.filter(|(row, _)| row % 48 < 33);
    let shown: Vec<u8> = rows.flat_map(|(_, row)| &row[..49 * 2]).copied().collect();
    let (_, stream) = frozen_stream(STREAM);
    let shape = shape_of(&pattern(30, 33, 49, 12), 12);
    let decoded = decode_with_shape(&stream, shape).unwrap();
    let expected: Vec<u8> = decoded.iter().flat_map(|code| code.to_le_bytes()).collect();
    assert!(shown == expected);

    let mut ffprobe = Command::new("ffprobe");
    let entries = "stream=codec_name,profile,width,height,pix_fmt,color_range,r_frame_rate,\
                   nb_frames:format_tags=fieldreel_bit_depth,quantity";
    let ffprobe = ffprobe.args([
        "-v",
        "error",
        "-of",
        "default=nw=1",
        "-show_entries",
        entries,
    ]);
    let properties = String::from_utf8(ffprobe.arg(&path).output().unwrap().stdout).unwrap();
    for property in [
        "codec_name=av1",
        "profile=Professional",
        "width=64",
        "height=48",
        "pix_fmt=gray12le",
        "color_range=pc",
        "r_frame_rate=25/1",
        "nb_frames=30",
        "TAG:fieldreel_bit_depth=12",
        "TAG:quantity=wind",
    ] {
        assert!(
            properties.lines().any(|line| line == property),
            "{property}: {properties}"
        );
    }
}

#[test]
fn invalid_options_and_damaged_streams_are_refused() {
    let refused = mux(&VideoOptions::default().with_frame_rate(0)).unwrap_err();
    assert!(
        matches!(refused, CodecError::InvalidOption { .. }),
        "{refused:?}"
    );
    let refused = mux(&VideoOptions::default().with_tag("Quantity", "wind")).unwrap_err();
    assert!(
        matches!(refused, CodecError::TagUnsupported { .. }),
        "{refused:?}"
    );
    let (_, complete) = frozen_stream("rav1e-8bit-1x16x16.av1");
    let shape = shape_of(&pattern(1, 16, 16, 8), 8);
    for at in 0..complete.bytes.len() {
        let mut stream = complete.clone();
        stream.bytes[at] ^= 0xff;
        let (options, limits) = (VideoOptions::default(), ReadLimits::default());
        // Muxing a damaged stream may fail, but must not panic.
        let container = Container::Mp4;
        let _ = mux_stream(
            stream.format,
            &stream.bytes,
            shape,
            0,
            container,
            &options,
            &limits,
        );
    }
}
