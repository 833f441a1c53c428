//! GRIB in, NetCDF-4 between, GRIB out.

use std::path::Path;

use fieldreel::dataset::{Kept, Rules, compress_dataset, decompress_dataset, to_grib};
use fieldreel::formats::{Field, FieldValues, GribOptions, read_grib, read_netcdf, write_grib};
use fieldreel::{Bound, Effort};
use ndarray::Array3;

use crate::compare::{alone, tool};
use crate::real::real;

/// The largest difference of two fields of the same shape.
fn difference(a: &Field, b: &Field) -> f64 {
    let numbers = |field: &Field| -> Vec<f64> {
        match &field.values {
            FieldValues::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
            FieldValues::F64(values) => values.iter().copied().collect(),
        }
    };
    let (a, b) = (numbers(a), numbers(b));
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(&b);
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Takes a GRIB file of one parameter to NetCDF-4 and back; the largest error of either.
fn round_trip(path: &Path, epsilon: f64) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let [small, again, grib] =
        ["small.nc", "again.nc", "again.grib"].map(|n| folder.path().join(n));
    let rules = Rules::new(Bound::Absolute(epsilon)).effort(Effort::Fast);
    let summary = compress_dataset(path, &small, &rules).unwrap();
    let lossy = summary
        .variables
        .iter()
        .filter_map(|variable| match variable.kept {
            Kept::Within { max_abs, .. } => Some((&*variable.name, max_abs)),
            _ => None,
        });
    let [(name, max_abs)] = lossy.collect::<Vec<_>>()[..] else {
        panic!("{summary:?}");
    };
    assert!(max_abs <= epsilon);
    decompress_dataset(&small, &again, &Rules::lossless()).unwrap();
    let original = read_grib(path, None).unwrap();
    let back = read_netcdf(&again, Some(name)).unwrap();
    let written = to_grib(&small, &grib, &GribOptions::default()).unwrap();
    assert_eq!(written.written, [name]);
    let text = tool("grib_ls", &["-p", "packingType", grib.to_str().unwrap()]);
    assert_eq!(text.matches("grid_ccsds").count(), written.messages);
    (
        difference(&original, &back),
        difference(&original, &read_grib(&grib, None).unwrap()),
    )
}

#[test]
fn real_temperatures_go_there_and_back() {
    let _alone = alone();
    let Some(path) = real("era5-2mt-2019-03-uk.grib") else {
        return;
    };
    let (netcdf, grib) = round_trip(&path, 0.05);
    assert!(netcdf <= 0.05, "{netcdf}");
    // A message's range is under 32 K, so that its step in 16 bits is at most 2^-10.
    assert!(grib <= 0.05 + 1.0 / 1024.0, "{grib}");
}

#[test]
fn made_frames_go_there_and_back() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let values = Array3::from_shape_fn((4, 9, 12), |(t, y, x)| {
        (t as f32 + (y * x) as f32 / 9.0).sin() * 4.0
    });
    let mut field = Field::new("t", values.into_dyn(), &["time", "latitude", "longitude"]).unwrap();
    let axis = |name: &str, units: &str, values: Vec<f64>| {
        let values = ndarray::Array1::from_vec(values).into_dyn();
        fieldreel::formats::Coordinate::new(name, &[name], values).with_attribute("units", units)
    };
    field.coordinates = vec![
        axis(
            "time",
            "hours since 2020-02-29 00:00:00",
            vec![0.0, 6.0, 12.0, 18.0],
        ),
        axis(
            "latitude",
            "degrees_north",
            (0..9).map(|y| 40.0 - f64::from(y)).collect(),
        ),
        axis(
            "longitude",
            "degrees_east",
            (0..12).map(f64::from).collect(),
        ),
    ];
    field.attributes.insert("GRIB_shortName", "t");
    let path = folder.path().join("made.grib");
    write_grib(&path, &field, &GribOptions::default()).unwrap();
    let (netcdf, grib) = round_trip(&path, 0.01);
    assert!(
        netcdf <= 0.01 && grib <= 0.01 + 1.0 / 4096.0,
        "{netcdf} {grib}"
    );
}
