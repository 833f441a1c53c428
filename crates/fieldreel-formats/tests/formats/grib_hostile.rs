//! Tests of damaged and unusual GRIB files: errors are typed, and shapes are never wrong.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{grib_sample, grib_set};
use fieldreel_formats::{
    Coordinate, ErrorKind, Field, FormatError, GribOptions, GribPacking, GribSelection, Limits,
    list_parameters, read_grib, read_grib_with, write_grib,
};
use ndarray::Array3;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn limits() -> Limits {
    Limits::new(8 << 20)
}

fn read(path: &Path) -> Result<Field, FormatError> {
    let _ = list_parameters(path);
    read_grib_with(path, &GribSelection::default(), &limits())
}

/// Writes two messages of 3×4 points, one of which is missing.
fn sample(folder: &Path, packing: GribPacking) -> PathBuf {
    let mut values = Array3::from_shape_fn((2, 3, 4), |(t, y, x)| (t * 12 + y * 4 + x) as f32);
    values[[0, 1, 1]] = f32::NAN;
    let field = Field::new("v", values.into_dyn(), &["time", "y", "x"]).unwrap();
    let path = folder.join("sample.grib");
    write_grib(&path, &field, &GribOptions::default().with_packing(packing)).unwrap();
    path
}

#[test]
fn truncation_at_every_byte_is_detected() {
    let folder = tempfile::tempdir().unwrap();
    for packing in [GribPacking::Ccsds, GribPacking::Simple] {
        let bytes = fs::read(sample(folder.path(), packing)).unwrap();
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
                Ok(field) => {
                    assert!(
                        (second..second + 4).contains(&end),
                        "{end} of {}",
                        bytes.len()
                    );
                    assert_eq!(field.shape(), [1, 3, 4]);
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

#[test]
fn files_without_messages_are_not_grib() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.grib");
    fs::write(&path, "no messages here").unwrap();
    assert!(matches!(read(&path), Err(FormatError::WrongFormat { .. })));
    fs::write(&path, "").unwrap();
    assert!(matches!(read(&path), Err(FormatError::WrongFormat { .. })));
    assert_eq!(read(folder.path()).unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(
        read(&folder.path().join("absent")).unwrap_err().kind(),
        ErrorKind::Io
    );
}

#[test]
fn grids_without_rows_and_columns_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for sample in [
        "reduced_gg_pl_32_grib2",
        "reduced_ll_sfc_grib1",
        "sh_pl_grib2",
        "sh_ml_grib1",
        "lambert_bf_grib2",
    ] {
        let Some(path) = grib_sample(folder.path(), sample, "") else {
            return;
        };
        let error = read_grib(&path, None).unwrap_err();
        assert!(
            matches!(error, FormatError::UnsupportedGrid { .. }),
            "{sample}: {error}"
        );
    }
    let Some(path) = grib_sample(folder.path(), "GRIB2", "gridType=space_view") else {
        return;
    };
    let error = read_grib(&path, None).unwrap_err();
    assert!(
        matches!(&error, FormatError::UnsupportedGrid { grid_type, .. } if grid_type == "space_view")
    );
}

#[test]
fn gaussian_and_projected_grids_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let Some(path) = grib_sample(folder.path(), "regular_gg_pl_grib2", "") else {
        return;
    };
    let field = read_grib(&path, None).unwrap();
    assert_eq!(field.shape(), [1, 64, 128]);
    let latitudes = field.coordinate("latitude").unwrap().values.to_f64();
    assert!((latitudes[0] - 87.8638).abs() < 1e-3 && latitudes[0] == -latitudes[63]);
    for sample in ["rotated_ll_sfc_grib2", "polar_stereographic_pl_grib2"] {
        let path = grib_sample(folder.path(), sample, "").unwrap();
        let field = read_grib(&path, None).unwrap();
        assert_eq!(field.shape().len(), 3);
        println!("{sample}: {:?}", field.shape());
        if let Some(latitude) = field.coordinate("latitude") {
            assert_eq!(latitude.shape(), &field.shape()[1..]);
        }
    }
}

/// The same points are stored in each of the sixteen orders.
#[test]
fn every_scanning_mode_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let field = {
        let values = Array3::from_shape_fn((1, 3, 4), |(_, y, x)| (y * 4 + x) as f32);
        let mut field = Field::new("v", values.into_dyn(), &["time", "y", "x"]).unwrap();
        field.coordinates = vec![
            Coordinate::axis("y", vec![40.0, 30.0, 20.0]).with_attribute("units", "degrees_north"),
            Coordinate::axis("x", vec![10.0, 20.0, 30.0, 40.0])
                .with_attribute("units", "degrees_east"),
        ];
        field
    };
    let path = folder.path().join("plain.grib");
    write_grib(
        &path,
        &field,
        &GribOptions::default().with_packing(GribPacking::Simple),
    )
    .unwrap();
    let out = folder.path().join("scanned.grib");
    for mode in 0..16u32 {
        let bit = |shift: u32| mode >> shift & 1;
        let (west, north, columns_first, alternating) = (bit(3), bit(2), bit(1), bit(0));
        let settings = format!(
            "iScansNegatively={west},jScansPositively={north},jPointsAreConsecutive={columns_first},\
             alternativeRowScanning={alternating},latitudeOfFirstGridPoint={},latitudeOfLastGridPoint={},\
             longitudeOfFirstGridPoint={},longitudeOfLastGridPoint={}",
            if north == 1 { 20_000_000 } else { 40_000_000 },
            if north == 1 { 40_000_000 } else { 20_000_000 },
            if west == 1 { 40_000_000 } else { 10_000_000 },
            if west == 1 { 10_000_000 } else { 40_000_000 },
        );
        let Some(run) = grib_set(&["-s", &settings], &path, &out) else {
            return;
        };
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        let read = read_grib(&out, None).unwrap();
        let values = read.values.to_f64();
        let latitudes = read.coordinate("latitude").unwrap().values.to_f64();
        let longitudes = read.coordinate("longitude").unwrap().values.to_f64();
        let expected = if north == 1 {
            [20.0, 30.0, 40.0]
        } else {
            [40.0, 30.0, 20.0]
        };
        assert_eq!(latitudes, expected, "{settings}");
        assert_eq!(
            longitudes[0],
            if west == 1 { 40.0 } else { 10.0 },
            "{settings}"
        );
        // The values 0 to 11 are in storage order: the k-th stored point has the value k.
        for row in 0..3 {
            for column in 0..4 {
                let (line, offset, len) = if columns_first == 1 {
                    (column, row, 3)
                } else {
                    (row, column, 4)
                };
                let offset = if alternating == 1 && line % 2 == 1 {
                    len - 1 - offset
                } else {
                    offset
                };
                assert_eq!(
                    values[[0, row, column]],
                    (line * len + offset) as f64,
                    "{settings}"
                );
            }
        }
    }
}

