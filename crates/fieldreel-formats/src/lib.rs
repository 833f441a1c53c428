//! Scientific fields in and out of NetCDF and GRIB files
