//! The filter of HDF5, registered in the process.

use std::sync::OnceLock;

use fieldreel_hdf5_filter::filter_class;
#[cfg(feature = "netcdf-crate")]
use fieldreel_hdf5_filter::{FILTER_ID, WriteParameters};

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

/// Stores a variable of the `netcdf` crate through fieldreel's filter, so that each of its values keeps a bound. Call it before
/// values are put.
///
/// `parameters` are a [`Bound`](crate::Bound), or a [`WriteParameters`] to choose the effort and the base layer as well. Chunks
/// hold one to eight dimensions. A variable that is not in chunks is cut into chunks of about 4 MiB; one with an unlimited
/// dimension has netcdf-c's own chunks, of one frame, until [`set_chunking`](netcdf::VariableMut::set_chunking) makes them
/// larger, and larger chunks compress better. Set neither compression nor another filter beside it: values that are written
/// through both are refused.
///
/// ```
/// use fieldreel::{Bound, put_hdf5_filter};
///
/// let folder = tempfile::tempdir()?;
/// let mut file = netcdf::create(folder.path().join("wind.nc"))?;
/// file.add_dimension("time", 8)?;
/// file.add_dimension("x", 1000)?;
/// let mut wind = file.add_variable::<f32>("wind", &["time", "x"])?;
/// put_hdf5_filter(&mut wind, ErrorBound::Absolute(0.01))?;
///
/// let values: Vec<f32> = (0..8000).map(|at| (at as f32 / 500.0).sin()).collect();
/// wind.put_values(&values, ..)?;
/// file.sync()?;
/// let back = file.variable("wind").ok_or("no wind")?.get_values::<f32, _>(..)?;
/// assert!(values.iter().zip(back).all(|(x, x_hat)| (x - x_hat).abs() <= 0.01));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Format`]: the variable has no dimension, the file is not NetCDF-4, values were put, or HDF5 does not take the filter.
#[cfg(feature = "netcdf-crate")]
pub fn put_hdf5_filter(
    variable: &mut netcdf::VariableMut<'_>,
    parameters: impl Into<WriteParameters>,
) -> Result<(), Error> {
    register_hdf5_filter()?;
    let parameters = parameters.into().to_values();
    let id = FILTER_ID.unsigned_abs();
    Ok(fieldreel_formats::netcdf::put_filter(
        variable,
        id,
        &parameters,
    )?)
}
