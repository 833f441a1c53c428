//! Tests of NetCDF and GRIB files through the public interface.
#![cfg(test)]
#![cfg(all(feature = "netcdf", feature = "grib"))]

mod common;
mod grib_dataset;
mod grib_dataset_hostile;
mod grib_export;
mod grib_hostile;
mod grib_real;
mod grib_write;
#[cfg(feature = "eccodes-crate")]
mod interop_eccodes;
#[cfg(feature = "netcdf-crate")]
mod interop_netcdf_read;
#[cfg(feature = "netcdf-crate")]
mod interop_netcdf_write;
mod netcdf_hostile;
mod netcdf_read;
mod netcdf_write;
