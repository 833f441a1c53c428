//! From NetCDF to Zarr and back, within the bounds.

use std::fs;
use std::path::Path;

use fieldreel::dataset::{
    DatasetOptions, ExactReason, Fidelity, StorageKind, compress_dataset, decompress_dataset,
};
use fieldreel::formats::dataset::DatasetSource;
use fieldreel::{ErrorBound, read_field};

use crate::common::{largest_error, open, read_all, write_example};

fn options() -> DatasetOptions {
    DatasetOptions::new(ErrorBound::Absolute(0.05))
        .with_bound("pressure", ErrorBound::RangeRelative(1e-3))
        .unwrap()
        .with_bound("/forecast/wind", ErrorBound::PointwiseRelative(1e-3))
        .unwrap()
        .with_history("fixed")
}

/// Checks that a dataset has the structure of the original, and returns the largest error of each
/// variable.
fn compare(original: &dyn DatasetSource, path: &Path) -> Vec<f64> {
    let file = open(path);
    let (expected, found) = (original.schema(), file.schema());
    assert_eq!(found.groups.len(), expected.groups.len());
    assert_eq!(found.dimensions, expected.dimensions, "{}", path.display());
    for (found, expected) in found.groups.iter().zip(&expected.groups) {
        assert_eq!(
            (&found.name, found.parent),
            (&expected.name, expected.parent)
        );
        for (name, value) in expected
            .attributes
            .iter()
            .filter(|(name, _)| *name != "history")
        {
            assert_eq!(found.attributes.get(name), Some(value), "{name}");
        }
    }
    assert_eq!(found.variables.len(), expected.variables.len());
    let variables = found.variables.iter().zip(&expected.variables).enumerate();
    variables
        .map(|(number, (found, expected))| {
            let name = &expected.name;
            assert_eq!((&found.name, found.group), (name, expected.group));
            assert_eq!(found.kind, expected.kind, "{name}");
            assert_eq!(found.dimensions, expected.dimensions, "{name}");
            for (attribute, value) in expected.attributes.iter() {
                assert_eq!(
                    found.attributes.get(attribute),
                    Some(value),
                    "{name}:{attribute}"
                );
            }
            largest_error(&read_all(original, number), &read_all(&*file, number))
        })
        .collect()
}

#[test]
fn a_netcdf_file_comes_back_within_its_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_example(folder.path());
    let path = |name: &str| folder.path().join(name);
    let summary = compress_dataset(&input, path("b.zarr"), &options()).unwrap();
    let original = open(&input);
    let names: Vec<&str> = summary.variables.iter().map(|v| v.name.as_str()).collect();
    let of = |name: &str| &summary.variables[names.iter().position(|&n| n == name).unwrap()];
    for (name, bound) in [("t2m", 0.05), ("packed", 0.05), ("big", 0.05)] {
        let Fidelity::Bounded { max_abs, .. } = of(name).fidelity else {
            panic!("{name}")
        };
        assert!(max_abs <= bound && max_abs > 0.0, "{name} {max_abs}");
        assert_eq!(of(name).storage, StorageKind::Segments);
    }
    let signed = Fidelity::Exact {
        reason: ExactReason::SignedType,
    };
    assert_eq!(of("unsigned").fidelity, signed);
    assert_eq!(of("i64").storage, StorageKind::Zstd);
    assert_eq!(of("names").storage, StorageKind::Plain);
    assert!(summary.output_bytes < summary.input_bytes / 3);

    decompress_dataset(path("b.zarr"), path("c.nc"), &DatasetOptions::lossless()).unwrap();
    decompress_dataset(path("b.zarr"), path("d.zarr"), &DatasetOptions::lossless()).unwrap();
    compress_dataset(&input, path("e.nc"), &options()).unwrap();
    decompress_dataset(path("e.nc"), path("f.zarr"), &DatasetOptions::lossless()).unwrap();
    for name in ["b.zarr", "c.nc", "d.zarr", "e.nc", "f.zarr"] {
        let errors = compare(&*original, &path(name));
        for (variable, error) in summary.variables.iter().zip(errors) {
            let bound = match (&variable.fidelity, variable.name.as_str()) {
                // The stored integers are a hundred times the values.
                (Fidelity::Bounded { .. }, "packed") => 5.0,
                (Fidelity::Bounded { .. }, "pressure") => 0.05,
                (Fidelity::Bounded { .. }, _) => 0.0501,
                (_, "unsigned") if name == "e.nc" || name == "f.zarr" => 255.0,
                _ => 0.0,
            };
            assert!(error <= bound, "{name} {} {error}", variable.name);
        }
    }
    // Decompression does not change values, and the recorded bound remains.
    let (b, d) = (open(&path("b.zarr")), open(&path("d.zarr")));
    for number in 0..names.len() {
        assert_eq!(
            format!("{:?}", read_all(&*b, number)),
            format!("{:?}", read_all(&*d, number))
        );
    }
    let t2m = &d.schema().variables[3].attributes;
    assert_eq!(t2m.text("lossy_compression_bound"), Some("abs:5e-2"));
    assert!(t2m.number("lossy_compression_max_absolute_error").unwrap() <= 0.05);
    let plain = fs::read_to_string(path("d.zarr").join("zarr.json")).unwrap();
    assert!(!plain.contains("\"name\": \"fieldreel\""));
    assert!(plain.contains("\"zstd\""));
}

