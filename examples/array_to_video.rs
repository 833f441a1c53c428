//! Writes a variable of a NetCDF, GRIB or video file as a video, and prints the path it wrote.
//!
//! `cargo run --release --example array_to_video -- INPUT VARIABLE FOLDER MODE`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::{FrameView, Frames};
use fieldreel::{Preset, array_to_video, read_field};

mod support;

/// Writes a variable of a NetCDF, GRIB or video file as a video.
#[derive(Parser)]
struct Arguments {
    /// A .nc, .grib, .mp4 or .mkv file
    input: PathBuf,
    /// The variable's name (NetCDF) or shortName (GRIB)
    variable: String,
    /// Where the video goes
    folder: PathBuf,
    /// extreme, max, vhigh, C4-JP2K, high, avg, low, vlow or LL-JP2K
    mode: String,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        let preset: Preset = arguments.mode.parse()?;
        let field = read_field(&arguments.input, Some(&arguments.variable))?;
        // Leading dimensions of a 4-D variable become more frames.
        let path = match field.as_frames(&FrameView::FoldLeading)? {
            Frames::F32(frames) => array_to_video(&frames, &arguments.folder, preset)?,
            Frames::F64(frames) => array_to_video(&frames, &arguments.folder, preset)?,
        };
        println!("{}", path.display());
        Ok(())
    })
}
