//! Reading classic, 64-bit and NetCDF-4 files, and writing NetCDF-4 files.
//!
//! | stage | module |
//! |---|---|
//! | check that a file is NetCDF and complete | `open`, `classic` |
//! | select a variable | `select` |
//! | read its values and coordinates | `read`, `open_file`, `unpack` |
//! | read a field from any dataset | `dataset_field` |
//! | write a new file | `write`, `plan`, `fill`, `chunks` |
//! | write a field as Zarr | `zarr_field` |
//! | convert fields from and to open files of the `netcdf` crate | `interop` |
//! | read and write files as a whole | `dataset` |
//! | call netcdf-c, register HDF5 filters | `library`, `filter` |
//!
//! A truncated file of any kind gives an error, and a damaged classic file gives an error or other
//! values. HDF5 1.10 is less robust: a NetCDF-4 file whose internal structures were modified
//! deliberately can crash HDF5 and thus the process. Read such files in a separate process.

mod chunks;
mod classic;
mod dataset;
mod dataset_field;
mod fill;
mod filter;
#[cfg(feature = "netcdf-crate")]
mod interop;
mod library;
mod open;
mod open_file;
mod plan;
mod read;
mod select;
mod unpack;
mod write;
#[cfg(feature = "zarr")]
mod zarr_field;

use std::path::Path;

use crate::{DEFAULT_LIMITS, Dimension, Field, Limits, Result};

pub use dataset::{ChunkReader, ChunkWriter, NetcdfDataset, NetcdfWriter, VariableStorage};
pub use dataset_field::read_dataset_field;
pub use filter::register_filter;
#[cfg(feature = "netcdf-crate")]
pub use interop::put_filter;
pub use write::{NetcdfCompression, NetcdfOptions, write_netcdf};
#[cfg(feature = "zarr")]
pub use zarr_field::write_zarr;

/// The name, type and dimensions of a variable of a file.
///
/// ```
/// use fieldreel_formats::list_variables;
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
/// let wind = &list_variables(sample)?[3];
/// assert_eq!((wind.type_name, wind.numeric), ("float", true));
/// assert_eq!((wind.dimensions[0].name.as_str(), wind.dimensions[0].len), ("TIME", 60));
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VariableInfo {
    /// The name of the variable; `/group/name` if it is in a group.
    pub name: String,
    /// NetCDF's name for the type, such as `float` or `short`.
    pub type_name: &'static str,
    /// True if [`read_netcdf`] can read the variable.
    pub numeric: bool,
    /// The dimensions, slowest first.
    pub dimensions: Vec<Dimension>,
}

/// Returns all variables of a file, including coordinates, in file order. The variables of a group
/// precede those of its subgroups.
///
/// ```
/// use fieldreel_formats::list_variables;
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
/// let variables = list_variables(sample)?;
/// let names: Vec<&str> = variables.iter().map(|variable| variable.name.as_str()).collect();
/// assert_eq!(names, ["FNOCX", "FNOCY", "TIME", "UWND"]);
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
///
/// # Errors
///
/// The errors of [`read_netcdf`] that concern the file as a whole.
pub fn list_variables(path: impl AsRef<Path>) -> Result<Vec<VariableInfo>> {
    let file = open::open(path.as_ref())?;
    let found = select::all_variables(&file)?;
    Ok(found.iter().map(select::LocatedVariable::info).collect())
}

/// Reads a variable with its coordinates and attributes, under [`DEFAULT_LIMITS`].
///
/// `variable` is a name, or `/group/name`. With `None`, the first numeric variable in file order
/// with three or more dimensions is read, otherwise the first one with two dimensions. Coordinates
/// and their bounds are not considered; [`list_variables`] lists all variables.
///
/// **Types.** `f32` stays `f32`. Integers of 8 and 16 bits become `f32`, and wider integers become
/// `f64`, exactly. Packed values are computed in `f64`, and have the type of `scale_factor` and
/// `add_offset`, as CF defines (`f64` if these differ, or if the packed integers have 32 bits or
/// more).
///
/// **Missing values.** Values equal to `_FillValue` or `missing_value`, compared as stored, become
/// NaN. So do values outside `valid_min`, `valid_max` or `valid_range` and, for floating-point
/// variables without a `_FillValue`, values equal to netcdf-c's default fill value of 9.969e36.
/// `_Unsigned` is respected. These attributes are removed from [`Field::attributes`];
/// [`Field::missing`] and [`Field::packing`] hold their values.
///
/// **Coordinates.** The coordinates are the numeric variables that have the name of a dimension,
/// or that `coordinates`, `bounds` or `grid_mapping` name. Text variables are omitted. 64-bit
/// integers of coordinates without an exact `f64` are rounded.
///
/// ```
/// use fieldreel_formats::read_netcdf;
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
/// let wind = read_netcdf(sample, Some("UWND"))?;
/// assert_eq!((wind.shape(), wind.units()), (&[60, 73, 144][..], Some("M/S")));
/// assert_eq!(wind.missing.fill_value, Some((-99.9_f32).into()));
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::Io`](crate::FormatError::Io): the file cannot be read.
/// - [`FormatError::WrongFormat`](crate::FormatError::WrongFormat),
///   [`Truncated`](crate::FormatError::Truncated), [`Damaged`](crate::FormatError::Damaged),
///   [`Library`](crate::FormatError::Library): the file is not NetCDF, or is damaged.
/// - [`FormatError::VariableNotFound`](crate::FormatError::VariableNotFound),
///   [`NoField`](crate::FormatError::NoField), [`NotNumeric`](crate::FormatError::NotNumeric): the
///   file has no such variable.
/// - [`FormatError::InexactInteger`](crate::FormatError::InexactInteger): an integer has no exact
///   `f64`.
/// - [`FormatError::TooLarge`](crate::FormatError::TooLarge): an array exceeds the limits.
pub fn read_netcdf(path: impl AsRef<Path>, variable: Option<&str>) -> Result<Field> {
    read_netcdf_with(path, variable, &DEFAULT_LIMITS)
}

/// Reads a variable as [`read_netcdf`] does, under other limits.
///
/// ```
/// use fieldreel_formats::{ErrorKind, Limits, read_netcdf_with};
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
/// let error = read_netcdf_with(sample, Some("UWND"), &Limits::new(1 << 20)).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Limit);
/// assert!(read_netcdf_with(sample, Some("UWND"), &Limits::new(1 << 23)).is_ok());
/// ```
///
/// # Errors
///
/// The errors of [`read_netcdf`].
pub fn read_netcdf_with(
    path: impl AsRef<Path>,
    variable: Option<&str>,
    limits: &Limits,
) -> Result<Field> {
    let path = path.as_ref();
    let file = open::open(path)?;
    let found = select::find_variable(&file, path, variable)?;
    let variable = open_file::LibraryVariable::new(&file, &found);
    read::read_field(&variable, (&file, &found.groups), path, limits)
}

/// Returns the length that a classic header requires; `None` if the header is malformed.
#[doc(hidden)]
#[must_use]
pub fn fuzz_classic_header(bytes: &[u8]) -> Option<u64> {
    classic::required_length(bytes).ok().flatten()
}
