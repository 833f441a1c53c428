//! `fieldreel archive`: many files, compressed by many processes.

mod plan;
mod run;
mod status;
mod verify;

use clap::{Args, Subcommand};

use self::plan::Plan;
use self::run::Run;
use self::status::Status;
use self::verify::Verify;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  fieldreel archive plan /data/runs --out archive --rules bounds.toml
  fieldreel archive run archive/manifest.jsonl --jobs 4
  fieldreel archive status archive/manifest.jsonl
  fieldreel archive verify archive/manifest.jsonl --against

Rules are written in TOML; the last rule that matches a variable applies:
  default = \"rel:1e-3\"

  [[rules]]
  units = [\"K\", \"degC\"]
  bound = \"abs:0.01\"

  [[rules]]
  standard_name = \"precipitation_flux\"
  variable = \"pr*\"
  bound = \"pointwise:1e-2\"

`fieldreel archive COMMAND --help` describes the options of a command.";

/// Compresses many NetCDF and GRIB files into NetCDF-4 files or Zarr stores, by many processes on
/// any number of machines.
///
/// `plan` writes a manifest with one line for each file. `run` does the lines, or a part of them,
/// that are not done; it may be started any number of times, also at the same time, and be killed.
/// `status` and `verify` read the records that `run` writes.
#[derive(Args)]
#[command(
    after_help = EXAMPLES,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Archive {
    /// The subcommand.
    #[command(subcommand)]
    command: ArchiveCommand,
}

/// A subcommand of `archive` and its arguments.
#[derive(Subcommand)]
enum ArchiveCommand {
    Plan(Plan),
    Run(Run),
    Status(Status),
    Verify(Verify),
}

impl Archive {
    /// Runs the subcommand.
    pub(crate) fn run(&self) -> Result {
        match &self.command {
            ArchiveCommand::Plan(arguments) => arguments.run(),
            ArchiveCommand::Run(arguments) => arguments.run(),
            ArchiveCommand::Status(arguments) => arguments.run(),
            ArchiveCommand::Verify(arguments) => arguments.run(),
        }
    }
}

/// Returns a number of units, such as "1 unit" and "2 units".
fn units(count: usize) -> String {
    match count {
        1 => "1 unit".to_owned(),
        count => format!("{count} units"),
    }
}
