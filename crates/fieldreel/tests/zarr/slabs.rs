//! Slabs of large variables, which are encoded apart and combined.

use std::path::{Path, PathBuf};

use fieldreel::dataset::{
    DatasetOptions, EncodedSlab, Fidelity, Slab, compress_dataset, compress_slab,
    compress_with_slabs, large_variables,
};
use fieldreel::formats::{Field, FieldValues, NetcdfOptions, write_netcdf};
use fieldreel::{Error, ErrorBound, read_field};
use ndarray::Array3;
use tempfile::TempDir;

/// Writes a file with a variable `t` of 10×20×30 values.
fn write_file(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("in.nc");
    let values = Array3::from_shape_fn((10, 20, 30), |(t, y, x)| {
        let (t, y, x) = (t as f32, y as f32, x as f32);
        t * t + 9.0 * (x / 7.0 + t / 3.0).sin() * (y / 5.0).cos() + (x * 31.0 + y * 17.0) % 5.0
    });
    let mut field = Field::new("t", values.into_dyn(), &["time", "y", "x"]).unwrap();
    field.attributes.insert("units", "K");
    write_netcdf(&path, &field, &NetcdfOptions::uncompressed()).unwrap();
    path
}

fn values(path: &Path) -> Vec<f32> {
    match read_field(path, Some("t")).unwrap().values {
        FieldValues::F32(values) => values.iter().copied().collect(),
        values => panic!("{:?}", values.shape()),
    }
}

/// Encodes slabs of `t`, and returns them.
fn encode(
    input: &Path,
    options: &DatasetOptions,
    slabs: &[std::ops::Range<usize>],
) -> Vec<EncodedSlab> {
    let slabs = slabs.iter().map(|indices| {
        let slab = Slab::new("t", indices.clone());
        let name = format!("{}-{}.zarr", indices.start, indices.end);
        let store = input.with_file_name(name);
        let summary = compress_slab(input, &store, &slab, options).unwrap();
        assert_eq!(summary.shape, [indices.len(), 20, 30]);
        assert_eq!(summary.bytes, indices.len() as u64 * 4 * 20 * 30);
        match summary.fidelity {
            Fidelity::Bounded { max_abs, .. } => EncodedSlab::new(slab, store, max_abs),
            other => panic!("{other:?}"),
        }
    });
    slabs.collect()
}

#[test]
fn combined_slabs_are_a_store_within_the_bound_of_the_whole_variable() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_file(&folder);
    let options = DatasetOptions::new(ErrorBound::RangeRelative(1e-3)).with_chunk("time", 3);
    let large = large_variables(&input, &options, 4 * 10 * 20 * 30 - 1).unwrap();
    let [variable] = large.as_slice() else {
        panic!("{large:?}");
    };
    assert_eq!((variable.name.as_str(), variable.value_bytes), ("t", 4));
    assert_eq!(
        (&variable.shape[..], &variable.chunk[..]),
        (&[10, 20, 30][..], &[3, 20, 30][..])
    );
    let original = values(&input);
    let least = original.iter().copied().fold(f32::INFINITY, f32::min);
    let most = original.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let range = variable.range.unwrap();
    assert!((range - f64::from(most - least)).abs() < 1e-4, "{range}");
    assert!(
        large_variables(&input, &options, 4 * 10 * 20 * 30)
            .unwrap()
            .is_empty()
    );

    let options = options.with_range("t", range);
    let slabs = encode(&input, &options, &[0..6, 6..9, 9..10]);
    let output = folder.path().join("out.zarr");
    let summary = compress_with_slabs(&input, &output, &options, &slabs).unwrap();
    let largest = slabs.iter().map(|slab| slab.max_abs).fold(0.0, f64::max);
    let [t] = summary.variables.as_slice() else {
        panic!("{:?}", summary.variables);
    };
    match &t.fidelity {
        Fidelity::Bounded { criterion, max_abs } => {
            assert_eq!(
                (criterion.to_string().as_str(), *max_abs),
                ("rel:1e-3", largest)
            );
        }
        other => panic!("{other:?}"),
    }
    for slab in &slabs {
        std::fs::remove_dir_all(&slab.store).unwrap();
    }
    let errors = original
        .iter()
        .zip(values(&output))
        .map(|(x, y)| (x - y).abs());
    let error = f64::from(errors.fold(0.0, f32::max));
    assert!(error > 0.0 && error <= largest + 1e-6 && largest <= 1e-3 * range);

    // The attributes are those of a store that was written at once.
    let whole = folder.path().join("whole.zarr");
    compress_dataset(&input, &whole, &options).unwrap();
    let text = |store: &Path| std::fs::read_to_string(store.join("t/zarr.json")).unwrap();
    let without_error = |text: String| {
        let lines = text.lines().map(str::to_owned);
        let lines = lines.filter(|line| !line.contains("max_absolute_error"));
        lines.collect::<Vec<_>>()
    };
    assert_eq!(without_error(text(&output)), without_error(text(&whole)));
    assert!(text(&output).contains("\"lossy_compression_requested\": \"rel:1e-3\""));
}

#[test]
fn slabs_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let input = write_file(&folder);
    let options = DatasetOptions::new(ErrorBound::Absolute(0.01)).with_chunk("time", 3);
    let store = folder.path().join("slab.zarr");
    for (indices, expected) in [
        (0..4, "begins and ends at chunks"),
        (1..3, "begins and ends at chunks"),
        (3..3, "empty or outside"),
        (9..12, "empty or outside"),
    ] {
        let slab = Slab::new("t", indices);
        let error = compress_slab(&input, &store, &slab, &options).unwrap_err();
        assert!(matches!(error, Error::InvalidSlab { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    for variable in ["u", "time"] {
        let slab = Slab::new(variable, 0..3);
        let error = compress_slab(&input, &store, &slab, &options).unwrap_err();
        assert!(matches!(error, Error::BoundNotApplicable { .. }), "{error}");
    }
    assert!(!store.exists());

    let output = folder.path().join("out.zarr");
    let mut slabs = encode(&input, &options, &[0..3, 6..10]);
    let error = compress_with_slabs(&input, &output, &options, &slabs).unwrap_err();
    assert!(
        matches!(&error, Error::InvalidSlab { variable, start: 3, end: 6, .. } if variable == "t"),
        "{error}"
    );
    // A slab without one of its chunks.
    slabs.extend(encode(&input, &options, std::slice::from_ref(&(3..6))));
    std::fs::remove_file(slabs[1].store.join("t/c/3/0/0")).unwrap();
    let error = compress_with_slabs(&input, &output, &options, &slabs).unwrap_err();
    assert!(error.to_string().contains("t/c/3/0/0"), "{error}");
    // A format without slabs.
    let error = compress_with_slabs(&input, output.with_extension("nc"), &options, &slabs);
    assert!(error.unwrap_err().to_string().contains(".zarr"));
    let names = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(names.count(), 4, "the input and three slabs remain");
}
