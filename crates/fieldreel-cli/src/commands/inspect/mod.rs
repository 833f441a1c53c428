//! `fieldreel inspect`: the content of a reel or of a file.

mod dataset;
mod export;
mod header;
mod reel;
mod table;

use std::path::PathBuf;

use clap::Args;

use crate::error::{Result, usage};
use crate::input::FileFormat;
use crate::options::{Printing, named_file};

const EXAMPLES: &str = "\
Examples:
  fieldreel inspect wind.reel
  fieldreel inspect small.nc --json
  fieldreel inspect wind.reel --export wind.mp4 --segment 2";

/// Prints the content of a reel, a NetCDF or GRIB file or a Zarr store, without decoding values.
///
/// For a reel, these are the metadata, and the sizes, certificates and plans of its segments. For
/// a file, these are the variables with their bounds and largest errors. The command fails if a
/// reel is damaged or incomplete; `fieldreel verify` also checks the values.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Inspect {
    /// The file to describe: a reel (.reel, or `-` for standard input, which is read into memory),
    /// NetCDF (.nc, .nc4, .cdf), Zarr (.zarr, a folder) or GRIB (.grib, .grb, .grib2, .grb2)
    file: PathBuf,
    /// Write the video of a segment of a reel, without the residuals and outliers that correct it,
    /// to this .mp4 or .mkv file
    #[arg(long, value_name = "VIDEO", value_parser = named_file())]
    export: Option<PathBuf>,
    /// The segment whose video is exported, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "export")]
    segment: usize,
    #[command(flatten)]
    printing: Printing,
}

impl Inspect {
    /// Describes the file.
    pub(crate) fn run(&self) -> Result {
        match FileFormat::of(&self.file) {
            Some(format) if format.is_dataset() && self.export.is_some() => Err(usage(format!(
                "{}: --export is only for reels (.reel)",
                self.file.display()
            ))),
            Some(format) if format.is_dataset() => self.inspect_dataset(),
            _ => self.inspect_reel(),
        }
    }
}
