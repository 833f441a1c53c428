//! `fieldreel verify`: the checksums of a compressed file, and the bound of every value.

mod check;
mod dataset;
mod field;
mod outcome;
mod reel;
mod tally;
#[cfg(feature = "dataset")]
mod variables;

#[cfg(feature = "archive")]
pub(crate) use dataset::find_difference;

use std::path::PathBuf;

use clap::Args;

use crate::error::{Result, usage};
use crate::input::FileFormat;
use crate::options::{BoundArgument, Printing, named_file};

const EXAMPLES: &str = "\
Examples:
  fieldreel verify small.nc
  fieldreel verify small.nc --against ocean.nc
  fieldreel verify wind.reel --against data/navy_winds_uwnd.nc
  fieldreel verify plain.nc --against ocean.nc --bound 'TEMP=abs:0.01'";

/// Verifies the checksums of a compressed file and, with the original, the bound of every value.
///
/// Every segment is decoded, and its values are compared with the checksum in its certificate.
/// With --against, every value is also compared with its original: its error must be within the
/// bound that the file records, and missing values must be the same. The exit code is 3 if the
/// file is damaged or a value exceeds its bound.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The file to verify: a reel (.reel, or `-` for standard input, which is read into memory), a
    /// NetCDF-4 file (.nc, .nc4) or a Zarr store (.zarr, a folder)
    file: PathBuf,
    /// The file from which it was compressed: NetCDF, Zarr, GRIB, or for a reel also another reel
    #[arg(long, value_name = "ORIGINAL", value_parser = named_file())]
    against: Option<PathBuf>,
    /// The bound to check instead of the one that the file records, with the form and the meaning
    /// of --bound of `fieldreel compress`; rel:R refers to the range of the original [default: the
    /// recorded bound, or lossless]
    #[arg(
        long = "bound",
        value_name = "[VAR=]BOUND",
        allow_hyphen_values = true,
        requires = "against"
    )]
    bounds: Vec<BoundArgument>,
    /// The variable of the original with which a reel is compared [default: the name in the reel]
    #[arg(long, value_name = "NAME", requires = "against")]
    variable: Option<String>,
    /// The largest size of a reel in memory, in GiB
    #[arg(long, value_name = "GIB", default_value_t = 8)]
    limit: u64,
    #[command(flatten)]
    printing: Printing,
}

impl Verify {
    /// Verifies the format that the extension of the file selects.
    pub(crate) fn run(&self) -> Result {
        match FileFormat::of(&self.file) {
            Some(format) if format.is_dataset() => self.verify_dataset(),
            Some(FileFormat::Video) => Err(usage(format!(
                "{}: a video has no bound; use `fieldreel compare` to measure its errors",
                self.file.display()
            ))),
            _ => self.verify_reel(),
        }
    }
}
