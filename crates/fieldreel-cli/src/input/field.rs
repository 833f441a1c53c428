//! Reading of a field from a file of any supported format.

use std::path::Path;

use fieldreel::formats::Field;

use crate::error::Result;

/// Reads a variable of a file. Without a name, the file must have only one variable that is data.
pub(crate) fn read_field(path: &Path, variable: Option<&str>) -> Result<Field> {
    #[cfg(feature = "netcdf")]
    if variable.is_none() && super::FileFormat::of(path) == Some(super::FileFormat::Netcdf) {
        let only = super::variables::only_data_variable(path)?;
        return Ok(fieldreel::read_field(path, only.as_deref())?);
    }
    Ok(fieldreel::read_field(path, variable)?)
}
