//! Limits on the size of arrays.

#[cfg(any(feature = "netcdf", feature = "grib"))]
use std::path::Path;

use fieldreel_core::Limits;

#[cfg(any(feature = "netcdf", feature = "grib", feature = "zarr"))]
use crate::{FormatError, Result};

/// The limits of the functions that take none: 16 GiB for an array, which is a field of 2³¹ values
/// in double precision.
pub const DEFAULT_LIMITS: Limits = Limits::new(1 << 34);

/// Returns an empty vector with capacity for `len` values.
///
/// # Errors
///
/// [`FormatError::Io`] if there is not enough memory.
#[cfg(any(feature = "netcdf", feature = "grib"))]
pub(crate) fn try_with_capacity<T>(path: &Path, len: usize) -> Result<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| {
        let source = std::io::ErrorKind::OutOfMemory.into();
        FormatError::io(path, "allocate memory for the values", source)
    })?;
    Ok(values)
}

/// Returns the number of values of an array of the given shape. Each value counts as 8 bytes,
/// whatever its type.
///
/// # Errors
///
/// [`FormatError::TooLarge`] if the array exceeds the limits, or the number overflows a `usize`.
#[cfg(any(feature = "netcdf", feature = "grib", feature = "zarr"))]
pub(crate) fn checked_len(limits: &Limits, item: &str, shape: &[usize]) -> Result<usize> {
    let lengths = shape.iter().map(|&len| len as u64);
    limits
        .values(lengths, 8)
        .map_err(|error| FormatError::TooLarge {
            item: item.to_owned(),
            bytes: error.bytes,
            limit: error.limit,
        })
}
