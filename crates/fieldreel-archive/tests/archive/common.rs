//! Archives of small files.

use std::fs;
use std::path::{Path, PathBuf};

use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
use fieldreel_archive::{Manifest, Outcome, PlanOptions, Rules, RunOptions, plan, run};
use ndarray::Array3;
use tempfile::TempDir;

pub(crate) const RULES: &str = "default = 'rel:1e-2'\n[[rules]]\nunits = 'K'\nbound = 'abs:0.01'\n";

/// Writes a NetCDF file with a variable of this name and unit.
pub(crate) fn write_field(path: &Path, name: &str, units: &str, seed: usize) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let values = Array3::from_shape_fn((6, 20, 30), |(t, y, x)| {
        let (t, y, x) = (t as f32, y as f32, (x + seed) as f32);
        9.0 * (x / 7.0 + t / 3.0).sin() * (y / 5.0).cos() + (x * 31.0 + y * 17.0) % 5.0
    });
    let mut field = Field::new(name, values.into_dyn(), &["time", "y", "x"]).unwrap();
    field.attributes.insert("units", units);
    write_netcdf(path, &field, &NetcdfOptions::uncompressed()).unwrap();
}

/// A folder with the inputs `in/0.nc`, `in/1.nc` and so on, and an output folder `out`.
pub(crate) struct Archive {
    folder: TempDir,
}

impl Archive {
    pub(crate) fn new(files: usize) -> Self {
        let archive = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for number in 0..files {
            let path = archive.path(&format!("in/{number}.nc"));
            write_field(&path, "t", "K", number);
        }
        archive
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Plans the archive with rules.
    pub(crate) fn plan(&self, rules: &str) -> Manifest {
        let rules = Rules::parse(rules, "bounds.toml").unwrap();
        let options = PlanOptions::new(self.path("out"));
        let planned = plan(&[self.path("in")], &rules, &options, |_| {});
        planned.unwrap().manifest
    }
}

/// Runs a manifest, and returns the numbers of units that were done, skipped, and failed.
pub(crate) fn run_all(manifest: &Manifest) -> [usize; 3] {
    run_with(manifest, &RunOptions::default()).0
}

/// Runs a manifest, and returns the numbers of units that were done, skipped, and failed, and the
/// errors.
pub(crate) fn run_with(manifest: &Manifest, options: &RunOptions) -> ([usize; 3], Vec<String>) {
    let mut errors = Vec::new();
    let summary = run(manifest, options, |_, outcome| {
        if let Outcome::Failed { error } = outcome {
            errors.push(error.clone());
        }
    });
    let summary = summary.unwrap();
    ([summary.done, summary.skipped, summary.failed], errors)
}
