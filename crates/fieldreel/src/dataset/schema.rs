//! The schema of an input file.

use std::path::Path;

use fieldreel_formats::dataset::Schema;

use super::open::InputFile;
use crate::Error;

/// Reads the schema of a NetCDF or GRIB file: its groups, dimensions, variables and attributes,
/// without values. The format is detected from the content, not from the name.
///
/// ```
/// use fieldreel::dataset::read_schema;
/// # use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("rain.nc");
/// # let rain = ndarray::Array3::<f32>::zeros((2, 3, 4));
/// # let mut field = Field::new("rain", rain.into_dyn(), &["time", "y", "x"])?;
/// # field.attributes.insert("units", "mm");
/// # write_netcdf(&path, &field, &NetcdfOptions::uncompressed())?;
/// // The file `path` has a variable `rain` in mm.
/// let schema = read_schema(&path)?;
/// let rain = &schema.variables[0];
/// assert_eq!(schema.full_name(rain), "rain");
/// assert_eq!(rain.attributes.text("units"), Some("mm"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Format`] if the file cannot be read, is damaged, or is neither NetCDF nor GRIB.
pub fn read_schema(path: impl AsRef<Path>) -> Result<Schema, Error> {
    let input = InputFile::open(path.as_ref())?;
    Ok(input.source().schema().clone())
}
