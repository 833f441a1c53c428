//! Conversion of files to GRIB.

use std::path::Path;

use fieldreel_formats::{GribOptions, GribSummary, write_grib_dataset};

use super::open::InputFile;
use crate::Error;
use crate::error::check_distinct;

/// Writes a file that [`compress_dataset`](super::compress_dataset) wrote from a GRIB file, or any
/// file with the same names and attributes, as GRIB 2. The file appears when it is complete.
///
/// The default packing is CCSDS. GRIB rounds the values once more, to multiples of the range of a
/// message divided by `2^bits − 1` and rounded up to a power of two.
///
/// ```no_run
/// use fieldreel::dataset::to_grib;
/// use fieldreel::formats::GribOptions;
///
/// let summary = to_grib("compressed.nc", "forecast.grib2", &GribOptions::default())?;
/// println!("{} messages of {:?}", summary.messages, summary.written);
/// # Ok::<(), fieldreel::Error>(())
/// ```
///
/// # Errors
/// [`Error::SameFile`] if the output is the input, and nothing is read in this case;
/// [`Error::Format`] if a file cannot be read or written, or if GRIB 2 cannot represent a variable
/// on a grid, as described at [`write_grib_dataset`].
pub fn to_grib(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &GribOptions,
) -> Result<GribSummary, Error> {
    let (input, output) = (input.as_ref(), output.as_ref());
    check_distinct(input, output)?;
    let input = InputFile::open(input)?;
    Ok(write_grib_dataset(output, input.source(), options)?)
}
