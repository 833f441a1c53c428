//! Writes the values of a reel as a NetCDF file, with dimensions, coordinates and attributes.
//!
//! ```text
//! cargo run --release --example decompress -- INPUT.reel OUTPUT.nc \
//!     [--frames A..B] [--region Y..Y,X..X]
//! ```

use std::error::Error;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::{NetcdfOptions, write_netcdf};
use fieldreel::{Limits, reel_region_to_field, reel_to_field};

#[path = "support/distinct_files.rs"]
mod distinct_files;
#[path = "support/path_argument.rs"]
mod path_argument;
#[path = "support/reel_input.rs"]
mod reel_input;
mod support;

/// Writes the values of a reel as a NetCDF file, with dimensions, coordinates and attributes.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The .reel file; `-` for standard input, which is read into memory
    input: PathBuf,
    /// The NetCDF file to write
    #[arg(value_parser = path_argument::parser())]
    output: PathBuf,
    /// Write only frames A to B - 1, counted from 0. If a variable has more than three dimensions,
    /// frames are counted along all dimensions before the last two, and are written along one
    /// dimension `frame` unless they are whole steps of the first dimension
    #[arg(long, value_name = "A..B", value_parser = range)]
    frames: Option<Range<usize>>,
    /// Write only these rows and columns, counted from 0: two ranges such as 100..300,50..250.
    /// Only the tiles that overlap with the region are decoded
    #[arg(long, value_name = "Y..Y,X..X", value_parser = region)]
    region: Option<[Range<usize>; 2]>,
    /// The largest size of the values in memory, and of standard input, in GiB
    #[arg(long, value_name = "GIB", default_value_t = 8)]
    limit: u64,
}

fn main() -> ExitCode {
    support::run(decompress)
}

fn decompress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let path = &arguments.input;
    distinct_files::check_distinct(path, &arguments.output)?;
    let limits = Limits::new(arguments.limit.saturating_mul(1 << 30));
    let (mut reader, _) = reel_input::open(path, limits)?;
    let [frame_count, ..] = reader.shape();
    let frames = match &arguments.frames {
        Some(frames) => frames.clone(),
        None if reader.integrity().is_complete() => 0..frame_count,
        None if frame_count == 0 => {
            let path = path.display();
            return Err(format!("{path}: incomplete reel without frames").into());
        }
        None => {
            let path = path.display();
            return Err(format!(
                "{path}: incomplete reel, for which `inspect` prints details; use \
                 --frames 0..{frame_count} to write the available frames"
            )
            .into());
        }
    };
    let field = match &arguments.region {
        None => reel_to_field(&mut reader, frames),
        Some([rows, columns]) => {
            reel_region_to_field(&mut reader, frames, rows.clone(), columns.clone())
        }
    };
    let field = field.map_err(|error| error.with_path(path))?;
    write_netcdf(&arguments.output, &field, &NetcdfOptions::default())?;
    Ok(())
}

/// Parses a range `A..B` that is not empty.
fn range(text: &str) -> Result<Range<usize>, &'static str> {
    let ends = text.split_once("..");
    let ends = ends.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
    match ends {
        Some((start, end)) if start < end => Ok(start..end),
        _ => Err("use two numbers such as 10..20, the second larger"),
    }
}

/// Parses two ranges `A..B,C..D` that are not empty.
fn region(text: &str) -> Result<[Range<usize>; 2], &'static str> {
    match text.split_once(',') {
        Some((rows, columns)) => Ok([range(rows)?, range(columns)?]),
        None => Err("use two ranges such as 10..20,30..40"),
    }
}
