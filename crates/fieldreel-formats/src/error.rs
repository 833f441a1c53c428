//! Errors, grouped by their cause.

use std::fmt;
use std::io;
#[cfg(any(feature = "netcdf", feature = "grib", feature = "zarr"))]
use std::path::Path;
use std::path::PathBuf;

use fieldreel_core::ErrorKind;

/// The result of a fallible function of this crate.
pub type Result<T> = std::result::Result<T, FormatError>;

/// An error of reading, viewing or writing a field or a dataset.
///
/// ```
/// use fieldreel_formats::{ErrorKind, Field, FormatError};
/// use ndarray::ArrayD;
///
/// let error = Field::new("air", ArrayD::<f32>::zeros(vec![2, 3]), &["x"]).unwrap_err();
/// assert!(matches!(error, FormatError::ShapeMismatch { .. }));
/// assert_eq!(error.kind(), ErrorKind::Argument);
/// assert_eq!(
///     error.to_string(),
///     "the list of dimensions of \"air\" has shape [1], expected [2]"
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    // ---- Arguments ----
    /// The file has no variable (NetCDF) or parameter (GRIB) of this name.
    #[error("{}: no variable {variable:?}; the file has {}", path.display(), Listed(available))]
    VariableNotFound {
        /// The path of the file.
        path: PathBuf,
        /// The requested name.
        variable: String,
        /// The names of the variables or parameters of the file, in file order.
        available: Vec<String>,
    },
    /// No name was given, and the file has no variable that can be viewed as frames.
    #[error("{}: no numeric variable of two or more dimensions; the file has {}", path.display(), Listed(available))]
    NoField {
        /// The path of the file.
        path: PathBuf,
        /// The names of the variables of the file, in file order.
        available: Vec<String>,
    },
    /// No message of a GRIB file has the selected keys.
    #[error("{}: no message has {}", path.display(), Listed(keys))]
    NoMatchingMessage {
        /// The path of the file.
        path: PathBuf,
        /// The selected keys, each with its text, such as `level=500`.
        keys: Vec<String>,
    },
    /// No name was given, and a GRIB file holds more than one parameter.
    #[error("{}: the file holds several parameters; select one of {}", path.display(), Listed(available))]
    AmbiguousVariable {
        /// The path of the file.
        path: PathBuf,
        /// The short names of the parameters, in file order.
        available: Vec<String>,
    },
    /// The field has fewer dimensions than needed.
    #[error("{name:?} has {rank} dimension(s), which is too few")]
    RankTooLow {
        /// The name of the field or variable.
        name: String,
        /// Its number of dimensions.
        rank: usize,
    },
    /// The field has no dimension of this name, or the dimension cannot be used in this way.
    #[error(
        "no usable dimension {dimension:?}; the field has {}",
        Listed(available)
    )]
    DimensionNotFound {
        /// The requested name.
        dimension: String,
        /// The names of the usable dimensions.
        available: Vec<String>,
    },
    /// An index is outside its dimension.
    #[error("index {index} is outside dimension {dimension:?} of length {len}")]
    IndexOutOfRange {
        /// The name of the dimension.
        dimension: String,
        /// The index, from 0.
        index: usize,
        /// The length of the dimension.
        len: usize,
    },
    /// An array has another shape than it must have.
    #[error("{item} has shape {found:?}, expected {expected:?}")]
    ShapeMismatch {
        /// A description of the array.
        item: String,
        /// The shape that it must have.
        expected: Vec<usize>,
        /// The shape that it has.
        found: Vec<usize>,
    },
    /// The file that a field is written into has a different coordinate of the same name.
    #[error("{}: coordinate {coordinate:?} exists with other values or dimensions", path.display())]
    CoordinateConflict {
        /// The path of the file.
        path: PathBuf,
        /// The name of the coordinate.
        coordinate: String,
    },
    /// An argument or option is outside its range.
    #[error("{option} is {value}; it must be {allowed}")]
    InvalidOption {
        /// The name of the option.
        option: &'static str,
        /// The value that was given.
        value: String,
        /// The allowed values.
        allowed: &'static str,
    },
    /// The field holds values that GRIB packing cannot represent: infinities, or values beyond the
    /// range of `f32`.
    #[error("GRIB cannot pack {count} value(s) beyond ±3.4e38, the first at flat index {first}")]
    Unpackable {
        /// The number of such values.
        count: usize,
        /// The row-major index of the first one.
        first: usize,
    },
    /// The latitudes and longitudes of the field do not form an evenly spaced grid.
    #[error("coordinate {coordinate:?} is not an evenly spaced 1-D axis of degrees: {problem}")]
    IrregularGrid {
        /// The name of the coordinate.
        coordinate: String,
        /// The reason.
        problem: &'static str,
    },
    /// GRIB 2 cannot represent the value of an attribute.
    #[error("GRIB 2 cannot represent {key} = {value:?}")]
    Unrepresentable {
        /// The GRIB key.
        key: String,
        /// The value.
        value: String,
        /// The error of ecCodes, if it was called.
        #[source]
        source: Option<LibraryError>,
    },

    /// A variable of a dataset cannot be written as GRIB 2.
    #[error("{variable:?} cannot be written as GRIB 2: {problem}")]
    UnsupportedInGrib {
        /// The name of the variable.
        variable: String,
        /// The reason.
        problem: &'static str,
        /// The underlying error, if there is one.
        #[source]
        source: Option<Box<FormatError>>,
    },

    /// A variable of a dataset cannot be written as Zarr.
    #[error("{}: {variable:?} cannot be written as Zarr: {problem}", path.display())]
    UnsupportedInZarr {
        /// The path of the store.
        path: PathBuf,
        /// The name of the variable, or that of an attribute after the name of its owner.
        variable: String,
        /// The reason.
        problem: String,
    },

    // ---- Input ----
    /// The file is of another format than the one it was opened as.
    #[error("{}: not a {format} file", path.display())]
    WrongFormat {
        /// The path of the file.
        path: PathBuf,
        /// The format it was opened as.
        format: &'static str,
    },
    /// The file is shorter than its header requires.
    #[error("{}: truncated to {found} of at least {expected} bytes", path.display())]
    Truncated {
        /// The path of the file.
        path: PathBuf,
        /// The number of bytes that the header requires.
        expected: u64,
        /// The number of bytes of the file.
        found: u64,
    },
    /// The file is inconsistent.
    #[error("{}: damaged: {problem}", path.display())]
    Damaged {
        /// The path of the file.
        path: PathBuf,
        /// The inconsistency.
        problem: &'static str,
    },
    /// The metadata or a chunk of a Zarr store are not valid.
    #[error("{}: {name}: damaged: {problem}", path.display())]
    DamagedZarr {
        /// The path of the store.
        path: PathBuf,
        /// The path of the group, the array or the chunk in the store, such as `/t2m/c/0/0`.
        name: String,
        /// The inconsistency.
        problem: String,
    },
    /// An array of a Zarr store uses a data type, a codec or an extension that is not supported.
    #[error("{}: {name}: not supported: {problem}", path.display())]
    UnsupportedZarr {
        /// The path of the store.
        path: PathBuf,
        /// The path of the array in the store, such as `/t2m`.
        name: String,
        /// A description of what is not supported.
        problem: String,
    },
    /// The variable holds text or a user-defined type.
    #[error("{}: {variable:?} is of type {type_name}, which is not numeric", path.display())]
    NotNumeric {
        /// The path of the file.
        path: PathBuf,
        /// The name of the variable.
        variable: String,
        /// The name of its type.
        type_name: &'static str,
    },
    /// An HDF5 file holds an object that netcdf-c skips because NetCDF has no type for it.
    #[error("{}: {name:?} is of an HDF5 type without a NetCDF equivalent (such as a reference, a bit field, or an unnamed enum or compound type)", path.display())]
    UnsupportedHdf5Type {
        /// The path of the file.
        path: PathBuf,
        /// The path of the dataset, or the path of an object and the name of its attribute.
        name: String,
    },
    /// A 64-bit integer has no exact `f64`.
    #[error("{}: {variable:?} holds the integer {value}, which has no exact f64", path.display())]
    InexactInteger {
        /// The path of the file.
        path: PathBuf,
        /// The name of the variable.
        variable: String,
        /// The first such integer.
        value: i128,
    },
    /// The grid of a GRIB message is not a `(y, x)` array.
    #[error("{}: grid type {grid_type:?} is not a (y, x) array", path.display())]
    UnsupportedGrid {
        /// The path of the file.
        path: PathBuf,
        /// The `gridType` of ecCodes.
        grid_type: String,
    },
    /// ecCodes cannot decode the packing of a GRIB message.
    #[error("{}: ecCodes cannot decode packing {packing:?}", path.display())]
    UndecodablePacking {
        /// The path of the file.
        path: PathBuf,
        /// The `packingType` of ecCodes.
        packing: String,
        /// The error of ecCodes.
        #[source]
        source: LibraryError,
    },
    /// The messages of one parameter differ in a key that is no dimension.
    #[error("{}: messages of {variable:?} differ in {key}: {}; select one value", path.display(), Listed(values))]
    MixedMessages {
        /// The path of the file.
        path: PathBuf,
        /// The short name of the parameter.
        variable: String,
        /// The key in which the messages differ.
        key: &'static str,
        /// The values of the key, in file order.
        values: Vec<String>,
    },
    /// Two messages have the same time, level and member.
    #[error("{}: messages {first} and {second} of {variable:?} have the same time, level and member", path.display())]
    DuplicateMessages {
        /// The path of the file.
        path: PathBuf,
        /// The short name of the parameter.
        variable: String,
        /// The number of the earlier message in the file, from 1.
        first: usize,
        /// The number of the later message in the file, from 1.
        second: usize,
    },
    /// A combination of time, level and member has no message.
    #[error("{}: {variable:?} has {found} messages, but its times, levels and members require {expected}", path.display())]
    MissingMessages {
        /// The path of the file.
        path: PathBuf,
        /// The short name of the parameter.
        variable: String,
        /// The number of messages that the dimensions require.
        expected: usize,
        /// The number of messages in the file.
        found: usize,
    },

    // ---- Limits ----
    /// An array exceeds the limits.
    #[error("{item} takes {bytes} bytes, which exceeds the limit of {limit} bytes")]
    TooLarge {
        /// A description of the array.
        item: String,
        /// The size of the array in bytes, saturated.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },

    // ---- System and libraries ----
    /// The operating system returned an error.
    #[error("{}: cannot {action}", path.display())]
    Io {
        /// The path of the file or folder.
        path: PathBuf,
        /// The operation that failed.
        action: &'static str,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// netcdf-c, HDF5 or ecCodes returned an error.
    #[error("{}: cannot {action}", path.display())]
    Library {
        /// The path of the file.
        path: PathBuf,
        /// The operation that failed.
        action: String,
        /// The error of the library.
        #[source]
        source: LibraryError,
    },
    /// HDF5 rejects a filter.
    #[error("HDF5 rejects the filter")]
    FilterRefused,
}

impl FormatError {
    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::VariableNotFound { .. }
            | Self::NoField { .. }
            | Self::NoMatchingMessage { .. }
            | Self::AmbiguousVariable { .. }
            | Self::RankTooLow { .. }
            | Self::DimensionNotFound { .. }
            | Self::IndexOutOfRange { .. }
            | Self::ShapeMismatch { .. }
            | Self::CoordinateConflict { .. }
            | Self::InvalidOption { .. } => ErrorKind::Argument,
            Self::Unpackable { .. }
            | Self::IrregularGrid { .. }
            | Self::Unrepresentable { .. }
            | Self::UnsupportedInGrib { .. }
            | Self::UnsupportedInZarr { .. } => ErrorKind::Values,
            Self::WrongFormat { .. }
            | Self::Truncated { .. }
            | Self::Damaged { .. }
            | Self::DamagedZarr { .. } => ErrorKind::Corrupt,
            Self::NotNumeric { .. }
            | Self::InexactInteger { .. }
            | Self::UnsupportedHdf5Type { .. }
            | Self::UnsupportedZarr { .. }
            | Self::UnsupportedGrid { .. }
            | Self::UndecodablePacking { .. }
            | Self::MixedMessages { .. }
            | Self::DuplicateMessages { .. }
            | Self::MissingMessages { .. } => ErrorKind::Unsupported,
            Self::TooLarge { .. } => ErrorKind::Limit,
            Self::Io { .. } => ErrorKind::Io,
            Self::Library { .. } | Self::FilterRefused => ErrorKind::Library,
        }
    }

    #[cfg(any(feature = "netcdf", feature = "grib", feature = "zarr"))]
    pub(crate) fn io(path: &Path, action: &'static str, source: io::Error) -> Self {
        Self::Io {
            path: path.to_path_buf(),
            action,
            source,
        }
    }
}

/// An error of a C library, or of the Rust crate that wraps it.
///
/// ```
/// # #[cfg(feature = "netcdf")] {
/// use fieldreel_formats::{FormatError, read_netcdf};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("damaged.nc");
/// // The file consists of HDF5's signature alone.
/// std::fs::write(&path, b"\x89HDF\r\n\x1a\n")?;
/// let error = read_netcdf(&path, None).unwrap_err();
/// let FormatError::Library { source, .. } = error else { panic!("{error:?}") };
/// assert_eq!(source.library, "netcdf-c");
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{library}: {message} (code {code})")]
#[non_exhaustive]
pub struct LibraryError {
    /// The name of the library: `"netcdf-c"`, `"HDF5"` or `"ecCodes"`; `"netcdf"` or `"eccodes"`
    /// if the error came from the crate of that name.
    pub library: &'static str,
    /// The library's error code; 0 for errors of a crate, which have no code.
    pub code: i32,
    /// The library's message.
    pub message: String,
}

/// A list of names separated by commas; "nothing" if it is empty.
struct Listed<'a>(&'a [String]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("nothing")
        } else {
            f.write_str(&self.0.join(", "))
        }
    }
}
