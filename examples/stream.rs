//! Runs a small simulation and writes each frame to a reel when it is computed. The memory does
//! not grow with the number of frames.
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

#[path = "support/progress.rs"]
mod progress;
#[path = "support/size_change.rs"]
mod size_change;
#[path = "stream/smoke.rs"]
mod smoke;
#[path = "support/standard_output.rs"]
mod standard_output;
mod support;

use smoke::Smoke;

/// Runs a small simulation of smoke in a stirred box, and writes each frame when it is computed.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The .reel file to write; `-` for standard output
    output: PathBuf,
    /// The number of frames
    #[arg(long, value_name = "N", default_value_t = 1000)]
    frames: usize,
    /// The number of rows of a frame
    #[arg(long, value_name = "H", default_value_t = 256, value_parser = side_length)]
    height: usize,
    /// The number of columns of a frame
    #[arg(long, value_name = "W", default_value_t = 256, value_parser = side_length)]
    width: usize,
    /// The error bound or the target; values range from 0 to 1
    #[arg(
        long = "bound",
        value_name = "BOUND",
        default_value = "rel:1e-2",
        allow_hyphen_values = true
    )]
    criterion: Criterion,
    /// The number of segments that are encoded in parallel [default and maximum: the number of
    /// threads of the machine]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    support::run(stream)
}

fn stream(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let path = &arguments.output;
    let io_error = |error| format!("{}: {error}", path.display());
    if standard_output::is_selected(path) {
        drop(run(arguments, io::stdout().lock())?);
        return Ok(());
    }
    // The file has its final name from the beginning, so that the frames of a simulation that is
    // killed can be read.
    match File::create_new(path) {
        Ok(file) => {
            run(arguments, file)?;
            Ok(())
        }
        // An existing file stays until the new reel is complete.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let file = SequentialFile::create(path).map_err(io_error)?;
            Ok(run(arguments, file)?.commit().map_err(io_error)?)
        }
        Err(error) => Err(io_error(error).into()),
    }
}

/// Runs the simulation, writes its frames to a sink, and returns the sink.
fn run<W: Write>(arguments: &Arguments, sink: W) -> Result<W, Box<dyn Error>> {
    let (path, size) = (&arguments.output, [arguments.height, arguments.width]);
    let bar = progress::bar(arguments.frames)?;
    let mut compressor = Compressor::new(arguments.criterion)
        // The range of all frames is known beforehand, because the model does not leave it.
        .with_range(1.0)
        .with_effort(Effort::Fast)
        .with_metadata(metadata(size))
        .with_progress(progress::updater(&bar));
    if let Some(threads) = arguments.threads {
        compressor = compressor.with_threads(threads);
    }

    let start = Instant::now();
    let writer = compressor.stream(sink, size);
    let mut writer = writer.map_err(|error| error.with_path(path))?;
    let with_path = |source| fieldreel::Error::from(source).with_path(path);
    let mut smoke = Smoke::new(size);
    for _ in 0..arguments.frames {
        writer.write_frame(smoke.step()).map_err(with_path)?;
    }
    // A simulation may find out the number of frames only now.
    let mut times = Metadata::default();
    let hours: Vec<f64> = (0..arguments.frames).map(|frame| frame as f64).collect();
    times.coordinates = vec![Coordinate::axis("time", hours).with_attribute("units", "1")];
    writer.supplement(times);
    let (sink, summary) = writer.finish().map_err(with_path)?;
    bar.finish_and_clear();

    let seconds = start.elapsed().as_secs_f64();
    let original = (summary.frames * size[0] * size[1] * size_of::<f32>()) as u64;
    let memory = peak_memory().unwrap_or_else(|| "unknown on this system".to_owned());
    let text = format!(
        "{}: {} frames, {} bytes of {original}, {}, in {seconds:.1} s\n\
         peak memory of the process: {memory}\n",
        path.display(),
        summary.frames,
        summary.bytes,
        size_change::describe_change(original, summary.bytes),
    );
    standard_output::print_message(path, &text)?;
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

/// Returns the peak memory of the process as Linux prints it, with a unit.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}

fn side_length(text: &str) -> Result<usize, &'static str> {
    let length = text.parse().ok();
    let length = length.filter(|length| (3..=4096).contains(length));
    length.ok_or("use a number from 3 to 4096")
}
