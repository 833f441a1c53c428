//! The error type of this crate.

use std::io;
use std::path::{Path, PathBuf};

use fieldreel::ErrorKind;

/// An error of this crate.
///
/// The message of an error includes its cause, which [`source`](std::error::Error::source) returns
/// as well. [`kind`](Self::kind) tells invalid arguments, corrupt files, exceeded limits and I/O
/// errors apart.
///
/// ```
/// use fieldreel_archive::{ArchiveError, Rules};
///
/// let error = Rules::parse("[[rules]]\nunits = \"K\"\nbound = \"abs:-1\"", "bounds.toml");
/// let error = error.unwrap_err();
/// assert!(matches!(error, ArchiveError::InvalidRules { line: 3, .. }));
/// assert!(error.to_string().starts_with("bounds.toml, line 3: "));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A file or folder cannot be created, read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file of rules is not valid TOML, or has an unknown key or an invalid value.
    #[error("{}, line {line}: {problem}", path.display())]
    InvalidRules {
        /// The file.
        path: PathBuf,
        /// The line of the first mistake; the first line is 1.
        line: usize,
        /// A description of the mistake.
        problem: String,
    },
    /// The first line of a file is not the header of a manifest.
    #[error(
        "{}: not a manifest of `fieldreel archive plan`, or its first line is damaged: {source}",
        path.display()
    )]
    NotAManifest {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: serde_json::Error,
    },
    /// A manifest or a record has a version that this version of the crate does not read.
    #[error(
        "{}: format version {found} is not supported, only version {supported}; use the fieldreel \
         that wrote the file, or plan again",
        path.display()
    )]
    UnsupportedVersion {
        /// The file.
        path: PathBuf,
        /// The version of the file.
        found: u32,
        /// The version that is supported.
        supported: u32,
    },
    /// A line of a manifest is not a unit of work.
    #[error("{}, line {line}: not a unit of work: {source}", path.display())]
    InvalidUnit {
        /// The manifest.
        path: PathBuf,
        /// The line; the header is line 1.
        line: usize,
        /// The cause.
        source: serde_json::Error,
    },
    /// The output of a unit is not a path below the output folder, or its id is not that of its
    /// output.
    #[error(
        "{}, line {line}: the output {output:?} or the id of the unit is invalid: an output is a \
         path within the output folder, and an id is made of it",
        path.display()
    )]
    InvalidOutput {
        /// The manifest.
        path: PathBuf,
        /// The line; the header is line 1.
        line: usize,
        /// The output.
        output: String,
    },
    /// Two units of a manifest have the same id.
    #[error("{}, line {line}: the unit {id} occurs twice", path.display())]
    RepeatedUnit {
        /// The manifest.
        path: PathBuf,
        /// The line of the second one; the header is line 1.
        line: usize,
        /// The id.
        id: String,
    },
    /// A manifest has more or fewer units than its header states.
    #[error(
        "{}: the manifest has {found} units instead of {expected}: the file is incomplete or \
         damaged",
        path.display()
    )]
    UnitCount {
        /// The manifest.
        path: PathBuf,
        /// The number in the header.
        expected: u64,
        /// The number of lines with units.
        found: u64,
    },
    /// A file is larger than this crate reads into memory.
    #[error("{}: the file has more than {limit} bytes, the largest size that is read", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest size in bytes.
        limit: u64,
    },
    /// A record of a unit is damaged.
    #[error("{}: damaged record: {source}", path.display())]
    InvalidRecord {
        /// The record.
        path: PathBuf,
        /// The cause.
        source: serde_json::Error,
    },
    /// A pattern of input files is malformed.
    #[error("malformed pattern of files {pattern:?}: {source}")]
    InvalidPattern {
        /// The pattern.
        pattern: String,
        /// The cause.
        source: glob::PatternError,
    },
    /// An input, a folder or a pattern has no NetCDF or GRIB file.
    #[error(
        "{}: no input files: name NetCDF or GRIB files, or a folder or a pattern with some that are \
         outside of the output folder",
        input.display()
    )]
    NoInputs {
        /// The input.
        input: PathBuf,
    },
    /// The path of a file is not UTF-8, so that a manifest cannot hold it.
    #[error("{}: the path is not UTF-8, and a manifest cannot hold it: rename the file", path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// An input is outside of the folder to which the paths of outputs are relative.
    #[error("{}: the file is not in the base folder {}", input.display(), base.display())]
    OutsideBase {
        /// The input.
        input: PathBuf,
        /// The folder.
        base: PathBuf,
    },
    /// Two inputs would have the same output.
    #[error(
        "{} and {} would have the same output {output:?}: name a folder that contains both, set a \
         base folder, or rename one",
        first.display(),
        second.display()
    )]
    SameOutput {
        /// The first input.
        first: PathBuf,
        /// The second input.
        second: PathBuf,
        /// The output, relative to the output folder.
        output: String,
    },
    /// Two outputs have the same id by coincidence.
    #[error("the outputs {first:?} and {second:?} have the same id: rename one of the inputs")]
    SameId {
        /// The first output, relative to the output folder.
        first: String,
        /// The second output, relative to the output folder.
        second: String,
    },
    /// An output, or the manifest, would be inside of another output.
    #[error(
        "{inner:?} would be inside of the output {outer:?}: rename one of the inputs, or name another manifest"
    )]
    NestedOutput {
        /// The output that would contain the other, relative to the output folder.
        outer: String,
        /// The other output, relative to the output folder, or the path of the manifest.
        inner: String,
    },
    /// An output or the manifest would overwrite an input.
    #[error("the output {} is or contains the input {}: name another output folder", output.display(), input.display())]
    OutputIsInput {
        /// The output.
        output: PathBuf,
        /// The input.
        input: PathBuf,
    },
    /// Inputs cannot be read as NetCDF or GRIB.
    #[error("{failed} of {total} inputs cannot be read; the first: {first}")]
    UnreadableInputs {
        /// The number of inputs that cannot be read.
        failed: usize,
        /// The number of inputs.
        total: usize,
        /// The error of the first one.
        #[source]
        first: Box<ArchiveError>,
    },
    /// An input was changed after the manifest was planned, or while it was compressed.
    #[error("{}: the file has changed since the manifest was planned: plan again", input.display())]
    InputChanged {
        /// The input.
        input: PathBuf,
    },
    /// The output of a slab was removed while its file was written.
    #[error("{}: the output of the slab was removed or changed while it was needed: run again", output.display())]
    MissingSlab {
        /// The output of the slab.
        output: PathBuf,
    },
    /// The text of a part is not `I/N` with `1 ≤ I ≤ N`.
    #[error("invalid part {text:?}: use I/N such as 3/20, with I from 1 to N")]
    InvalidPart {
        /// The text.
        text: String,
    },
    /// The file system does not lock files, so that processes cannot share the work.
    #[error(
        "{}: the file system does not lock files, which processes need to share work ({source}): \
         put the manifest on another file system, or mount this one with locks",
        path.display()
    )]
    LocksUnsupported {
        /// The file to lock.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file cannot be read or compressed.
    #[error("{}{source}", prefix(path, source))]
    File {
        /// The input, or the output if it is verified.
        path: PathBuf,
        /// The cause.
        source: Box<fieldreel::Error>,
    },
}

