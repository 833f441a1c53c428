//! Options of compressing files.

use fieldreel::dataset::{
    DatasetOptions, DatasetProgress, Fidelity, compress_dataset, decompress_dataset,
};
use fieldreel::formats::{Field, FieldValues, NetcdfOptions, read_netcdf, write_netcdf};
use fieldreel::reel::ReelError;
use fieldreel::{BaseChoice, Criterion, Effort, Error, ErrorBound};
use ndarray::Array3;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::compare::{lock_hdf5, ncgen, round_trip, run_tool};

const TEXT: &str =
    "netcdf f { dimensions: t = 4; y = 3; x = 5; variables: float ua(t, y, x); float va(t, y, x);
    float oro(y, x); int n(t); group: g { variables: float ua(t, y, x); } }";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn the_last_matching_pattern_applies() {
    let _lock = lock_hdf5();
    let folder = folder();
    let path = ncgen(folder.path(), "3", TEXT);
    let options = DatasetOptions::lossless()
        .with_effort(Effort::Fast)
        .with_bound("o*", ErrorBound::RangeRelative(0.1))
        .unwrap()
        .with_bound("*a", ErrorBound::Absolute(0.5))
        .unwrap()
        .with_bound("/g/ua", ErrorBound::Lossless)
        .unwrap()
        .with_lossless("va")
        .unwrap();
    let summary = round_trip(&path, &options);
    let bounds: Vec<Option<Criterion>> = summary
        .variables
        .iter()
        .map(|variable| match variable.fidelity {
            Fidelity::Bounded { criterion, .. } => Some(criterion),
            _ => None,
        })
        .collect();
    let absolute = Some(ErrorBound::Absolute(0.5).into());
    let relative = Some(ErrorBound::RangeRelative(0.1).into());
    assert_eq!(
        bounds,
        [
            absolute,
            None,
            relative,
            None,
            Some(ErrorBound::Lossless.into())
        ]
    );
}

/// An optional bound is for one variable, whose name is not a pattern, and leaves a variable that
/// cannot have it lossless.
#[test]
fn an_optional_bound_applies_to_data_only() {
    let _lock = lock_hdf5();
    let folder = folder();
    let path = ncgen(folder.path(), "3", TEXT);
    let bound = ErrorBound::Absolute(0.5);
    let of = |options: DatasetOptions| {
        let output = folder.path().join("out.nc");
        let summary = compress_dataset(&path, &output, &options).unwrap();
        let bounded = summary.variables.into_iter().filter_map(|variable| {
            let is_bounded = matches!(variable.fidelity, Fidelity::Bounded { .. });
            is_bounded.then_some(variable.name)
        });
        bounded.collect::<Vec<_>>()
    };
    let optional = |name| of(DatasetOptions::lossless().with_optional_bound(name, bound));
    assert_eq!(optional("ua"), ["ua"]);
    assert_eq!(optional("/g/ua"), ["/g/ua"]);
    // Integers without a scale factor get a bound only if it has to apply.
    assert!(optional("n").is_empty());
    let required = DatasetOptions::lossless().with_bound("n", bound);
    assert_eq!(of(required.unwrap()), ["n"]);
    let pattern = DatasetOptions::lossless().with_optional_bound("*", bound);
    let refused = compress_dataset(&path, folder.path().join("x.nc"), &pattern);
    assert!(matches!(refused, Err(Error::NoSuchVariable { .. })));
}

#[test]
fn chunks_have_the_requested_lengths() {
    let _lock = lock_hdf5();
    let folder = folder();
    let path = ncgen(folder.path(), "3", TEXT);
    let options = DatasetOptions::lossless()
        .with_bound("*", ErrorBound::Absolute(0.5))
        .unwrap();
    let options = options.with_chunk("t", 3).with_chunk("x", 9);
    round_trip(&path, &options);
    let small = folder.path().join("small.nc");
    compress_dataset(&path, &small, &options).unwrap();
    let header = run_tool("ncdump", &["-sh", small.to_str().unwrap()]);
    assert!(header.contains("ua:_ChunkSizes = 3, 3, 5"), "{header}");
    assert!(header.contains("oro:_ChunkSizes = 3, 5"), "{header}");
    let unknown = compress_dataset(&path, &small, &options.with_chunk("time", 3)).unwrap_err();
    assert!(matches!(&unknown, Error::NoSuchDimension { name, .. } if name == "time"));
    assert_eq!(
        unknown.to_string(),
        "no dimension is called \"time\"; the file has t, y, x"
    );
}

