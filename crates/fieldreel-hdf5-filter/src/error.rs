//! What can go wrong.

use fieldreel_reel::ReelError;

use crate::FILTER_ID;

/// What can go wrong in the filter.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// Parameters that are none.
    #[error("the filter's parameters: {reason}")]
    Parameters {
        /// Why.
        reason: &'static str,
    },
    /// A dataset that the filter cannot take.
    #[error("the filter takes chunks of 2 to 5 dimensions of 32 or 64 bit floats: {reason}")]
    Dataset {
        /// Why.
        reason: &'static str,
    },
    /// Another filter would change the values before this one, or its bytes after it.
    #[error(
        "filter {id} stands {place} filter {FILTER_ID}, which must be the first of a dataset and be followed by none but deflate, \
         shuffle and Fletcher-32"
    )]
    Pipeline {
        /// The other filter's number.
        id: i32,
        /// `before` or `after`.
        place: &'static str,
    },
    /// A chunk that has not the size that the parameters state.
    #[error("the chunk has {found} bytes, not {expected}")]
    Size {
        /// Bytes that the parameters state.
        expected: usize,
        /// Bytes that there are.
        found: usize,
    },
    /// A function of HDF5 that the calling library does not have, or that failed.
    #[error("HDF5's {function} is not there or failed")]
    Host {
        /// The function.
        function: &'static str,
    },
    /// The segment could not be made or read.
    #[error(transparent)]
    Reel(#[from] ReelError),
}
