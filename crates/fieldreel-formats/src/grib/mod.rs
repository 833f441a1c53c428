//! GRIB: reading of editions 1 and 2, writing of edition 2.
//!
//! | task | module |
//! |---|---|
//! | finding messages, and the fields within them | `framing` |
//! | selecting messages | `header`, `select` |
//! | axes of ensemble members, times and levels | `axes` |
//! | grids and scanning order | `grid` |
//! | decoding values | `decode`, `read` |
//! | a file as a dataset | `dataset` |
//! | GRIB keys as attributes, in both directions | `keys` |
//! | encoding of messages | `write`, `encode`, `frame_coordinates` |
//! | writing of datasets | `export` |
//! | dates | `calendar` |
//! | bindings to ecCodes, and access to keys | `library`, `message` |
//! | messages of the `eccodes` crate | `interop` |
//!
//! Truncated files, and damage to the structure of a message, give an error. However, ecCodes and
//! the decoders that it uses are not hardened against malicious input: a crafted message can crash
//! them, and thereby the process. Read untrusted files in a separate process.

mod axes;
mod calendar;
mod dataset;
mod decode;
mod encode;
mod export;
mod frame_coordinates;
mod framing;
mod grid;
mod header;
#[cfg(feature = "eccodes-crate")]
mod interop;
mod keys;
mod library;
mod message;
mod read;
mod select;
mod write;

use std::path::Path;

use crate::{DEFAULT_LIMITS, Field, Limits, Result};

pub use dataset::GribDataset;
pub use export::{GribSummary, write_grib_dataset};
pub use select::GribSelection;
pub use write::{GribGrid, GribOptions, GribPacking, write_grib};

/// Returns the short names of the parameters in a file, in file order.
///
/// ```
/// use fieldreel_formats::{Field, GribOptions, list_parameters, write_grib};
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("wind.grib2");
/// let mut wind = Field::new("u", ArrayD::<f32>::ones(vec![2, 3, 4]), &["time", "y", "x"])?;
/// wind.attributes.insert("standard_name", "eastward_wind");
/// write_grib(&path, &wind, &GribOptions::default())?;
/// assert_eq!(list_parameters(&path)?, ["u"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The errors of [`read_grib`] that concern the whole file.
pub fn list_parameters(path: impl AsRef<Path>) -> Result<Vec<String>> {
    let path = path.as_ref();
    let library = library::Library::lock();
    let headers = select::read_headers(&library, path, &GribSelection::default())?;
    Ok(select::short_names(&headers))
}

