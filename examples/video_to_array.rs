//! Writes the values of a video of this crate or of the original tool as a NetCDF file.
//!
//! `cargo run --release --example video_to_array -- VIDEO OUTPUT.nc`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::{NetcdfOptions, write_netcdf};
use fieldreel::read_field;

#[path = "support/distinct_files.rs"]
mod distinct_files;
#[path = "support/path_argument.rs"]
mod path_argument;
mod support;

/// Writes the values of a video as a NetCDF file.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// An .mp4 or .mkv file
    #[arg(value_parser = path_argument::parser())]
    video: PathBuf,
    /// The NetCDF file to write; its variable is `field` with the dimensions (time, y, x)
    #[arg(value_parser = path_argument::parser())]
    output: PathBuf,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        distinct_files::check_distinct(&arguments.video, &arguments.output)?;
        let field = read_field(&arguments.video, None)?;
        write_netcdf(&arguments.output, &field, &NetcdfOptions::default())?;
        Ok(())
    })
}
