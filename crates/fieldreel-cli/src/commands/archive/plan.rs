//! `fieldreel archive plan`: the manifest of an archive.

use std::path::PathBuf;

use clap::Args;
use fieldreel_archive::{PlanOptions, Rules, plan};
use serde_json::json;

use super::units;
use crate::error::Result;
use crate::options::{Printing, named_file};
use crate::output::progress;

const EXAMPLES: &str = "\
Examples:
  fieldreel archive plan /data/runs --out archive --rules bounds.toml
  fieldreel archive plan '/data/runs/*/out_*.nc' --out /scratch/archive --rules bounds.toml
  fieldreel archive plan a/t.nc b/t.nc --base . --out archive --rules bounds.toml";

/// Writes the manifest of an archive: a unit of work for each input file, with its size and the
/// bounds that the rules give its variables.
///
/// Only the schemas of the files are read, and the values of variables that the rules split and
/// whose bound refers to their range. The manifest appears when it is complete. An archive may be
/// planned again, with more files or other rules: files that are finished stay so if neither they
/// nor their bounds have changed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Plan {
    /// The files to compress: NetCDF and GRIB files, folders, which are searched for such files
    /// (.nc, .nc4, .cdf, .grib, .grb, .grib2, .grb2), and patterns such as 'runs/*/t_*.nc'
    #[arg(required = true, value_name = "INPUT", value_parser = named_file())]
    inputs: Vec<PathBuf>,
    /// The folder of the outputs, in which files keep the paths that they have in the folder or the
    /// pattern that they were found by. It is created if it is missing
    #[arg(long, value_name = "DIR", value_parser = named_file())]
    out: PathBuf,
    /// The rules, in TOML
    #[arg(long, value_name = "FILE", value_parser = named_file())]
    rules: PathBuf,
    /// The manifest to write [default: manifest.jsonl in the folder of the outputs]
    #[arg(long, value_name = "FILE", value_parser = named_file())]
    manifest: Option<PathBuf>,
    /// The folder to which the paths of the outputs are relative; all inputs must be in it
    /// [default: for each input, the folder, or the pattern up to its first special character]
    #[arg(long, value_name = "DIR", value_parser = named_file())]
    base: Option<PathBuf>,
    /// Leave out inputs that cannot be read as NetCDF or GRIB, and list them
    #[arg(long)]
    skip_unreadable: bool,
    #[command(flatten)]
    printing: Printing,
}

impl Plan {
    /// Writes the manifest.
    pub(super) fn run(&self) -> Result {
        let rules = Rules::read(&self.rules)?;
        let mut options = PlanOptions::new(&self.out).with_skip_unreadable(self.skip_unreadable);
        if let Some(manifest) = &self.manifest {
            options = options.with_manifest(manifest);
        }
        if let Some(base) = &self.base {
            options = options.with_base(base);
        }
        let bar = progress::steps(0, "files", &self.printing)?;
        let planned = plan(&self.inputs, &rules, &options, |progress| {
            bar.set_length(progress.total as u64);
            bar.set_position(progress.done as u64);
        })?;
        bar.finish_and_clear();

        let manifest = &planned.manifest;
        // A slab has the input of its file.
        let files = manifest.units().iter().filter(|unit| !unit.is_slab());
        let bytes: u64 = files.map(|unit| unit.fingerprint().bytes).sum();
        let skipped = planned.skipped.iter().map(ToString::to_string);
        let skipped: Vec<String> = skipped.collect();
        let result = json!({
            "manifest": manifest.path(),
            "units": manifest.units().len(),
            "bytes": bytes,
            "unmatched_rules": planned.unmatched,
            "skipped": skipped,
        });
        self.printing.print(None, &result, |_| {
            let path = manifest.path().display();
            let count = units(manifest.units().len());
            let mut text = format!("{path}: {count}, {bytes} bytes\n");
            for line in &planned.unmatched {
                let rules = self.rules.display();
                text += &format!("{rules}, line {line}: the rule matches no variable\n");
            }
            for error in &skipped {
                text += &format!("left out: {error}\n");
            }
            text
        })
    }
}