/// Reads all messages of one parameter as a field, under [`DEFAULT_LIMITS`].
///
/// `parameter` is a short name (`2t`), a CF name (`t2m`) or a parameter number (`167`). With
/// `None`, the file must hold only one parameter.
///
/// **Shape.** `(time, y, x)`, in ascending order of valid time; `(time, level, y, x)` if there are
/// several levels; `number` comes first if there are several ensemble members. Rows and columns
/// start at the first stored point, for every scanning mode. `latitude` and `longitude` are 1-D
/// for regular grids and 2-D for projected ones. They are left out if ecCodes would compute them
/// wrongly, that is, for projections that are not scanned from the south-west corner.
///
/// **Type.** `f32` if the messages have at most 24 bits per value, else `f64`.
///
/// **Missing values.** Points without a value are NaN, whether a bitmap or the packing marks them.
///
/// **Attributes.** `units`, `long_name`, `standard_name`, and as `GRIB_*` the keys that
/// [`write_grib`] needs to write the parameter again. The coordinate `time` counts seconds since
/// 1970-01-01. If the valid times differ from the reference times, there are also the coordinates
/// `forecast_reference_time`, in the same unit, and `step`.
///
/// ```
/// use fieldreel_formats::{Field, GribOptions, read_grib, write_grib};
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("wind.grib2");
/// let mut wind = Field::new("u", ArrayD::<f32>::ones(vec![2, 3, 4]), &["time", "y", "x"])?;
/// wind.attributes.insert("standard_name", "eastward_wind");
/// write_grib(&path, &wind, &GribOptions::default())?;
///
/// let stored = read_grib(&path, Some("u"))?;
/// assert_eq!(stored.values, wind.values);
/// assert_eq!(stored.units(), Some("m s**-1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::Io`](crate::FormatError::Io): the file cannot be read.
/// - [`FormatError::WrongFormat`](crate::FormatError::WrongFormat),
///   [`Truncated`](crate::FormatError::Truncated), [`Damaged`](crate::FormatError::Damaged),
///   [`Library`](crate::FormatError::Library): the file is not GRIB, truncated or damaged.
/// - [`FormatError::VariableNotFound`](crate::FormatError::VariableNotFound),
///   [`AmbiguousVariable`](crate::FormatError::AmbiguousVariable): the file has no such parameter,
///   or has several parameters and `parameter` is `None`.
/// - [`FormatError::MixedMessages`](crate::FormatError::MixedMessages),
///   [`DuplicateMessages`](crate::FormatError::DuplicateMessages),
///   [`MissingMessages`](crate::FormatError::MissingMessages): the messages do not form an array.
///   Use a [`GribSelection`] to read a part of them that does.
/// - [`FormatError::UnsupportedGrid`](crate::FormatError::UnsupportedGrid): the grid is reduced,
///   spectral, a satellite view or unstructured.
/// - [`FormatError::UndecodablePacking`](crate::FormatError::UndecodablePacking): ecCodes cannot
///   decode the values.
/// - [`FormatError::TooLarge`](crate::FormatError::TooLarge): the field exceeds the limits.
pub fn read_grib(path: impl AsRef<Path>, parameter: Option<&str>) -> Result<Field> {
    let selection = GribSelection {
        parameter: parameter.map(str::to_owned),
        ..GribSelection::default()
    };
    read_grib_with(path, &selection, &DEFAULT_LIMITS)
}

/// Reads the selected messages as [`read_grib`] does, under the given limits.
///
/// ```
/// use fieldreel_formats::{DEFAULT_LIMITS, GribSelection, read_grib_with};
/// # use fieldreel_formats::{Coordinate, Field, GribOptions, write_grib};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("air.grib2");
/// # let values = ndarray::Array4::from_shape_fn((2, 2, 3, 4), |(_, level, ..)| level as f32);
/// # let mut air = Field::new("t", values.into_dyn(), &["time", "level", "y", "x"])?;
/// # air.attributes.insert("standard_name", "air_temperature");
/// # air.attributes.insert("GRIB_typeOfLevel", "isobaricInhPa");
/// # air.coordinates.push(Coordinate::axis("level", [500_i32, 850]));
/// # write_grib(&path, &air, &GribOptions::default())?;
/// // The file has temperatures at two times and two levels, 500 hPa and 850 hPa.
/// let selection = GribSelection::parameter("t");
/// assert_eq!(read_grib_with(&path, &selection, &DEFAULT_LIMITS)?.shape(), [2, 2, 3, 4]);
/// let selection = selection.with_key("level", "850");
/// assert_eq!(read_grib_with(&path, &selection, &DEFAULT_LIMITS)?.shape(), [2, 3, 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The errors of [`read_grib`], and
/// [`FormatError::NoMatchingMessage`](crate::FormatError::NoMatchingMessage) if no message has the
/// keys of the selection.
pub fn read_grib_with(
    path: impl AsRef<Path>,
    selection: &GribSelection,
    limits: &Limits,
) -> Result<Field> {
    let path = path.as_ref();
    let library = library::Library::lock();
    let headers = select::read_headers(&library, path, selection)?;
    let selected = select::select_parameter(headers, path, selection)?;
    let messages = library::FileMessages {
        library: &library,
        path,
    };
    read::read_field(&messages, path, &selected, limits)
}

/// Returns the number of single-field messages in `bytes` before the first error.
#[doc(hidden)]
#[must_use]
pub fn fuzz_framing(bytes: &[u8]) -> usize {
    let mut framer = framing::Framer::new(bytes);
    std::iter::from_fn(|| framer.next().ok().flatten()).count()
}
