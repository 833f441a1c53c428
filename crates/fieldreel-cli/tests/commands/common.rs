//! Runs of the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use fieldreel::formats::{Coordinate, Field, NetcdfOptions, write_netcdf};
use ndarray::Array3;
use serde_json::Value;
use tempfile::TempDir;

/// Returns the path of the sample data of the repository or, in a package that was unpacked
/// elsewhere, of a generated file with the same variables.
pub(crate) fn sample() -> String {
    static SAMPLE: OnceLock<PathBuf> = OnceLock::new();
    let path = SAMPLE.get_or_init(|| {
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/navy_winds_uwnd.nc");
        if real.exists() {
            real
        } else {
            generated_sample()
        }
    });
    path.to_str().unwrap().to_owned()
}

fn generated_sample() -> PathBuf {
    let values = Array3::from_shape_fn((60, 73, 144), |at| {
        let [t, y, x] = <[usize; 3]>::from(at).map(|index| index as f32);
        // The range is 39, as that of the real data.
        17.55 * (x / 20.0 + t / 9.0).sin() * (y / 17.0).cos() + 1.95 * (7.0 * x + y * t).sin()
    });
    let dimensions = ["TIME", "FNOCY", "FNOCX"];
    let mut field = Field::new("UWND", values.into_dyn(), &dimensions).unwrap();
    for (name, length, first, units) in [
        ("FNOCX", 144, 0.0, "degrees_east"),
        ("FNOCY", 73, -90.0, "degrees_north"),
        ("TIME", 60, 0.0, "hour since 1980-01-14 14:00:00"),
    ] {
        let values = (0..length)
            .map(|i| first + f64::from(i) * 2.5)
            .collect::<Vec<_>>();
        let coordinate = Coordinate::axis(name, values).with_attribute("units", units);
        field.coordinates.push(coordinate);
    }
    field.attributes.insert("units", "M/S");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("navy_winds_uwnd.nc");
    let unfinished = path.with_extension(format!("{}.nc", std::process::id()));
    write_netcdf(&unfinished, &field, &NetcdfOptions::default()).unwrap();
    std::fs::rename(unfinished, &path).unwrap();
    path
}

/// A folder for the files of a test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Returns the path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

/// Runs the program.
pub(crate) fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fieldreel"))
        .args(arguments)
        // Help is wrapped at the width of a terminal.
        .env_remove("COLUMNS")
        .output()
        .unwrap()
}

/// Runs the program, checks that it succeeds, and returns its output.
pub(crate) fn succeed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    assert_eq!(error, "", "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the program with `--json`, and returns the one line that it prints.
pub(crate) fn json(arguments: &[&str]) -> Value {
    let printed = succeed(&[arguments, &["--json"]].concat());
    assert_eq!(printed.lines().count(), 1, "{arguments:?}");
    serde_json::from_str(&printed).unwrap()
}

/// Runs the program, and checks that it fails with this exit code and with one line that contains
/// `expected`.
pub(crate) fn fail(arguments: &[&str], code: i32, expected: &str) {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    assert!(
        error.starts_with("error: ") && error.contains(expected),
        "{arguments:?}: {error}"
    );
    assert_eq!(error.lines().count(), 1, "{error}");
}

/// Writes a NetCDF file with one variable.
pub(crate) fn write_variable(path: &str, name: &str, values: ndarray::Array3<f32>) {
    use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};

    let field = Field::new(name, values.into_dyn(), &["time", "y", "x"]).unwrap();
    write_netcdf(path, &field, &NetcdfOptions::default()).unwrap();
}

/// Writes a NetCDF-4 file from the content of its CDL text.
pub(crate) fn ncgen(path: &str, content: &str) {
    let cdl = format!("{path}.cdl");
    std::fs::write(&cdl, format!("netcdf file {{ {content} }}")).unwrap();
    let status = Command::new("ncgen")
        .args(["-k", "nc4", "-o", path, &cdl])
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::remove_file(cdl).unwrap();
}

/// Writes a small reel, and returns its bytes.
pub(crate) fn write_reel(path: &str) -> Vec<u8> {
    use fieldreel::{Compressor, ErrorBound, Metadata};

    let values = ndarray::Array3::from_shape_fn((9, 20, 30), |(t, y, x)| {
        ((t + x) as f32 / 3.0).sin() + y as f32 / 7.0
    });
    Compressor::new(ErrorBound::Absolute(0.01))
        .with_metadata(Metadata::new("waves"))
        .with_frames_per_segment(4)
        .write(PathBuf::from(path), &values)
        .unwrap();
    std::fs::read(path).unwrap()
}
