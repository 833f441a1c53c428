//! Damaged and unreadable files.

use std::path::Path;

use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{lock_hdf5, ncgen};

const TEXT: &str = "netcdf f { dimensions: t = 4; y = 16; x = 16; variables: float a(t, y, x); }";

fn compressed(folder: &Path) -> std::path::PathBuf {
    let path = ncgen(folder, "3", TEXT);
    let out = folder.join("out.nc");
    let options = DatasetOptions::lossless().with_effort(Effort::Fast);
    let options = options.with_bound("a", ErrorBound::Absolute(0.1)).unwrap();
    compress_dataset(path, &out, &options).unwrap();
    out
}

#[test]
fn truncated_files_are_errors_and_leave_nothing_behind() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let bytes = std::fs::read(compressed(folder.path())).unwrap();
    let [truncated, output] = ["truncated.nc", "output.nc"].map(|name| folder.path().join(name));
    for end in (0..bytes.len()).step_by(bytes.len() / 64) {
        std::fs::write(&truncated, &bytes[..end]).unwrap();
        assert!(
            decompress_dataset(&truncated, &output, &DatasetOptions::lossless()).is_err(),
            "{end}"
        );
        assert!(!output.exists());
    }
}

#[test]
fn a_damaged_chunk_is_an_error() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let path = compressed(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    // The magic bytes of a segment.
    let at = bytes
        .windows(3)
        .rposition(|window| window == b"FRS")
        .unwrap();
    bytes[at + 20] ^= 0x55;
    std::fs::write(&path, &bytes).unwrap();
    let output = folder.path().join("output.nc");
    assert!(decompress_dataset(&path, &output, &DatasetOptions::lossless()).is_err());
    assert!(!output.exists());
}

#[test]
fn unreadable_inputs_and_unwritable_outputs_are_errors() {
    let _lock = lock_hdf5();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.nc");
    let options = DatasetOptions::lossless();
    assert!(compress_dataset(folder.path().join("none.nc"), &out, &options).is_err());
    let text = folder.path().join("text.nc");
    std::fs::write(&text, "no such thing").unwrap();
    assert!(compress_dataset(&text, &out, &options).is_err());
    let path = compressed(folder.path());
    assert!(compress_dataset(&path, folder.path().join("no/such/folder.nc"), &options).is_err());
    assert!(compress_dataset(&path, folder.path(), &options).is_err());
}
