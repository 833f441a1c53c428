//! Tests of writing fields as GRIB 2, read back by this crate and by ecCodes' tools.

use std::fs;
use std::path::Path;

use crate::common::tool;
use fieldreel_formats::{
    Coordinate, ErrorKind, Field, FieldValues, FormatError, GribGrid, GribOptions, GribPacking,
    list_parameters, read_grib, write_grib,
};
use ndarray::{Array3, Array4, ArrayD, IxDyn, arr0};
use proptest::prelude::*;

fn round_trip(field: &Field, options: &GribOptions) -> Field {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.grib");
    write_grib(&path, field, options).unwrap();
    read_grib(&path, None).unwrap()
}

fn wave(shape: (usize, usize, usize)) -> Array3<f32> {
    Array3::from_shape_fn(shape, |(t, y, x)| {
        ((t * 3 + y) as f32 * 0.3).sin() * 5.0 + (x as f32 * 0.1).cos()
    })
}

/// Returns the maximum difference, and true if the same points are missing.
fn difference(a: &Field, b: &Field) -> (f64, bool) {
    let (a, b) = (a.values.to_f64(), b.values.to_f64());
    assert_eq!(a.shape(), b.shape());
    let mut max_error = 0.0f64;
    let mut same = true;
    for (a, b) in a.iter().zip(&b) {
        same &= a.is_nan() == b.is_nan();
        if !a.is_nan() {
            max_error = max_error.max((a - b).abs());
        }
    }
    (max_error, same)
}

/// Returns the maximum error of packing: half a step, plus the rounding of the reference value to
/// `f32`.
fn packing_error(range: f64, largest: f64, bits: u8) -> f64 {
    let step = (range / ((1u64 << bits) - 1) as f64).log2().ceil().exp2();
    step * 0.5001 + largest * f64::from(f32::EPSILON) * 2.0
}

