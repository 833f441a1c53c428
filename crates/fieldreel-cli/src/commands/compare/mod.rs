//! `fieldreel compare`: the errors between two fields, and a figure of them.

mod comparison;
#[cfg(feature = "plot")]
mod figure;

use std::path::{Path, PathBuf};

use clap::Args;
use fieldreel::formats::Field;

use crate::error::{Result, missing_feature};
use crate::input::{FileFormat, read_field};
use crate::options::{Printing, VariableOption, named_file};
use comparison::Comparison;

const EXAMPLES: &str = "\
Examples:
  fieldreel compare ocean.nc small.nc --variable TEMP
  fieldreel compare data/navy_winds_uwnd.nc wind.reel --figure wind.png
  fieldreel compare in.grib 2t.reel --variable 2t --json";

/// Compares a variable of two files: prints the errors, and draws a figure.
///
/// The errors are those of the second file, relative to the first one. Missing values must be at
/// the same positions.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Compare {
    /// The file with the original values: NetCDF (.nc, .nc4, .cdf), Zarr (.zarr, a folder), GRIB
    /// (.grib, .grb, .grib2, .grb2), a reel (.reel) or a video (.mp4, .mkv)
    #[arg(value_parser = named_file())]
    original: PathBuf,
    /// The file to compare with it, in any of these formats
    #[arg(value_parser = named_file())]
    other: PathBuf,
    #[command(flatten)]
    variable: VariableOption,
    /// Draw a frame of both files, their difference and its histogram into this .png or .svg file
    #[arg(long, value_name = "FILE", value_parser = named_file())]
    figure: Option<PathBuf>,
    /// The frame to draw, counted from 0 [default: the frame with the largest error]
    #[arg(long, value_name = "N", requires = "figure")]
    frame: Option<usize>,
    #[command(flatten)]
    printing: Printing,
}

impl Compare {
    /// Compares the fields.
    pub(crate) fn run(&self) -> Result {
        if let (Some(figure), false) = (&self.figure, cfg!(feature = "plot")) {
            return Err(missing_feature(&figure.display().to_string(), "plot"));
        }
        let original = read_field(&self.original, self.variable.name())?;
        let other = self.read_other(&original.name)?;
        let paths = [self.original.as_path(), &self.other];
        let comparison = Comparison::between(&original, &other)
            .map_err(|difference| describe(&original.name, paths, &difference))?
            .with_figure(self.figure.clone());
        #[cfg(feature = "plot")]
        if let Some(figure) = &self.figure {
            let frame = self.frame.unwrap_or(comparison.worst_frame());
            figure::draw(figure, [&original, &other], paths, frame)?;
        }
        self.printing
            .print(None, &comparison, |comparison| comparison.text(paths))
    }

    /// Reads the other field: the variable of the same name or, in a file without it, the only one.
    fn read_other(&self, name: &str) -> Result<Field> {
        match FileFormat::of(&self.other) {
            Some(format) if format.is_dataset() => {
                let named = read_field(&self.other, Some(name));
                match self.variable.name() {
                    None if named.is_err() => read_field(&self.other, None),
                    _ => named,
                }
            }
            _ => read_field(&self.other, None),
        }
    }
}

/// Returns the message for fields that cannot be compared.
fn describe(name: &str, [original, other]: [&Path; 2], difference: &str) -> String {
    let (original, other) = (original.display(), other.display());
    format!("{other}: {name} cannot be compared with {original}: {difference}")
}
