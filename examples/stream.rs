//! Runs a small simulation and writes its frames as they come, in memory that does not grow with
//! them.
//!
//! `cargo run --release --example stream -- [--frames N] [--height H] [--width W] OUT.reel`

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use fieldreel::reel::{Coordinate, Dimension};
use fieldreel::{Compressor, Criterion, Effort, Metadata};
use fieldreel_core::files::SequentialFile;

#[path = "support/change.rs"]
mod change;
#[path = "support/progress.rs"]
mod progress;
#[path = "stream/smoke.rs"]
mod smoke;
#[path = "support/standard.rs"]
mod standard;
mod support;

use smoke::Smoke;

/// Runs a small simulation, smoke in a stirred box, and writes its frames as they come.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The .reel file to write; `-` for standard output
    output: PathBuf,
    /// How many frames to run
    #[arg(long, value_name = "N", default_value_t = 1000)]
    frames: usize,
    /// Points of a frame from top to bottom
    #[arg(long, value_name = "H", default_value_t = 256, value_parser = side)]
    height: usize,
    /// Points of a frame from left to right
    #[arg(long, value_name = "W", default_value_t = 256, value_parser = side)]
    width: usize,
    /// The error bound or the target; values are from 0 to 1
    #[arg(
        long = "bound",
        value_name = "BOUND",
        default_value = "rel:1e-2",
        allow_hyphen_values = true
    )]
    criterion: Criterion,
    /// The most segments that are encoded at once [default and at most: as many as the machine runs threads]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    support::run(stream)
}

fn stream(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let path = &arguments.output;
    let unwritable = |error| format!("{}: {error}", path.display());
    if standard::is_standard(path) {
        drop(run(arguments, io::stdout().lock())?);
        return Ok(());
    }
    // Under its own name from the beginning: what a simulation wrote before it was killed can be read.
    match File::create_new(path) {
        Ok(file) => {
            run(arguments, file)?;
            Ok(())
        }
        // But what was there before stays until the new reel is whole.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let file = SequentialFile::create(path).map_err(unwritable)?;
            Ok(run(arguments, file)?.commit().map_err(unwritable)?)
        }
        Err(error) => Err(unwritable(error).into()),
    }
}

/// Runs the simulation into a sink, and gives it back.
fn run<W: Write>(arguments: &Arguments, sink: W) -> Result<W, Box<dyn Error>> {
    let (path, size) = (&arguments.output, [arguments.height, arguments.width]);
    let bar = progress::bar(arguments.frames)?;
    let mut compressor = Compressor::new(arguments.criterion)
        // The range of all frames is known before the first is there: the model keeps within it.
        .with_range(1.0)
        .with_effort(Effort::Fast)
        .with_metadata(metadata(size))
        .with_progress(progress::moves(&bar));
    if let Some(threads) = arguments.threads {
        compressor = compressor.with_threads(threads);
    }

    let start = Instant::now();
    let writer = compressor.stream(sink, size);
    let mut writer = writer.map_err(|error| error.with_path(path))?;
    let failed = |source| fieldreel::Error::from(source).with_path(path);
    let mut smoke = Smoke::new(size);
    for _ in 0..arguments.frames {
        writer.write_frame(smoke.step()).map_err(failed)?;
    }
    // Only now is it known how many there are.
    let mut times = Metadata::default();
    let hours: Vec<f64> = (0..arguments.frames).map(|frame| frame as f64).collect();
    times.coordinates = vec![Coordinate::axis("time", hours).with_attribute("units", "1")];
    writer.supplement(times);
    let (sink, summary) = writer.finish().map_err(failed)?;
    bar.finish_and_clear();

    let seconds = start.elapsed().as_secs_f64();
    let original = (summary.frames * size[0] * size[1] * size_of::<f32>()) as u64;
    let memory = peak_memory().unwrap_or_else(|| "not told by this system".to_owned());
    let text = format!(
        "{}: {} frames, {} bytes of {original}, {}, in {seconds:.1} s\n\
         peak memory of the process: {memory}\n",
        path.display(),
        summary.frames,
        summary.bytes,
        change::change(original, summary.bytes),
    );
    standard::tell(path, &text)?;
    Ok(sink)
}

fn metadata([height, width]: [usize; 2]) -> Metadata {
    let mut metadata = Metadata::new("smoke");
    metadata.dimensions = vec![
        Dimension::unlimited("time"),
        Dimension::new("y", height),
        Dimension::new("x", width),
    ];
    metadata.attributes.insert("units", "1");
    metadata
}

/// As Linux tells it, with its unit.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}

fn side(text: &str) -> Result<usize, &'static str> {
    let side = text.parse().ok().filter(|side| (3..=4096).contains(side));
    side.ok_or("not a number from 3 to 4096")
}
