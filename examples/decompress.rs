//! Writes the values of a reel as a NetCDF file, with dimensions, coordinates and attributes.
//!
//! `cargo run --release --example decompress -- INPUT.reel OUTPUT.nc [--frames A..B] [--region Y..Y,X..X]`

use std::error::Error;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::{NetcdfOptions, write_netcdf};
use fieldreel::{Limits, reel_region_to_field, reel_to_field};

#[path = "support/apart.rs"]
mod apart;
#[path = "support/named.rs"]
mod named;
#[path = "support/source.rs"]
mod source;
mod support;

/// Writes the values of a reel as a NetCDF file, with dimensions, coordinates and attributes.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The .reel file; `-` for standard input, which is held in memory
    input: PathBuf,
    /// The NetCDF file to write
    #[arg(value_parser = named::named())]
    output: PathBuf,
    /// Only the frames from A to before B, counted from 0 along time; of a variable with more than
    /// three dimensions along all before the last two, as one dimension `frame` unless A and B are
    /// where steps of the first one begin
    #[arg(long, value_name = "A..B", value_parser = range)]
    frames: Option<Range<usize>>,
    /// Only these rows and columns of frames, counted from 0: two ranges such as 100..300,50..250. Of a reel in tiles, only those
    /// that have some of them are decoded
    #[arg(long, value_name = "Y..Y,X..X", value_parser = region)]
    region: Option<[Range<usize>; 2]>,
    /// The most memory that the values may take, in GiB, and that standard input may
    #[arg(long, value_name = "GIB", default_value_t = 8)]
    limit: u64,
}

fn main() -> ExitCode {
    support::run(decompress)
}

fn decompress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let path = &arguments.input;
    apart::check_apart(path, &arguments.output)?;
    let limits = Limits {
        max_bytes: arguments.limit.saturating_mul(1 << 30),
    };
    let (mut reader, _) = source::open(path, limits)?;
    let [all, ..] = reader.shape();
    let frames = match &arguments.frames {
        Some(frames) => frames.clone(),
        None if reader.integrity().is_complete() => 0..all,
        None if all == 0 => {
            let path = path.display();
            return Err(format!("{path}: not whole, and no frame is left").into());
        }
        None => {
            let path = path.display();
            let what = "not whole, as `inspect` tells";
            return Err(format!("{path}: {what}; --frames 0..{all} takes what is there").into());
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

/// `A..B`, not empty.
fn range(text: &str) -> Result<Range<usize>, &'static str> {
    let ends = text.split_once("..");
    let ends = ends.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
    match ends {
        Some((start, end)) if start < end => Ok(start..end),
        _ => Err("not two numbers such as 10..20, the second larger"),
    }
}

/// `A..B,C..D`, neither empty.
fn region(text: &str) -> Result<[Range<usize>; 2], &'static str> {
    match text.split_once(',') {
        Some((rows, columns)) => Ok([range(rows)?, range(columns)?]),
        None => Err("not two ranges such as 10..20,30..40"),
    }
}
