//! The errors of the example.

use std::path::{Path, PathBuf};

use fieldreel_reel::ReelError;

/// An error of `zarrs` or of the codec, which have several types.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The errors of simulating, writing and reading.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The command line cannot be used.
    #[error("{0}")]
    Usage(String),
    /// There are more processes than chunks to divide among them.
    #[error(
        "{processes} processes cannot divide {rows}×{columns} chunks into rectangles: start another \
         number of processes, at most {}", rows * columns
    )]
    TooManyProcesses {
        /// The number of processes.
        processes: usize,
        /// The number of chunks along y.
        rows: usize,
        /// The number of chunks along x.
        columns: usize,
    },
    /// The range of the first frames is 0 or not finite, so that no bound can be relative to it.
    #[error(
        "the first frames have the range {range}, to which no bound can be relative: use an \
         absolute bound"
    )]
    Range {
        /// The range, max − min.
        range: f64,
    },
    /// The output exists.
    #[error("{}: exists; remove it or name another output", path.display())]
    Exists {
        /// The output, or the directory in which an unfinished run writes or wrote it.
        path: PathBuf,
    },
    /// A file or a directory cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or the directory.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A Zarr array cannot be created, written or read.
    #[error("{}: {source}", path.display())]
    Zarr {
        /// The directory of the array.
        path: PathBuf,
        /// The cause.
        source: Cause,
    },
    /// A reel cannot be written or read.
    #[error("{}: {source}", path.display())]
    Reel {
        /// The reel.
        path: PathBuf,
        /// The cause.
        source: ReelError,
    },
    /// Reels of tiles do not form an array.
    #[error("{}: {reason}", path.display())]
    Tiles {
        /// The directory, or the reel that does not fit.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// The array has another shape than the simulation.
    #[error("{}: shape {found:?} instead of {expected:?}", path.display())]
    Shape {
        /// The directory of the array.
        path: PathBuf,
        /// The shape of the array, `[time, y, x]`.
        found: Vec<u64>,
        /// The shape of the simulation.
        expected: [usize; 3],
    },
    /// A value is not within the bound.
    #[error(
        "{}: the value at {position:?} is {decoded} instead of {exact}, and the error may be at \
         most {allowed:e}", path.display()
    )]
    Exceeded {
        /// The directory of the array.
        path: PathBuf,
        /// The position `[t, y, x]`.
        position: [usize; 3],
        /// The value that was read.
        decoded: f32,
        /// The value of the simulation.
        exact: f32,
        /// The largest error that the bound allows.
        allowed: f64,
    },
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<'_> {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn zarr<E: Into<Cause>>(path: &Path) -> impl FnOnce(E) -> Self + use<'_, E> {
        move |source| Self::Zarr {
            path: path.to_owned(),
            source: source.into(),
        }
    }

    pub(crate) fn reel(path: &Path) -> impl FnOnce(ReelError) -> Self + use<'_> {
        move |source| Self::Reel {
            path: path.to_owned(),
            source,
        }
    }
}
