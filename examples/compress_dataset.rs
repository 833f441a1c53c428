//! Compresses a NetCDF or GRIB file into a NetCDF-4 file, variable by variable within bounds.
//!
//! `cargo run --release --example compress_dataset -- INPUT OUTPUT.nc --default-rel 1e-3 --bound TEMP=abs:0.01`

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::dataset::{Rules, compress_dataset};
use fieldreel::{BaseChoice, Bound, Codecs, Effort};

#[path = "dataset/bounds.rs"]
mod bounds;
#[path = "support/change.rs"]
mod change;
#[path = "support/named.rs"]
mod named;
#[path = "dataset/progress.rs"]
mod progress;
mod support;
#[path = "dataset/table.rs"]
mod table;

/// Compresses a NetCDF or GRIB file into a NetCDF-4 file, variable by variable within bounds.
///
/// Coordinates, flags, texts and what else no bound is for are kept exactly.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A NetCDF or GRIB file
    #[arg(value_parser = named::named())]
    input: PathBuf,
    /// The NetCDF-4 file to write
    #[arg(value_parser = named::named())]
    output: PathBuf,
    /// Largest error of floating-point and packed variables, as a part of the range of each; without it, only variables that
    /// --bound names lose anything
    #[arg(long, value_name = "E", allow_hyphen_values = true, value_parser = bounds::part)]
    default_rel: Option<f64>,
    /// The bound of a variable or of those that a pattern matches: abs:E, rel:E, pointwise:E, psnr:DB, ratio:X, lossless; the
    /// last that matches counts
    #[arg(long = "bound", value_name = "VAR=KIND:E", value_parser = bounds::rule)]
    bounds: Vec<(String, Bound)>,
    /// A variable or pattern to keep exactly
    #[arg(long, value_name = "VAR")]
    keep: Vec<String>,
    /// Keep packed variables, integers with a factor, exactly unless --bound is for them
    #[arg(long)]
    keep_packed: bool,
    /// Store what is kept exactly through deflate alone, which is readable without a plugin
    #[arg(long)]
    portable: bool,
    /// The length of chunks along a dimension, of variables that lose anything; readers decode whole chunks [default: whole
    /// frames, and as many steps as fit into 16 MiB]
    #[arg(long = "chunk", value_name = "DIM=N", value_parser = bounds::chunk)]
    chunks: Vec<(String, usize)>,
    /// fast, balanced or best
    #[arg(long, default_value_t = Effort::Fast)]
    effort: Effort,
    /// auto (a prediction; with --effort best a video if it is smaller), prediction, video (plays) or none
    #[arg(long, default_value_t)]
    base: BaseChoice,
    /// The codecs that may encode a video: any, x265 or av1
    #[arg(long, default_value_t)]
    codecs: Codecs,
    /// Decoded values encode to themselves, so that a file may be decoded and encoded again without further loss; larger
    #[arg(long)]
    on_grid: bool,
    /// The most chunks that are encoded at once [default and at most: as many as the machine runs threads]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    support::run(compress)
}

fn compress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let bar = progress::bar()?;
    let default = arguments.default_rel.map(Bound::Relative);
    let mut rules = default
        .map_or_else(Rules::lossless, Rules::new)
        .effort(arguments.effort)
        .base(arguments.base)
        .codecs(arguments.codecs)
        .on_grid(arguments.on_grid)
        .packed(!arguments.keep_packed)
        .portable(arguments.portable)
        .on_progress(progress::moves(&bar));
    for (pattern, bound) in &arguments.bounds {
        rules = rules.bound(pattern, *bound)?;
    }
    for pattern in &arguments.keep {
        rules = rules.keep(pattern)?;
    }
    for (dimension, length) in &arguments.chunks {
        rules = rules.chunk(dimension, *length);
    }
    if let Some(threads) = arguments.threads {
        rules = rules.threads(threads);
    }
    let summary = compress_dataset(&arguments.input, &arguments.output, &rules)?;
    bar.finish_and_clear();
    let table = table::Table(&summary);
    match arguments.json {
        true => println!("{}", table.json()),
        false => print!("{table}"),
    }
    Ok(())
}
