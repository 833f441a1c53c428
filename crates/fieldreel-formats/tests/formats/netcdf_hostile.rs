//! Damaged NetCDF files give typed errors, not panics or zeros.

use std::fs;
use std::path::Path;

use crate::common::fixture;
use fieldreel_formats::{
    Field, Limits, NetcdfOptions, list_variables, read_netcdf_with, write_netcdf,
};
use proptest::prelude::*;

/// Returns small limits, because a damaged header may claim any size.
fn limits() -> Limits {
    Limits::new(8 << 20)
}

/// Reads `bytes` as a file, and returns true if the result is `expected`. Any error must have a
/// message.
fn reads_as(folder: &Path, bytes: &[u8], expected: &Field) -> bool {
    let path = folder.join("damaged.nc");
    fs::write(&path, bytes).unwrap();
    let _ = list_variables(&path);
    match read_netcdf_with(&path, None, &limits()) {
        Ok(field) => {
            assert_eq!(
                &field,
                expected,
                "{} bytes read as something else",
                bytes.len()
            );
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

#[test]
fn prefixes_of_a_classic_file_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["classic.nc", "offset64.nc", "cdf5.nc"] {
        let bytes = fs::read(fixture(name)).unwrap();
        let expected = read_netcdf_with(fixture(name), None, &limits()).unwrap();
        for end in 0..bytes.len() {
            let read = reads_as(folder.path(), &bytes[..end], &expected);
            assert!(
                !read,
                "{name}: {end} of {} bytes read as complete",
                bytes.len()
            );
        }
    }
}

#[test]
fn prefixes_of_a_netcdf4_file_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.nc");
    let values = ndarray::Array3::from_shape_fn((3, 4, 5), |(t, y, x)| (t * 20 + y * 5 + x) as f32);
    let field = Field::new("v", values.into_dyn(), &["t", "y", "x"]).unwrap();
    for options in [NetcdfOptions::uncompressed(), NetcdfOptions::deflate(9)] {
        write_netcdf(&path, &field, &options).unwrap();
        let bytes = fs::read(&path).unwrap();
        for end in 0..bytes.len() {
            assert!(
                !reads_as(folder.path(), &bytes[..end], &field),
                "{end} of {}",
                bytes.len()
            );
        }
    }
}

#[test]
fn prefixes_of_the_sample_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(fixture("navy_winds_uwnd.nc")).unwrap();
    let expected = read_netcdf_with(fixture("navy_winds_uwnd.nc"), None, &limits()).unwrap();
    for end in (0..bytes.len()).step_by(100_003).chain([bytes.len() - 1]) {
        assert!(!reads_as(folder.path(), &bytes[..end], &expected), "{end}");
    }
    assert!(reads_as(folder.path(), &bytes, &expected));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_do_not_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..2000), magic in 0..5) {
        let magic: &[u8] = match magic {
            0 => b"CDF\x01",
            1 => b"CDF\x02",
            2 => b"CDF\x05",
            3 => b"\x89HDF\r\n\x1a\n",
            _ => b"",
        };
        bytes.splice(..magic.len().min(bytes.len()), magic.iter().copied());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("random.nc");
        fs::write(&path, bytes).unwrap();
        let _ = list_variables(&path);
        let _ = read_netcdf_with(&path, None, &limits());
    }

    /// Not all damage is detectable: such files may be read, but must not crash the process.
    #[test]
    fn changed_bytes_do_not_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let folder = tempfile::tempdir().unwrap();
        // NetCDF-4 is not included, because HDF5 1.10 crashes on some changed bytes.
        for name in ["classic.nc", "offset64.nc", "cdf5.nc"] {
            let mut bytes = fs::read(fixture(name)).unwrap();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let _ = list_variables(&path);
            let _ = read_netcdf_with(&path, None, &limits());
        }
    }
}
