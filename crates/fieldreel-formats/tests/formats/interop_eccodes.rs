//! Fields from messages of the `eccodes` crate, beside those that `read_grib` reads.

use std::path::Path;

use crate::common::{assert_same, grib_sample, real, shipped};
use eccodes::{CodesFile, FallibleIterator, KeyRead, ProductKind};
use fieldreel_formats::{
    ErrorKind, Field, FormatError, GribOptions, GribSelection, Limits, list_parameters, read_grib,
    read_grib_with, read_netcdf, write_grib,
};

/// The field of the messages of a file that have a short name.
fn field(path: &Path, short_name: &str) -> Result<Field, FormatError> {
    let mut file = CodesFile::new_from_file(path, ProductKind::GRIB).unwrap();
    let messages: Vec<_> = file
        .ref_message_iter()
        .filter(|message| {
            let name: String = message.read_key_unchecked("shortName")?;
            Ok(name == short_name)
        })
        .collect()
        .unwrap();
    Field::from_eccodes(&messages)
}

/// Checks every parameter of a file.
fn compare(path: &Path) {
    for name in list_parameters(path).unwrap() {
        match (read_grib(path, Some(&name)), field(path, &name)) {
            (Ok(expected), Ok(found)) => assert_same(found, expected),
            (Err(expected), Err(found)) => {
                let kinds = [&expected, &found].map(std::mem::discriminant);
                assert_eq!(kinds[0], kinds[1], "{expected} and {found}");
            }
            (expected, found) => panic!("{name}: {found:?} and {expected:?}"),
        }
    }
}

#[test]
fn real_and_made_files_are_the_same() {
    if let Some(path) = real("era5-2mt-2019-03-uk.grib") {
        compare(&path);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut winds = read_netcdf(shipped("navy_winds_uwnd.nc"), None).unwrap();
    winds.attributes.insert("standard_name", "eastward_wind");
    let path = folder.path().join("winds.grib");
    let written = write_grib(&path, &winds, &GribOptions::default());
    written.unwrap();
    compare(&path);
}

#[test]
fn samples_of_every_grid_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for sample in [
        "regular_ll_sfc_grib1",
        "regular_ll_pl_grib2",
        "regular_gg_ml_grib2",
        "rotated_ll_sfc_grib2",
        "polar_stereographic_sfc_grib2",
        "reduced_gg_pl_32_grib2",
        "sh_ml_grib2",
        "GRIB1",
        "GRIB2",
    ] {
        if let Some(path) = grib_sample(folder.path(), sample, "") {
            compare(&path);
        }
    }
}

#[test]
fn missing_points_and_scanning_modes_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for settings in [
        "jScansPositively=1",
        "iScansNegatively=1",
        "jPointsAreConsecutive=1",
        "alternativeRowScanning=1",
        "bitmapPresent=1",
        "typeOfFirstFixedSurface=255",
    ] {
        if let Some(path) = grib_sample(folder.path(), "regular_ll_sfc_grib2", settings) {
            compare(&path);
        }
    }
}

#[test]
fn messages_come_in_any_order_and_make_one_field() {
    let Some(path) = real("era5-2mt-2019-03-uk.grib") else {
        return;
    };
    let mut file = CodesFile::new_from_file(&path, ProductKind::GRIB).unwrap();
    let messages: Vec<_> = file.ref_message_iter().take(5).collect().unwrap();
    let found = Field::from_eccodes(messages.iter().rev()).unwrap();
    assert_eq!(found.shape()[0], 5);
    assert_same(found, Field::from_eccodes(&messages).unwrap());

    let twice = messages.iter().chain(&messages);
    let error = Field::from_eccodes(twice).unwrap_err();
    assert!(matches!(error, FormatError::DuplicateMessages { .. }));
    let limits = Limits { max_bytes: 1000 };
    let error = Field::from_eccodes_with(&messages, &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    let error = Field::from_eccodes(&messages[..0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    // A copy is a message as well.
    let copies: Vec<_> = messages.iter().map(|m| m.try_clone().unwrap()).collect();
    let selection = GribSelection::default();
    let whole = read_grib_with(&path, &selection, &fieldreel_formats::DEFAULT_LIMITS).unwrap();
    let found = Field::from_eccodes(&copies).unwrap();
    assert_eq!(found.attributes, whole.attributes);
}
