//! A compressed file to GRIB.

use std::path::Path;

use fieldreel_formats::{GribOptions, GribSummary, write_grib_dataset};

use super::open::Input;
use crate::Error;
use crate::error::check_apart;

/// Writes what [`compress_dataset`](super::compress_dataset) made of a GRIB file, or any file with the same names and
/// attributes, as GRIB 2, by default with CCSDS packing. The file appears whole or not at all.
///
/// GRIB rounds once more: to the range of a message over `2^bits − 1`, rounded up to a power of two.
///
/// # Errors
/// [`Error::SameFile`], before anything is read: the output is the input; [`Error::Format`]: a file cannot be read or written, or a variable on a grid has no place in GRIB 2, as
/// [`write_grib_dataset`] says.
pub fn to_grib(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &GribOptions,
) -> Result<GribSummary, Error> {
    let (input, output) = (input.as_ref(), output.as_ref());
    check_apart(input, output)?;
    let input = Input::open(input)?;
    Ok(write_grib_dataset(output, input.source(), options)?)
}
