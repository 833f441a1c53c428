//! Arbitrary file names of a video without fieldreel's tags: decoding either fails or returns
//! values in the range that the name states.
#![no_main]

use std::fs;
use std::sync::OnceLock;

use fieldreel::{Preset, array_to_video, video_to_array};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// Returns a folder and the bytes of a video without tags.
fn untagged_video() -> &'static (TempDir, Vec<u8>) {
    static UNTAGGED_VIDEO: OnceLock<(TempDir, Vec<u8>)> = OnceLock::new();
    UNTAGGED_VIDEO.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be created");
        let field: Vec<f32> = (0..72 * 16).map(|i| i as f32).collect();
        let field = one_frame(field);
        let path =
            array_to_video(&field, folder.path(), Preset::Max).expect("the field can be encoded");
        let mut bytes = fs::read(path).expect("the video can be read");
        let key = b"fieldreel_version";
        let at = bytes
            .windows(key.len())
            .position(|w| w == key)
            .expect("the video has tags");
        bytes[at..at + key.len()].copy_from_slice(b"some_other_string");
        (folder, bytes)
    })
}

fn one_frame(values: Vec<f32>) -> ndarray::Array3<f32> {
    ndarray::Array3::from_shape_vec((1, 16, 72), values).expect("the values fit one frame")
}

fuzz_target!(|name: &str| {
    let (folder, bytes) = untagged_video();
    let path = folder
        .path()
        .join(format!("video_min{}", name.replace('/', "_")));
    if fs::write(&path, bytes).is_ok() {
        if let Ok(field) = video_to_array::<f32>(&path) {
            assert!(field.iter().all(|value| value.is_finite()));
        }
        let _ = fs::remove_file(&path);
    }
});
