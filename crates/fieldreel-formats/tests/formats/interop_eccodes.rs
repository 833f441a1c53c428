//! Tests of fields from messages of the `eccodes` crate, compared with those of `read_grib`.

use std::path::Path;

use crate::common::{assert_same, fixture, grib_sample, real};
use eccodes::{CodesFile, FallibleIterator, KeyRead, ProductKind};
use fieldreel_formats::{
    ErrorKind, Field, FormatError, GribOptions, GribSelection, Limits, list_parameters, read_grib,
    read_grib_with, read_netcdf, write_grib,
};

/// Makes a field from the messages of a file with a short name.
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

/// Checks that every parameter of a file gives the same field, or the same kind of error.
fn assert_all_parameters_equal(path: &Path) {
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
fn files_give_the_fields_of_read_grib() {
    if let Some(path) = real("era5-2mt-2019-03-uk.grib") {
        assert_all_parameters_equal(&path);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut winds = read_netcdf(fixture("navy_winds_uwnd.nc"), None).unwrap();
    winds.attributes.insert("standard_name", "eastward_wind");
    let path = folder.path().join("winds.grib");
    let written = write_grib(&path, &winds, &GribOptions::default());
    written.unwrap();
    assert_all_parameters_equal(&path);
}

#[test]
fn every_grid_type_gives_the_field_of_read_grib() {
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
            assert_all_parameters_equal(&path);
        }
    }
}

#[test]
fn missing_values_and_scanning_modes_give_the_field_of_read_grib() {
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
            assert_all_parameters_equal(&path);
        }
    }
}

#[test]
fn messages_in_any_order_make_one_field() {
    let Some(path) = real("era5-2mt-2019-03-uk.grib") else {
        return;
    };
    let mut file = CodesFile::new_from_file(&path, ProductKind::GRIB).unwrap();
    let messages: Vec<_> = file.ref_message_iter().take(5).collect().unwrap();
    let found = Field::from_eccodes(messages.iter().rev()).unwrap();
    assert_eq!(found.shape()[0], 5);
    assert_same(found, Field::from_eccodes(&messages).unwrap());

    let duplicated = messages.iter().chain(&messages);
    let error = Field::from_eccodes(duplicated).unwrap_err();
    assert!(matches!(error, FormatError::DuplicateMessages { .. }));
    let limits = Limits::new(1000);
    let error = Field::from_eccodes_with(&messages, &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    let error = Field::from_eccodes(&messages[..0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    // A cloned message is accepted as well.
    let copies: Vec<_> = messages.iter().map(|m| m.try_clone().unwrap()).collect();
    let selection = GribSelection::default();
    let full = read_grib_with(&path, &selection, &fieldreel_formats::DEFAULT_LIMITS).unwrap();
    let found = Field::from_eccodes(&copies).unwrap();
    assert_eq!(found.attributes, full.attributes);
}
