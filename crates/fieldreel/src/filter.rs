//! Registration of the HDF5 filter in the process.

use std::sync::OnceLock;

use fieldreel_hdf5_filter::filter_class;
#[cfg(feature = "netcdf-crate")]
use fieldreel_hdf5_filter::{FILTER_ID, WriteParameters};

use crate::Error;

/// Registers the HDF5 filter of fieldreel in this process, so that NetCDF-4 and HDF5 files that
/// use it are read and written without a plugin.
///
/// [`read_field`](crate::read_field) and the functions of `dataset` call this function. A program
/// that opens files in another way has to call it first. Further calls have no effect.
///
/// ```
/// fieldreel::register_hdf5_filter()?;
/// // Any function of netcdf-c and HDF5 in this process can now read chunks of the filter.
/// # Ok::<(), fieldreel::Error>(())
/// ```
///
/// # Errors
/// [`Error::Format`] if HDF5 refuses the filter.
pub fn register_hdf5_filter() -> Result<(), Error> {
    static REGISTERED: OnceLock<()> = OnceLock::new();

    if REGISTERED.get().is_none() {
        // SAFETY: the class is a constant, and describes a filter.
        unsafe { fieldreel_formats::netcdf::register_filter(filter_class()) }?;
        REGISTERED.get_or_init(|| ());
    }
    Ok(())
}

/// Sets the HDF5 filter of fieldreel on a variable of the `netcdf` crate, so that each of its
/// values stays within a bound. Call it before values are put.
///
/// `parameters` are an [`ErrorBound`](crate::ErrorBound) or a [`WriteParameters`], which also
/// chooses the effort and the base layer. A variable has one to eight dimensions. A variable
/// without chunks gets chunks of about 4 MiB. A variable with an unlimited dimension has the
/// default chunks of netcdf-c, of one frame, unless
/// [`set_chunking`](netcdf::VariableMut::set_chunking) sets larger ones, which compress better. Do
/// not set compression or another filter on the same variable: values cannot be written through
/// both.
///
/// ```
/// use fieldreel::{ErrorBound, put_hdf5_filter};
///
/// let folder = tempfile::tempdir()?;
/// let mut file = netcdf::create(folder.path().join("wind.nc"))?;
/// file.add_dimension("time", 8)?;
/// file.add_dimension("x", 1000)?;
/// let mut wind = file.add_variable::<f32>("wind", &["time", "x"])?;
/// put_hdf5_filter(&mut wind, ErrorBound::Absolute(0.01))?;
///
/// let values: Vec<f32> = (0..8000).map(|i| (i as f32 / 500.0).sin()).collect();
/// wind.put_values(&values, ..)?;
/// file.sync()?;
/// let decoded = file.variable("wind").ok_or("no wind")?.get_values::<f32, _>(..)?;
/// assert!(values.iter().zip(decoded).all(|(x, x_hat)| (x - x_hat).abs() <= 0.01));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Format`] if the variable has no dimension, the file is not NetCDF-4, values have
/// already been put, or HDF5 refuses the filter.
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
