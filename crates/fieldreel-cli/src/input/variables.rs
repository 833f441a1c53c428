//! The variables of a NetCDF file or a Zarr store that are data.

use std::path::Path;

use fieldreel::formats::dataset::{DatasetSource, VariableRole, VariableType};
use fieldreel::formats::{DEFAULT_LIMITS, NetcdfDataset};

use crate::error::Result;

/// Returns the name of the only variable of a file that is data and has rows and columns. If
/// several have, it is the only one of three or more dimensions. `None` if there is none.
///
/// # Errors
/// Fails if there are several such variables; the message names them.
pub(super) fn only_data_variable(path: &Path) -> Result<Option<String>> {
    // A file that cannot be opened is an error of the function that reads the values.
    let Some(file) = open(path) else {
        return Ok(None);
    };
    let schema = file.schema();
    let roles = schema.roles();
    let names_of_rank = |rank: usize| -> Vec<String> {
        let variables = schema.variables.iter().zip(&roles);
        variables
            .filter(|(variable, role)| {
                **role == VariableRole::Data
                    && variable.dimensions.len() >= rank
                    && is_numeric(variable.kind)
            })
            .map(|(variable, _)| schema.full_name(variable))
            .collect()
    };
    let names = match names_of_rank(3) {
        names if names.is_empty() => names_of_rank(2),
        names => names,
    };
    match names.as_slice() {
        [] => Ok(None),
        [name] => Ok(Some(name.clone())),
        names => Err(format!(
            "{}: the file has several variables: {}; select one with --variable NAME",
            path.display(),
            names.join(", ")
        )
        .into()),
    }
}

/// Returns whether values are numbers.
const fn is_numeric(kind: VariableType) -> bool {
    !matches!(
        kind,
        VariableType::Char | VariableType::Text | VariableType::User { .. }
    )
}

/// Opens a NetCDF file or a Zarr store.
fn open(path: &Path) -> Option<Box<dyn DatasetSource>> {
    #[cfg(feature = "zarr")]
    if path.is_dir() {
        let file = fieldreel::formats::ZarrDataset::open(path, &DEFAULT_LIMITS).ok()?;
        return Some(Box::new(file));
    }
    Some(Box::new(NetcdfDataset::open(path, &DEFAULT_LIMITS).ok()?))
}
