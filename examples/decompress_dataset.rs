//! Writes what `compress_dataset` made as a NetCDF-4 file that needs no plugin, or as GRIB.
//!
//! `cargo run --release --example decompress_dataset -- INPUT.nc OUTPUT.nc|OUTPUT.grib`

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::dataset::{DatasetOptions, decompress_dataset, to_grib};
use fieldreel::formats::GribOptions;

#[path = "support/change.rs"]
mod change;
#[path = "support/named.rs"]
mod named;
#[path = "dataset/progress.rs"]
mod progress;
mod support;
#[path = "dataset/table.rs"]
mod table;

/// Writes what `compress_dataset` made as a NetCDF-4 file that needs no plugin, or as GRIB 2 with CCSDS packing.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The file that `compress_dataset` made
    #[arg(value_parser = named::named())]
    input: PathBuf,
    /// The file to write: GRIB if its name ends in .grib, .grb, .grib2 or .grb2
    #[arg(value_parser = named::named())]
    output: PathBuf,
    /// Of GRIB: the bits of a value, 1 to 32
    #[arg(long, value_name = "BITS", default_value_t = 16)]
    bits: u8,
    /// Print one line of JSON, unless the output is GRIB
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
            println!("on no grid, and left out: {}", summary.left_out.join(", "));
        }
        return Ok(());
    }
    let bar = progress::bar()?;
    let rules = DatasetOptions::lossless().with_progress(progress::moves(&bar));
    let summary = decompress_dataset(&arguments.input, &arguments.output, &rules)?;
    bar.finish_and_clear();
    let table = table::Table(&summary);
    match arguments.json {
        true => println!("{}", table.json()),
        false => print!("{table}"),
    }
    Ok(())
}
