//! `fieldreel from-video`: the values of a plain video.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::error::{Result, usage};
use crate::input::{FileFormat, check_distinct, read_field};
use crate::options::{Printing, named_file};
use crate::output::shape::shape_text;
use crate::output::write_field::write_netcdf;

const EXAMPLES: &str = "\
Examples:
  fieldreel from-video wind.mkv wind.nc --variable UWND";

/// Writes the values of a video of `fieldreel to-video`, or of the original tool, as a NetCDF file.
///
/// The variable has the dimensions (time, y, x). Its values are those that the codec reconstructs.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FromVideo {
    /// The video to read (.mp4, .mkv)
    #[arg(value_parser = named_file())]
    input: PathBuf,
    /// The NetCDF file to write (.nc, .nc4)
    #[arg(value_parser = named_file())]
    output: PathBuf,
    /// The name that the variable gets
    #[arg(long = "variable", value_name = "NAME", default_value = "field")]
    variable: String,
    #[command(flatten)]
    printing: Printing,
}

/// The field that was written, which `--json` prints in this form.
#[derive(Serialize)]
struct Written<'a> {
    variable: &'a str,
    shape: &'a [usize],
    #[serde(rename = "type")]
    dtype: String,
}

impl FromVideo {
    /// Reads the video and writes the file.
    pub(crate) fn run(&self) -> Result {
        check_distinct(&self.input, &self.output)?;
        if FileFormat::of(&self.input) != Some(FileFormat::Video) {
            let path = self.input.display();
            return Err(usage(format!(
                "{path}: the extension of a video is .mp4 or .mkv"
            )));
        }
        let field = read_field(&self.input, Some(&self.variable))?;
        write_netcdf(&self.output, &field)?;
        let written = Written {
            variable: &field.name,
            shape: field.shape(),
            dtype: field.values.dtype().to_string(),
        };
        self.printing.print(None, &written, |written| {
            let (path, variable) = (self.output.display(), written.variable);
            let (shape, dtype) = (shape_text(written.shape), &written.dtype);
            format!("{path}: {variable}, {shape} values of {dtype}\n")
        })
    }
}
