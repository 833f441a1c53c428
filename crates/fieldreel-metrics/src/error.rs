//! What can be wrong with a pair of fields.

use thiserror::Error;

/// Why two fields could not be compared. All of them are the caller's: there is no I/O here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// The two fields do not have the same `(time, y, x)` shape.
    #[error("shapes differ: original {original:?}, reconstruction {reconstruction:?}")]
    ShapeMismatch {
        /// Shape of the original, `(time, y, x)`.
        original: [usize; 3],
        /// Shape of the reconstruction, `(time, y, x)`.
        reconstruction: [usize; 3],
    },
    /// A value is finite in one field and not in the other.
    #[error("{count} values are finite in one field only, the first at (t, y, x) = {first:?}")]
    ValidityMismatch {
        /// How many such values there are.
        count: u64,
        /// `(time, y, x)` of the first, in row-major order.
        first: [usize; 3],
    },
    /// No value that the metric could use: the fields are empty, or all of it is missing.
    #[error("no valid value to compare")]
    NoValidValues,
    /// The frames are smaller than the metric's window.
    #[error("frames of {height}×{width} are too small: {needed}")]
    FrameTooSmall {
        /// Rows of a frame.
        height: usize,
        /// Columns of a frame.
        width: usize,
        /// What the metric needs.
        needed: &'static str,
    },
}
