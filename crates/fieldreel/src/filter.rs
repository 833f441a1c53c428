//! The filter of HDF5, registered in the process.

use std::sync::OnceLock;

use fieldreel_hdf5_filter::filter_class;

use crate::Error;

/// Makes fieldreel's filter known to the HDF5 of this process, so that NetCDF-4 and HDF5 files with its chunks are read and
/// written without a plugin. [`read_field`](crate::read_field) does it by itself; a program that opens files in another way
/// calls it first. Again is as once.
///
/// # Errors
/// [`Error::Format`] if HDF5 does not take it.
pub fn register_hdf5_filter() -> Result<(), Error> {
    static REGISTERED: OnceLock<()> = OnceLock::new();

    if REGISTERED.get().is_none() {
        // SAFETY: the class is a constant, and of a filter.
        unsafe { fieldreel_formats::netcdf::register_filter(filter_class()) }?;
        REGISTERED.get_or_init(|| ());
    }
    Ok(())
}