#[test]
fn idempotent_files_stay_within_the_first_bound() {
    let _lock = lock_hdf5();
    let folder = folder();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/navy_winds_uwnd.nc");
    let floats = |path: &Path| match read_netcdf(path, Some("UWND")).unwrap().values {
        FieldValues::F32(values) => values,
        _ => panic!("the values are not f32"),
    };
    let original = floats(&path);
    let options = DatasetOptions::new(ErrorBound::Absolute(0.05)).with_idempotent(true);
    let (small, again) = (
        folder.path().join("small.nc"),
        folder.path().join("again.nc"),
    );
    let mut input = path;
    let mut decoded = Vec::new();
    for round in 0..10 {
        compress_dataset(&input, &small, &options).unwrap();
        decompress_dataset(&small, &again, &DatasetOptions::lossless()).unwrap();
        let values = floats(&again);
        let errors = original
            .iter()
            .zip(&values)
            .map(|(x, y)| (f64::from(*x) - f64::from(*y)).abs());
        assert!(errors.fold(0.0, f64::max) <= 0.05, "{round}");
        decoded.push(values);
        input = folder.path().join("input.nc");
        std::fs::rename(&again, &input).unwrap();
    }
    assert!(decoded.iter().all(|values| *values == decoded[0]));
}

#[test]
fn invalid_options_are_errors() {
    let _lock = lock_hdf5();
    let folder = folder();
    let path = ncgen(folder.path(), "3", TEXT);
    let out = folder.path().join("out.nc");
    let with = |name: &str| {
        let options = DatasetOptions::lossless()
            .with_bound(name, ErrorBound::Absolute(1.0))
            .unwrap();
        compress_dataset(&path, &out, &options).err()
    };
    assert!(matches!(with("wind"), Some(Error::NoSuchVariable { .. })));
    // A bound applies to integers that are named.
    assert!(with("n").is_none());
    assert!(with("?").is_none());
    std::fs::remove_file(&out).unwrap();
    let bad = DatasetOptions::lossless().with_bound("a[", ErrorBound::Absolute(1.0));
    assert!(matches!(bad, Err(Error::InvalidPattern { .. })));
    let bad = DatasetOptions::lossless()
        .with_bound("ua", ErrorBound::Absolute(-1.0))
        .unwrap();
    assert!(compress_dataset(&path, &out, &bad).is_err());
    // Invalid criteria are errors even if they apply to no variable.
    let bad = DatasetOptions::new(ErrorBound::RangeRelative(-1e-3));
    let error = compress_dataset(&path, &out, &bad).unwrap_err();
    assert!(matches!(
        error,
        Error::Reel {
            source: ReelError::InvalidCriterion { .. },
            ..
        }
    ));
    assert!(!out.exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn loss_and_progress_are_reported() {
    let _lock = lock_hdf5();
    let folder = folder();
    let path = ncgen(folder.path(), "3", TEXT);
    let out = folder.path().join("out.nc");
    let reports = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&reports);
    let options = DatasetOptions::lossless()
        .with_bound("*", ErrorBound::RangeRelative(0.01))
        .unwrap()
        .with_base(BaseChoice::Prediction)
        .with_threads(1)
        .with_history("the line")
        .with_progress(move |progress: DatasetProgress<'_>| {
            sink.lock().unwrap().push((progress.done, progress.total));
        });
    compress_dataset(&path, &out, &options).unwrap();
    let text = run_tool("ncdump", &["-h", out.to_str().unwrap()]);
    for line in [
        ":history = \"the line\"",
        "ua:lossy_compression_requested = \"rel:1e-2\"",
        "ua:lossy_compression_max_absolute_error = 0. ;",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let reports = reports.lock().unwrap();
    assert!(reports.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    assert_eq!(
        reports.last(),
        Some(&(4 * (4 * 15 * 3 + 15 + 4), 4 * (4 * 15 * 3 + 15 + 4)))
    );
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let _lock = lock_hdf5();
    let folder = folder();
    // The variable has three chunks, of which the last one is not full.
    let values = Array3::from_shape_fn((37, 520, 520), |(t, y, x)| {
        ((x + t) as f32 / 30.0).sin() * (y as f32 / 50.0).cos()
    });
    let field = Field::new("v", values.into_dyn(), &["time", "y", "x"]).unwrap();
    let path = folder.path().join("field.nc");
    write_netcdf(&path, &field, &NetcdfOptions::uncompressed()).unwrap();
    let compressed = |threads| {
        let out = folder.path().join(format!("{threads}.nc"));
        let options = DatasetOptions::new(ErrorBound::RangeRelative(0.01));
        let options = options
            .with_effort(Effort::Fast)
            .with_history("")
            .with_threads(threads);
        compress_dataset(&path, &out, &options).unwrap();
        std::fs::read(out).unwrap()
    };
    assert_eq!(compressed(1), compressed(3));
}
