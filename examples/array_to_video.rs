//! Writes a variable of a NetCDF, GRIB or video file as a video, and prints the path it wrote.
//!
//! `cargo run --release --example array_to_video -- INPUT VARIABLE FOLDER MODE`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fieldreel::formats::{FrameView, Frames};
use fieldreel::{Preset, array_to_video, read_field, video_path};

#[path = "support/apart.rs"]
mod apart;
#[path = "support/frames.rs"]
mod frames;
#[path = "support/named.rs"]
mod named;
mod support;

/// Writes a variable of a NetCDF, GRIB or video file as a video.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A .nc, .grib, .mp4 or .mkv file
    #[arg(value_parser = named::named())]
    input: PathBuf,
    /// The variable's name (NetCDF) or shortName (GRIB)
    variable: String,
    /// Where the video goes
    #[arg(value_parser = named::named())]
    folder: PathBuf,
    /// extreme, max, vhigh, C4-JP2K, high, avg, low, vlow or LL-JP2K
    mode: String,
}

fn main() -> ExitCode {
    support::run(|arguments: &Arguments| {
        let preset: Preset = arguments.mode.parse()?;
        let field = read_field(&arguments.input, Some(&arguments.variable))?;
        let field = frames::of_frames(field)?;
        // Leading dimensions of a 4-D variable become more frames.
        let frames = field.as_frames(&FrameView::FoldLeading)?;
        // The name is made of the values: a video may be its own output.
        let path = match &frames {
            Frames::F32(frames) => video_path(frames, &arguments.folder, preset)?,
            Frames::F64(frames) => video_path(frames, &arguments.folder, preset)?,
            _ => return Err("the values have no floating-point type".into()),
        };
        apart::check_apart(&arguments.input, &path)?;
        match &frames {
            Frames::F32(frames) => array_to_video(frames, &arguments.folder, preset)?,
            Frames::F64(frames) => array_to_video(frames, &arguments.folder, preset)?,
            _ => return Err("the values have no floating-point type".into()),
        };
        println!("{}", path.display());
        Ok(())
    })
}
