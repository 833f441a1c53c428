//! The element types of fields, and the traits that they implement.

mod dtype;
mod float;
mod half;
mod integer;
mod min_max;
mod scalar;

use std::fmt::{Debug, Display};

pub use ::half::{bf16, f16};
pub use dtype::Dtype;
pub use float::Float;
pub use min_max::{ValueSelection, min_max};
pub use scalar::Scalar;

use crate::NumericArray;

/// An element type: the type of the values of a field.
///
/// The trait is sealed. It is implemented by `f32`, `f64`, [`struct@f16`], [`struct@bf16`], and
/// the integers of 8 to 64 bits.
///
/// ```
/// use fieldreel_core::Element;
///
/// fn mean<T: Element>(values: &[T]) -> T {
///     let sum: f64 = values.iter().map(|value| value.to_f64()).sum();
///     T::from_f64(sum / values.len() as f64)
/// }
///
/// assert_eq!(mean(&[1.0_f32, 2.0]), 1.5);
/// assert_eq!(mean(&[1_i16, 4]), 2); // 2.5 is rounded to even.
/// ```
pub trait Element:
    sealed::Sealed + bytemuck::Pod + Default + PartialOrd + Debug + Display + Send + Sync
{
    /// The [`Dtype`] of the type.
    const DTYPE: Dtype;

    /// The number of bytes of a value.
    const BYTES: usize = size_of::<Self>();

    /// True for floating-point types.
    const IS_FLOAT: bool = Self::DTYPE.is_float();

    /// True if `f64` represents every value exactly; for integers also every difference of two
    /// values.
    const FITS_F64: bool = Self::IS_FLOAT || Self::BYTES < 8;

    /// The smallest finite value.
    const LOWEST: Self;

    /// The largest finite value.
    const HIGHEST: Self;

    /// The number of explicit bits of the significand; 0 for integers.
    const FRACTION_BITS: u32;

    /// The largest relative error of rounding to a normal value of the type, half an ulp of 1; 0
    /// for integers.
    const HALF_ULP: f64;

    /// Returns the nearest `f64`, which is the same value except for integers of 64 bits.
    fn to_f64(self) -> f64;

    /// Returns the nearest value of the type, rounding ties to even.
    ///
    /// Integers saturate at the limits of the type, and NaN becomes 0.
    fn from_f64(value: f64) -> Self;

    /// Converts a number to the type: to the nearest floating-point value, or to the same integer.
    ///
    /// Returns `None` if an integer type does not contain the number.
    fn from_scalar(number: Scalar) -> Option<Self>;

    /// Returns the same value as a [`Scalar`].
    fn to_scalar(self) -> Scalar;

    /// Returns the smallest finite value that is not below `limit`, or `None` if there is none.
    ///
    /// If `limit` is NaN, this is the smallest finite value of the type.
    ///
    /// ```
    /// use fieldreel_core::{Element, Scalar};
    ///
    /// assert_eq!(u8::at_least(Scalar::Float(1.5)), Some(2));
    /// assert_eq!(u8::at_least(Scalar::Integer(256)), None);
    /// ```
    fn at_least(limit: Scalar) -> Option<Self>;

    /// Returns the largest finite value that is not above `limit`, or `None` if there is none.
    ///
    /// If `limit` is NaN, this is the largest finite value of the type.
    fn at_most(limit: Scalar) -> Option<Self>;

    /// Returns true if the value is neither NaN nor infinite.
    fn is_finite(self) -> bool;

    /// Returns `self − other`, rounded once.
    fn minus(self, other: Self) -> f64;

    /// Returns the magnitude, or `None` if it is zero or not a value of the type.
    fn magnitude(self) -> Option<Self>;

    /// Returns the value with the opposite sign; integers wrap around.
    fn negated(self) -> Self;

    /// Returns the bits of the value in the lowest bits of a `u64`.
    fn bits(self) -> u64;

    /// Returns the value with these bits, of which those above the size of the type are ignored.
    fn from_bit_pattern(bits: u64) -> Self;

    /// Returns the ordinal of the value. In ascending order, consecutive values have consecutive
    /// ordinals.
    ///
    /// For floating-point types, 0.0 has the ordinal 0, and −0.0 has the ordinal −1.
    fn ordinal(self) -> i64;

    /// Returns the value with this ordinal, modulo the number of values.
    fn from_ordinal(ordinal: i64) -> Self;

    /// Returns the distance from the magnitude of the value to the next larger magnitude, or to
    /// the next smaller one if the magnitude is the largest.
    fn ulp(self) -> f64;

    /// Decodes values from little-endian or big-endian bytes. An incomplete value at the end is
    /// ignored.
    ///
    /// ```
    /// use fieldreel_core::Element;
    ///
    /// assert_eq!(i16::from_bytes(&[1, 0, 2, 0], false), [1, 2]);
    /// assert_eq!(i16::from_bytes(&[0, 1, 0, 2], true), [1, 2]);
    /// ```
    fn from_bytes(bytes: &[u8], is_big_endian: bool) -> Vec<Self>;

    /// Encodes values as little-endian or big-endian bytes.
    fn to_bytes(values: &[Self], is_big_endian: bool) -> Vec<u8>;

    /// Returns the numbers of an array of this type.
    ///
    /// # Errors
    ///
    /// The unchanged array if its numbers have another type.
    fn from_numeric_array(numbers: NumericArray) -> Result<Vec<Self>, NumericArray>;

    /// Returns values as an array of this type; 16-bit floating-point values become `f32`.
    fn into_numeric_array(values: Vec<Self>) -> NumericArray;
}

