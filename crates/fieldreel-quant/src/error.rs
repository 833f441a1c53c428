//! The error type of this crate.

use fieldreel_core::{ErrorKind, ParseError};

/// An error of quantization, of dequantization, or of the handling of missing values.
///
/// By their [`kind`](Self::kind):
/// - `Argument`: [`BitDepth`](Self::BitDepth), [`Range`](Self::Range),
///   [`Shape`](Self::Shape).
/// - `Values`, which cannot be quantized: [`Empty`](Self::Empty), [`NonFinite`](Self::NonFinite),
///   [`OutOfRange`](Self::OutOfRange).
/// - `Corrupt`, damaged or foreign files: [`CodeAboveDepth`](Self::CodeAboveDepth), [`Class`](Self::Class),
///   [`NoFill`](Self::NoFill), [`Parse`](Self::Parse).
///
/// The field `first` is always an index into the caller's array: one number per axis, in the order
/// of the axes. The first value is the first one in logical (row-major) order, whatever the memory
/// layout.
///
/// ```
/// use fieldreel_quant::{ErrorKind, QuantError, ValueRange};
/// use ndarray::array;
///
/// let error = ValueRange::from_values(array![1.0, f64::NAN].view()).unwrap_err();
/// assert!(matches!(error, QuantError::NonFinite { count: 1, .. }));
/// assert_eq!(error.kind(), ErrorKind::Values);
/// assert_eq!(error.to_string(), "1 value(s) are not finite; the first is NaN at [1]");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantError {
    /// A bit depth outside 1..=16.
    #[error("the bit depth {bits} is not in 1..=16")]
    BitDepth {
        /// The requested bit depth.
        bits: u8,
    },
    /// A range whose bounds are not finite, or whose lower bound exceeds the upper one.
    #[error("the range {min:?}..{max:?} is not made of finite bounds in ascending order")]
    Range {
        /// The requested lower bound.
        min: f64,
        /// The requested upper bound.
        max: f64,
    },
    /// An output array, or the second array of a pair, whose shape differs from the first array's.
    #[error("the shape of an array is {found:?}, not {expected:?}")]
    Shape {
        /// The shape of the first array.
        expected: Vec<usize>,
        /// The shape of the second array.
        found: Vec<usize>,
    },
    /// A field without values, which has no range.
    #[error("an empty field has no range")]
    Empty,
    /// Values that are NaN or infinite, for which there is no level.
    #[error("{count} value(s) are not finite; the first is {value:?} at {first:?}")]
    NonFinite {
        /// The number of values that are NaN or infinite; at least 1.
        count: usize,
        /// The index of the first such value.
        first: Vec<usize>,
        /// The first such value.
        value: f64,
    },
    /// Finite values outside the quantizer's range, which no code represents within the error
    /// bound.
    #[error("{count} value(s) are outside {min:?}..{max:?}; the first is {value:?} at {first:?}")]
    OutOfRange {
        /// The number of values outside the range; at least 1.
        count: usize,
        /// The index of the first such value.
        first: Vec<usize>,
        /// The first such value.
        value: f64,
        /// The lower bound of the range.
        min: f64,
        /// The upper bound of the range.
        max: f64,
    },
    /// Codes above the largest code of the bit depth.
    #[error("{count} code(s) exceed {max_code}; the first is {code} at {first:?}")]
    CodeAboveDepth {
        /// The number of codes that are too large; at least 1.
        count: usize,
        /// The index of the first such code.
        first: Vec<usize>,
        /// The first such code.
        code: u16,
        /// The largest code of the bit depth.
        max_code: u16,
    },
    /// A number that is not the number of a [`ValueClass`](crate::ValueClass).
    #[error("the class {class} of a mask is not in 0..=4")]
    Class {
        /// The number.
        class: u8,
    },
    /// A mask that contains [`ValueClass::Fill`](crate::ValueClass::Fill), without a fill value.
    #[error("the mask marks fill values, but no fill value is given")]
    NoFill,
    /// Text that cannot be parsed.
    #[error(transparent)]
    Parse(#[from] ParseError),
}

impl QuantError {
    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::BitDepth { .. } | Self::Range { .. } | Self::Shape { .. } => ErrorKind::Argument,
            Self::Empty | Self::NonFinite { .. } | Self::OutOfRange { .. } => ErrorKind::Values,
            Self::CodeAboveDepth { .. } | Self::Class { .. } | Self::NoFill | Self::Parse(_) => {
                ErrorKind::Corrupt
            }
        }
    }
}
