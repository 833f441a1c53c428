//! What can go wrong in this crate, and in those below it.

use std::io;
use std::path::PathBuf;

use fieldreel_quant::{Dtype, QuantError};

/// An error of this crate or of one below it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The values cannot be quantized: NaN, infinities, no values at all.
    #[error("the field cannot be quantized")]
    Quant(#[from] QuantError),
    /// Frames could not be encoded or decoded.
    #[cfg(feature = "ffmpeg")]
    #[error("{}", video_context(path.as_ref()))]
    Codec {
        /// The video, where there is one yet.
        path: Option<PathBuf>,
        /// What went wrong.
        source: fieldreel_codec::CodecError,
    },
    /// A reel could not be written or read.
    #[error("{}", reel_name(path.as_ref()))]
    Reel {
        /// The reel, where it is a file.
        path: Option<PathBuf>,
        /// What went wrong.
        source: fieldreel_reel::ReelError,
    },
    /// All of a reel was asked for, and not all of it is there.
    #[error("{} is not whole: {}", reel_name(path.as_ref()), describe_missing(integrity, *frames))]
    IncompleteReel {
        /// The reel, where it is a file.
        path: Option<PathBuf>,
        /// Up to which frame some are there.
        frames: usize,
        /// What is missing.
        integrity: fieldreel_reel::ReelIntegrity,
    },
    /// A NetCDF or GRIB file could not be read or written.
    #[cfg(feature = "formats")]
    #[error("the field cannot be read or written")]
    Format(#[from] fieldreel_formats::FormatError),
    /// A variable cannot be compressed within its bound.
    #[cfg(feature = "dataset")]
    #[error("{}cannot compress variable {variable:?} within {criterion}", path_prefix(path.as_ref()))]
    Variable {
        /// The file that it is in.
        path: Option<PathBuf>,
        /// The variable.
        variable: String,
        /// The error bound or the target.
        criterion: fieldreel_reel::Criterion,
        /// The reason.
        source: Box<fieldreel_reel::ReelError>,
    },
    /// The HDF5 filter cannot take a variable.
    #[cfg(feature = "dataset")]
    #[error("{}the HDF5 filter cannot take variable {variable:?}", path_prefix(path.as_ref()))]
    Filter {
        /// The file that it is in.
        path: Option<PathBuf>,
        /// The variable.
        variable: String,
        /// The reason.
        source: Box<fieldreel_hdf5_filter::FilterError>,
    },
    /// A pattern of variable names is malformed.
    #[cfg(feature = "dataset")]
    #[error("malformed pattern {pattern:?}: {source}")]
    InvalidPattern {
        /// The pattern.
        pattern: String,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No variable has this name, or one of this pattern.
    #[cfg(feature = "dataset")]
    #[error("no variable is called {pattern:?}; there are {}", available.join(", "))]
    NoSuchVariable {
        /// What was given.
        pattern: String,
        /// The variables that are there, in file order.
        available: Vec<String>,
    },
    /// No dimension has this name.
    #[cfg(feature = "dataset")]
    #[error("no dimension is called {name:?}; there are {}", available.join(", "))]
    NoSuchDimension {
        /// The name that was given.
        name: String,
        /// The dimensions of the file, in its order.
        available: Vec<String>,
    },
    /// A bound was given for a variable that cannot have one.
    #[cfg(feature = "dataset")]
    #[error(
        "no bound can be for {variable:?}: it has no numbers, no or more than eight dimensions, or is packed with an offset while the bound is a part of each value"
    )]
    BoundNotApplicable {
        /// The variable.
        variable: String,
    },
    /// The system gives no threads.
    #[cfg(feature = "dataset")]
    #[error("no threads: {source}")]
    Threads {
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No preset has this name.
    #[error("there is no mode {name:?}: the modes are {}", crate::Preset::names())]
    UnknownPreset {
        /// The name given.
        name: String,
    },
    /// The video has neither tags nor a file name that say what its codes mean.
    #[error(
        "{} is no fieldreel video: it has no tags of ours, and its name is not \
         video_min<number>_max<number>_fc<number>",
        path.display()
    )]
    NotFieldreel {
        /// The video.
        path: PathBuf,
    },
    /// The `fc` in the video's name is neither its bit depth nor its number of frames.
    #[error(
        "{}: fc{fc} in the name is neither the bit depth ({bit_depth}) nor the number of frames \
         ({frames}): the file is cut short or misnamed",
        path.display()
    )]
    NameMismatch {
        /// The video.
        path: PathBuf,
        /// The number in the name.
        fc: u64,
        /// Bits of the stream's codes.
        bit_depth: u8,
        /// Frames that could be decoded.
        frames: usize,
    },
    /// A tag of the video is missing or makes no sense.
    #[error("{}: the tag {key} is {value:?}", path.display())]
    BadTag {
        /// The video.
        path: PathBuf,
        /// The tag's key.
        key: &'static str,
        /// The tag's value; empty when it is missing.
        value: String,
    },
    /// The video holds values of another type than the one asked for.
    #[error("{} holds {found} values, not {expected}", path.display())]
    DtypeMismatch {
        /// The video.
        path: PathBuf,
        /// What was asked for.
        expected: Dtype,
        /// What the video holds.
        found: Dtype,
    },
    /// The file name's extension names no format that is read.
    #[error("{}: the extension is none of .nc, .nc4, .cdf, .grib, .grb, .grib2, .grb2, .mp4, .mkv, .reel", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// This build of fieldreel lacks the feature that reads the file.
    #[error("{}: fieldreel was built without its feature {feature:?}", path.display())]
    FeatureMissing {
        /// The file.
        path: PathBuf,
        /// The feature of this crate.
        feature: &'static str,
    },
    /// The output is the input, by this or another name: writing would destroy what is read.
    #[error(
        "{} is the input {} itself: name another file for the output",
        output.display(),
        input.display()
    )]
    SameFile {
        /// The file to read.
        input: PathBuf,
        /// The file to write.
        output: PathBuf,
    },
    /// A file or folder could not be made, read or written.
    #[error("{}{source}", path_prefix(path.as_ref()))]
    Io {
        /// The file or folder, if the error is about one.
        path: Option<PathBuf>,
        /// The error of the system.
        source: io::Error,
    },
}

