//! Compresses a NetCDF or GRIB file into a NetCDF-4 file, with an error bound for each variable.
//!
//! ```text
//! cargo run --release --example compress_dataset -- INPUT OUTPUT.nc \
//!     --default rel:1e-3 --bound TEMP=abs:0.01
//! ```

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::dataset::{DatasetOptions, compress_dataset};
use fieldreel::{BaseChoice, CodecChoice, Criterion, Effort};

#[path = "dataset/arguments.rs"]
mod arguments;
#[path = "support/path_argument.rs"]
mod path_argument;
#[path = "dataset/progress.rs"]
mod progress;
#[path = "support/size_change.rs"]
mod size_change;
mod support;
#[path = "dataset/table.rs"]
mod table;

/// Compresses a NetCDF or GRIB file into a NetCDF-4 file, with an error bound for each variable.
///
/// Coordinates, flags, strings and all other variables without a bound are lossless.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A NetCDF or GRIB file
    #[arg(value_parser = path_argument::parser())]
    input: PathBuf,
    /// The NetCDF-4 file to write
    #[arg(value_parser = path_argument::parser())]
    output: PathBuf,
    /// The bound of floating-point and packed data variables: abs:E, rel:R, pointwise:R, lossless,
    /// psnr:DB or ratio:X [default: all variables are lossless unless --bound names them]
    #[arg(long = "default", value_name = "BOUND", allow_hyphen_values = true)]
    default: Option<Criterion>,
    /// The bound of a variable, or of the variables that a pattern matches; may be repeated, and
    /// the last one that matches applies
    #[arg(long = "bound", value_name = "VAR=BOUND", value_parser = arguments::bound)]
    bounds: Vec<(String, Criterion)>,
    /// A variable or pattern to store losslessly; may be repeated. It applies after all --bound
    #[arg(long, value_name = "VAR")]
    lossless: Vec<String>,
    /// Store packed variables, which are integers with a scale factor, losslessly unless --bound
    /// names them
    #[arg(long)]
    lossless_packed: bool,
    /// Store lossless variables with deflate only, which is readable without a plugin
    #[arg(long)]
    portable: bool,
    /// The length of chunks along a dimension, in variables that are stored as segments; readers
    /// decode whole chunks [default: whole frames, and as many steps as fit into 16 MiB]
    #[arg(long = "chunk", value_name = "DIM=N", value_parser = arguments::chunk)]
    chunks: Vec<(String, usize)>,
    /// The time that encoding may take: fast, balanced or best
    #[arg(long, default_value_t = Effort::Fast)]
    effort: Effort,
    /// The base layer: auto (a prediction; with --effort best a video if it is smaller),
    /// prediction, or video (which can be exported and played)
    #[arg(long, default_value_t)]
    base: BaseChoice,
    /// The codecs that may encode a video: any, x265 or av1
    #[arg(long, default_value_t)]
    codec: CodecChoice,
    /// Encode so that decoded values encode to themselves: decoding and encoding again loses
    /// nothing more. Files are larger
    #[arg(long)]
    idempotent: bool,
    /// The number of chunks that are encoded in parallel [default and maximum: the number of
    /// threads of the machine]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print the summary as one line of JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    support::run(compress)
}

fn compress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let bar = progress::bar()?;
    let mut options = arguments
        .default
        .map_or_else(DatasetOptions::lossless, DatasetOptions::new)
        .with_effort(arguments.effort)
        .with_base(arguments.base)
        .with_codec(arguments.codec)
        .with_idempotent(arguments.idempotent)
        .with_packed(!arguments.lossless_packed)
        .with_portable(arguments.portable)
        .with_progress(progress::updater(&bar));
    for (pattern, bound) in &arguments.bounds {
        options = options.with_bound(pattern, *bound)?;
    }
    for pattern in &arguments.lossless {
        options = options.with_lossless(pattern)?;
    }
    for (dimension, length) in &arguments.chunks {
        options = options.with_chunk(dimension, *length);
    }
    if let Some(threads) = arguments.threads {
        options = options.with_threads(threads);
    }
    let summary = compress_dataset(&arguments.input, &arguments.output, &options)?;
    bar.finish_and_clear();
    let table = table::SummaryTable(&summary);
    match arguments.json {
        true => println!("{}", table.json()),
        false => print!("{table}"),
    }
    Ok(())
}
