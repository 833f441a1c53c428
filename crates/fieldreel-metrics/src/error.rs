//! The error type of this crate.

use fieldreel_core::ErrorKind;
use thiserror::Error;

/// An error of comparing two fields.
///
/// Every error is caused by the caller's arguments, because the crate does no I/O.
///
/// ```
/// use fieldreel_metrics::{ErrorKind, ErrorMetrics, MetricsError};
/// use ndarray::array;
///
/// let (original, reconstruction) = (array![[[1.0, 2.0]]], array![[[1.0], [2.0]]]);
/// let error = ErrorMetrics::between(original.view(), reconstruction.view()).unwrap_err();
/// assert!(matches!(error, MetricsError::ShapeMismatch { .. }));
/// assert_eq!(error.kind(), ErrorKind::Argument);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// Fields whose `(time, y, x)` shapes differ.
    #[error("the shapes differ: original {original:?}, reconstruction {reconstruction:?}")]
    ShapeMismatch {
        /// The shape of the original, `(time, y, x)`.
        original: [usize; 3],
        /// The shape of the reconstruction, `(time, y, x)`.
        reconstruction: [usize; 3],
    },
    /// Values that are finite in one field and not in the other.
    #[error("{count} values are finite in only one field, the first at (t, y, x) = {first:?}")]
    ValidityMismatch {
        /// The number of such values.
        count: u64,
        /// The position `(time, y, x)` of the first such value in row-major order.
        first: [usize; 3],
    },
    /// Fields that are empty, or in which every value that the metric needs is missing.
    #[error("there is no valid value to compare")]
    NoValidValues,
    /// Frames that are smaller than the metric requires.
    #[error("frames of {height}×{width} are too small: {needed}")]
    FrameTooSmall {
        /// The number of rows of a frame.
        height: usize,
        /// The number of columns of a frame.
        width: usize,
        /// The requirement of the metric.
        needed: &'static str,
    },
}

impl MetricsError {
    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::ShapeMismatch { .. } | Self::FrameTooSmall { .. } => ErrorKind::Argument,
            Self::ValidityMismatch { .. } | Self::NoValidValues => ErrorKind::Values,
        }
    }
}
