//! Prints the header, the plans, the sizes and the certificates of a reel, and verifies them.
//!
//! `cargo run --release --example inspect -- FILE.reel [--verify] [--export VIDEO.mp4]`

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use fieldreel::Limits;
use fieldreel::codec::Container;
use fieldreel::reel::segment::export_video;

#[path = "support/distinct_files.rs"]
mod distinct_files;
#[path = "inspect/header.rs"]
mod header;
#[path = "support/path_argument.rs"]
mod path_argument;
#[path = "support/reel_errors.rs"]
mod reel_errors;
#[path = "support/reel_input.rs"]
mod reel_input;
mod support;
#[path = "inspect/table.rs"]
mod table;

/// Prints the header, the plans, the sizes and the certificates of a reel. Fails if the reel is
/// damaged or incomplete.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The .reel file; `-` for standard input, which is read into memory
    file: PathBuf,
    /// Decode every segment, and check that its values are those that the certificate describes
    #[arg(long)]
    verify: bool,
    /// Write the video of a segment, without the residuals and outliers that correct it, to a .mp4
    /// or .mkv file
    #[arg(long, value_name = "VIDEO", value_parser = path_argument::parser())]
    export: Option<PathBuf>,
    /// The segment whose video is exported, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "export")]
    segment: usize,
}

fn main() -> ExitCode {
    support::run(inspect)
}

fn inspect(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let path = &arguments.file;
    if let Some(video) = &arguments.export {
        distinct_files::check_distinct(path, video)?;
    }
    let (mut reader, bytes) = reel_input::open(path, Limits::default())?;
    println!("{}: {bytes} bytes", path.display());
    header::print(&reader);

    let numbers = 0..reader.segments().len();
    let segments: Vec<_> = numbers.map(|number| reader.inspect(number)).collect();
    table::print(&reader, &segments, bytes);

    if let Some(video) = &arguments.export {
        export(&mut reader, arguments.segment, video)?;
    }
    let mut damaged = segments.iter().position(Result::is_err);
    if arguments.verify {
        let report = reader.verify();
        let mut outcomes = report.segments.iter().map(|segment| &segment.outcome);
        damaged = outcomes.clone().position(Result::is_err);
        for (number, outcome) in outcomes.by_ref().enumerate() {
            if let Err(error) = outcome {
                println!("segment {number}: {}", support::one_line(error));
            }
        }
        if damaged.is_none() {
            let count = report.segments.len();
            println!("verified: {count} segment(s) decode to the certified values");
        }
    }
    if let Some(number) = damaged {
        let path = path.display();
        return Err(format!("{path}: segment {number} is damaged").into());
    }
    if !reader.integrity().is_complete() {
        let [frames, ..] = reader.shape();
        return Err(fieldreel::Error::IncompleteReel {
            path: Some(path.clone()),
            frames,
            integrity: reader.integrity().clone(),
        }
        .into());
    }
    Ok(())
}

fn export(
    reader: &mut reel_input::InputReader,
    segment: usize,
    video: &Path,
) -> Result<(), Box<dyn Error>> {
    let container = Container::from_path(video)?;
    let bytes = reader.segment(segment)?;
    let bytes = export_video(&bytes, container, &Limits::default())
        .map_err(|error| format!("segment {segment}: {}", support::one_line(&error)))?;
    fieldreel_core::files::write(video, &bytes).map_err(|e| format!("{}: {e}", video.display()))?;
    println!("video of segment {segment}: {}", video.display());
    Ok(())
}