impl ArchiveError {
    /// Returns the cause of the error. Errors of `fieldreel` have the cause of their source.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { .. } | Self::MissingSlab { .. } => ErrorKind::Io,
            Self::NotAManifest { .. }
            | Self::InvalidUnit { .. }
            | Self::InvalidOutput { .. }
            | Self::RepeatedUnit { .. }
            | Self::UnitCount { .. }
            | Self::InvalidRecord { .. } => ErrorKind::Corrupt,
            Self::UnsupportedVersion { .. } | Self::LocksUnsupported { .. } => {
                ErrorKind::Unsupported
            }
            Self::TooLarge { .. } => ErrorKind::Limit,
            Self::UnreadableInputs { first, .. } => first.kind(),
            Self::File { source, .. } => source.kind(),
            Self::InvalidRules { .. }
            | Self::InvalidPattern { .. }
            | Self::NoInputs { .. }
            | Self::NotUtf8 { .. }
            | Self::OutsideBase { .. }
            | Self::SameOutput { .. }
            | Self::SameId { .. }
            | Self::NestedOutput { .. }
            | Self::OutputIsInput { .. }
            | Self::InputChanged { .. }
            | Self::InvalidPart { .. } => ErrorKind::Argument,
        }
    }

    /// Returns a function that adds a path to an I/O error.
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// Returns a function that adds the path of a file to an error of the facade.
    pub(crate) fn file(path: &Path) -> impl Fn(fieldreel::Error) -> Self {
        move |source| Self::File {
            path: path.to_owned(),
            source: Box::new(source),
        }
    }
}

/// Returns the path of a file before a message, unless the message contains it.
fn prefix(path: &Path, source: &fieldreel::Error) -> String {
    let path = path.display().to_string();
    match source.to_string().contains(&path) {
        true => String::new(),
        false => format!("{path}: "),
    }
}
