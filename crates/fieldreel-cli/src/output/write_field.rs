//! Writing of a field as a NetCDF or GRIB file or a Zarr store.

use std::path::Path;

use fieldreel::formats::Field;

use crate::error::Result;
use crate::input::FileFormat;

/// Writes a field as GRIB with `bits` bits per value, as Zarr, or as NetCDF.
pub(crate) fn write_field(path: &Path, format: FileFormat, field: &Field, bits: u8) -> Result {
    match format {
        FileFormat::Grib => write_grib(path, field, bits),
        FileFormat::Zarr => write_zarr(path, field),
        _ => write_netcdf(path, field),
    }
}

#[cfg(feature = "netcdf")]
pub(crate) fn write_netcdf(path: &Path, field: &Field) -> Result {
    use fieldreel::formats::{NetcdfOptions, write_netcdf};

    Ok(write_netcdf(path, field, &NetcdfOptions::default())?)
}

#[cfg(not(feature = "netcdf"))]
pub(crate) fn write_netcdf(path: &Path, _: &Field) -> Result {
    let path = path.display().to_string();
    Err(crate::error::missing_feature(&path, "netcdf"))
}

#[cfg(feature = "zarr")]
fn write_zarr(path: &Path, field: &Field) -> Result {
    Ok(fieldreel::formats::write_zarr(path, field)?)
}

#[cfg(not(feature = "zarr"))]
fn write_zarr(path: &Path, _: &Field) -> Result {
    let path = path.display().to_string();
    Err(crate::error::missing_feature(&path, "zarr"))
}

#[cfg(feature = "grib")]
fn write_grib(path: &Path, field: &Field, bits: u8) -> Result {
    use fieldreel::formats::{GribOptions, write_grib};

    let options = GribOptions::default().with_bits_per_value(bits);
    Ok(write_grib(path, field, &options)?)
}

#[cfg(not(feature = "grib"))]
fn write_grib(path: &Path, _: &Field, _: u8) -> Result {
    let path = path.display().to_string();
    Err(crate::error::missing_feature(&path, "grib"))
}
