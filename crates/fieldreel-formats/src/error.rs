//! What can go wrong, split by who is at fault.

use std::fmt;
use std::io;
#[cfg(any(feature = "netcdf", feature = "grib"))]
use std::path::Path;
use std::path::PathBuf;

/// Result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, FormatError>;

/// Who can mend a [`FormatError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller asked for something that is not there or makes no sense.
    Argument,
    /// The file is damaged, is not what it claims to be, or holds what this crate cannot represent.
    Input,
    /// A size is over the caller's [`Limits`](crate::Limits).
    Limit,
    /// The operating system refused to read or write.
    Io,
    /// netcdf-c or ecCodes refused for a reason of its own.
    Library,
}

/// Why a field could not be read, viewed or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    // ---- The caller's arguments ----
    /// The file has no variable (NetCDF) or parameter (GRIB) of this name.
    #[error("{}: no variable {variable:?}; it has {}", path.display(), Listed(available))]
    VariableNotFound {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        variable: String,
        /// The variables or parameters that are there, in file order.
        available: Vec<String>,
    },
    /// No name was given, and the file has no variable that can be viewed as frames.
    #[error("{}: no numeric variable of two or more dimensions; it has {}", path.display(), Listed(available))]
    NoField {
        /// The file.
        path: PathBuf,
        /// The variables that are there, in file order.
        available: Vec<String>,
    },
    /// No name was given, and a GRIB file holds more than one parameter.
    #[error("{}: holds several parameters, name one of {}", path.display(), Listed(available))]
    AmbiguousVariable {
        /// The file.
        path: PathBuf,
        /// The short names that are there, in file order.
        available: Vec<String>,
    },
    /// The field has fewer than the two dimensions of a frame.
    #[error("{name:?} has {rank} dimension(s); a frame needs two or more")]
    RankTooLow {
        /// The field.
        name: String,
        /// Its number of dimensions.
        rank: usize,
    },
    /// The field has no dimension of this name, or the dimension cannot be used in this way.
    #[error("no usable dimension {dimension:?}; there are {}", Listed(available))]
    DimensionNotFound {
        /// What was asked for.
        dimension: String,
        /// The dimensions that would do.
        available: Vec<String>,
    },
    /// An index is outside its dimension.
    #[error("index {index} is outside dimension {dimension:?} of length {len}")]
    IndexOutOfRange {
        /// The dimension.
        dimension: String,
        /// What was asked for, from 0.
        index: usize,
        /// The dimension's length.
        len: usize,
    },
    /// Two shapes that must agree do not.
    #[error("{what} has shape {found:?}, not {expected:?}")]
    ShapeMismatch {
        /// What has the wrong shape.
        what: String,
        /// The shape it should have.
        expected: Vec<usize>,
        /// The shape it has.
        found: Vec<usize>,
    },
    /// The file that a field is put into has another coordinate of the same name.
    #[error("{}: has a coordinate {coordinate:?} with other values or dimensions", path.display())]
    CoordinateConflict {
        /// The file.
        path: PathBuf,
        /// The coordinate.
        coordinate: String,
    },
    /// An option is outside its range.
    #[error("{option} is {value}; it must be {allowed}")]
    InvalidOption {
        /// The option.
        option: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        allowed: &'static str,
    },
    /// The field holds values that GRIB packing has no place for: infinite, or beyond an `f32`.
    #[error("{count} value(s) beyond ±3.4e38, the first at flat index {first}, cannot be packed")]
    Unpackable {
        /// How many there are.
        count: usize,
        /// Row-major index of the first.
        first: usize,
    },
    /// The latitude and longitude of the field do not make an evenly spaced grid.
    #[error("coordinate {coordinate:?} is not an evenly spaced 1-D axis of degrees: {problem}")]
    IrregularGrid {
        /// The coordinate at fault.
        coordinate: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// GRIB 2 has no way to say what an attribute says.
    #[error("{key} = {value:?} cannot be written as GRIB 2")]
    Unrepresentable {
        /// The GRIB key.
        key: String,
        /// Its value.
        value: String,
        /// What ecCodes said, when it was asked.
        #[source]
        source: Option<LibraryError>,
    },

    /// A variable of a dataset has no place in GRIB 2.
    #[error("{variable:?} cannot be written as GRIB 2: {problem}")]
    UnsupportedInGrib {
        /// The variable.
        variable: String,
        /// Why not.
        problem: &'static str,
        /// What was wrong in detail.
        #[source]
        source: Option<Box<FormatError>>,
    },

    // ---- The input ----
    /// The file is not of the format it was opened as.
    #[error("{}: not a {format} file", path.display())]
    WrongFormat {
        /// The file.
        path: PathBuf,
        /// The format it was opened as.
        format: &'static str,
    },
    /// The file ends before its content does.
    #[error("{}: truncated, {found} bytes of at least {expected}", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes that its header promises.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The file contradicts itself.
    #[error("{}: damaged: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not hold.
        problem: &'static str,
    },
    /// The variable holds text or a user-defined type.
    #[error("{}: {variable:?} is not numeric (it is {type_name})", path.display())]
    NotNumeric {
        /// The file.
        path: PathBuf,
        /// The variable.
        variable: String,
        /// The name of its type.
        type_name: &'static str,
    },
    /// HDF5 has something in the file that netcdf-c leaves out, because NetCDF has no type for it.
    #[error("{}: {name:?} is of an HDF5 type that NetCDF has not (such as a reference, a bit field, or an enum or compound type without a name)", path.display())]
    UnsupportedHdf5Type {
        /// The file.
        path: PathBuf,
        /// The path of the dataset, or that of an object and its attribute.
        name: String,
    },
    /// A 64-bit integer has no exact `f64`.
    #[error("{}: {variable:?} holds the integer {value}, which no f64 represents", path.display())]
    Inexact {
        /// The file.
        path: PathBuf,
        /// The variable.
        variable: String,
        /// The first such value.
        value: i128,
    },
    /// The grid of a GRIB message is not a `(y, x)` array.
    #[error("{}: grid type {grid_type:?} is no (y, x) array", path.display())]
    UnsupportedGrid {
        /// The file.
        path: PathBuf,
        /// ecCodes' `gridType`.
        grid_type: String,
    },
    /// ecCodes cannot decode the packing of a GRIB message.
    #[error("{}: cannot decode packing {packing:?}", path.display())]
    UndecodablePacking {
        /// The file.
        path: PathBuf,
        /// ecCodes' `packingType`.
        packing: String,
        /// What ecCodes said.
        #[source]
        source: LibraryError,
    },
    /// Messages of one parameter differ in a key that makes no axis.
    #[error("{}: messages of {variable:?} differ in {key}: {}; select one", path.display(), Listed(values))]
    MixedMessages {
        /// The file.
        path: PathBuf,
        /// The parameter.
        variable: String,
        /// The key they differ in.
        key: &'static str,
        /// The values seen, in file order.
        values: Vec<String>,
    },
    /// Two messages hold the same point of time, level and member.
    #[error("{}: messages {first} and {second} of {variable:?} have the same time, level and member", path.display())]
    DuplicateMessages {
        /// The file.
        path: PathBuf,
        /// The parameter.
        variable: String,
        /// The earlier message, counted from 1 in the file.
        first: usize,
        /// The later message.
        second: usize,
    },
    /// Some combination of time, level and member has no message.
    #[error("{}: {variable:?} has {found} messages, its times, levels and members make {expected}", path.display())]
    MissingMessages {
        /// The file.
        path: PathBuf,
        /// The parameter.
        variable: String,
        /// How many messages the axes call for.
        expected: usize,
        /// How many there are.
        found: usize,
    },

    // ---- Limits ----
    /// An array would be larger than the limits allow.
    #[error("{what} takes {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// The bytes that it takes, saturated.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },

    // ---- The system ----
    /// The operating system refused.
    #[error("{}: cannot {action}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// netcdf-c or ecCodes refused.
    #[error("{}: cannot {action}", path.display())]
    Library {
        /// The file.
        path: PathBuf,
        /// What was being done.
        action: String,
        /// What the library said.
        #[source]
        source: LibraryError,
    },
    /// HDF5 does not take a filter.
    #[error("HDF5 does not take the filter")]
    FilterRefused,
}

