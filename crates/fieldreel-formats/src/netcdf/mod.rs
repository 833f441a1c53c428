//! NetCDF: classic, 64-bit and NetCDF-4 files in; NetCDF-4 out.
//!
//! | stage | module |
//! |---|---|
//! | is it NetCDF, and whole? | `open`, `classic` |
//! | which variable? | `select` |
//! | its values and coordinates | `read`, `opened`, `unpack` |
//! | a new file | `write`, `plan`, `fill`, `chunks` |
//! | open files of the `netcdf` crate, in and out | `interop` |
//! | a file as a whole, in and out | `dataset` |
//! | netcdf-c itself, and filters of HDF5 | `library`, `filter` |
//!
//! A truncated file of any kind and a classic file with damage anywhere give an error, or what the
//! damaged bytes say. HDF5 1.10 is not so robust: a NetCDF-4 file whose inner structures were changed
//! on purpose can crash inside it, and so end the process. Read such files in a process of their own.

mod chunks;
mod classic;
mod dataset;
mod fill;
mod filter;
#[cfg(feature = "netcdf-crate")]
mod interop;
mod library;
mod open;
mod opened;
mod plan;
mod read;
mod select;
mod unpack;
mod write;

use std::path::Path;

use crate::{DEFAULT_LIMITS, Dimension, Field, Limits, Result};

pub use dataset::{ChunkReader, ChunkWriter, NetcdfDataset, NetcdfWriter, Storage};
pub use filter::register_filter;
#[cfg(feature = "netcdf-crate")]
pub use interop::put_filter;
pub use write::{NetcdfCompression, NetcdfOptions, write_netcdf};

/// A variable of a file, without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VariableInfo {
    /// Its name; `/group/name` when it is in a group.
    pub name: String,
    /// NetCDF's name for its type, such as `float` or `short`.
    pub type_name: &'static str,
    /// Whether [`read_netcdf`] can read it.
    pub numeric: bool,
    /// Its dimensions, slowest first.
    pub dimensions: Vec<Dimension>,
}

/// Every variable of a file, coordinates too, in file order, groups after what is beside them.
///
/// # Errors
///
/// As [`read_netcdf`], for the file as a whole.
pub fn list_variables(path: impl AsRef<Path>) -> Result<Vec<VariableInfo>> {
    let dataset = open::open(path.as_ref())?;
    let found = select::all_variables(&dataset)?;
    Ok(found.iter().map(select::Found::info).collect())
}

/// Reads a variable with its coordinates and attributes, under [`DEFAULT_LIMITS`].
///
/// `variable` is a name, or `/group/name`. With `None`, the first variable in file order with three
/// or more dimensions, else the first with two, that is numeric and not itself a coordinate, bounds
/// or a coordinate's bounds: [`list_variables`] shows what else there is.
///
/// **Type.** `f32` stays `f32`; 8- and 16-bit integers become `f32`, wider ones `f64`, exactly.
/// Packed values are computed in `f64`, and are of the type of `scale_factor` and `add_offset` as CF
/// says (`f64` when they differ, or when the packed integers have 32 bits or more).
///
/// **Missing.** Values equal to `_FillValue` or `missing_value` in the file's own numbers become NaN,
/// and so do those outside `valid_min`, `valid_max` or `valid_range`, and in floats without a
/// `_FillValue` netcdf-c's own fill value of 9.969e36. `_Unsigned` is obeyed. The attributes that say
/// so are taken out of [`Field::attributes`]; [`Field::missing`] and [`Field::packing`] keep them.
///
/// **Coordinates.** Numeric variables named like a dimension or named in `coordinates`, `bounds` or
/// `grid_mapping`. Text ones are left out. 64-bit integers without an exact `f64` are rounded here.
///
/// # Errors
///
/// - [`FormatError::Io`](crate::FormatError::Io): the file cannot be read.
/// - [`FormatError::WrongFormat`](crate::FormatError::WrongFormat),
///   [`Truncated`](crate::FormatError::Truncated), [`Damaged`](crate::FormatError::Damaged),
///   [`Library`](crate::FormatError::Library): it is not NetCDF, or damaged.
/// - [`FormatError::VariableNotFound`](crate::FormatError::VariableNotFound),
///   [`NoField`](crate::FormatError::NoField), [`NotNumeric`](crate::FormatError::NotNumeric).
/// - [`FormatError::InexactInteger`](crate::FormatError::InexactInteger): an integer has no exact `f64`.
/// - [`FormatError::TooLarge`](crate::FormatError::TooLarge): over the limits.
pub fn read_netcdf(path: impl AsRef<Path>, variable: Option<&str>) -> Result<Field> {
    read_netcdf_with(path, variable, &DEFAULT_LIMITS)
}

/// [`read_netcdf`] under other limits.
///
/// # Errors
///
/// As [`read_netcdf`].
pub fn read_netcdf_with(
    path: impl AsRef<Path>,
    variable: Option<&str>,
    limits: &Limits,
) -> Result<Field> {
    let path = path.as_ref();
    let dataset = open::open(path)?;
    let found = select::variable(&dataset, path, variable)?;
    let variable = opened::InDataset::found(&dataset, &found);
    read::field(&variable, (&dataset, &found.groups), path, limits)
}

/// The length that a classic header asks for; `None` when it is malformed.
#[doc(hidden)]
#[must_use]
pub fn fuzz_classic_header(bytes: &[u8]) -> Option<u64> {
    classic::required_length(bytes).ok().flatten()
}
