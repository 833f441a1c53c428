use fieldreel_core::ParseError;

/// Why floats could not be coded, or codes not be read.
///
/// The caller's arguments are at fault in [`BitDepth`](Self::BitDepth), [`Range`](Self::Range) and
/// [`Shape`](Self::Shape); the field's values in [`Empty`](Self::Empty), [`NonFinite`](Self::NonFinite) and
/// [`OutOfRange`](Self::OutOfRange); a damaged or foreign file in [`CodeAboveDepth`](Self::CodeAboveDepth),
/// [`Class`](Self::Class), [`NoFill`](Self::NoFill) and [`Parse`](Self::Parse).
///
/// `first` is always an index into the array as the caller sees it, one number per axis in the order of its axes,
/// and "first" means first in logical (row-major) order, whatever the memory layout.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantError {
    /// A bit depth outside 1..=16.
    #[error("a bit depth of {bits} is not in 1..=16")]
    BitDepth {
        /// The depth asked for.
        bits: u8,
    },
    /// Bounds that are not finite, or of which the smaller comes last.
    #[error("{min:?}..{max:?} is not a range of finite values in ascending order")]
    Range {
        /// The lower bound given.
        min: f64,
        /// The upper bound given.
        max: f64,
    },
    /// The output array, or the second of a pair of arrays, has not the shape of the first.
    #[error("an array of shape {found:?} stands where shape {expected:?} is needed")]
    Shape {
        /// The shape of the first array.
        expected: Vec<usize>,
        /// The shape of the other.
        found: Vec<usize>,
    },
    /// A field without a value has no range.
    #[error("an empty field has no range")]
    Empty,
    /// NaN or an infinity: no level stands for it.
    #[error("{count} value(s) are not finite; the first is {value:?} at {first:?}")]
    NonFinite {
        /// How many values of the field are NaN or infinite; at least 1.
        count: usize,
        /// Where the first of them is.
        first: Vec<usize>,
        /// The first of them.
        value: f64,
    },
    /// Finite values beyond the quantizer's range: no code is within its error bound of them.
    #[error("{count} value(s) lie outside {min:?}..{max:?}; the first is {value:?} at {first:?}")]
    OutOfRange {
        /// How many values of the field are outside; at least 1.
        count: usize,
        /// Where the first of them is.
        first: Vec<usize>,
        /// The first of them.
        value: f64,
        /// The lower bound of the range.
        min: f64,
        /// The upper bound of the range.
        max: f64,
    },
    /// Codes that no quantizer of this bit depth writes.
    #[error("{count} code(s) exceed {max_code}; the first is {code} at {first:?}")]
    CodeAboveDepth {
        /// How many codes are too large; at least 1.
        count: usize,
        /// Where the first of them is.
        first: Vec<usize>,
        /// The first of them.
        code: u16,
        /// The largest code of the bit depth.
        max_code: u16,
    },
    /// A number that stands for no [`ValueClass`](crate::ValueClass).
    #[error("{class} is not a class of missing values, 0..=4")]
    Class {
        /// The number.
        class: u8,
    },
    /// A mask says where the fill value belongs, and there is none.
    #[error("the mask has places for a fill value, and no fill value is given")]
    NoFill,
    /// Text that is not what it should be.
    #[error(transparent)]
    Parse(#[from] ParseError),
}
