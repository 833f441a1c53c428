//! The HDF5 filter, in this process.

use std::sync::OnceLock;

use crate::Error;

/// Makes HDF5 know the filter of this library, so that netcdf-c and HDF5 in this process read and write variables through it
/// without a plugin path. [`read_field`](crate::read_field) and [`dataset`](crate::dataset) have done so before they open a
/// file; to do it again does nothing.
///
/// # Errors
/// [`Error::Format`] if HDF5 refuses.
pub fn register_hdf5_filter() -> Result<(), Error> {
    static REGISTERED: OnceLock<()> = OnceLock::new();

    if REGISTERED.get().is_some() {
        return Ok(());
    }
    // SAFETY: the class is HDF5's own structure and lasts as long as the program.
    unsafe { fieldreel_formats::register_filter(fieldreel_hdf5_filter::filter_class())? };
    REGISTERED.get_or_init(|| ());
    Ok(())
}
