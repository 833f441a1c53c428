//! The command line: its subcommands, and the help that they share.

use clap::{Parser, Subcommand};

use crate::commands::archive::Archive;
use crate::commands::compare::Compare;
use crate::commands::completions::Completions;
use crate::commands::compress::Compress;
use crate::commands::decompress::Decompress;
use crate::commands::explain::Explain;
use crate::commands::from_video::FromVideo;
use crate::commands::inspect::Inspect;
use crate::commands::man::Man;
use crate::commands::report::Report;
use crate::commands::to_video::ToVideo;
use crate::commands::verify::Verify;
use crate::error::Result;

/// The end of the help of the program.
const AFTER_HELP: &str = "\
Exit codes:
  0  success
  1  failure: a file cannot be read or written, or a field cannot be encoded
  2  invalid arguments
  3  `verify` or `archive verify` has found damage, or a value that exceeds its bound
  A program that a signal stops removes its unfinished files and ends with that signal.

Examples:
  fieldreel compress ocean.nc small.nc --bound rel:1e-3 --bound 'TEMP=abs:0.01'
  fieldreel verify small.nc --against ocean.nc
  fieldreel compare ocean.nc small.nc --variable TEMP --figure temp.png
  fieldreel decompress small.nc plain.nc

`fieldreel COMMAND --help` describes the options of a command.";

/// Compresses scientific fields within an error bound, and verifies and compares them.
///
/// Fields are variables of NetCDF and GRIB files with time, rows and columns. Compressed forms are
/// reels (.reel), which hold one variable, NetCDF-4 files (.nc), which hold all variables of a file
/// and are readable with an HDF5 plugin, and plain videos (.mp4, .mkv).
#[derive(Parser)]
#[command(
    name = "fieldreel",
    version,
    after_help = AFTER_HELP,
    max_term_width = 98,
    arg_required_else_help = true,
    infer_subcommands = false,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    /// The subcommand.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A subcommand and its arguments.
#[derive(Subcommand)]
pub(crate) enum Command {
    Compress(Compress),
    Decompress(Decompress),
    Inspect(Inspect),
    Verify(Verify),
    Compare(Compare),
    Archive(Archive),
    Report(Report),
    Explain(Explain),
    ToVideo(ToVideo),
    FromVideo(FromVideo),
    Completions(Completions),
    Man(Man),
}

impl Command {
    /// Runs the subcommand.
    pub(crate) fn run(self) -> Result {
        match self {
            Self::Compress(arguments) => arguments.run(),
            Self::Decompress(arguments) => arguments.run(),
            Self::Inspect(arguments) => arguments.run(),
            Self::Verify(arguments) => arguments.run(),
            Self::Compare(arguments) => arguments.run(),
            Self::Archive(arguments) => arguments.run(),
            Self::Report(arguments) => arguments.run(),
            Self::Explain(arguments) => arguments.run(),
            Self::ToVideo(arguments) => arguments.run(),
            Self::FromVideo(arguments) => arguments.run(),
            Self::Completions(arguments) => arguments.run(),
            Self::Man(arguments) => arguments.run(),
        }
    }
}
