//! Files that are not what they should be.

use std::path::Path;

use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
use fieldreel::{Effort, ErrorBound};

use crate::compare::{alone, made};

const TEXT: &str = "netcdf f { dimensions: t = 4; y = 16; x = 16; variables: float a(t, y, x); }";

fn compressed(folder: &Path) -> std::path::PathBuf {
    let path = made(folder, "3", TEXT);
    let out = folder.join("out.nc");
    let options = DatasetOptions::lossless().with_effort(Effort::Fast);
    let options = options.with_bound("a", ErrorBound::Absolute(0.1)).unwrap();
    compress_dataset(path, &out, &options).unwrap();
    out
}

#[test]
fn truncated_files_are_errors_and_leave_nothing_behind() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(compressed(folder.path())).unwrap();
    let (cut, again) = (folder.path().join("cut.nc"), folder.path().join("again.nc"));
    for end in (0..whole.len()).step_by(whole.len() / 64) {
        std::fs::write(&cut, &whole[..end]).unwrap();
        assert!(
            decompress_dataset(&cut, &again, &DatasetOptions::lossless()).is_err(),
            "{end}"
        );
        assert!(!again.exists());
    }
}

#[test]
fn a_damaged_chunk_is_an_error() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = compressed(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    // The magic number of a segment.
    let at = bytes
        .windows(3)
        .rposition(|window| window == b"FRS")
        .unwrap();
    bytes[at + 20] ^= 0x55;
    std::fs::write(&path, &bytes).unwrap();
    let again = folder.path().join("again.nc");
    assert!(decompress_dataset(&path, &again, &DatasetOptions::lossless()).is_err());
    assert!(!again.exists());
}

#[test]
fn what_cannot_be_read_or_written_is_an_error() {
    let _alone = alone();
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
