//! Tests of damaged GRIB files as datasets: errors are typed, and sizes are checked before use.

use std::fs;
use std::path::Path;

use crate::common::{fixture, grib_sample};
use crate::grib_dataset::{MessageSpec, dimensions, on_pressure, open, read_all, write_file};
use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{ErrorKind, FormatError, GribDataset, Limits};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Opens a file and reads all its values.
fn read(path: &Path) -> Result<usize, FormatError> {
    let limits = Limits::new(8 << 20);
    let dataset = GribDataset::open(path, &limits)?;
    let schema = dataset.schema();
    let mut count = 0;
    for (index, variable) in schema.variables.iter().enumerate() {
        let shape = schema.shape(variable);
        let values = dataset.read(index, &vec![0; shape.len()], &shape)?;
        assert_eq!(values.len(), shape.iter().product::<usize>());
        assert_eq!(values.kind(), variable.kind);
        count += values.len();
    }
    Ok(count)
}

fn two_messages() -> MessageSpec {
    MessageSpec {
        steps: vec![0.0, 6.0],
        levels: vec![850.0],
        ..on_pressure(130)
    }
}

/// Without the checks, ecCodes would allocate 17 GB for a Gaussian grid with billions of
/// latitudes, and abort the process on spectral data without triangular truncation.
#[test]
fn files_that_crash_eccodes_are_refused() {
    for name in ["gaussian_of_billions.grib", "spectral.grib"] {
        let refused = read(&fixture(name));
        assert!(
            matches!(refused, Err(FormatError::Damaged { .. })),
            "{name}: {refused:?}"
        );
    }
}

/// ecCodes would abort the process while computing the coordinates.
#[test]
fn a_reduced_grid_with_invalid_rows_has_no_coordinates() {
    let path = fixture("reduced_rows.grib");
    let dataset = GribDataset::open(path, &Limits::default()).unwrap();
    let variables = &dataset.schema().variables;
    let names: Vec<&str> = variables.iter().map(|v| v.name.as_str()).collect();
    assert!(!names.contains(&"latitude"), "{names:?}");
}

#[test]
fn truncation_at_every_byte_is_detected() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(write_file(folder.path(), &[two_messages()])).unwrap();
    let second = bytes
        .windows(4)
        .rposition(|window| window == b"GRIB")
        .unwrap();
    let path = folder.path().join("truncated.grib");
    for end in 0..bytes.len() {
        fs::write(&path, &bytes[..end]).unwrap();
        match read(&path) {
            // A cut between messages is not detected, nor one within the first four bytes of a
            // message.
            Ok(_) => {
                assert!(
                    (second..second + 4).contains(&end),
                    "{end} of {}",
                    bytes.len()
                );
                assert_eq!(dimensions(&open(&path), "t").len(), 2);
            }
            Err(FormatError::WrongFormat { .. }) => assert!(end < 4),
            Err(error) => assert!(
                matches!(error, FormatError::Truncated { .. }),
                "{end}: {error}"
            ),
        }
    }
}

/// The file is cut at the start of each message, and within each message.
#[test]
fn truncation_between_messages_leaves_the_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(write_file(
        folder.path(),
        &[on_pressure(130), on_pressure(131)],
    ))
    .unwrap();
    let starts: Vec<usize> = bytes
        .windows(4)
        .enumerate()
        .filter_map(|(at, window)| (window == b"GRIB").then_some(at))
        .collect();
    assert_eq!(starts.len(), 12);
    let path = folder.path().join("truncated.grib");
    for (count, &start) in starts.iter().enumerate().skip(1) {
        fs::write(&path, &bytes[..start]).unwrap();
        let dataset = open(&path);
        let frames: usize = ["t", "u"]
            .iter()
            .filter(|name| dataset.schema().variables.iter().any(|v| v.name == **name))
            .map(|name| {
                read_all(&dataset, name)
                    .iter()
                    .filter(|value| !value.is_nan())
                    .count()
            })
            .sum();
        assert_eq!(frames, count * 12);
        fs::write(&path, &bytes[..start + 40]).unwrap();
        assert!(matches!(read(&path), Err(FormatError::Truncated { .. })));
    }
}

#[test]
fn files_without_messages_are_not_grib() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.grib");
    for text in ["", "no messages here"] {
        fs::write(&path, text).unwrap();
        assert!(matches!(read(&path), Err(FormatError::WrongFormat { .. })));
    }
    let absent = read(&folder.path().join("absent")).unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::Io);
    assert_eq!(read(folder.path()).unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn limits_apply_to_frames_and_hyperslabs() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &[on_pressure(130)]);
    let under = GribDataset::open(&path, &Limits::new(8 * 11));
    assert_eq!(under.unwrap_err().kind(), ErrorKind::Limit);
    let dataset = GribDataset::open(&path, &Limits::new(8 * 12)).unwrap();
    let index = dataset.schema().variables.len() - 1;
    assert!(dataset.read(index, &[0; 4], &[1, 1, 3, 4]).is_ok());
    let error = dataset.read(index, &[0; 4], &[2, 1, 3, 4]).unwrap_err();
    assert!(matches!(
        error,
        FormatError::TooLarge {
            bytes: 192,
            limit: 96,
            ..
        }
    ));
}

/// A grid of 1.6·10⁹ equal values takes only a few bytes in the file.
#[test]
fn an_oversized_grid_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        "bitsPerValue=0,Ni=40000,Nj=40000,numberOfDataPoints=1600000000,numberOfValues=1600000000";
    let Some(path) = grib_sample(folder.path(), "regular_ll_pl_grib2", settings) else {
        return;
    };
    assert!(fs::metadata(&path).unwrap().len() < 100_000);
    let error = read(&path).unwrap_err();
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn truncation_after_opening_is_detected() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), &[two_messages()]);
    let bytes = fs::read(&path).unwrap();
    let dataset = open(&path);
    let index = dataset.schema().variables.len() - 1;
    let shape = [2, 3, 4];
    assert!(dataset.read(index, &[1, 0, 0], &[1, 3, 4]).is_ok());
    fs::write(&path, &bytes[..100]).unwrap();
    let error = dataset.read(index, &[0; 3], &shape).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

proptest! {
    // The seed is fixed because a test cannot catch a crash inside ecCodes, and some damage to
    // coded data causes one.
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(2),
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_bytes_do_not_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let path = write_file(folder.path(), &[two_messages()]);
        let mut bytes = fs::read(&path).unwrap();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        fs::write(&path, bytes).unwrap();
        let _ = read(&path);
    }
}
