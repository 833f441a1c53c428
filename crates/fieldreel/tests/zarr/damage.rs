//! Damaged stores of segments.

use std::fs;

use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
use fieldreel::formats::{DEFAULT_LIMITS, ZarrDataset};
use fieldreel::{ErrorBound, ErrorKind};

use crate::common::write_example;

#[test]
fn a_damaged_segment_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_example(folder.path());
    let path = |name: &str| folder.path().join(name);
    let options = DatasetOptions::new(ErrorBound::Absolute(0.05));
    compress_dataset(&input, path("b.zarr"), &options).unwrap();
    decompress_dataset(path("b.zarr"), path("c.nc"), &DatasetOptions::lossless()).unwrap();
    let before = fs::read(path("c.nc")).unwrap();

    let chunk = path("b.zarr").join("t2m/c/0/0/0");
    let bytes = fs::read(&chunk).unwrap();
    let mut positions: Vec<usize> = (0..bytes.len()).step_by(97).collect();
    positions.push(bytes.len() - 1);
    for at in positions {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        for damaged in [&bytes[..at], &flipped] {
            fs::write(&chunk, damaged).unwrap();
            for output in ["c.nc", "d.zarr"] {
                let options = DatasetOptions::lossless();
                let error = decompress_dataset(path("b.zarr"), path(output), &options);
                let error = error.unwrap_err();
                assert!(error.to_string().contains("t2m/c/0/0/0"), "{error}");
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
            }
        }
    }
    assert_eq!(fs::read(path("c.nc")).unwrap(), before);
    assert!(!path("d.zarr").exists());

    fs::remove_file(&chunk).unwrap();
    let file = ZarrDataset::open(path("b.zarr"), &DEFAULT_LIMITS).unwrap();
    assert_eq!(
        file.first_missing_chunk(3).unwrap(),
        Some("t2m/c/0/0/0".to_owned())
    );
    assert_eq!(file.first_missing_chunk(4).unwrap(), None);
}
