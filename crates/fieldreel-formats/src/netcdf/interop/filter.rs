//! Filters of HDF5 on variables of the `netcdf` crate, which has no function for them.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use ::netcdf::VariableMut;

use super::super::chunks::chunk_shape;
use super::super::library::{TaggedVariable, silence_hdf5_errors};
use super::{UNNAMED, crate_error};
use crate::{FormatError, Result};

/// Stores a variable through the filter of HDF5 that has this number, which must be known to HDF5:
/// [`register_filter`](crate::netcdf::register_filter) makes it so. Call it before values are put.
///
/// A variable that is not in chunks is cut into chunks of about 4 MiB. A variable with an unlimited dimension already has
/// netcdf-c's own chunks, with one place along that dimension: set larger ones first by
/// [`set_chunking`](VariableMut::set_chunking).
///
/// # Errors
///
/// - [`FormatError::RankTooLow`]: the variable has no dimension.
/// - [`FormatError::Library`]: netcdf-c refuses: the file is not NetCDF-4, HDF5 does not know the filter, or values were put.
/// - [`FormatError::FilterRefused`]: netcdf-c does not find the variable.
///
/// # Panics
///
/// The `netcdf` crate panics by itself where the variable is of a user-defined type whose names are not UTF-8.
pub fn put_filter(variable: &mut VariableMut<'_>, id: u32, parameters: &[u32]) -> Result<()> {
    silence_hdf5_errors();
    let path = Path::new(UNNAMED);
    let shape: Vec<usize> = variable.dimensions().iter().map(|d| d.len()).collect();
    if shape.is_empty() {
        return Err(FormatError::RankTooLow {
            name: variable.name(),
            rank: 0,
        });
    }
    let chunk = variable.chunking();
    if chunk
        .map_err(crate_error(path, "read the chunks"))?
        .is_none()
    {
        let chunk = chunk_shape(&shape, variable.vartype().size().max(1), true);
        let set = variable.set_chunking(&chunk);
        set.map_err(crate_error(path, "set the chunks"))?;
    }
    let tag = tag();
    let put = variable.put_attribute(&tag, "");
    put.map_err(crate_error(path, "tag the variable"))?;
    let tagged = TaggedVariable::find(&tag)?.ok_or(FormatError::FilterRefused)?;
    tagged.define_filter(path, id, parameters)
}

/// A name that no attribute has.
///
/// The crate keeps netcdf-c's numbers of a variable to itself: an attribute of this name, which is taken away again, shows which
/// of all variables of open files it is.
fn tag() -> String {
    static TAG_COUNT: AtomicU64 = AtomicU64::new(0);

    let number = TAG_COUNT.fetch_add(1, Ordering::Relaxed);
    // The address differs between copies of this crate in one process.
    format!("_fieldreel_{:p}_{number}", &raw const TAG_COUNT)
}
