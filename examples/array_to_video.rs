//! Writes a variable of a NetCDF, GRIB or video file as a video, and prints the path of the video.
//!
//! `cargo run --release --example array_to_video -- INPUT VARIABLE FOLDER MODE`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::{FrameView, Frames};
use fieldreel::{Preset, array_to_video, read_field, video_path};

#[path = "support/distinct_files.rs"]
mod distinct_files;
#[path = "support/float_frames.rs"]
mod float_frames;
#[path = "support/path_argument.rs"]
mod path_argument;
mod support;

/// Writes a variable of a NetCDF, GRIB or video file as a video.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A .nc, .grib, .mp4 or .mkv file
    #[arg(value_parser = path_argument::parser())]
    input: PathBuf,
    /// The name (NetCDF) or the shortName (GRIB) of the variable
    variable: String,
    /// The folder in which the video is written
    #[arg(value_parser = path_argument::parser())]
    folder: PathBuf,
    /// The mode: extreme, max, vhigh, C4-JP2K, high, avg, low, vlow or LL-JP2K
    mode: String,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        let preset: Preset = arguments.mode.parse()?;
        let field = read_field(&arguments.input, Some(&arguments.variable))?;
        let field = float_frames::to_float_frames(field)?;
        // Leading dimensions of a variable of four or more dimensions are folded into time.
        let frames = field.as_frames(&FrameView::FoldLeading)?;
        // The name of the video depends on the values, so that it may be the name of the input.
        let path = match &frames {
            Frames::F32(frames) => video_path(frames, &arguments.folder, preset)?,
            Frames::F64(frames) => video_path(frames, &arguments.folder, preset)?,
            _ => return Err("the values have no floating-point type".into()),
        };
        distinct_files::check_distinct(&arguments.input, &path)?;
        match &frames {
            Frames::F32(frames) => array_to_video(frames, &arguments.folder, preset)?,
            Frames::F64(frames) => array_to_video(frames, &arguments.folder, preset)?,
            _ => return Err("the values have no floating-point type".into()),
        };
        println!("{}", path.display());
        Ok(())
    })
}
