//! GRIB: editions 1 and 2 in, edition 2 out.
//!
//! | stage | module |
//! |---|---|
//! | where does a message begin and end? | `framing` |
//! | which messages? | `header`, `select` |
//! | where are they along time, level and member? | `axes` |
//! | their grid and the order of its points | `grid` |
//! | their values | `decode`, `read` |
//! | the file as a whole | `dataset` |
//! | how a field was made, in and out | `keys` |
//! | new messages | `write`, `encode`, `place` |
//! | a dataset as new messages | `export` |
//! | dates | `calendar` |
//! | ecCodes itself, and what a message says | `library`, `message` |
//! | messages of the `eccodes` crate | `interop` |
//!
//! A truncated file gives an error, and so does damage to what says where things are. ecCodes and the
//! decoders below it are not proof against everything: a message made on purpose can crash in them,
//! and so end the process. Read files from enemies in a process of their own.

mod axes;
mod calendar;
mod dataset;
mod decode;
mod encode;
mod export;
mod framing;
mod grid;
mod header;
#[cfg(feature = "eccodes-crate")]
mod interop;
mod keys;
mod library;
mod message;
mod place;
mod read;
mod select;
mod write;

use std::path::Path;

use crate::{DEFAULT_LIMITS, Field, Limits, Result};

pub use dataset::GribDataset;
pub use export::{GribSummary, write_grib_dataset};
pub use select::GribSelection;
pub use write::{GribGrid, GribOptions, GribPacking, write_grib};

/// The short names of the parameters in a file, in file order.
///
/// # Errors
///
/// As [`read_grib`], for the file as a whole.
pub fn list_parameters(path: impl AsRef<Path>) -> Result<Vec<String>> {
    let path = path.as_ref();
    let library = library::Library::lock();
    let headers = select::headers(&library, path, &GribSelection::default())?;
    Ok(select::names(&headers))
}

/// Reads all messages of one parameter as a field, under [`DEFAULT_LIMITS`].
///
/// `parameter` is a short name (`2t`), a CF name (`t2m`) or a parameter number (`167`); `None` takes
/// the only parameter there is.
///
/// **Shape.** `(time, y, x)`, sorted by the time that the messages are about; with several levels
/// `(time, level, y, x)`, with several ensemble members `number` first. Rows and columns are in the
/// order of storage from the first point, whatever the scanning mode: `latitude` and `longitude`
/// are 1-D for regular grids, 2-D for projected ones, and left out where ecCodes would get them
/// wrong (projections scanned from another corner than the south-west).
///
/// **Type.** `f32` for up to 24 bits per value, else `f64`.
///
/// **Missing.** Points without a value, by bitmap or by the packing's own means, are NaN.
///
/// **Attributes.** `units`, `long_name`, `standard_name`, and the keys that [`write_grib`] needs to
/// write the parameter again, as `GRIB_*`. The coordinate `time` counts seconds since 1970-01-01, as
/// does `forecast_reference_time` where forecasts have a length, `step`.
///
/// # Errors
///
/// - [`FormatError::Io`](crate::FormatError::Io): the file cannot be read.
/// - [`FormatError::WrongFormat`](crate::FormatError::WrongFormat),
///   [`Damaged`](crate::FormatError::Damaged), [`Library`](crate::FormatError::Library): it is not
///   GRIB, truncated or damaged.
/// - [`FormatError::VariableNotFound`](crate::FormatError::VariableNotFound),
///   [`AmbiguousVariable`](crate::FormatError::AmbiguousVariable).
/// - [`FormatError::MixedMessages`](crate::FormatError::MixedMessages),
///   [`DuplicateMessages`](crate::FormatError::DuplicateMessages),
///   [`MissingMessages`](crate::FormatError::MissingMessages): they make no array; a
///   [`GribSelection`] can take a part that does.
/// - [`FormatError::UnsupportedGrid`](crate::FormatError::UnsupportedGrid): reduced grids, spectral
///   fields, satellite views and unstructured points.
/// - [`FormatError::UndecodablePacking`](crate::FormatError::UndecodablePacking).
/// - [`FormatError::TooLarge`](crate::FormatError::TooLarge): over the limits.
pub fn read_grib(path: impl AsRef<Path>, parameter: Option<&str>) -> Result<Field> {
    let selection = GribSelection {
        parameter: parameter.map(str::to_owned),
        ..GribSelection::default()
    };
    read_grib_with(path, &selection, &DEFAULT_LIMITS)
}

/// [`read_grib`] of some messages only, under other limits.
///
/// # Errors
///
/// As [`read_grib`].
pub fn read_grib_with(
    path: impl AsRef<Path>,
    selection: &GribSelection,
    limits: &Limits,
) -> Result<Field> {
    let path = path.as_ref();
    let library = library::Library::lock();
    let headers = select::headers(&library, path, selection)?;
    let chosen = select::choose(headers, path, selection)?;
    let messages = library::InFile {
        library: &library,
        path,
    };
    read::field(&messages, path, &chosen, limits)
}

/// How many messages of one field the bytes hold before their first fault.
#[doc(hidden)]
#[must_use]
pub fn fuzz_framing(bytes: &[u8]) -> usize {
    let mut framer = framing::Framer::new(bytes);
    std::iter::from_fn(|| framer.next().ok().flatten()).count()
}
