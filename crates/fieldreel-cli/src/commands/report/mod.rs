//! `fieldreel report`: sizes, errors and times of all modes and baselines on a field.

#[cfg(all(
    feature = "ffmpeg",
    feature = "netcdf",
    feature = "grib",
    feature = "plot"
))]
mod run;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::error::Result;
use crate::options::{Printing, VariableOption, named_file};

const LONG_ABOUT: &str = "\
Stores a field in every mode and baseline, and reports sizes, errors and times.

The modes are plain videos: extreme, max, vhigh, C4-JP2K, high, avg, low, vlow and LL-JP2K. The \
baselines are NCU (NetCDF-4 without compression), NCZip (deflate 9 and shuffle), GribAEC (GRIB 2 \
with CCSDS packing in 16 bits) and HalfRes (every second point, decoded by interpolation).

The folder gets report.json, report.png, bytes.png, and for each mode MODE_images.png and \
MODE_errors.png.";

const EXAMPLES: &str = "\
Examples:
  fieldreel report data/navy_winds_uwnd.nc
  fieldreel report in.grib --variable 2t --modes high,vlow,NCZip --keep --out 2t";

/// Stores a field in every mode and baseline, and reports sizes, errors and times.
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub(crate) struct Report {
    /// The file to read: NetCDF (.nc, .nc4, .cdf), GRIB (.grib, .grb, .grib2, .grb2), a reel
    /// (.reel) or a video (.mp4, .mkv)
    #[arg(value_parser = named_file())]
    file: PathBuf,
    #[command(flatten)]
    variable: VariableOption,
    /// The folder in which the report is written
    #[arg(long, value_name = "DIR", value_parser = named_file(), default_value = "report")]
    out: PathBuf,
    /// The modes and baselines, separated by commas [default: all]
    #[arg(long, value_name = "MODE,...", value_delimiter = ',')]
    modes: Vec<String>,
    /// Keep the encoded files in DIR/files
    #[arg(long)]
    keep: bool,
    /// The number of modes that are measured at the same time; the times of a mode are disturbed
    /// by the others if it is more than 1
    #[arg(long, value_name = "N", default_value = "1")]
    jobs: NonZeroUsize,
    #[command(flatten)]
    printing: Printing,
}

impl Report {
    /// Measures all modes and writes the report.
    #[cfg(all(
        feature = "ffmpeg",
        feature = "netcdf",
        feature = "grib",
        feature = "plot"
    ))]
    pub(crate) fn run(&self) -> Result {
        run::run(self)
    }

    /// Fails, because a feature is missing.
    #[cfg(not(all(
        feature = "ffmpeg",
        feature = "netcdf",
        feature = "grib",
        feature = "plot"
    )))]
    pub(crate) fn run(&self) -> Result {
        let features = [
            (cfg!(feature = "ffmpeg"), "ffmpeg"),
            (cfg!(feature = "netcdf"), "netcdf"),
            (cfg!(feature = "grib"), "grib"),
        ];
        let missing = features.iter().find(|(is_enabled, _)| !is_enabled);
        let feature = missing.map_or("plot", |(_, name)| name);
        Err(crate::error::missing_feature("report", feature))
    }
}
