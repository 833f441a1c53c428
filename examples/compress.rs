//! Compresses a variable of a NetCDF or GRIB file within a bound that every value keeps.
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

#[path = "support/apart.rs"]
mod apart;
#[path = "support/change.rs"]
mod change;
#[path = "support/named.rs"]
mod named;
#[path = "support/progress.rs"]
mod progress;
#[path = "compress/report.rs"]
mod report;
#[path = "support/standard.rs"]
mod standard;
mod support;
#[path = "support/total.rs"]
mod total;

use report::Report;

/// Compresses a variable of a NetCDF or GRIB file within a bound that every value keeps.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A .nc or .grib file
    #[arg(value_parser = named::named())]
    input: PathBuf,
    /// The variable's name (NetCDF) or shortName (GRIB)
    variable: String,
    /// The .reel file to write; `-` for standard output
    output: PathBuf,
    /// The error bound or the target: abs:E, rel:R (of the range), pointwise:R (of each value),
    /// lossless, psnr:DB or ratio:X
    #[arg(value_name = "BOUND", allow_hyphen_values = true)]
    criterion: Criterion,
    /// fast, balanced or best
    #[arg(long, default_value_t)]
    effort: Effort,
    /// auto (a prediction; with --effort best a video if it is smaller), prediction, video (plays) or none
    #[arg(long, default_value_t)]
    base: BaseChoice,
    /// The codecs that may encode a video: any, x265 or av1
    #[arg(long, default_value_t)]
    codec: CodecChoice,
    /// A value that stands for missing ones and comes back where it was, besides those that the file
    /// marks as missing
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    fill: Option<f64>,
    /// The sides of the tiles that frames are cut into, along y and x, so that parts can be read alone [default: whole frames
    /// up to 4 million values]
    #[arg(long, value_name = "Y,X", value_parser = tile)]
    tile: Option<[usize; 2]>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
    /// The most segments that are encoded at once [default and at most: as many as the machine runs threads]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    support::run(compress)
}

fn compress(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    apart::check_apart(&arguments.input, &arguments.output)?;
    let field = read_field(&arguments.input, Some(&arguments.variable))?;
    let [frames, ..] = field.as_frames(&FrameView::FoldLeading)?.shape();
    let bar = progress::bar(frames)?;
    let mut compressor = Compressor::new(arguments.criterion)
        .with_effort(arguments.effort)
        .with_base(arguments.base)
        .with_codec(arguments.codec)
        .with_progress(progress::moves(&bar));
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
    let summary = if standard::is_standard(&arguments.output) {
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
        let extremes = validity.min_max(values.as_slice().unwrap_or_default());
        extremes.range().unwrap_or(0.0)
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
    Ok(standard::tell(&arguments.output, &text)?)
}

/// `Y,X`, both over 0.
fn tile(text: &str) -> Result<[usize; 2], &'static str> {
    let sides = text.split_once(',');
    let sides = sides.and_then(|(y, x)| Some([y.parse().ok()?, x.parse().ok()?]));
    sides
        .filter(|sides| !sides.contains(&0))
        .ok_or("not two numbers over 0 such as 256,256")
}
