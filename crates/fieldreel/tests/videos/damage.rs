//! Truncated and damaged videos, and videos with wrong tags.

use std::error::Error as _;
use std::fs;

use fieldreel::{Error, Preset, array_to_video, video_to_array};

use crate::data::wave;

#[test]
fn every_prefix_of_a_video_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = array_to_video(&wave(2, 10, 12), folder.path(), Preset::Max).unwrap();
    let bytes = fs::read(&path).unwrap();
    for end in 0..bytes.len() {
        // The name alone would be sufficient for a reader to find the range.
        fs::write(&path, &bytes[..end]).unwrap();
        let read = video_to_array::<f32>(&path);
        assert!(
            matches!(read, Err(Error::Codec { .. })),
            "{end} of {} bytes",
            bytes.len()
        );
    }
}

#[test]
fn missing_tags_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = array_to_video(&wave(2, 20, 30), folder.path(), Preset::Vlow).unwrap();
    let bytes = fs::read(&path).unwrap();
    for (from, to) in [
        (&b"fieldreel_dtype"[..], &b"fieldreel_dtypo"[..]),
        (b"fieldreel_min", b"fieldreel_mim"),
        (b"fieldreel_max", b"fieldreel_mix"),
        (b"fieldreel_width", b"fieldreel_wrong"),
        (b"fieldreel_height", b"fieldreel_eighth"),
        (b"fieldreel_frames", b"fieldreel_flames"),
        (b"fieldreel_bit_depth", b"fieldreel_bit_death"),
    ] {
        let mut changed = bytes.clone();
        let at = changed
            .windows(from.len())
            .position(|window| window == from)
            .unwrap();
        changed[at..at + to.len()].copy_from_slice(to);
        fs::write(&path, changed).unwrap();
        let error = video_to_array::<f32>(&path).unwrap_err();
        assert!(
            matches!(error, Error::BadTag { .. } | Error::Codec { .. }),
            "{error}"
        );
    }
}

#[test]
fn missing_files_and_files_of_other_formats_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("video_min0_max1_fc8.mp4");
    let missing = video_to_array::<f32>(&path).unwrap_err();
    assert!(missing.to_string().contains("video_min0_max1_fc8.mp4"));
    assert!(missing.source().is_some());
    fs::write(&path, "no video").unwrap();
    let error = video_to_array::<f32>(&path).unwrap_err();
    assert!(error.source().unwrap().to_string().contains("MP4"));
}
