//! `fieldreel explain`: figures of the base layer and of the decoded values of a field.

#[cfg(all(feature = "ffmpeg", feature = "plot"))]
mod encoding;
#[cfg(all(feature = "ffmpeg", feature = "plot"))]
mod run;

use std::path::PathBuf;

use clap::Args;
use fieldreel::Criterion;

use crate::error::Result;
use crate::options::{Printing, VariableOption, named_file};

const EXAMPLES: &str = "\
Examples:
  fieldreel explain data/navy_winds_uwnd.nc --frame 12 --out figures";

/// Draws a field beside its base layer, encoded as a video, and beside its decoded values.
///
/// The folder gets base-layer.png and decoded.png.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    /// The file to read: NetCDF (.nc, .nc4, .cdf), GRIB (.grib, .grb, .grib2, .grb2), a reel
    /// (.reel) or a video (.mp4, .mkv)
    #[arg(value_parser = named_file())]
    file: PathBuf,
    #[command(flatten)]
    variable: VariableOption,
    /// The folder in which the figures are written
    #[arg(long, value_name = "DIR", value_parser = named_file(), default_value = "explain")]
    out: PathBuf,
    /// The frame to draw, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    frame: usize,
    /// The error bound or the target: abs:E, rel:R, pointwise:R, lossless, psnr:DB or ratio:X
    #[arg(
        long,
        value_name = "BOUND",
        default_value = "rel:1e-2",
        allow_hyphen_values = true
    )]
    bound: Criterion,
    #[command(flatten)]
    printing: Printing,
}

impl Explain {
    /// Draws the figures.
    #[cfg(all(feature = "ffmpeg", feature = "plot"))]
    pub(crate) fn run(&self) -> Result {
        run::run(self)
    }

    /// Fails, because a feature is missing.
    #[cfg(not(all(feature = "ffmpeg", feature = "plot")))]
    pub(crate) fn run(&self) -> Result {
        let feature = match cfg!(feature = "ffmpeg") {
            true => "plot",
            false => "ffmpeg",
        };
        Err(crate::error::missing_feature("explain", feature))
    }
}
