//! Videos of the original tool, which have no tags and are read by their names.

use std::path::{Path, PathBuf};

use fieldreel::codec::{Container, OpenJpeg, VideoOptions, encode_video};
use fieldreel::{Error, Preset, array_to_video, video_to_array};
use ndarray::Array3;

use crate::data::wave;
use crate::real_data::real_file;

/// Writes a video of 3 frames of 40×80 (without padding), removes its tags, and renames it to
/// `name`.
fn untagged(folder: &Path, field: &Array3<f32>, preset: Preset, name: &str) -> PathBuf {
    let tagged = array_to_video(field, folder, preset).unwrap();
    let bytes = std::fs::read(&tagged).unwrap();
    std::fs::remove_file(tagged).unwrap();
    without_tags(bytes, folder, name)
}

fn without_tags(mut bytes: Vec<u8>, folder: &Path, name: &str) -> PathBuf {
    let key = b"fieldreel_version";
    let at = bytes
        .windows(key.len())
        .position(|window| window == key)
        .unwrap();
    bytes[at..at + key.len()].copy_from_slice(b"some_other_string");
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_video_of_the_original_tool_is_decoded() {
    let name = "legacy/video_min-6.076788168243806_max5.021517778572543_fc1301.mp4";
    let Some(path) = real_file(name) else { return };
    let field = video_to_array::<f32>(&path).unwrap();
    assert_eq!(field.dim(), (1301, 150, 150));
    let (min, max) = field
        .iter()
        .fold((f32::MAX, f32::MIN), |(a, b), &x| (a.min(x), b.max(x)));
    assert!(
        (min + 5.8925).abs() <= 1e-3 && (max - 5.0215).abs() <= 1e-3,
        "{min} {max}"
    );
}

#[test]
fn names_contain_ranges_in_any_notation_and_either_meaning_of_fc() {
    let folder = tempfile::tempdir().unwrap();
    let unit = wave(3, 40, 80);
    for (preset, name, min, max) in [
        // The bit depth.
        (
            Preset::Vlow,
            "video_min1e-05_max2.5E-5_fc12.mp4",
            1e-5,
            2.5e-5,
        ),
        // 16 bits were requested, and FFmpeg reduced them to 12.
        (Preset::Vlow, "video_min-2.5_max-1_fc16.mp4", -2.5, -1.0),
        (Preset::LlJp2k, "video_min0_max1e3_fc16.mp4", 0.0, 1e3),
        // The number of frames.
        (Preset::Vlow, "video_min-1.5_max1.5_fc3.mp4", -1.5, 1.5),
    ] {
        let path = untagged(folder.path(), &unit, preset, name);
        let back = video_to_array::<f32>(&path).unwrap();
        assert_eq!(back.dim(), unit.dim(), "{name}");
        let decoded_range = back
            .iter()
            .fold((f32::MAX, f32::MIN), |(a, b), &x| (a.min(x), b.max(x)));
        assert_eq!(decoded_range, (min, max), "{name}");
    }
    // 8 bits in a pixel format that no mode uses any more.
    let codes = Array3::from_shape_fn((3, 40, 80), |(t, y, x)| (85 * t + y + x) as u16 % 256);
    let options = VideoOptions::default();
    let codec = OpenJpeg::lossless();
    let bytes = encode_video(codes.view(), 8, &codec, Container::Mp4, &options).unwrap();
    let path = without_tags(bytes, folder.path(), "video_min-3_max252_fc8.mp4");
    let back = video_to_array::<f32>(&path).unwrap();
    assert_eq!(back, codes.mapv(|code| f32::from(code) - 3.0));
}

#[test]
fn names_that_do_not_match_the_video_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let field = wave(3, 40, 80);
    let error = |name: &str| {
        let path = untagged(folder.path(), &field, Preset::High, name);
        video_to_array::<f32>(path).unwrap_err()
    };
    // Neither 12 bits nor 3 frames: an older file that lost frames.
    let truncated = error("video_min0_max1_fc1301.mp4");
    assert!(matches!(
        truncated,
        Error::NameMismatch {
            fc: 1301,
            bit_depth: 12,
            frames: 3,
            ..
        }
    ));
    assert!(matches!(error("holiday.mp4"), Error::NotFieldreel { .. }));
    assert!(matches!(
        error("video_minnan_max1_fc12.mp4"),
        Error::NotFieldreel { .. }
    ));
    assert!(matches!(error("video_min2_max1_fc12.mp4"), Error::Quant(_)));
    assert!(matches!(
        error("video_min0_max1e300_fc12.mp4"),
        Error::Quant(_)
    ));
}
