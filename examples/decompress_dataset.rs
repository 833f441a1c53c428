//! Writes a file of `compress_dataset` as a NetCDF-4 file that needs no plugin, or as GRIB.
//!
//! `cargo run --release --example decompress_dataset -- INPUT.nc OUTPUT.nc|OUTPUT.grib`

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::dataset::{DatasetOptions, decompress_dataset, to_grib};
use fieldreel::formats::GribOptions;

#[path = "support/path_argument.rs"]
mod path_argument;
#[path = "dataset/progress.rs"]
mod progress;
#[path = "support/size_change.rs"]
mod size_change;
mod support;
#[path = "dataset/table.rs"]
mod table;

/// Writes a file of `compress_dataset` as a NetCDF-4 file that needs no plugin, or as GRIB 2 with
/// CCSDS packing.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The file that `compress_dataset` wrote
    #[arg(value_parser = path_argument::parser())]
    input: PathBuf,
    /// The file to write: GRIB if the extension is .grib, .grb, .grib2 or .grb2, otherwise
    /// NetCDF-4
    #[arg(value_parser = path_argument::parser())]
    output: PathBuf,
    /// The number of bits per value of GRIB, 1 to 32
    #[arg(long, value_name = "BITS", default_value_t = 16)]
    bits: u8,
    /// Print the summary as one line of JSON, unless the output is GRIB
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    support::run(decompress)
}

fn decompress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let extension = arguments.output.extension();
    let extension = extension.map(|text| text.to_string_lossy().to_ascii_lowercase());
    if let Some("grib" | "grb" | "grib2" | "grb2") = extension.as_deref() {
        let options = GribOptions::default().with_bits_per_value(arguments.bits);
        let summary = to_grib(&arguments.input, &arguments.output, &options)?;
        println!(
            "{} messages of {}",
            summary.messages,
            summary.written.join(", ")
        );
        if !summary.left_out.is_empty() {
            println!(
                "left out, because they are not on a grid: {}",
                summary.left_out.join(", ")
            );
        }
        return Ok(());
    }
    let bar = progress::bar()?;
    let options = DatasetOptions::lossless().with_progress(progress::updater(&bar));
    let summary = decompress_dataset(&arguments.input, &arguments.output, &options)?;
    bar.finish_and_clear();
    let table = table::SummaryTable(&summary);
    match arguments.json {
        true => println!("{}", table.json()),
        false => print!("{table}"),
    }
    Ok(())
}