#[cfg(feature = "dataset")]
/// Checks that an output is not the input, by whatever names.
pub(crate) fn check_apart(input: &std::path::Path, output: &std::path::Path) -> Result<(), Error> {
    match fieldreel_core::files::is_same_file(input, output) {
        true => Err(Error::SameFile {
            input: input.to_owned(),
            output: output.to_owned(),
        }),
        false => Ok(()),
    }
}

impl Error {
    /// Names the file in an error of a reel that came from a reader or went to a sink, or of a variable.
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

/// Returns the beginning of a message about a part of a file.
fn path_prefix(path: Option<&PathBuf>) -> String {
    path.map_or_else(String::new, |path| format!("{}: ", path.display()))
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

#[cfg(feature = "ffmpeg")]
fn video_context(path: Option<&PathBuf>) -> String {
    path.map_or_else(
        || "the field cannot be encoded".to_owned(),
        |path| path.display().to_string(),
    )
}

fn reel_name(path: Option<&PathBuf>) -> String {
    path.map_or_else(|| "the reel".to_owned(), |path| path.display().to_string())
}

/// What a reel lacks, and what is there.
fn describe_missing(integrity: &fieldreel_reel::ReelIntegrity, frames: usize) -> String {
    let mut lacking: Vec<String> = integrity
        .lost_frames
        .iter()
        .map(|lost| format!("frames {}..{} are lost", lost.start, lost.end))
        .collect();
    if !integrity.has_index {
        let bytes = integrity.trailing_bytes;
        lacking.push(format!(
            "it has no index, as of a writer that was stopped, and {bytes} bytes at its end are in no segment"
        ));
    }
    if integrity.metadata_is_lost {
        lacking.push("metadata are damaged".to_owned());
    }
    let left = match frames {
        0 => "no frame is left".to_owned(),
        frames => format!("what is left are frames 0..{frames}"),
    };
    format!("{}; {left}", lacking.join("; "))
}
