//! The error type of this crate.

use std::io;
use std::path::PathBuf;

use fieldreel_quant::{Dtype, ErrorKind, QuantError};

/// An error of this crate.
///
/// The message of an error includes its cause, which [`source`](std::error::Error::source) returns
/// as well. [`kind`](Self::kind) tells invalid arguments, corrupt input, exceeded limits and I/O
/// errors apart:
///
/// ```
/// use fieldreel::{Decompressor, ErrorBound, ErrorKind, Limits, compress, decompress, open_reel};
/// use ndarray::Array3;
///
/// let wind = Array3::from_shape_fn((4, 30, 40), |(t, y, x)| (t * y + x) as f32);
/// let invalid = compress(&wind, ErrorBound::Absolute(-1.0)).unwrap_err();
/// assert_eq!(invalid.kind(), ErrorKind::Argument);
///
/// let mut bytes = compress(&wind, ErrorBound::Absolute(0.1))?;
/// let strict = Decompressor::new().with_limits(Limits::new(1000));
/// assert_eq!(strict.decompress::<f32>(&bytes).unwrap_err().kind(), ErrorKind::Limit);
///
/// bytes[200] ^= 1;
/// assert_eq!(decompress::<f32>(&bytes).unwrap_err().kind(), ErrorKind::Corrupt);
/// assert_eq!(open_reel("no-such.reel", Limits::default()).unwrap_err().kind(), ErrorKind::Io);
/// # Ok::<(), fieldreel::Error>(())
/// ```
///
/// The variants have the details:
///
/// ```
/// use fieldreel::reel::ReelError;
/// use fieldreel::{Error, ErrorBound, compress};
/// use ndarray::Array3;
///
/// let wind = Array3::<f32>::zeros((4, 30, 40));
/// match compress(&wind, ErrorBound::Absolute(-1.0)) {
///     Err(Error::Reel { source: ReelError::InvalidCriterion { criterion }, .. }) => {
///         assert_eq!(criterion, ErrorBound::Absolute(-1.0).into());
///     }
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The values cannot be quantized because some are NaN or infinite, or because there are none.
    #[error("cannot quantize the field: {0}")]
    Quant(#[from] QuantError),
    /// A video cannot be encoded or decoded.
    #[cfg(feature = "ffmpeg")]
    #[error("{}{source}", path_prefix(path.as_ref()))]
    Codec {
        /// The video, if there is a file.
        path: Option<PathBuf>,
        /// The cause.
        source: fieldreel_codec::CodecError,
    },
    /// A reel cannot be written or read.
    #[error("{}{source}", path_prefix(path.as_ref()))]
    Reel {
        /// The reel, if it is a file.
        path: Option<PathBuf>,
        /// The cause.
        source: fieldreel_reel::ReelError,
    },
    /// A reel is incomplete, and the operation needs all of it.
    #[error(
        "{}incomplete reel: {}",
        path_prefix(path.as_ref()),
        describe_missing(integrity, *frames)
    )]
    IncompleteReel {
        /// The reel, if it is a file.
        path: Option<PathBuf>,
        /// The end of the range of frames `0..frames` in which frames are available.
        frames: usize,
        /// The missing parts.
        integrity: fieldreel_reel::ReelIntegrity,
    },
    /// A NetCDF or GRIB file or a Zarr store cannot be read or written.
    #[cfg(feature = "formats")]
    #[error("{0}")]
    Format(#[source] Box<fieldreel_formats::FormatError>),
    /// A variable cannot be encoded within its criterion.
    #[cfg(feature = "dataset")]
    #[error(
        "{}cannot encode variable {variable:?} within {criterion}: {source}",
        path_prefix(path.as_ref())
    )]
    Variable {
        /// The file of the variable.
        path: Option<PathBuf>,
        /// The name of the variable.
        variable: String,
        /// The error bound or the target.
        criterion: fieldreel_reel::Criterion,
        /// The cause.
        source: Box<fieldreel_reel::ReelError>,
    },
    /// The HDF5 filter does not support a variable, or cannot decode a chunk of it.
    #[cfg(feature = "dataset")]
    #[error("{}HDF5 filter of variable {variable:?}: {source}", path_prefix(path.as_ref()))]
    Filter {
        /// The file of the variable.
        path: Option<PathBuf>,
        /// The name of the variable.
        variable: String,
        /// The cause.
        source: Box<fieldreel_hdf5_filter::FilterError>,
    },
    /// A pattern of variable names is malformed.
    #[cfg(feature = "dataset")]
    #[error("malformed pattern {pattern:?}: {source}")]
    InvalidPattern {
        /// The pattern.
        pattern: String,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No variable matches a name or a pattern.
    #[cfg(feature = "dataset")]
    #[error("no variable is called {pattern:?}; the file has {}", available.join(", "))]
    NoSuchVariable {
        /// The name or the pattern.
        pattern: String,
        /// The variables of the file, in its order.
        available: Vec<String>,
    },
    /// No dimension has this name.
    #[cfg(feature = "dataset")]
    #[error("no dimension is called {name:?}; the file has {}", available.join(", "))]
    NoSuchDimension {
        /// The requested name.
        name: String,
        /// The dimensions of the file, in its order.
        available: Vec<String>,
    },
    /// A slab of a variable does not begin and end at chunks, or the slabs of a variable leave
    /// chunks out.
    #[cfg(feature = "zarr")]
    #[error("invalid slab {start}..{end} of the variable {variable:?}: {problem}")]
    InvalidSlab {
        /// The name of the variable; `/group/name` in a group.
        variable: String,
        /// The first index along the first dimension.
        start: usize,
        /// The index behind the last one.
        end: usize,
        /// A description of the mistake.
        problem: &'static str,
    },
    /// A bound is set for a variable that cannot have one.
    #[cfg(feature = "dataset")]
    #[error(
        "variable {variable:?} cannot have this bound: a bound needs numeric values and one to \
         eight dimensions, and a pointwise-relative bound no add_offset"
    )]
    BoundNotApplicable {
        /// The name of the variable.
        variable: String,
    },
    /// Threads cannot be started.
    #[cfg(feature = "dataset")]
    #[error("cannot start threads: {source}")]
    Threads {
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No preset has this name.
    #[error("no mode is called {name:?}; use one of {}", crate::Preset::names())]
    UnknownPreset {
        /// The requested name.
        name: String,
    },
    /// A video has neither the tags of this crate nor a file name of the original tool, from which
    /// the range of the values is known.
    #[error(
        "{} is not a fieldreel video: it has no fieldreel tags, and its name does not have the \
         form video_min<number>_max<number>_fc<number>",
        path.display()
    )]
    NotFieldreel {
        /// The video.
        path: PathBuf,
    },
    /// The number `fc` in the name of a video is neither its bit depth nor its number of frames.
    #[error(
        "{}: fc{fc} in the name is neither the bit depth ({bit_depth}) nor the number of frames \
         ({frames}): the file is truncated or renamed",
        path.display()
    )]
    NameMismatch {
        /// The video.
        path: PathBuf,
        /// The number in the name.
        fc: u64,
        /// The bit depth of the video stream.
        bit_depth: u8,
        /// The number of frames that were decoded.
        frames: usize,
    },
    /// A tag of a video is missing or invalid.
    #[error("{}: the tag {key} has the invalid value {value:?}", path.display())]
    BadTag {
        /// The video.
        path: PathBuf,
        /// The key of the tag.
        key: &'static str,
        /// The value of the tag; empty if the tag is missing.
        value: String,
    },
    /// A video contains values of another type than the requested one.
    #[error("{}: the values are {found}, not {expected}", path.display())]
    DtypeMismatch {
        /// The video.
        path: PathBuf,
        /// The requested type.
        expected: Dtype,
        /// The type of the values in the video.
        found: Dtype,
    },
    /// The extension of a file name is not that of a supported format.
    #[error(
        "{}: unknown extension; use .nc, .nc4, .cdf, .zarr, .grib, .grb, .grib2, .grb2, .mp4, .mkv \
         or .reel",
        path.display()
    )]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// This build of fieldreel lacks the feature that reads a file.
    #[error("{}: fieldreel was built without the feature {feature:?}", path.display())]
    FeatureMissing {
        /// The file.
        path: PathBuf,
        /// The feature of this crate.
        feature: &'static str,
    },
    /// The output is the same file as the input, possibly by another name. Writing would destroy
    /// the input.
    #[error(
        "the output {} is the input {}: name another file for the output",
        output.display(),
        input.display()
    )]
    SameFile {
        /// The input file.
        input: PathBuf,
        /// The output file.
        output: PathBuf,
    },
    /// One of the output and the input is a folder that contains the other. Writing would destroy
    /// the input, or change it while it is read.
    #[error(
        "the output {} and the input {} overlap: name an output outside of the input",
        output.display(),
        input.display()
    )]
    Overlap {
        /// The input file or folder.
        input: PathBuf,
        /// The output file or folder.
        output: PathBuf,
    },
    /// A file or folder cannot be created, read or written.
    #[error("{}{source}", path_prefix(path.as_ref()))]
    Io {
        /// The file or folder, if the error concerns one.
        path: Option<PathBuf>,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Checks that the output is not the same file as the input, possibly by another name, and that
/// neither is a folder that contains the other.
#[cfg(feature = "dataset")]
pub(crate) fn check_distinct(
    input: &std::path::Path,
    output: &std::path::Path,
) -> Result<(), Error> {
    use fieldreel_core::files::{is_same_file, overlaps};

    let paths = || (input.to_owned(), output.to_owned());
    if is_same_file(input, output) {
        let (input, output) = paths();
        return Err(Error::SameFile { input, output });
    }
    if overlaps(input, output) {
        let (input, output) = paths();
        return Err(Error::Overlap { input, output });
    }
    Ok(())
}

impl Error {
    /// Returns the cause of the error. Errors of other crates of the workspace have the cause of
    /// their source.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Quant(source) => source.kind(),
            #[cfg(feature = "ffmpeg")]
            Self::Codec { source, .. } => source.kind(),
            Self::Reel { source, .. } => source.kind(),
            #[cfg(feature = "formats")]
            Self::Format(source) => source.kind(),
            #[cfg(feature = "dataset")]
            Self::Variable { source, .. } => source.kind(),
            #[cfg(feature = "dataset")]
            Self::Filter { source, .. } => source.kind(),
            #[cfg(feature = "dataset")]
            Self::InvalidPattern { .. }
            | Self::NoSuchVariable { .. }
            | Self::NoSuchDimension { .. }
            | Self::BoundNotApplicable { .. } => ErrorKind::Argument,
            Self::UnknownPreset { .. }
            | Self::DtypeMismatch { .. }
            | Self::UnknownFormat { .. }
            | Self::SameFile { .. }
            | Self::Overlap { .. } => ErrorKind::Argument,
            Self::IncompleteReel { .. }
            | Self::NotFieldreel { .. }
            | Self::NameMismatch { .. }
            | Self::BadTag { .. } => ErrorKind::Corrupt,
            #[cfg(feature = "zarr")]
            Self::InvalidSlab { .. } => ErrorKind::Argument,
            Self::FeatureMissing { .. } => ErrorKind::Unsupported,
            #[cfg(feature = "dataset")]
            Self::Threads { .. } => ErrorKind::Io,
            Self::Io { .. } => ErrorKind::Io,
        }
    }

    /// Adds the path of a file to an I/O error, or an error of a reel or of a variable, that has no
    /// path yet.
    ///
    /// Functions that read from a reader or write to a sink do not know the path of the file.
    ///
    /// ```
    /// use fieldreel::decompress;
    ///
    /// let error = decompress::<f32>(b"not a reel").unwrap_err().with_path("wind.reel");
    /// assert!(error.to_string().starts_with("wind.reel: "));
    /// ```
    #[must_use]
    pub fn with_path(self, file: impl Into<PathBuf>) -> Self {
        let file = Some(file.into());
        match self {
            Self::Reel { path, source } => Self::Reel {
                path: path.or(file),
                source,
            },
            Self::Io { path, source } => Self::Io {
                path: path.or(file),
                source,
            },
            Self::IncompleteReel {
                path,
                frames,
                integrity,
            } => Self::IncompleteReel {
                path: path.or(file),
                frames,
                integrity,
            },
            #[cfg(feature = "dataset")]
            Self::Variable {
                path,
                variable,
                criterion,
                source,
            } => Self::Variable {
                path: path.or(file),
                variable,
                criterion,
                source,
            },
            #[cfg(feature = "dataset")]
            Self::Filter {
                path,
                variable,
                source,
            } => Self::Filter {
                path: path.or(file),
                variable,
                source,
            },
            other => other,
        }
    }
}

