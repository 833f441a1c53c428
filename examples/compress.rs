//! Compresses a variable of a NetCDF or GRIB file into a reel within an error bound.
//!
//! `cargo run --release --example compress -- INPUT VARIABLE OUTPUT.reel abs:0.05`

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use fieldreel::formats::{FrameView, with_values};
use fieldreel::reel::Validity;
use fieldreel::{BaseChoice, CodecChoice, Compressor, Criterion, Effort, Scalar, read_field};

#[path = "support/distinct_files.rs"]
mod distinct_files;
#[path = "support/path_argument.rs"]
mod path_argument;
#[path = "support/progress.rs"]
mod progress;
#[path = "support/reel_errors.rs"]
mod reel_errors;
#[path = "compress/report.rs"]
mod report;
#[path = "support/size_change.rs"]
mod size_change;
#[path = "support/standard_output.rs"]
mod standard_output;
mod support;

use report::Report;

/// Compresses a variable of a NetCDF or GRIB file into a reel within an error bound.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A .nc or .grib file
    #[arg(value_parser = path_argument::parser())]
    input: PathBuf,
    /// The name (NetCDF) or the shortName (GRIB) of the variable
    variable: String,
    /// The .reel file to write; `-` for standard output
    output: PathBuf,
    /// The error bound or the target: abs:E, rel:R (of the range), pointwise:R (of each value),
    /// lossless, psnr:DB or ratio:X
    #[arg(value_name = "BOUND", allow_hyphen_values = true)]
    criterion: Criterion,
    /// The time that encoding may take: fast, balanced or best
    #[arg(long, default_value_t)]
    effort: Effort,
    /// The base layer: auto (a prediction; with --effort best a video if it is smaller),
    /// prediction, or video (which can be exported and played)
    #[arg(long, default_value_t)]
    base: BaseChoice,
    /// The codecs that may encode a video: any, x265 or av1
    #[arg(long, default_value_t)]
    codec: CodecChoice,
    /// A fill value, in addition to those that the file defines; missing values are lossless
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    fill: Option<f64>,
    /// The rows and columns of the tiles that frames are divided into, so that regions can be
    /// decoded without the rest [default: whole frames, or tiles if frames are large]
    #[arg(long, value_name = "Y,X", value_parser = tile)]
    tile: Option<[usize; 2]>,
    /// Print the report as one line of JSON
    #[arg(long)]
    json: bool,
    /// The number of segments that are encoded in parallel [default and maximum: the number of
    /// threads of the machine]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    support::run(compress)
}

fn compress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    distinct_files::check_distinct(&arguments.input, &arguments.output)?;
    let field = read_field(&arguments.input, Some(&arguments.variable))?;
    let [frames, ..] = field.as_frames(&FrameView::FoldLeading)?.shape();
    let bar = progress::bar(frames)?;
    let mut compressor = Compressor::new(arguments.criterion)
        .with_effort(arguments.effort)
        .with_base(arguments.base)
        .with_codec(arguments.codec)
        .with_progress(progress::updater(&bar));
    if let Some(fill) = arguments.fill {
        compressor = compressor.with_fill_value(fill);
    }
    if let Some(tile) = arguments.tile {
        compressor = compressor.with_tile(tile);
    }
    if let Some(threads) = arguments.threads {
        compressor = compressor.with_threads(threads);
    }
    let start = Instant::now();
    let summary = if standard_output::is_selected(&arguments.output) {
        compressor.stream_field(io::stdout().lock(), &field)?
    } else {
        compressor.write_field(&arguments.output, &field)?
    };
    let encode_s = start.elapsed().as_secs_f64();
    bar.finish_and_clear();

    let fills: Vec<Scalar> = arguments.fill.map(Scalar::from).into_iter().collect();
    let range = with_values!(FieldValues, &field.values, values => {
        let values = values.as_standard_layout();
        let validity = Validity::new(&fills, None);
        let min_max = validity.min_max(values.as_slice().unwrap_or_default());
        min_max.range().unwrap_or(0.0)
    });
    let original_bytes = field.values.len() * field.values.bytes_per_value();
    let report = Report::new(
        &summary,
        original_bytes as u64,
        range,
        arguments.criterion,
        encode_s,
    );
    let text = if arguments.json {
        format!("{}\n", serde_json::to_string(&report)?)
    } else {
        report.text(&arguments.output, field.units().unwrap_or_default())
    };
    Ok(standard_output::print_message(&arguments.output, &text)?)
}

/// Parses the shape of a tile, `Y,X`, of two positive numbers.
fn tile(text: &str) -> Result<[usize; 2], &'static str> {
    let shape = text.split_once(',');
    let shape = shape.and_then(|(y, x)| Some([y.parse().ok()?, x.parse().ok()?]));
    shape
        .filter(|shape| !shape.contains(&0))
        .ok_or("use two positive numbers such as 256,256")
}
