//! Archives of generated files, and runs of the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
use ndarray::Array3;
use serde_json::Value;
use tempfile::TempDir;

/// A lock held by every test. A program inherits open files and HDF5's lock on them, so that another
/// program cannot open the files that a test has just written.
static HDF5_LOCK: Mutex<()> = Mutex::new(());

/// A folder with the inputs `in/0.nc`, `in/1.nc` and so on, rules, and the manifest
/// `archive/manifest.jsonl`.
pub(crate) struct Archive {
    folder: TempDir,
    _lock: MutexGuard<'static, ()>,
}

impl Archive {
    /// Writes a number of files of this shape, and plans the archive.
    pub(crate) fn new(files: usize, shape: [usize; 3]) -> Self {
        let archive = Self {
            folder: tempfile::tempdir().unwrap(),
            _lock: HDF5_LOCK.lock().unwrap_or_else(PoisonError::into_inner),
        };
        fs::create_dir(archive.path("in")).unwrap();
        for number in 0..files {
            write_field(&archive.path(&format!("in/{number}.nc")), shape, number);
        }
        archive.set_rules("");
        archive.plan("archive");
        archive
    }

    /// Writes the rules: these settings, and a bound for the unit of the files.
    pub(crate) fn set_rules(&self, settings: &str) {
        let rules = format!("{settings}[[rules]]\nunits = 'K'\nbound = 'abs:0.01'\n");
        fs::write(self.path("bounds.toml"), rules).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Plans the archive with an output folder of this name.
    pub(crate) fn plan(&self, out: &str) {
        let arguments = ["plan", "in", "--out", out, "--rules", "bounds.toml", "-q"];
        let output = self.command(&arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// Returns a subcommand of `fieldreel archive` in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fieldreel"));
        command.arg("archive").args(arguments);
        let command_in_folder = command.current_dir(self.folder.path());
        command_in_folder
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a subcommand with `--json`, and returns the result and the exit code.
    pub(crate) fn json(&self, arguments: &[&str]) -> (Value, Option<i32>) {
        let output = self.command(arguments).arg("--json").output().unwrap();
        (result_of(&output), output.status.code())
    }

    /// Returns the records of finished units, by their id.
    pub(crate) fn records(&self) -> BTreeMap<String, Value> {
        let Ok(entries) = fs::read_dir(self.path("archive/manifest.records")) else {
            return BTreeMap::new();
        };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let ids = names.filter_map(|name| {
            let id = name.strip_suffix(".json")?;
            (!id.ends_with(".failed")).then(|| id.to_owned())
        });
        ids.map(|id| {
            let path = format!("archive/manifest.records/{id}.json");
            let bytes = fs::read(self.path(&path)).unwrap();
            (id, serde_json::from_slice(&bytes).unwrap())
        })
        .collect()
    }
}

/// Returns the JSON that a program has printed.
pub(crate) fn result_of(output: &Output) -> Value {
    let parsed = serde_json::from_slice(&output.stdout);
    parsed.unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

pub(crate) fn error_of(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

pub(crate) fn write_field(path: &Path, shape: [usize; 3], seed: usize) {
    let values = Array3::from_shape_fn(shape, |(t, y, x)| {
        let (t, y, x) = (t as f32, y as f32, (x + seed) as f32);
        280.0
            + 9.0 * (x / 17.0 + t / 3.0).sin() * (y / 15.0).cos()
            + (x * 31.0 + y * 17.0) % 5.0 / 9.0
    });
    let mut field = Field::new("t", values.into_dyn(), &["time", "y", "x"]).unwrap();
    field.attributes.insert("units", "K");
    write_netcdf(path, &field, &NetcdfOptions::uncompressed()).unwrap();
}