/// Returns the beginning of a message with the path, if there is one.
fn path_prefix(path: Option<&PathBuf>) -> String {
    path.map_or_else(String::new, |path| format!("{}: ", path.display()))
}

#[cfg(feature = "formats")]
impl From<fieldreel_formats::FormatError> for Error {
    fn from(source: fieldreel_formats::FormatError) -> Self {
        Self::Format(Box::new(source))
    }
}

impl From<io::Error> for Error {
    fn from(source: io::Error) -> Self {
        Self::Io { path: None, source }
    }
}

impl From<fieldreel_reel::ReelError> for Error {
    fn from(source: fieldreel_reel::ReelError) -> Self {
        Self::Reel { path: None, source }
    }
}

/// Returns a description of the missing parts of a reel, and of the frames that are available.
fn describe_missing(integrity: &fieldreel_reel::ReelIntegrity, frames: usize) -> String {
    let mut missing: Vec<String> = integrity
        .lost_frames
        .iter()
        .map(|lost| format!("frames {}..{} are lost", lost.start, lost.end))
        .collect();
    if !integrity.has_index {
        let bytes = integrity.trailing_bytes;
        missing.push(format!(
            "the index is missing because writing was interrupted, and the last {bytes} bytes \
             belong to no segment"
        ));
    }
    if integrity.metadata_is_lost {
        missing.push("the metadata are damaged".to_owned());
    }
    let available = match frames {
        0 => "no frames are available".to_owned(),
        frames => format!("frames are available in 0..{frames}"),
    };
    format!("{}; {available}", missing.join("; "))
}
