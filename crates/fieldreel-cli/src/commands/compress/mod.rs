//! `fieldreel compress`: one variable into a reel, or a whole file into NetCDF-4 or Zarr.

mod dataset;
mod reel;
mod report;

use std::path::PathBuf;

use clap::Args;

use crate::error::{Result, usage};
use crate::input::{FileFormat, check_distinct};
use crate::options::{
    BoundArgument, EncodingOptions, Printing, VariableOption, chunk_length, is_standard,
    named_file, tile,
};

const EXAMPLES: &str = "\
Examples:
  fieldreel compress data/navy_winds_uwnd.nc wind.reel --bound abs:0.05
  fieldreel compress forecast.grib 2t.reel --variable 2t --bound rel:1e-3 --effort best
  fieldreel compress ocean.nc small.nc --bound rel:1e-3 --bound 'TEMP=abs:0.01'
  fieldreel compress ocean.nc small.zarr --bound rel:1e-3 --chunk time=24
  fieldreel compress ocean.nc - --variable TEMP --bound rel:1e-3 | ssh host 'cat > temp.reel'";

/// Compresses a variable into a reel, or a whole file into a NetCDF-4 file or a Zarr store.
///
/// Every decoded value is compared with its original before the file is written; encoding fails
/// rather than exceed the bound. In a NetCDF-4 file or a Zarr store, coordinates, flags, texts and
/// all variables without a bound are lossless. It is readable by every program that has the HDF5
/// plugin or the Zarr codec.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Compress {
    /// The file to read: NetCDF (.nc, .nc4, .cdf), Zarr (.zarr, a folder), GRIB (.grib, .grb, .grib2,
    /// .grb2), or for the output of a reel also a reel (.reel) or a video (.mp4, .mkv)
    #[arg(value_parser = named_file())]
    input: PathBuf,
    /// The file to write: a reel of one variable (.reel, or `-` for standard output), or all
    /// variables as a NetCDF-4 file (.nc, .nc4) or a Zarr store (.zarr, a folder)
    output: PathBuf,
    /// The error bound, or a target: abs:E (in the unit of the variable), rel:R (of the range of
    /// the variable), pointwise:R (of each value), lossless, psnr:DB or ratio:X. With VAR, a
    /// variable or a pattern such as 'T*', it is for the variables of this name; without VAR it is
    /// for all other variables that are data. May be repeated; the last one that matches applies
    /// [default: lossless]
    #[arg(
        long = "bound",
        visible_alias = "default",
        value_name = "[VAR=]BOUND",
        allow_hyphen_values = true
    )]
    bounds: Vec<BoundArgument>,
    #[command(flatten)]
    encoding: EncodingOptions,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    reel: ReelOptions,
    #[command(flatten)]
    dataset: DatasetFileOptions,
}

/// Options for reels only.
#[derive(Args)]
#[command(next_help_heading = "Options for a reel")]
struct ReelOptions {
    #[command(flatten)]
    variable: VariableOption,
    /// A fill value, in addition to those that the file defines; missing values come back exactly
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    fill: Option<f64>,
    /// The rows and columns of the tiles that frames are divided into, so that regions can be
    /// decoded without the rest, such as 256,256 [default: whole frames, or tiles if frames are
    /// large]
    #[arg(long, value_name = "Y,X", value_parser = tile)]
    tile: Option<[usize; 2]>,
}

/// Options for NetCDF-4 files and Zarr stores only.
#[derive(Args)]
#[command(next_help_heading = "Options for a NetCDF-4 file or a Zarr store")]
struct DatasetFileOptions {
    /// A variable or pattern to store losslessly; may be repeated, and applies after all --bound
    #[arg(long, value_name = "VAR")]
    lossless: Vec<String>,
    /// Store packed variables, which are integers with a scale factor, losslessly unless --bound
    /// names them
    #[arg(long)]
    lossless_packed: bool,
    /// Store lossless variables with deflate only, in Zarr with zstd only, which is readable without
    /// a plugin
    #[arg(long)]
    portable: bool,
    /// The length of chunks along a dimension, such as latitude=256; may be repeated. Readers
    /// decode whole chunks [default: whole frames, and as many steps as fit into 16 MiB]
    #[arg(long = "chunk", value_name = "DIM=N", value_parser = chunk_length)]
    chunks: Vec<(String, usize)>,
}

impl Compress {
    /// Compresses into the format that the extension of the output selects.
    pub(crate) fn run(&self) -> Result {
        check_distinct(&self.input, &self.output)?;
        let format = match is_standard(&self.output) {
            true => Some(FileFormat::Reel),
            false => FileFormat::of(&self.output),
        };
        match format {
            Some(FileFormat::Reel) => {
                let format = "a NetCDF-4 file (.nc) or Zarr store (.zarr)";
                self.refuse(&self.options_for_datasets(), format)?;
                self.compress_reel()
            }
            Some(FileFormat::Netcdf | FileFormat::Zarr) => {
                self.refuse(&self.options_for_reels(), "a reel (.reel)")?;
                self.compress_dataset()
            }
            _ => Err(usage(format!(
                "{}: the extension of the output must be .reel for a variable, or .nc or .zarr for a \
                 whole file",
                self.output.display()
            ))),
        }
    }

    fn options_for_reels(&self) -> [(&'static str, bool); 3] {
        let reel = &self.reel;
        [
            ("--variable", reel.variable.name().is_some()),
            ("--fill", reel.fill.is_some()),
            ("--tile", reel.tile.is_some()),
        ]
    }

    fn options_for_datasets(&self) -> [(&'static str, bool); 4] {
        let dataset = &self.dataset;
        [
            ("--lossless", !dataset.lossless.is_empty()),
            ("--lossless-packed", dataset.lossless_packed),
            ("--portable", dataset.portable),
            ("--chunk", !dataset.chunks.is_empty()),
        ]
    }

    /// Checks that none of these options, which are for another format, is given.
    fn refuse(&self, options: &[(&str, bool)], format: &str) -> Result {
        match options.iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(usage(format!(
                "{}: {name} is only for the output of {format}",
                self.output.display()
            ))),
            None => Ok(()),
        }
    }
}
