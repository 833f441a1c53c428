//! Tests with ERA5, as distributed and repacked by ecCodes.

use std::fs;
use std::path::Path;

use crate::common::{grib_set, real, tool};
use fieldreel_formats::{
    ErrorKind, Field, FieldValues, FormatError, GribOptions, GribPacking, GribSelection, Limits,
    list_parameters, read_grib, read_grib_with, write_grib,
};

const ERA5: &str = "era5-2mt-2019-03-uk.grib";

/// Returns latitude, longitude and value of every point of the first message, as printed by
/// ecCodes.
fn printed_points(path: &Path) -> Option<Vec<[f64; 3]>> {
    let text = tool(
        "grib_get_data",
        &["-w", "count=1", "-F", "%.10g", "-L", "%.6f %.6f"],
        path,
    )?;
    let numbers = |line: &str| -> Option<[f64; 3]> {
        let mut numbers = line.split_whitespace().map(|word| word.parse().ok());
        Some([numbers.next()??, numbers.next()??, numbers.next()??])
    };
    Some(text.lines().filter_map(numbers).collect())
}

/// Checks that the first frame agrees with the points printed by ecCodes.
fn assert_points(field: &Field, points: &[[f64; 3]]) {
    let values = field.values.to_f64();
    let latitudes = field.coordinate("latitude").unwrap().values.to_f64();
    let longitudes = field.coordinate("longitude").unwrap().values.to_f64();
    assert_eq!(points.len(), latitudes.len() * longitudes.len());
    for (index, [latitude, longitude, value]) in points.iter().enumerate() {
        let (row, column) = (index / longitudes.len(), index % longitudes.len());
        assert!((latitudes[row] - latitude).abs() < 1e-5);
        assert!(((longitudes[column] - longitude + 180.0).rem_euclid(360.0) - 180.0).abs() < 1e-5);
        let found = values[[0, row, column]];
        assert!(
            (found - value).abs() <= 1e-7 * value.abs(),
            "{found} {value}"
        );
    }
}

#[test]
fn era5_is_read_as_a_time_series() {
    let Some(path) = real(ERA5) else { return };
    assert_eq!(list_parameters(&path).unwrap(), ["2t"]);
    let field = read_grib(&path, None).unwrap();
    assert_eq!(field.name, "2t");
    assert_eq!(field.shape(), [744, 33, 49]);
    assert!(matches!(field.values, FieldValues::F32(_)));
    assert_eq!(field.units(), Some("K"));
    assert_eq!(field.long_name(), Some("2 metre temperature"));
    let time = field.coordinate("time").unwrap().values.to_f64();
    assert_eq!(
        (time[0], time[743]),
        (1_551_398_400.0, 1_551_398_400.0 + 743.0 * 3600.0)
    );
    let latitude = field.coordinate("latitude").unwrap().values.to_f64();
    assert_eq!((latitude[0], latitude[32]), (58.0, 50.0));
    let longitude = field.coordinate("longitude").unwrap().values.to_f64();
    assert_eq!(
        (longitude[0], longitude[1], longitude[48]),
        (-10.0, -9.75, 2.0)
    );
    for name in ["2t", "t2m", "167"] {
        assert_eq!(read_grib(&path, Some(name)).unwrap(), field);
    }
    if let Some(points) = printed_points(&path) {
        assert_points(&field, &points);
    }
}

#[test]
fn selections_are_applied_and_checked() {
    let Some(path) = real(ERA5) else { return };
    let error = read_grib(&path, Some("10u")).unwrap_err();
    assert!(
        matches!(&error, FormatError::VariableNotFound { available, .. } if available == &["2t"])
    );
    let limits = Limits::new(8 * (744 * 33 * 49 - 1));
    let error = read_grib_with(&path, &GribSelection::default(), &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    let noon = GribSelection::parameter("2t").with_key("dataTime", "1200");
    let field = read_grib_with(&path, &noon, &Limits::default()).unwrap();
    assert_eq!(field.shape(), [31, 33, 49]);
}

#[test]
fn era5_round_trips() {
    let Some(path) = real(ERA5) else { return };
    let folder = tempfile::tempdir().unwrap();
    let field = read_grib(&path, None).unwrap();
    let values = field.values.to_f64();
    for packing in [GribPacking::Ccsds, GribPacking::Simple] {
        let out = folder.path().join("out.grib2");
        write_grib(&out, &field, &GribOptions::default().with_packing(packing)).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        println!("{packing:?}: {} bytes", fs::metadata(&out).unwrap().len());
        let back = read_grib(&out, Some("2t")).unwrap();
        assert_eq!(back.shape(), field.shape());
        for name in ["time", "latitude", "longitude"] {
            assert_eq!(back.coordinate(name), field.coordinate(name));
        }
        for key in [
            "GRIB_paramId",
            "GRIB_shortName",
            "GRIB_centre",
            "GRIB_stepType",
            "units",
        ] {
            assert_eq!(back.attributes.get(key), field.attributes.get(key), "{key}");
        }
        // The range of a frame is under 32 K, so the quantization step is at most 2^-11 K.
        let max_error =
            (&back.values.to_f64() - &values).fold(0.0f64, |max_error, d| max_error.max(d.abs()));
        println!("{packing:?}: largest difference {max_error}");
        assert!(max_error <= 0.5 / 2048.0 + 1e-4, "{max_error}");
        if let Some(points) = printed_points(&out) {
            assert_points(&back, &points);
        }
        let keys = "shortName,dataDate,dataTime,stepRange,packingType,bitsPerValue,gridType,Ni,Nj";
        let Some(listing) = tool("grib_get", &["-p", keys], &out) else {
            return;
        };
        let packing = if packing == GribPacking::Ccsds {
            "grid_ccsds"
        } else {
            "grid_simple"
        };
        assert_eq!(listing.lines().count(), 744);
        let first = format!("2t 20190301 0 0 {packing} 16 regular_ll 49 33");
        assert_eq!(
            listing
                .lines()
                .next()
                .unwrap()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            first
        );
        assert!(
            listing
                .lines()
                .last()
                .unwrap()
                .starts_with("2t 20190331 2300 0")
        );
        assert!(
            tool("grib_ls", &[], &out)
                .unwrap()
                .contains("744 of 744 messages")
        );
    }
}

/// ecCodes packs the same field in every packing that it supports.
#[test]
fn every_packing_is_read() {
    let Some(path) = real(ERA5) else { return };
    let folder = tempfile::tempdir().unwrap();
    let expected = read_grib(&path, None).unwrap().values.to_f64();
    for packing in [
        "grid_simple",
        "grid_jpeg",
        "grid_ccsds",
        "grid_png",
        "grid_second_order",
        "grid_ieee",
    ] {
        let out = folder.path().join("packed.grib");
        let edition = if packing == "grid_second_order" {
            "edition=1"
        } else {
            "edition=2"
        };
        let setting = format!("{edition},packingType={packing}");
        let Some(run) = grib_set(&["-r", "-s", &setting], &path, &out) else {
            return;
        };
        if !run.status.success() {
            println!("skipped: this ecCodes cannot write {packing}");
            continue;
        }
        let field = read_grib(&out, Some("2t")).unwrap();
        let max_error = (&field.values.to_f64() - &expected)
            .fold(0.0f64, |max_error, d| max_error.max(d.abs()));
        let written = field
            .attributes
            .text("GRIB_packingType")
            .unwrap_or_default()
            .to_owned();
        println!("{packing} (as {written}): largest difference {max_error}");
        assert!(max_error <= 1e-3, "{packing}: {max_error}");
    }
}
