//! HDF5 filters for variables of the `netcdf` crate, which has no function for them.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use ::netcdf::VariableMut;

use super::super::chunks::chunk_shape;
use super::super::library::{TaggedVariable, silence_hdf5_errors};
use super::{UNNAMED, crate_error};
use crate::{FormatError, Result};

/// Stores a variable through the HDF5 filter of this ID, which must be registered with HDF5, for
/// example by [`register_filter`](crate::netcdf::register_filter). Call this before values are
/// written.
///
/// A contiguous variable gets chunks of about 4 MiB. A variable with an unlimited dimension
/// already has the default chunks of netcdf-c, whose length along that dimension is 1: set larger
/// ones first with [`set_chunking`](VariableMut::set_chunking).
///
/// ```
/// use fieldreel_formats::netcdf::put_filter;
///
/// let folder = tempfile::tempdir()?;
/// let mut file = netcdf::create(folder.path().join("wind.nc"))?;
/// file.add_dimension("x", 100)?;
/// let mut wind = file.add_variable::<f32>("wind", &["x"])?;
/// // The ID of deflate is 1, and its parameter is the level.
/// put_filter(&mut wind, 1, &[6])?;
/// wind.put_values(&[0.5; 100], ..)?;
/// assert_eq!(wind.chunking()?, Some(vec![100]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::RankTooLow`]: the variable is a scalar.
/// - [`FormatError::Library`]: netcdf-c returned an error, because the file is not NetCDF-4, the
///   filter is not registered, or values were written before.
/// - [`FormatError::FilterRefused`]: the variable was not found among the open files of netcdf-c.
///
/// # Panics
///
/// The `netcdf` crate panics if the variable is of a user-defined type with names that are not
/// UTF-8.
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

/// Returns a unique attribute name.
///
/// The `netcdf` crate does not expose netcdf-c's ID of a variable. A temporary attribute of this
/// name identifies the variable among all variables of open files.
fn tag() -> String {
    static TAG_COUNT: AtomicU64 = AtomicU64::new(0);

    let number = TAG_COUNT.fetch_add(1, Ordering::Relaxed);
    // The address differs between copies of this crate in one process.
    format!("_fieldreel_{:p}_{number}", &raw const TAG_COUNT)
}
