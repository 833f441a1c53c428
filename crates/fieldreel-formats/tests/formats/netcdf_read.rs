//! Reading of real and small NetCDF files.

use crate::common::{fixture, real};
use fieldreel_formats::{
    ErrorKind, Field, FieldValues, FormatError, FrameView, Limits, list_variables, read_netcdf,
    read_netcdf_with,
};
use ndarray::{ArrayD, s};

fn f32s(field: &Field) -> &ArrayD<f32> {
    match &field.values {
        FieldValues::F32(values) => values,
        _ => panic!("{} is not f32", field.name),
    }
}

#[test]
fn the_sample_is_read_with_its_metadata() {
    let field = read_netcdf(fixture("navy_winds_uwnd.nc"), None).unwrap();
    assert_eq!(field.name, "UWND");
    assert_eq!(field.shape(), [60, 73, 144]);
    assert_eq!(field.units(), Some("M/S"));
    assert_eq!(field.long_name(), Some("ZONAL WIND"));
    assert_eq!(field.missing.fill_value, Some((-99.9f32).into()));
    assert!(field.dimensions[0].is_unlimited && !field.dimensions[1].is_unlimited);
    let time = field.coordinate("TIME").unwrap();
    assert_eq!(time.values.to_f64()[0], 17598.0);
    assert_eq!(
        time.attributes.text("units"),
        Some("hour since 1980-01-14 14:00:00")
    );
    assert_eq!(field.coordinate("FNOCX").unwrap().shape(), [144]);
    assert_eq!(
        field.file_attributes.text("history"),
        Some("FERRET V4.45 (GUI) 22-May-97")
    );
}

#[test]
fn monthly_navy_winds_contain_the_sample() {
    let Some(path) = real("monthly_navy_winds.nc") else {
        return;
    };
    let names: Vec<String> = list_variables(&path)
        .unwrap()
        .into_iter()
        .map(|v| v.name)
        .collect();
    assert_eq!(names, ["FNOCX", "FNOCY", "TIME", "UWND", "VWND"]);
    let field = read_netcdf(&path, Some("UWND")).unwrap();
    assert_eq!(field, read_netcdf(&path, None).unwrap());
    assert_eq!(field.shape(), [132, 73, 144]);
    let values = f32s(&field);
    let sample = read_netcdf(fixture("navy_winds_uwnd.nc"), None).unwrap();
    assert_eq!(values.slice(s![..60, .., ..]).into_dyn(), f32s(&sample));
    assert_eq!(field.values.missing_count(), 0);
}

#[test]
fn the_ocean_atlas_has_missing_values_on_land() {
    let Some(path) = real("ocean_atlas_subset.nc") else {
        return;
    };
    let field = read_netcdf(&path, Some("TEMP")).unwrap();
    assert_eq!(field.shape(), [12, 19, 90, 180]);
    assert_eq!(field.missing.fill_value, Some((-1e34f32).into()));
    let share = field.values.missing_count() as f64 / field.values.len() as f64;
    assert!((share - 0.39).abs() < 0.01, "{share}");
    assert!(
        f32s(&field)
            .iter()
            .all(|v| v.is_nan() || (-5.0..40.0).contains(v))
    );
    assert_eq!(
        field.as_frames(&FrameView::FoldLeading).unwrap().shape(),
        [228, 90, 180]
    );
    let surface = FrameView::At {
        dimension: "ZAXLEVIT19".to_owned(),
        index: 0,
    };
    assert_eq!(field.as_frames(&surface).unwrap().shape(), [12, 90, 180]);
}

#[test]
fn a1b_keeps_bounds_scalars_and_grid_mapping() {
    let Some(path) = real("A1B_north_america.nc") else {
        return;
    };
    let field = read_netcdf(&path, None).unwrap();
    assert_eq!(field.name, "air_temperature");
    assert_eq!(field.shape(), [240, 37, 49]);
    let mut names: Vec<&str> = field.coordinates.iter().map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "forecast_period",
            "forecast_reference_time",
            "height",
            "latitude",
            "latitude_longitude",
            "longitude",
            "time",
            "time_bnds"
        ]
    );
    assert_eq!(
        field
            .coordinate("time")
            .unwrap()
            .attributes
            .text("calendar"),
        Some("360_day")
    );
    assert_eq!(field.coordinate("time_bnds").unwrap().shape(), [240, 2]);
    assert!(f32s(&field).iter().all(|v| (200.0..330.0).contains(v)));
}

#[test]
fn every_classic_variant_is_read() {
    for name in ["classic.nc", "offset64.nc", "cdf5.nc"] {
        let field = read_netcdf(fixture(name), None).unwrap();
        assert_eq!(field.name, "v", "{name}");
        let expected: Vec<f32> = (1..=24).map(|v| v as f32).collect();
        assert!(f32s(&field).iter().copied().eq(expected), "{name}");
    }
}

#[test]
fn packed_values_groups_and_types_are_read() {
    let path = fixture("packed.nc");
    let field = read_netcdf(&path, None).unwrap();
    assert_eq!(field.name, "v");
    let values = f32s(&field);
    assert_eq!(values[[0, 1, 0]], 101.5);
    assert!(values[[0, 1, 1]].is_nan());
    let packing = field.packing.as_ref().unwrap();
    assert_eq!((packing.scale_factor, packing.add_offset), (0.5, 100.0));
    assert_eq!(packing.fill_values, [-1.0]);
    let latitude = field.coordinate("lat").unwrap();
    assert!(latitude.dimension_names().eq(["y", "x"]));
    assert!(field.coordinate("name").is_none());

    let inner = read_netcdf(&path, Some("/g/w")).unwrap();
    assert_eq!(inner, read_netcdf(&path, Some("g/w")).unwrap());
    assert_eq!(inner.name, "w");
    let time = inner.coordinate("t").unwrap();
    assert_eq!(time.attributes.text("units"), Some("days since 2000-01-01"));

    let error = read_netcdf(&path, Some("big")).unwrap_err();
    assert!(matches!(
        error,
        FormatError::InexactInteger {
            value: 9_007_199_254_740_993,
            ..
        }
    ));
    let error = read_netcdf(&path, Some("text")).unwrap_err();
    assert!(matches!(
        error,
        FormatError::NotNumeric {
            type_name: "char",
            ..
        }
    ));
}

#[test]
fn missing_variables_and_files_are_errors() {
    let path = fixture("navy_winds_uwnd.nc");
    let error = read_netcdf(&path, Some("TEMP")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    let message = error.to_string();
    assert!(
        message.contains("\"TEMP\"") && message.contains("UWND"),
        "{message}"
    );

    let error = read_netcdf(path.with_file_name("absent.nc"), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = read_netcdf(path.parent().unwrap(), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = read_netcdf(path.with_file_name("README.md"), None).unwrap_err();
    assert!(matches!(error, FormatError::WrongFormat { .. }));

    let line = read_netcdf(&path, Some("TIME")).unwrap();
    let frames = line.as_frames(&FrameView::FoldLeading).unwrap();
    assert_eq!(frames.shape(), [1, 1, 60]);

    let limits = Limits::new(8 * (60 * 73 * 144 - 1));
    let error = read_netcdf_with(&path, None, &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}