#[test]
fn messages_that_form_no_array_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let one = fs::read(sample(folder.path(), GribPacking::Simple)).unwrap();
    let path = folder.path().join("twice.grib");
    fs::write(&path, [one.as_slice(), one.as_slice()].concat()).unwrap();
    assert!(matches!(
        read(&path),
        Err(FormatError::DuplicateMessages {
            first: 1,
            second: 3,
            ..
        })
    ));

    let wider = Field::new(
        "v",
        Array3::<f32>::zeros((1, 3, 5)).into_dyn(),
        &["time", "y", "x"],
    );
    let other = folder.path().join("other.grib");
    write_grib(&other, &wider.unwrap(), &GribOptions::default()).unwrap();
    fs::write(&path, [one, fs::read(&other).unwrap()].concat()).unwrap();
    assert!(matches!(
        read(&path),
        Err(FormatError::MixedMessages {
            key: "md5GridSection",
            ..
        })
    ));
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
        for packing in [GribPacking::Ccsds, GribPacking::Simple] {
            let path = sample(folder.path(), packing);
            let mut bytes = fs::read(&path).unwrap();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            fs::write(&path, bytes).unwrap();
            let _ = read(&path);
        }
    }

    #[test]
    fn random_bytes_do_not_panic(tail in prop::collection::vec(any::<u8>(), 0..300), edition in 0u8..4) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("random.grib");
        let mut bytes = b"GRIB\0\0\0".to_vec();
        bytes.push(edition);
        bytes.extend(tail);
        bytes.extend(b"7777");
        fs::write(&path, bytes).unwrap();
        let _ = read(&path);
    }
}
