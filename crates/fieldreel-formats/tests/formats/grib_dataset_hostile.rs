//! Damaged GRIB files as a whole: typed errors, and nothing taken before it is checked.

use std::fs;
use std::path::Path;

use crate::common::{fixture, grib_sample};
use crate::grib_dataset::{Made, all, dimensions, file, on_pressure, open};
use fieldreel_formats::dataset::DatasetSource;
use fieldreel_formats::{ErrorKind, FormatError, GribDataset, Limits};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Opens a file and reads everything in it.
fn read(path: &Path) -> Result<usize, FormatError> {
    let limits = Limits { max_bytes: 8 << 20 };
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

fn small() -> Made {
    Made {
        steps: vec![0.0, 6.0],
        levels: vec![850.0],
        ..on_pressure(130)
    }
}

/// ecCodes would take 17 GB for the latitudes of a Gaussian grid of billions, and end the process where it decodes spectral
/// data that is no triangle.
#[test]
fn what_eccodes_does_not_survive_is_refused() {
    for name in ["gaussian_of_billions.grib", "spectral.grib"] {
        let refused = read(&fixture(name));
        assert!(
            matches!(refused, Err(FormatError::Damaged { .. })),
            "{name}: {refused:?}"
        );
    }
}

/// ecCodes would end the process where it looks for positions.
#[test]
fn a_reduced_grid_of_rows_that_cannot_be_has_no_positions() {
    let path = fixture("reduced_rows.grib");
    let dataset = GribDataset::open(path, &Limits::default()).unwrap();
    let variables = &dataset.schema().variables;
    let names: Vec<&str> = variables.iter().map(|v| v.name.as_str()).collect();
    assert!(!names.contains(&"latitude"), "{names:?}");
}

#[test]
fn every_prefix() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(file(folder.path(), &[small()])).unwrap();
    let second = whole
        .windows(4)
        .rposition(|window| window == b"GRIB")
        .unwrap();
    let path = folder.path().join("cut.grib");
    for end in 0..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        match read(&path) {
            // A cut between messages, or before four bytes show that another begins.
            Ok(_) => {
                assert!(
                    (second..second + 4).contains(&end),
                    "{end} of {}",
                    whole.len()
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

/// A cut at any message of many.
#[test]
fn every_prefix_of_messages() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(file(folder.path(), &[on_pressure(130), on_pressure(131)])).unwrap();
    let starts: Vec<usize> = whole
        .windows(4)
        .enumerate()
        .filter_map(|(at, window)| (window == b"GRIB").then_some(at))
        .collect();
    assert_eq!(starts.len(), 12);
    let path = folder.path().join("cut.grib");
    for (count, &start) in starts.iter().enumerate().skip(1) {
        fs::write(&path, &whole[..start]).unwrap();
        let dataset = open(&path);
        let frames: usize = ["t", "u"]
            .iter()
            .filter(|name| dataset.schema().variables.iter().any(|v| v.name == **name))
            .map(|name| {
                all(&dataset, name)
                    .iter()
                    .filter(|value| !value.is_nan())
                    .count()
            })
            .sum();
        assert_eq!(frames, count * 12);
        fs::write(&path, &whole[..start + 40]).unwrap();
        assert!(matches!(read(&path), Err(FormatError::Truncated { .. })));
    }
}

#[test]
fn no_grib() {
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
fn limits_are_for_frames_and_boxes() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), &[on_pressure(130)]);
    let under = GribDataset::open(&path, &Limits { max_bytes: 8 * 11 });
    assert_eq!(under.unwrap_err().kind(), ErrorKind::Limit);
    let dataset = GribDataset::open(&path, &Limits { max_bytes: 8 * 12 }).unwrap();
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

/// A grid of 10⁹ points that are all the same takes a few bytes in the file.
#[test]
fn a_grid_of_absurd_size() {
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
fn a_file_that_is_cut_after_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), &[small()]);
    let whole = fs::read(&path).unwrap();
    let dataset = open(&path);
    let index = dataset.schema().variables.len() - 1;
    let shape = [2, 3, 4];
    assert!(dataset.read(index, &[1, 0, 0], &[1, 3, 4]).is_ok());
    fs::write(&path, &whole[..100]).unwrap();
    let error = dataset.read(index, &[0; 3], &shape).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
}

proptest! {
    // A fixed seed: no test can catch a crash inside ecCodes, and some damage to coded data makes one.
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(2),
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_bytes(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), &[small()]);
        let mut bytes = fs::read(&path).unwrap();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        fs::write(&path, bytes).unwrap();
        let _ = read(&path);
    }
}
