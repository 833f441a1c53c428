//! The error type of this crate.

use fieldreel_core::{Dtype, ErrorKind};
use fieldreel_reel::ReelError;

use crate::FILTER_ID;

/// An error of the filter.
///
/// ```
/// use fieldreel_hdf5_filter::{ErrorKind, FilterError, WriteParameters};
///
/// let error = WriteParameters::parse(&[9, 0, 0]).unwrap_err();
/// let FilterError::Parameters { reason } = error else { panic!("{error:?}") };
/// assert_eq!(reason, "the kind of the bound is not in 0..=5");
/// assert_eq!(error.kind(), ErrorKind::Argument);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// Parameters that are invalid.
    #[error("the filter parameters are invalid: {reason}")]
    Parameters {
        /// The reason.
        reason: &'static str,
    },
    /// A dataset that the filter does not support.
    #[error("the filter does not support the dataset: {reason}")]
    Dataset {
        /// The reason.
        reason: &'static str,
    },
    /// A pipeline with a filter that changes the values before this filter, or its bytes after it.
    #[error(
        "filter {id} is {place} filter {FILTER_ID}, which must be the first filter of a dataset \
         and may be followed only by deflate, shuffle and Fletcher-32"
    )]
    Pipeline {
        /// The identifier of the other filter.
        id: i32,
        /// The place of the other filter, `before` or `after`.
        place: &'static str,
    },
    /// A chunk to compress whose size does not match the parameters.
    #[error("the chunk has {found} bytes, not {expected}")]
    Size {
        /// The number of bytes according to the parameters.
        expected: usize,
        /// The number of bytes of the chunk.
        found: usize,
    },
    /// A segment whose shape or element type is not that of the dataset's chunks.
    #[error(
        "the segment has shape {:?} and type {}, the chunks of the dataset have shape {:?} and \
         type {}",
        found.0, found.1, expected.0, expected.1
    )]
    SegmentMismatch {
        /// The shape of the chunks, axis order `(time, y, x)`, and their element type.
        expected: ([usize; 3], Dtype),
        /// The shape of the segment, axis order `(time, y, x)`, and its element type.
        found: ([usize; 3], Dtype),
    },
    /// A function of HDF5 that is missing in the calling library, or that failed.
    #[error("the function {function} of HDF5 is missing or failed")]
    Host {
        /// The name of the function.
        function: &'static str,
    },
    /// An HDF5 library whose functions cannot be found, because it is linked statically or hides
    /// them.
    #[error(
        "the HDF5 library that calls the filter hides its functions: use a shared HDF5 library, or \
         a program that registers the filter and is built with the feature `static` of fieldreel"
    )]
    HiddenHost,
    /// A segment that could not be encoded or decoded.
    #[error(transparent)]
    Reel(#[from] ReelError),
}

impl FilterError {
    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Parameters { .. } | Self::Size { .. } => ErrorKind::Argument,
            Self::Dataset { .. } | Self::Pipeline { .. } | Self::HiddenHost => {
                ErrorKind::Unsupported
            }
            Self::SegmentMismatch { .. } => ErrorKind::Corrupt,
            Self::Host { .. } => ErrorKind::Library,
            Self::Reel(error) => error.kind(),
        }
    }
}
