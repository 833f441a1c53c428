//! [`ErrorKind`]: the causes by which errors of all crates are told apart.

/// The cause of an error, which determines who can fix it.
///
/// Every error type of the workspace has a method `kind` that returns it.
///
/// ```
/// use fieldreel_core::{ErrorKind, Limits};
///
/// let error = Limits::new(1000).values([100, 100], 4).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Limit);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is invalid, or names something that does not exist.
    Argument,
    /// The values or the metadata cannot be encoded or represented as requested.
    Values,
    /// The input is damaged, truncated, or not of the expected format.
    Corrupt,
    /// The input is intact, but this version or this build of the library does not support it.
    Unsupported,
    /// A size exceeds the caller's [`Limits`](crate::Limits).
    Limit,
    /// The operating system failed to read, to write, or to start a thread.
    Io,
    /// A library that this one calls failed, or lacks a part that is needed: FFmpeg, netcdf-c,
    /// HDF5, ecCodes, or a Rust crate.
    Library,
}