impl FormatError {
    /// Who can mend it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::VariableNotFound { .. }
            | Self::NoField { .. }
            | Self::AmbiguousVariable { .. }
            | Self::RankTooLow { .. }
            | Self::DimensionNotFound { .. }
            | Self::IndexOutOfRange { .. }
            | Self::ShapeMismatch { .. }
            | Self::CoordinateConflict { .. }
            | Self::InvalidOption { .. }
            | Self::Unpackable { .. }
            | Self::IrregularGrid { .. }
            | Self::Unrepresentable { .. }
            | Self::UnsupportedInGrib { .. } => ErrorKind::Argument,
            Self::WrongFormat { .. }
            | Self::Truncated { .. }
            | Self::Damaged { .. }
            | Self::NotNumeric { .. }
            | Self::Inexact { .. }
            | Self::UnsupportedHdf5Type { .. }
            | Self::UnsupportedGrid { .. }
            | Self::UndecodablePacking { .. }
            | Self::MixedMessages { .. }
            | Self::DuplicateMessages { .. }
            | Self::MissingMessages { .. } => ErrorKind::Input,
            Self::TooLarge { .. } => ErrorKind::Limit,
            Self::Io { .. } => ErrorKind::Io,
            Self::Library { .. } | Self::FilterRefused => ErrorKind::Library,
        }
    }

    #[cfg(any(feature = "netcdf", feature = "grib"))]
    pub(crate) fn io(path: &Path, action: &'static str, source: io::Error) -> Self {
        Self::Io {
            path: path.to_path_buf(),
            action,
            source,
        }
    }
}

/// An error code of a C library, with the library's own words for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{library}: {message} (code {code})")]
pub struct LibraryError {
    /// `"netcdf-c"` or `"ecCodes"`; `"netcdf"` or `"eccodes"` where the crate of that name refused by itself.
    pub library: &'static str,
    /// The library's error code; 0 of a crate, which has none.
    pub code: i32,
    /// The library's message for it.
    pub message: String,
}

/// Names, separated by commas, or "nothing".
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
