//! The types of a field's values, and the traits that they implement.

mod dtype;
mod extremes;
mod float;
mod half;
mod integer;
mod scalar;

use std::fmt::{Debug, Display};

pub use ::half::{bf16, f16};
pub use dtype::Dtype;
pub use extremes::{Among, extremes};
pub use float::Float;
pub use scalar::Scalar;

use crate::NumericArray;

/// A value of a field. Sealed; implemented by `f32`, `f64`, [`struct@f16`], [`struct@bf16`], and the integers of 8 to 64 bits.
pub trait Element:
    sealed::Sealed + bytemuck::Pod + Default + PartialOrd + Debug + Display + Send + Sync
{
    /// The name of the type in metadata.
    const DTYPE: Dtype;

    /// The number of bytes of a value.
    const BYTES: usize = size_of::<Self>();

    /// True for floating-point types.
    const IS_FLOAT: bool = Self::DTYPE.is_float();

    /// True if each value of the type is an `f64`, and so is each difference of two if the type is one of integers.
    const FITS_F64: bool = Self::IS_FLOAT || Self::BYTES < 8;

    /// The smallest finite value.
    const LOWEST: Self;

    /// The largest finite value.
    const HIGHEST: Self;

    /// The number of bits of a fraction; 0 for integers.
    const FRACTION_BITS: u32;

    /// Half of the gap to the next value, relative to the value, at most; 0 for integers.
    const HALF_ULP: f64;

    /// Returns the nearest `f64`: the same value but for integers of 64 bits.
    fn to_f64(self) -> f64;

    /// Returns the nearest value of the type; ties go to the even one. Of integers, numbers beyond the type's range give its
    /// limits, and NaN gives 0.
    fn from_f64(value: f64) -> Self;

    /// Returns the value of the type that a number is: the nearest of a floating-point type, the same of integers, or `None`.
    fn from_scalar(number: Scalar) -> Option<Self>;

    /// Returns the same value as a number of any type.
    fn to_scalar(self) -> Scalar;

    /// Returns the smallest finite value that is not below `limit`; `None` if there is none. NaN is no limit.
    fn at_least(limit: Scalar) -> Option<Self>;

    /// Returns the largest finite value that is not above `limit`; `None` if there is none. NaN is no limit.
    fn at_most(limit: Scalar) -> Option<Self>;

    /// Returns true if the value is neither NaN nor infinite.
    fn is_finite(self) -> bool;

    /// Returns `self − other`, rounded once.
    fn minus(self, other: Self) -> f64;

    /// Returns the magnitude; `None` if it is zero or no value of the type.
    fn magnitude(self) -> Option<Self>;

    /// Returns the value with the other sign; of unsigned integers, modulo the size of the type.
    fn negated(self) -> Self;

    /// Returns the bits in the lowest bytes.
    fn bits(self) -> u64;

    /// Returns the value of these bits, the lowest ones if there are too many.
    fn from_bit_pattern(bits: u64) -> Self;

    /// Returns the number of the value when all values are in order, negative floating-point ones by descending magnitude.
    fn ordinal(self) -> i64;

    /// Returns the value of this ordinal, modulo the number of values.
    fn from_ordinal(ordinal: i64) -> Self;

    /// Returns the gap from the magnitude to the next larger one; of the largest, that to the next smaller one.
    fn ulp(self) -> f64;

    /// Returns values from little-endian bytes, or big-endian ones; bytes after the last whole value are left out.
    fn from_bytes(bytes: &[u8], is_big_endian: bool) -> Vec<Self>;

    /// Returns the little-endian bytes of values, or big-endian ones.
    fn to_bytes(values: &[Self], is_big_endian: bool) -> Vec<u8>;

    /// Returns these numbers if they are of this type, or else gives them back.
    ///
    /// # Errors
    ///
    /// The numbers, if they are of another type.
    fn from_numeric_array(numbers: NumericArray) -> Result<Vec<Self>, NumericArray>;

    /// Returns values as numbers of this type; of a half precision, in single precision.
    fn into_numeric_array(values: Vec<Self>) -> NumericArray;
}

/// The items of [`Element`] that are the same text for all types.
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

/// The items of [`Element`] that are the same for floating-point types, whose bits are integers of these types.
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
            // Negative ones descend by magnitude: turn all their bits but the sign.
            let turned = ((bits >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed;
            (bits ^ turned).into()
        }

        #[inline]
        fn from_ordinal(ordinal: i64) -> Self {
            let ordinal = ordinal as $signed;
            let turned = ((ordinal >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed;
            Self::from_bits((ordinal ^ turned) as $unsigned)
        }
    };
}
use floating;

/// The items of [`Element`] for types that [`NumericArray`] have.
macro_rules! as_numbers {
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
use as_numbers;

mod sealed {
    pub trait Sealed {}

    macro_rules! sealed {
        ($($type:ty)*) => {$(
            impl Sealed for $type {}
        )*};
    }
    sealed!(f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 super::f16 super::bf16);
}
