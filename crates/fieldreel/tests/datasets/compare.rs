//! Comparison of files before and after compression.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fieldreel::dataset::{
    DatasetOptions, DatasetSummary, Fidelity, StorageKind, compress_dataset, decompress_dataset,
};
use fieldreel::formats::dataset::{DatasetSource, VariableValues};
use fieldreel::formats::{DEFAULT_LIMITS, NetcdfDataset, NumericArray};
use fieldreel::{Criterion, ErrorBound};

/// A lock held by every test that opens HDF5 files or starts programs. A program inherits open
/// files and HDF5's lock on them, so that they cannot be opened again while the program runs.
static HDF5_LOCK: Mutex<()> = Mutex::new(());

/// Prevents other tests from opening files and starting programs.
pub(crate) fn lock_hdf5() -> MutexGuard<'static, ()> {
    HDF5_LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a command-line tool, and returns its output.
pub(crate) fn run_tool(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let output = output.unwrap_or_else(|error| {
        panic!("{name}: {error} (scripts/install-packages.sh --tests installs it)")
    });
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name} {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Writes a NetCDF file with ncgen from CDL text, in a format of ncgen: 1 classic, 2 64-bit
/// offset, 3 NetCDF-4, 5 64-bit data.
pub(crate) fn ncgen(folder: &Path, kind: &str, text: &str) -> PathBuf {
    let (source, path) = (folder.join("text.cdl"), folder.join("generated.nc"));
    std::fs::write(&source, text).unwrap();
    let (source, name) = (source.to_str().unwrap(), path.to_str().unwrap());
    run_tool("ncgen", &["-k", kind, "-o", name, source]);
    path
}

/// Compresses and decompresses a file, and compares all three files.
pub(crate) fn round_trip(path: &Path, options: &DatasetOptions) -> DatasetSummary {
    round_trip_with(path, options, |_, _| ())
}

/// Compresses and decompresses a file, compares all three files, and calls `inspect` with the
/// compressed and the decompressed file.
pub(crate) fn round_trip_with(
    path: &Path,
    options: &DatasetOptions,
    inspect: impl FnOnce(&Path, &Path),
) -> DatasetSummary {
    let folder = tempfile::tempdir().unwrap();
    let [compressed, decompressed] = ["b.nc", "c.nc"].map(|name| folder.path().join(name));
    let summary = compress_dataset(path, &compressed, options).unwrap();
    decompress_dataset(&compressed, &decompressed, &DatasetOptions::lossless()).unwrap();
    let lossy: Vec<&str> = summary
        .variables
        .iter()
        .filter(|variable| matches!(variable.fidelity, Fidelity::Bounded { .. }))
        .map(|variable| variable.name.as_str())
        .collect();
    // Without the plugin, ncdump reads everything but segments.
    for other in [&compressed, &decompressed] {
        let (expected, actual) = (header(path), header(other));
        let difference = expected.iter().zip(&actual).find(|(a, b)| a != b);
        assert!(
            expected == actual,
            "{difference:?} in {expected:#?} and {actual:#?}"
        );
    }
    let lossless: Vec<String> = summary
        .variables
        .iter()
        .map(|variable| variable.name.clone())
        .filter(|name| !lossy.contains(&name.as_str()))
        .collect();
    let readable: Vec<String> = summary
        .variables
        .iter()
        .filter(|variable| variable.storage != StorageKind::Segments)
        .map(|variable| variable.name.clone())
        .collect();
    for (file, names) in [(&compressed, &readable), (&decompressed, &lossless)] {
        if !names.is_empty() {
            assert_eq!(values(path, names), values(file, names));
        }
    }
    assert_within(path, &compressed, &summary);
    assert_within(path, &decompressed, &summary);
    inspect(&compressed, &decompressed);
    summary
}

/// Returns the output of ncdump for a file without values, the name of the file, and the
/// attributes that compression adds.
fn header(path: &Path) -> Vec<String> {
    lines(&run_tool("ncdump", &["-h", path.to_str().unwrap()]))
}

/// Returns the output of ncdump for some variables.
fn values(path: &Path, names: &[String]) -> Vec<String> {
    let names = names.join(",");
    let arguments = ["-p", "9,17", "-v", &names, path.to_str().unwrap()];
    lines(&run_tool("ncdump", &arguments))
}

fn lines(text: &str) -> Vec<String> {
    let is_added = |line: &str| {
        let line = line.trim_start();
        line.starts_with(":history = ") || line.contains(":lossy_compression")
    };
    let mut lines: Vec<String> = text
        .lines()
        .skip(1)
        .filter(|line| !is_added(line))
        .map(str::to_owned)
        .collect();
    // The heading of global attributes, if compression added all of them.
    let heading = "// global attributes:";
    if let Some(at) = lines.iter().position(|line| line == heading)
        && lines
            .get(at + 1)
            .is_none_or(|next| !next.trim_start().starts_with(':'))
    {
        lines.remove(at);
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Checks that the values of two files are equal within the criteria of a summary.
pub(crate) fn assert_within(path: &Path, other: &Path, summary: &DatasetSummary) {
    fieldreel::register_hdf5_filter().unwrap();
    let limits = DEFAULT_LIMITS;
    let [original, other] = [path, other].map(|path| NetcdfDataset::open(path, &limits).unwrap());
    let schema = original.schema();
    for (number, variable) in schema.variables.iter().enumerate() {
        let shape = schema.shape(variable);
        let start = vec![0; shape.len()];
        let read = |file: &NetcdfDataset| file.read(number, &start, &shape).unwrap();
        let (a, b) = (read(&original), read(&other));
        let entry = &summary.variables[number];
        assert_eq!(entry.shape, shape);
        let Fidelity::Bounded { criterion, max_abs } = entry.fidelity else {
            assert!(are_equal(&a, &b), "{}", entry.name);
            continue;
        };
        let (VariableValues::Numbers(a), VariableValues::Numbers(b)) = (a, b) else {
            panic!("{} is not numeric", entry.name);
        };
        let fill_values: Vec<f64> = ["_FillValue", "missing_value"]
            .iter()
            .filter_map(|name| variable.attributes.get(name))
            .flat_map(|value| value.to_numbers())
            .collect();
        let (a, b) = (a.to_f64(), b.to_f64());
        let scale = variable.attributes.number("scale_factor");
        let scale = scale.map_or(1.0, f64::abs);
        let is_valid = |value: f64| value.is_finite() && !fill_values.contains(&value);
        let valid = a.iter().copied().filter(|&value| is_valid(value));
        let (min, max) = valid.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(value), max.max(value))
        });
        let mut max_error = 0.0_f64;
        for (&x, &y) in a.iter().zip(&b) {
            if !is_valid(x) {
                assert_eq!(x.to_bits(), y.to_bits(), "{}: {x} became {y}", entry.name);
                continue;
            }
            assert!(is_valid(y), "{}: {x} became {y}", entry.name);
            let error = (x - y).abs() * scale;
            max_error = max_error.max(error);
            let bound = match criterion {
                Criterion::Bound(ErrorBound::Absolute(epsilon)) => epsilon,
                Criterion::Bound(ErrorBound::RangeRelative(part)) => part * (max - min) * scale,
                Criterion::Bound(ErrorBound::PointwiseRelative(part)) => part * x.abs() * scale,
                Criterion::Bound(ErrorBound::Lossless) => 0.0,
                _ => f64::INFINITY,
            };
            assert!(
                error <= bound,
                "{}: {x} became {y}, {criterion}",
                entry.name
            );
        }
        assert!(
            max_error <= max_abs,
            "{}: {max_error} exceeds {max_abs}",
            entry.name
        );
    }
}

/// Returns whether values have the same bits, so that NaN equals itself.
fn are_equal(a: &VariableValues, b: &VariableValues) -> bool {
    match (a, b) {
        (
            VariableValues::Numbers(NumericArray::F32(a)),
            VariableValues::Numbers(NumericArray::F32(b)),
        ) => a
            .iter()
            .map(|value| value.to_bits())
            .eq(b.iter().map(|value| value.to_bits())),
        (
            VariableValues::Numbers(NumericArray::F64(a)),
            VariableValues::Numbers(NumericArray::F64(b)),
        ) => a
            .iter()
            .map(|value| value.to_bits())
            .eq(b.iter().map(|value| value.to_bits())),
        _ => a == b,
    }
}
