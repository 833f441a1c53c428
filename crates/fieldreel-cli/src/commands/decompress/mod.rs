//! `fieldreel decompress`: a reel or a compressed file into a plain one.

mod dataset;
mod reel;

use std::ops::Range;
use std::path::PathBuf;

use clap::Args;

use crate::error::{Result, usage};
use crate::input::{FileFormat, check_distinct};
use crate::options::{Printing, frame_range, named_file, region};

const EXAMPLES: &str = "\
Examples:
  fieldreel decompress small.nc plain.nc
  fieldreel decompress small.zarr plain.nc
  fieldreel decompress small.nc forecast.grib2 --bits 12
  fieldreel decompress wind.reel wind.nc
  fieldreel decompress wind.reel part.nc --frames 0..12 --region 20..50,0..72";

/// Decompresses a reel, NetCDF-4 file or Zarr store into a plain NetCDF-4, Zarr or GRIB one.
///
/// The output has the dimensions, coordinates and attributes of the original, and needs no plugin
/// to be read.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Decompress {
    /// The file to read: a reel (.reel, or `-` for standard input, which is read into memory), a
    /// NetCDF-4 file (.nc, .nc4) or a Zarr store (.zarr, a folder)
    input: PathBuf,
    /// The file to write: NetCDF-4 (.nc, .nc4), Zarr (.zarr, a folder), or GRIB 2 with CCSDS packing
    /// (.grib, .grb, .grib2, .grb2), which rounds values once more
    #[arg(value_parser = named_file())]
    output: PathBuf,
    /// The number of bits per value of GRIB, 1 to 32
    #[arg(long, value_name = "BITS", default_value_t = 16)]
    bits: u8,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    reel: ReelPart,
}

/// The part of a reel to decompress.
#[derive(Args)]
#[command(next_help_heading = "Options for a reel")]
struct ReelPart {
    /// Write only frames A to B - 1, counted from 0. If a variable has more than three dimensions,
    /// frames are counted along all dimensions before the last two, and are written along one
    /// dimension `frame` unless they are whole steps of the first dimension [default: all frames]
    #[arg(long, value_name = "A..B", value_parser = frame_range)]
    frames: Option<Range<usize>>,
    /// Write only these rows and columns, counted from 0: two ranges such as 100..300,50..250.
    /// Only the tiles that overlap with the region are decoded [default: whole frames]
    #[arg(long, value_name = "Y..Y,X..X", value_parser = region)]
    region: Option<[Range<usize>; 2]>,
    /// The largest size of the values in memory, and of standard input, in GiB
    #[arg(long, value_name = "GIB", default_value_t = 8)]
    limit: u64,
}

impl Decompress {
    /// Decompresses from the format that the extension of the input selects.
    pub(crate) fn run(&self) -> Result {
        check_distinct(&self.input, &self.output)?;
        let output = match FileFormat::of(&self.output) {
            Some(format) if format.is_dataset() => format,
            _ => {
                return Err(usage(format!(
                    "{}: the extension of the output must be .nc, .zarr, or .grib2 for GRIB",
                    self.output.display()
                )));
            }
        };
        match FileFormat::of(&self.input) {
            Some(format) if format.is_dataset() => {
                let part = [
                    ("--frames", self.reel.frames.is_some()),
                    ("--region", self.reel.region.is_some()),
                ];
                if let Some((name, _)) = part.iter().find(|(_, is_given)| *is_given) {
                    let path = self.input.display();
                    return Err(usage(format!("{path}: {name} is only for reels (.reel)")));
                }
                self.decompress_dataset(output)
            }
            Some(FileFormat::Video) => Err(usage(format!(
                "{}: use `fieldreel from-video` for a video",
                self.input.display()
            ))),
            _ => self.decompress_reel(output),
        }
    }
}
