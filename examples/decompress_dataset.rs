//! Writes what `compress_dataset` made as a NetCDF-4 file that needs no plugin.
//!
//! `cargo run --release --example decompress_dataset -- INPUT.nc OUTPUT.nc`

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::dataset::{Rules, decompress_dataset};

#[path = "dataset/progress.rs"]
mod progress;
mod support;
#[path = "dataset/table.rs"]
mod table;

/// Writes what `compress_dataset` made as a NetCDF-4 file that needs no plugin.
#[derive(Parser)]
struct Arguments {
    /// The file that `compress_dataset` made
    input: PathBuf,
    /// The file to write
    output: PathBuf,
}

fn main() -> ExitCode {
    support::run(decompress)
}

fn decompress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let bar = progress::bar()?;
    let rules = Rules::lossless().on_progress(progress::moves(&bar));
    let summary = decompress_dataset(&arguments.input, &arguments.output, &rules)?;
    bar.finish_and_clear();
    print!("{}", table::Table(&summary));
    Ok(())
}
