//! `fieldreel compress`, `decompress` and `inspect` for reels.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{Folder, fail, json, ncgen, sample, succeed};

#[test]
fn a_variable_is_written_as_a_reel_and_read_again() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (winds, reel, decoded) = (sample(), path("winds.reel"), path("decoded.nc"));

    let result = json(&[
        "compress",
        &winds,
        &reel,
        "--variable",
        "UWND",
        "--bound",
        "abs:0.5",
        "--effort",
        "fast",
        "--base",
        "video",
        "--threads",
        "1",
    ]);
    let mut keys: Vec<&str> = result
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    let mut expected = [
        "variable",
        "bytes",
        "segment_bytes",
        "original_bytes",
        "ratio",
        "max_abs",
        "rmse",
        "psnr_db",
        "bound",
        "encode_s",
        "segments",
        "plan",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    let number = |key: &str| result[key].as_f64().unwrap();
    assert_eq!(number("bytes"), fs::metadata(&reel).unwrap().len() as f64);
    assert!(number("segment_bytes") < number("bytes"));
    assert_eq!(number("original_bytes"), 4.0 * 60.0 * 73.0 * 144.0);
    let ratio = number("original_bytes") / number("segment_bytes");
    assert!((number("ratio") - ratio).abs() < 1e-9 * ratio);
    assert_eq!(result["bound"], "abs:5e-1");

    let printed = succeed(&["inspect", &reel]);
    for expected in [
        "UWND",
        "60 frames of 73×144",
        "FNOCX 144",
        "units = M/S",
        "overhead",
    ] {
        assert!(printed.contains(expected), "{expected}: {printed}");
    }

    let video = path("base.mp4");
    succeed(&["inspect", &reel, "--export", &video]);
    let limits = fieldreel::codec::ReadLimits::default();
    let base = fieldreel::codec::read_video(Path::new(&video), &limits).unwrap();
    assert_eq!(base.frames.len(), 60 * 73 * 144);

    succeed(&["decompress", &reel, &decoded]);
    let original = fieldreel::read_field(&winds, Some("UWND")).unwrap();
    let field = fieldreel::read_field(&decoded, Some("UWND")).unwrap();
    assert_eq!(field.dimensions, original.dimensions);
    assert_eq!(field.coordinates, original.coordinates);
    assert_eq!(field.attributes, original.attributes);
    assert_eq!(field.file_attributes, original.file_attributes);
    assert_eq!(field.missing, original.missing);
    let errors = original.values.to_f64() - field.values.to_f64();
    let max_error = errors
        .iter()
        .fold(0.0_f64, |max, error| max.max(error.abs()));
    assert!(
        max_error <= 0.5 && (max_error - number("max_abs")).abs() < 1e-12,
        "{max_error}"
    );
    let rmse = errors.mapv(|error| error * error).mean().unwrap().sqrt();
    assert!((rmse / number("rmse") - 1.0).abs() < 1e-6);
    let values = original.values.to_f64();
    let range = values.fold(f64::MIN, |a, &b| a.max(b)) - values.fold(f64::MAX, |a, &b| a.min(b));
    assert!((20.0 * (range / rmse).log10() - number("psnr_db")).abs() < 1e-4);

    succeed(&["decompress", &reel, &decoded, "--frames", "12..24"]);
    let year = fieldreel::read_field(&decoded, Some("UWND")).unwrap();
    assert_eq!(year.shape(), [12, 73, 144]);
    let months = original.coordinate("TIME").unwrap().values.to_f64();
    let selected = year.coordinate("TIME").unwrap().values.to_f64();
    assert_eq!((selected[0], selected[11]), (months[12], months[23]));
}

#[test]
fn a_reel_without_a_bound_is_lossless() {
    let folder = Folder::new();
    let (winds, reel) = (sample(), folder.path("winds.reel"));
    let result = json(&["compress", &winds, &reel, "--effort", "fast"]);
    assert_eq!(result["bound"], "lossless");
    assert_eq!(
        (&result["psnr_db"], result["max_abs"].as_f64()),
        (&Value::Null, Some(0.0))
    );
    let target = ["--bound", "psnr:40", "--effort", "fast"];
    let printed = succeed(&[&["compress", &winds, &reel][..], &target].concat());
    assert!(
        printed.contains("PSNR") && printed.contains("times smaller"),
        "{printed}"
    );
    let quiet = succeed(&[&["compress", "-q", &winds, &reel][..], &target].concat());
    assert_eq!(quiet, "");
}

#[test]
fn fill_values_are_not_part_of_the_range() {
    use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};

    let folder = Folder::new();
    let (file, reel) = (folder.path("counts.nc"), folder.path("counts.reel"));
    // All values but the first are numbers from 0 to 100.
    let counts = ndarray::Array3::from_shape_fn((4, 20, 30), |position| match position {
        (0, 0, 0) => -32_768,
        (t, y, x) => ((600 * t + 30 * y + x) * 37 % 101) as i32,
    });
    let mut field = Field::new("counts", counts.into_dyn(), &["t", "y", "x"]).unwrap();
    field.missing.fill_value = Some((-32_768_i32).into());
    write_netcdf(&file, &field, &NetcdfOptions::default()).unwrap();
    let result = json(&["compress", &file, &reel, "--bound", "abs:3"]);
    let [psnr, rmse] = ["psnr_db", "rmse"].map(|key| result[key].as_f64().unwrap());
    assert!(
        (psnr - 20.0 * (100.0 / rmse).log10()).abs() < 1e-9,
        "{psnr} {rmse}"
    );
}

#[test]
fn a_reel_is_written_as_grib() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (grib, reel, back) = (path("in.grib"), path("u.reel"), path("back.grib2"));
    let mut wind = fieldreel::read_field(sample(), None).unwrap();
    wind.attributes.insert("standard_name", "eastward_wind");
    let options = fieldreel::formats::GribOptions::default();
    fieldreel::formats::write_grib(&grib, &wind, &options).unwrap();
    succeed(&[
        "compress", &grib, &reel, "--bound", "abs:0.05", "--effort", "fast",
    ]);
    succeed(&["decompress", &reel, &back]);
    let compared = json(&["compare", &grib, &back]);
    assert_eq!(compared["variable"], "u");
    assert!(compared["max_abs"].as_f64().unwrap() < 0.051);
}

#[test]
fn a_variable_is_selected_or_the_only_one() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    let (two, reel) = (path("two.nc"), path("x.reel"));
    let variables = "float a(t, y, x); float b(t, y, x);";
    let data = "a = 1, 2, 3, 4, 5, 6, 7, 8; b = 2, 4, 6, 8, 1, 3, 5, 7;";
    let dimensions = "dimensions: t = 2; y = 2; x = 2;";
    ncgen(
        &two,
        &format!("{dimensions} variables: {variables} data: {data}"),
    );
    fail(
        &["compress", &two, &reel],
        1,
        "several variables: a, b; select one with --variable",
    );
    succeed(&[
        "compress",
        &two,
        &reel,
        "--variable",
        "b",
        "--bound",
        "b=abs:0.1",
    ]);
    let inspected = json(&["inspect", &reel]);
    assert_eq!(inspected["metadata"]["name"], "b");
    assert_eq!(inspected["segments"][0]["bound"], "abs:1e-1");
    let other = ["--variable", "b", "--bound", "a=abs:0.1"];
    fail(
        &[&["compress", &two, &reel][..], &other].concat(),
        2,
        "holds only the variable \"b\"",
    );
}