/// The items of [`Element`] whose source is the same for all types.
macro_rules! common {
    ($variant:ident) => {
        const DTYPE: Dtype = Dtype::$variant;
        const LOWEST: Self = Self::MIN;
        const HIGHEST: Self = Self::MAX;

        fn from_bytes(bytes: &[u8], is_big_endian: bool) -> Vec<Self> {
            let (values, _) = bytes.as_chunks();
            let value = |&bytes| match is_big_endian {
                true => Self::from_be_bytes(bytes),
                false => Self::from_le_bytes(bytes),
            };
            values.iter().map(value).collect()
        }

        fn to_bytes(values: &[Self], is_big_endian: bool) -> Vec<u8> {
            let bytes = values.iter().flat_map(|value| match is_big_endian {
                true => value.to_be_bytes(),
                false => value.to_le_bytes(),
            });
            bytes.collect()
        }
    };
}
use common;

/// The items of [`Element`] whose source is the same for all floating-point types. The arguments
/// are the signed and the unsigned integer of the same size.
macro_rules! floating {
    ($signed:ty, $unsigned:ty) => {
        fn at_most(limit: Scalar) -> Option<Self> {
            Self::at_least(Scalar::Float(-limit.to_f64())).map(|value| -value)
        }

        #[inline]
        fn is_finite(self) -> bool {
            self.is_finite()
        }

        #[inline]
        fn minus(self, other: Self) -> f64 {
            f64::from(self) - f64::from(other)
        }

        #[inline]
        fn negated(self) -> Self {
            -self
        }

        #[inline]
        fn bits(self) -> u64 {
            self.to_bits().into()
        }

        #[inline]
        fn from_bit_pattern(bits: u64) -> Self {
            Self::from_bits(bits as $unsigned)
        }

        #[inline]
        fn ordinal(self) -> i64 {
            let bits = self.to_bits() as $signed;
            // The order of negative values is reversed: flip all bits but the sign.
            let flip_mask = ((bits >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed;
            (bits ^ flip_mask).into()
        }

        #[inline]
        fn from_ordinal(ordinal: i64) -> Self {
            let ordinal = ordinal as $signed;
            let flip_mask = ((ordinal >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed;
            Self::from_bits((ordinal ^ flip_mask) as $unsigned)
        }
    };
}
use floating;

/// The items of [`Element`] for the types that are a variant of [`NumericArray`].
macro_rules! numeric_array {
    ($variant:ident) => {
        fn from_numeric_array(numbers: NumericArray) -> Result<Vec<Self>, NumericArray> {
            match numbers {
                NumericArray::$variant(values) => Ok(values),
                other => Err(other),
            }
        }

        fn into_numeric_array(values: Vec<Self>) -> NumericArray {
            NumericArray::$variant(values)
        }
    };
}
use numeric_array;

mod sealed {
    pub trait Sealed {}

    macro_rules! sealed {
        ($($type:ty)*) => {$(
            impl Sealed for $type {}
        )*};
    }
    sealed!(f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 super::f16 super::bf16);
}
