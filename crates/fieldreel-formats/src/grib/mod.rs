//! GRIB
