//! Outputs: nothing is destroyed, and what Zarr lacks is refused.

use std::fs;

use fieldreel::dataset::{DatasetOptions, compress_dataset, decompress_dataset};
use fieldreel::{Error, ErrorBound};

use crate::common::write_example;

#[test]
fn an_output_that_overlaps_with_the_input_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_example(folder.path());
    let path = |name: &str| folder.path().join(name);
    let options = DatasetOptions::lossless();
    compress_dataset(&input, path("b.zarr"), &options).unwrap();
    fs::rename(&input, path("b.zarr/inside.nc")).unwrap();
    for (input, output) in [
        ("b.zarr", "b.zarr"),
        ("b.zarr", "b.zarr/t2m/out.nc"),
        ("b.zarr", "b.zarr/out.zarr"),
        ("b.zarr/inside.nc", "b.zarr"),
        ("b.zarr/../b.zarr", "b.zarr"),
    ] {
        let error = compress_dataset(path(input), path(output), &options).unwrap_err();
        assert!(matches!(error, Error::Overlap { .. }), "{error}");
        let error = decompress_dataset(path(input), path(output), &options).unwrap_err();
        assert!(matches!(error, Error::Overlap { .. }), "{error}");
    }
    assert!(path("b.zarr/inside.nc").exists());
}

#[test]
fn an_existing_store_stays_if_compression_fails() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_example(folder.path());
    let path = |name: &str| folder.path().join(name);
    compress_dataset(&input, path("b.zarr"), &DatasetOptions::lossless()).unwrap();
    let before = fs::read(path("b.zarr/zarr.json")).unwrap();
    // No segment has this ratio.
    let options = DatasetOptions::new(fieldreel::Target::Ratio(1e9));
    assert!(compress_dataset(&input, path("b.zarr"), &options).is_err());
    assert_eq!(fs::read(path("b.zarr/zarr.json")).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    let options = DatasetOptions::new(ErrorBound::Absolute(0.5));
    compress_dataset(&input, path("b.zarr"), &options).unwrap();
    assert_ne!(fs::read(path("b.zarr/zarr.json")).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn other_folders_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_example(folder.path());
    let photos = folder.path().join("photos.zarr");
    fs::create_dir(&photos).unwrap();
    fs::write(photos.join("a.jpg"), "a").unwrap();
    let options = DatasetOptions::lossless();
    let error = compress_dataset(&input, &photos, &options).unwrap_err();
    assert!(error.to_string().contains("photos.zarr"), "{error}");
    assert!(compress_dataset(&photos, folder.path().join("a.nc"), &options).is_err());
    assert_eq!(fs::read(photos.join("a.jpg")).unwrap(), b"a");
}

#[test]
fn user_defined_types_are_refused_by_name() {
    use std::process::Command;

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (text, name) in [
        ("variables: cloud c; data: c = clear;", "\"c\""),
        (
            "variables: int v; cloud v:kind = clear; data: v = 1;",
            "\"kind\"",
        ),
        (
            "variables: int v; cloud :file_kind = clear; data: v = 1;",
            "\"file_kind\"",
        ),
    ] {
        let cdl = format!("netcdf a {{ types: byte enum cloud {{clear = 0, rain = 2}}; {text} }}");
        fs::write(path("a.cdl"), cdl).unwrap();
        let mut ncgen = Command::new("ncgen");
        ncgen
            .args(["-k", "nc4", "-o"])
            .arg(path("a.nc"))
            .arg(path("a.cdl"));
        assert!(ncgen.status().unwrap().success());
        let options = DatasetOptions::lossless();
        let error = compress_dataset(path("a.nc"), path("b.zarr"), &options).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(name) && message.contains("as Zarr"),
            "{message}"
        );
        assert!(message.contains("b.zarr"), "{message}");
        assert!(!path("b.zarr").exists());
    }
}
