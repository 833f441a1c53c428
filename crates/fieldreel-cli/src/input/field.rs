//! Reading of a field from a file of any supported format, and the range of its values.

use std::path::Path;

use fieldreel::Scalar;
use fieldreel::formats::{Field, with_values};
use fieldreel::reel::Validity;

use crate::error::Result;

/// Reads a variable of a file. Without a name, the file must have only one variable that is data.
pub(crate) fn read_field(path: &Path, variable: Option<&str>) -> Result<Field> {
    #[cfg(feature = "netcdf")]
    if let (None, Some(super::FileFormat::Netcdf | super::FileFormat::Zarr)) =
        (variable, super::FileFormat::of(path))
    {
        let only = super::variables::only_data_variable(path)?;
        return Ok(fieldreel::read_field(path, only.as_deref())?);
    }
    Ok(fieldreel::read_field(path, variable)?)
}

/// Returns the numbers that mark missing values of a field.
pub(crate) fn fill_values(field: &Field) -> Vec<Scalar> {
    let missing = &field.missing;
    let values = missing.fill_value.iter().chain(&missing.missing_values);
    values.copied().collect()
}

/// Returns the range of the values of a field that are finite and none of the fill values.
pub(crate) fn valid_range(field: &Field, fill_values: &[Scalar]) -> f64 {
    with_values!(FieldValues, &field.values, values => {
        let values = values.as_standard_layout();
        let validity = Validity::new(fill_values, None);
        let min_max = validity.min_max(values.as_slice().unwrap_or_default());
        min_max.range().unwrap_or(0.0)
    })
}