#[cfg(feature = "netcdf")]
#[test]
fn netcdf_winds_are_written() {
    let field =
        fieldreel_formats::read_netcdf(crate::common::fixture("navy_winds_uwnd.nc"), None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.grib");
    write_grib(&path, &field, &GribOptions::default()).unwrap();
    println!(
        "{} bytes of {}",
        fs::metadata(&path).unwrap().len(),
        field.values.len() * 4
    );
    let back = read_grib(&path, None).unwrap();
    assert_eq!(back.name, "unknown");
    let (max_error, same) = difference(&field, &back);
    println!("largest difference {max_error}");
    assert!(max_error <= packing_error(64.0, 40.0, 16) && same);
    // The first time is 17598 hours after 1980-01-14 14:00.
    let time = back.coordinate("time").unwrap().values.to_f64();
    assert_eq!(time[0], 316_706_400.0 + 17_598.0 * 3600.0);
    let latitude = back.coordinate("latitude").unwrap().values.to_f64();
    assert_eq!(latitude, field.coordinate("FNOCY").unwrap().values.to_f64());
    let longitude = back.coordinate("longitude").unwrap().values.to_f64();
    assert_eq!(
        longitude,
        field.coordinate("FNOCX").unwrap().values.to_f64()
    );
    let Some(listing) = tool("grib_get", &["-p", "dataDate,dataTime,shortName"], &path) else {
        return;
    };
    assert_eq!(
        listing.lines().next().unwrap().trim(),
        "19820116 2000 unknown"
    );
}

#[test]
fn frames_without_coordinates_get_their_indices() {
    let names = ["color", "row", "column"];
    let field = Field::new("u", wave((5, 150, 150)).into_dyn(), &names).unwrap();
    for grid in [GribGrid::FromCoordinates, GribGrid::Index] {
        let back = round_trip(&field, &GribOptions::default().with_grid(grid));
        let (max_error, _) = difference(&field, &back);
        assert!(max_error <= packing_error(12.0, 6.0, 16), "{max_error}");
        assert_eq!(
            back.coordinate("latitude").unwrap().values.to_f64()[149],
            0.149
        );
        assert_eq!(
            back.coordinate("time").unwrap().values.to_f64(),
            [0.0, 3600.0, 7200.0, 10800.0, 14400.0]
        );
    }
}

#[test]
fn missing_values_are_stored_in_a_bitmap() {
    let mut values = wave((4, 6, 7));
    values[[0, 2, 3]] = f32::NAN;
    values.slice_mut(ndarray::s![1, .., ..]).fill(f32::NAN);
    values.slice_mut(ndarray::s![2, .., ..]).fill(2.5);
    values[[2, 0, 0]] = f32::NAN;
    values[[3, 0, 0]] = 9999.0;
    let field = Field::new("u", values.into_dyn(), &["time", "y", "x"]).unwrap();
    for packing in [GribPacking::Ccsds, GribPacking::Simple] {
        let back = round_trip(&field, &GribOptions::default().with_packing(packing));
        let (max_error, same) = difference(&field, &back);
        assert!(
            same && max_error <= packing_error(10_005.0, 9999.0, 16),
            "{packing:?} {max_error}"
        );
        assert_eq!(back.values.missing_count(), 1 + 42 + 1);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.grib");
    write_grib(&path, &field, &GribOptions::default()).unwrap();
    let Some(text) = tool("grib_get_data", &["-m", "gone"], &path) else {
        return;
    };
    assert_eq!(text.matches("gone").count(), 44);
}

#[test]
fn every_number_of_bits_keeps_within_the_packing_error() {
    let field = Field::new("u", wave((2, 20, 30)).into_dyn(), &["time", "y", "x"]).unwrap();
    for bits in 1..=32 {
        for packing in [GribPacking::Ccsds, GribPacking::Simple] {
            let options = GribOptions::default()
                .with_bits_per_value(bits)
                .with_packing(packing);
            let back = round_trip(&field, &options);
            let (max_error, _) = difference(&field, &back);
            assert!(
                max_error <= packing_error(12.0, 6.0, bits),
                "{packing:?}, {bits} bits: {max_error}"
            );
            assert_eq!(matches!(back.values, FieldValues::F32(_)), bits <= 24);
        }
    }
    for bits in [0, 33] {
        let error = write_grib(
            "x",
            &field,
            &GribOptions::default().with_bits_per_value(bits),
        );
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Argument);
    }
}

#[test]
fn levels_members_and_forecasts_round_trip() {
    let values = Array4::from_shape_fn((3, 2, 4, 5), |(t, z, y, x)| {
        (t * 100 + z * 50 + y * 5 + x) as f64
    });
    let mut field = Field::new(
        "t",
        values.into_dyn(),
        &["time", "level", "latitude", "longitude"],
    )
    .unwrap();
    field.attributes.insert("standard_name", "air_temperature");
    field.attributes.insert("GRIB_typeOfLevel", "isobaricInhPa");
    let axis = |name: &str, units: &str, numbers: &[f64]| {
        Coordinate::axis(name, numbers.to_vec()).with_attribute("units", units)
    };
    field.coordinates = vec![
        axis("time", "hours since 2020-02-28", &[18.0, 24.0, 30.25]),
        Coordinate::along("forecast_reference_time", "time", vec![12.0, 12.0, 12.0])
            .with_attribute("units", "hours since 2020-02-28"),
        axis("level", "hPa", &[850.0, 500.0]),
        axis("latitude", "degrees_north", &[10.0, 5.0, 0.0, -5.0]),
        axis("longitude", "degrees_east", &[-4.0, -2.0, 0.0, 2.0, 4.0]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.grib");
    write_grib(&path, &field, &GribOptions::default()).unwrap();
    let back = read_grib(&path, Some("t")).unwrap();
    assert_eq!(difference(&field, &back), (0.0, true));
    assert_eq!(back.dimensions, field.dimensions);
    for name in ["level", "latitude", "longitude"] {
        assert_eq!(
            back.coordinate(name).unwrap().values,
            field.coordinate(name).unwrap().values,
            "{name}"
        );
    }
    let step = back.coordinate("step").unwrap().values.to_f64();
    assert_eq!(step, [6.0, 12.0, 18.25]);
    let again = round_trip(&back, &GribOptions::default());
    assert_eq!(again, back);
    let keys = "dataDate,dataTime,stepRange,level,typeOfLevel,shortName";
    if let Some(listing) = tool("grib_get", &["-p", keys], &path) {
        let lines: Vec<&str> = listing.lines().map(str::trim).collect();
        assert_eq!(lines[0], "20200228 1200 6 850 isobaricInhPa t");
        assert_eq!(lines[3], "20200228 1200 12 500 isobaricInhPa t");
    }

    let values = Array4::from_shape_fn((2, 3, 4, 5), |(n, t, y, x)| {
        (n * 100 + t * 50 + y * 5 + x) as f32
    });
    let members = Field::new("v", values.into_dyn(), &["number", "time", "y", "x"]).unwrap();
    let back = round_trip(&members, &GribOptions::default());
    assert_eq!(back.dimensions[0].name, "number");
    assert_eq!(difference(&members, &back), (0.0, true));
}

#[test]
fn accumulations_keep_their_period() {
    let mut field = Field::new("tp", wave((2, 3, 4)).into_dyn(), &["time", "y", "x"]).unwrap();
    field.attributes.insert("GRIB_paramId", 228i64);
    field.attributes.insert("GRIB_stepType", "accum");
    field.attributes.insert("GRIB_centre", "ecmf");
    let since = |name: &str, hours: [f64; 2]| {
        Coordinate::along(name, "time", hours.to_vec())
            .with_attribute("units", "hours since 2021-06-01 00:00")
    };
    field.coordinates = vec![
        since("time", [6.0, 12.0]),
        since("forecast_reference_time", [0.0, 0.0]),
        Coordinate::along("step_start", "time", vec![0.0, 6.0]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.grib");
    write_grib(&path, &field, &GribOptions::default()).unwrap();
    assert_eq!(list_parameters(&path).unwrap(), ["tp"]);
    let back = read_grib(&path, None).unwrap();
    assert_eq!(
        back.coordinate("step_start").unwrap().values.to_f64(),
        [0.0, 6.0]
    );
    if let Some(listing) = tool("grib_get", &["-p", "shortName,stepRange,stepType"], &path) {
        assert_eq!(
            listing.lines().map(str::trim).collect::<Vec<_>>(),
            ["tp 0-6 accum", "tp 6-12 accum"]
        );
    }
}

#[test]
fn tiny_grids_round_trip() {
    for shape in [(1, 1, 1), (2, 1, 9), (2, 9, 1), (1, 2, 2)] {
        let field = Field::new("u", wave(shape).into_dyn(), &["time", "y", "x"]).unwrap();
        let back = round_trip(&field, &GribOptions::default());
        assert!(
            difference(&field, &back).0 <= packing_error(12.0, 6.0, 16),
            "{shape:?}"
        );
    }
    let frame = Field::new(
        "u",
        wave((1, 4, 5))
            .into_shape_with_order(IxDyn(&[4, 5]))
            .unwrap(),
        &["y", "x"],
    );
    assert_eq!(
        round_trip(&frame.unwrap(), &GribOptions::default()).shape(),
        [1, 4, 5]
    );
}

#[test]
fn unrepresentable_fields_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.grib");
    let refuse = |field: &Field| write_grib(&path, field, &GribOptions::default()).unwrap_err();
    let mut field = Field::new("u", wave((1, 3, 4)).into_dyn(), &["time", "y", "x"]).unwrap();
    let coordinate = |name: &str, units: &str, dimensions: &[(&str, usize)], step: f64| {
        let values: Vec<f64> = (0..dimensions.iter().map(|(_, len)| len).product())
            .map(|v: usize| (v * v) as f64 * step)
            .collect();
        Coordinate::new(name, dimensions, values).with_attribute("units", units)
    };
    field.coordinates = vec![
        coordinate("y", "degrees_north", &[("y", 3)], 1.0),
        coordinate("x", "degrees_east", &[("x", 4)], 1.0),
    ];
    assert!(matches!(refuse(&field), FormatError::IrregularGrid { .. }));
    field.coordinates = vec![
        coordinate("lat", "degrees_north", &[("y", 3), ("x", 4)], 1.0),
        coordinate("lon", "degrees_east", &[("y", 3), ("x", 4)], 1.0),
    ];
    assert!(matches!(refuse(&field), FormatError::IrregularGrid { .. }));
    write_grib(
        &path,
        &field,
        &GribOptions::default().with_grid(GribGrid::Index),
    )
    .unwrap();
    fs::remove_file(&path).unwrap();
    field.coordinates.clear();
    field.attributes.insert("GRIB_paramId", 999_999_999i64);
    let error = refuse(&field);
    assert!(matches!(&error, FormatError::Unrepresentable { key, .. } if key == "paramId"));
    assert!(std::error::Error::source(&error).is_some());
    let scalar = Field::new("u", arr0(1.0f32).into_dyn(), &[]).unwrap();
    assert!(matches!(
        refuse(&scalar),
        FormatError::RankTooLow { rank: 0, .. }
    ));
    let empty = Field::new(
        "u",
        ArrayD::<f32>::zeros(IxDyn(&[2, 0, 4])),
        &["t", "y", "x"],
    )
    .unwrap();
    assert_eq!(refuse(&empty).kind(), ErrorKind::Argument);
    let mut infinite = wave((1, 3, 4));
    infinite[[0, 1, 0]] = f32::INFINITY;
    let infinite = Field::new("u", infinite.into_dyn(), &["t", "y", "x"]).unwrap();
    assert!(matches!(
        refuse(&infinite),
        FormatError::Unpackable { count: 1, first: 4 }
    ));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "something was left behind"
    );
    let field = Field::new("u", wave((1, 3, 4)).into_dyn(), &["time", "y", "x"]).unwrap();
    let error = write_grib(
        Path::new("/no such folder/x"),
        &field,
        &GribOptions::default(),
    );
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Io);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn frames_round_trip_within_the_packing_error(
        (time, rows, columns) in (1usize..4, 1usize..9, 1usize..9),
        numbers in prop::collection::vec(prop::option::weighted(0.8, -1e6f32..1e6), 256),
        scale in -20i32..20,
        bits in 1u8..=24,
        simple: bool,
    ) {
        let factor = 2f32.powi(scale);
        let values = Array3::from_shape_fn((time, rows, columns), |(t, y, x)| {
            numbers[(t * 64 + y * 8 + x) % 256].map_or(f32::NAN, |number| number * factor)
        });
        let field = Field::new("u", values.into_dyn(), &["time", "y", "x"]).unwrap();
        let packing = if simple { GribPacking::Simple } else { GribPacking::Ccsds };
        let options = GribOptions::default().with_bits_per_value(bits).with_packing(packing);
        let (max_error, same) = difference(&field, &round_trip(&field, &options));
        prop_assert!(same);
        let largest = 1e6 * f64::from(factor);
        prop_assert!(max_error <= packing_error(2.0 * largest, largest, bits));
    }
}
