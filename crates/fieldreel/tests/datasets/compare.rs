//! What must be the same in two files, and what within a bound.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fieldreel::dataset::{
    DatasetOptions, DatasetSummary, Fidelity, StorageKind, compress_dataset, decompress_dataset,
};
use fieldreel::formats::dataset::{DatasetSource, VariableValues};
use fieldreel::formats::{DEFAULT_LIMITS, NetcdfDataset, NumericArray};
use fieldreel::{Criterion, ErrorBound};

/// Held by all that opens files of HDF5 or starts programs: a program inherits what is open, and with it HDF5's lock of the
/// file, which then cannot be opened again as long as the program runs.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Keeps other tests from opening files and starting programs.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a command-line tool prints.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> String {
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

/// A NetCDF file of this text, of one of ncgen's kinds (1 classic, 2 64-bit offset, 3 NetCDF-4, 5 64-bit data).
pub(crate) fn made(folder: &Path, kind: &str, text: &str) -> PathBuf {
    let (source, path) = (folder.join("text.cdl"), folder.join("made.nc"));
    std::fs::write(&source, text).unwrap();
    let (source, name) = (source.to_str().unwrap(), path.to_str().unwrap());
    tool("ncgen", &["-k", kind, "-o", name, source]);
    path
}

/// Compresses and decompresses a file, and compares all three.
pub(crate) fn round_trip(path: &Path, options: &DatasetOptions) -> DatasetSummary {
    with_round_trip(path, options, |_, _| ())
}

/// The same, with a look at the smaller file and at what comes of it.
pub(crate) fn with_round_trip(
    path: &Path,
    options: &DatasetOptions,
    look: impl FnOnce(&Path, &Path),
) -> DatasetSummary {
    let folder = tempfile::tempdir().unwrap();
    let [small, again] = ["small.nc", "again.nc"].map(|name| folder.path().join(name));
    let summary = compress_dataset(path, &small, options).unwrap();
    decompress_dataset(&small, &again, &DatasetOptions::lossless()).unwrap();
    let lossy: Vec<&str> = summary
        .variables
        .iter()
        .filter(|variable| matches!(variable.fidelity, Fidelity::Bounded { .. }))
        .map(|variable| variable.name.as_str())
        .collect();
    // Without the plugin, ncdump reads all but segments of the smaller file.
    for other in [&small, &again] {
        let (of, found) = (header(path), header(other));
        let differs = of.iter().zip(&found).find(|(a, b)| a != b);
        assert!(of == found, "{differs:?} in {of:#?} and {found:#?}");
    }
    let exact: Vec<String> = summary
        .variables
        .iter()
        .map(|variable| variable.name.clone())
        .filter(|name| !lossy.contains(&name.as_str()))
        .collect();
    let read: Vec<String> = summary
        .variables
        .iter()
        .filter(|variable| variable.storage != StorageKind::Segments)
        .map(|variable| variable.name.clone())
        .collect();
    for (file, names) in [(&small, &read), (&again, &exact)] {
        if !names.is_empty() {
            assert_eq!(values(path, names), values(file, names));
        }
    }
    within(path, &small, &summary);
    within(path, &again, &summary);
    look(&small, &again);
    summary
}

/// What ncdump says of a file, without the values, the file's name, and what compression adds.
fn header(path: &Path) -> Vec<String> {
    lines(&tool("ncdump", &["-h", path.to_str().unwrap()]))
}

/// What ncdump prints of some variables.
fn values(path: &Path, names: &[String]) -> Vec<String> {
    let names = names.join(",");
    let arguments = ["-p", "9,17", "-v", &names, path.to_str().unwrap()];
    lines(&tool("ncdump", &arguments))
}

fn lines(text: &str) -> Vec<String> {
    let added = |line: &str| {
        let line = line.trim_start();
        line.starts_with(":history = ") || line.contains(":lossy_compression")
    };
    let mut lines: Vec<String> = text
        .lines()
        .skip(1)
        .filter(|line| !added(line))
        .map(str::to_owned)
        .collect();
    // The head of attributes that are none but those that were added.
    let global = "// global attributes:";
    if let Some(at) = lines.iter().position(|line| line == global)
        && lines
            .get(at + 1)
            .is_none_or(|next| !next.trim_start().starts_with(':'))
    {
        lines.remove(at);
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Whether the values of one file are those of another, within what a summary says.
pub(crate) fn within(path: &Path, other: &Path, summary: &DatasetSummary) {
    fieldreel::register_hdf5_filter().unwrap();
    let limits = DEFAULT_LIMITS;
    let [original, other] = [path, other].map(|path| NetcdfDataset::open(path, &limits).unwrap());
    let schema = original.schema();
    for (number, variable) in schema.variables.iter().enumerate() {
        let shape = schema.shape(variable);
        let start = vec![0; shape.len()];
        let read = |file: &NetcdfDataset| file.read(number, &start, &shape).unwrap();
        let (a, b) = (read(&original), read(&other));
        let of = &summary.variables[number];
        assert_eq!(of.shape, shape);
        let Fidelity::Bounded { criterion, max_abs } = of.fidelity else {
            assert!(same(&a, &b), "{}", of.name);
            continue;
        };
        let (VariableValues::Numbers(a), VariableValues::Numbers(b)) = (a, b) else {
            panic!("{} has no numbers", of.name);
        };
        let sentinels: Vec<f64> = ["_FillValue", "missing_value"]
            .iter()
            .filter_map(|name| variable.attributes.get(name))
            .flat_map(|value| value.to_numbers())
            .collect();
        let (a, b) = (a.to_f64(), b.to_f64());
        let unit = variable.attributes.number("scale_factor");
        let unit = unit.map_or(1.0, f64::abs);
        let valid = |value: f64| value.is_finite() && !sentinels.contains(&value);
        let range = a.iter().copied().filter(|&value| valid(value));
        let (min, max) = range.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(value), max.max(value))
        });
        let mut worst = 0.0_f64;
        for (&x, &y) in a.iter().zip(&b) {
            if !valid(x) {
                assert_eq!(x.to_bits(), y.to_bits(), "{}: {x} became {y}", of.name);
                continue;
            }
            assert!(valid(y), "{}: {x} became {y}", of.name);
            let error = (x - y).abs() * unit;
            worst = worst.max(error);
            let most = match criterion {
                Criterion::Bound(ErrorBound::Absolute(epsilon)) => epsilon,
                Criterion::Bound(ErrorBound::RangeRelative(part)) => part * (max - min) * unit,
                Criterion::Bound(ErrorBound::PointwiseRelative(part)) => part * x.abs() * unit,
                Criterion::Bound(ErrorBound::Lossless) => 0.0,
                _ => f64::INFINITY,
            };
            assert!(error <= most, "{}: {x} became {y}, {criterion}", of.name);
        }
        assert!(worst <= max_abs, "{}: {worst} over {max_abs}", of.name);
    }
}

/// NaN is the same as itself.
fn same(a: &VariableValues, b: &VariableValues) -> bool {
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