#[test]
fn a_store_is_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_example(folder.path());
    let stores = [1, 4].map(|threads| {
        let path = folder.path().join(format!("{threads}.zarr"));
        let options = options().with_threads(threads).with_chunk("time", 3);
        compress_dataset(&input, &path, &options).unwrap();
        let mut files = Vec::new();
        collect(&path, &path, &mut files);
        files.sort();
        files
    });
    assert!(stores[0].len() > 40);
    assert!(stores[0] == stores[1]);
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(root, &path, files),
            false => {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
}

#[test]
fn a_field_is_read_from_a_store_as_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_example(folder.path());
    let store = folder.path().join("b.zarr");
    compress_dataset(
        &input,
        &store,
        &DatasetOptions::lossless().with_history("fixed"),
    )
    .unwrap();
    for name in [
        "t2m",
        "packed",
        "unsigned",
        "pressure",
        "/forecast/wind",
        "i64",
    ] {
        let (a, b) = (
            read_field(&input, Some(name)),
            read_field(&store, Some(name)),
        );
        let (a, mut b) = (a.unwrap(), b.unwrap());
        b.file_attributes = a.file_attributes.clone();
        assert_eq!(format!("{a:?}"), format!("{b:?}"), "{name}");
    }
    assert!(read_field(&store, Some("no such variable")).is_err());
    assert!(read_field(&store, Some("names")).is_err());
}

#[test]
fn a_store_of_xarray_is_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fieldreel-formats/tests/data");
    for name in ["xarray_v2.zarr", "xarray_v3.zarr"] {
        for output in ["a.zarr", "a.nc"] {
            let output = folder.path().join(output);
            let options = DatasetOptions::lossless().with_bound("t2m", ErrorBound::Absolute(0.5));
            compress_dataset(data.join(name), &output, &options.unwrap()).unwrap();
            let original = open(&data.join(name));
            let file = open(&output);
            let number = |file: &dyn DatasetSource, name: &str| {
                let mut variables = file.schema().variables.iter();
                variables
                    .position(|variable| variable.name == name)
                    .unwrap()
            };
            for (variable, bound) in [("t2m", 0.5), ("count", 0.0), ("names", 0.0)] {
                let values =
                    [&*original, &*file].map(|file| read_all(file, number(file, variable)));
                assert!(largest_error(&values[0], &values[1]) <= bound);
            }
        }
    }
}
