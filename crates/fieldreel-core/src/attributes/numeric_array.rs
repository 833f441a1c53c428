//! One-dimensional arrays of any numeric type.

use std::ops::Range;

use crate::{Element, Scalar};

/// A one-dimensional array of numbers, all of one type.
///
/// Arrays, slices, vectors, iterators and single numbers convert into it. The enum is exhaustive, so
/// that a new type does not compile until every format handles it.
///
/// ```
/// use fieldreel_core::NumericArray;
///
/// assert_eq!(NumericArray::from([1.5_f32, 2.5]).to_f64(), [1.5, 2.5]);
/// let hours: NumericArray = (0..4).map(|step| 6.0 * f64::from(step)).collect();
/// assert_eq!(hours.len(), 4);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum NumericArray {
    /// Signed 8-bit integers.
    I8(Vec<i8>),
    /// Unsigned 8-bit integers.
    U8(Vec<u8>),
    /// Signed 16-bit integers.
    I16(Vec<i16>),
    /// Unsigned 16-bit integers.
    U16(Vec<u16>),
    /// Signed 32-bit integers.
    I32(Vec<i32>),
    /// Unsigned 32-bit integers.
    U32(Vec<u32>),
    /// Signed 64-bit integers.
    I64(Vec<i64>),
    /// Unsigned 64-bit integers.
    U64(Vec<u64>),
    /// Single-precision floating-point numbers.
    F32(Vec<f32>),
    /// Double-precision floating-point numbers.
    F64(Vec<f64>),
}

/// Evaluates an expression with the vector of a [`NumericArray`], whatever its type.
///
/// ```
/// use fieldreel_core::{NumericArray, with_numeric_array};
///
/// let numbers = NumericArray::from(vec![1_u8, 2, 3]);
/// assert_eq!(with_numeric_array!(&numbers, values => size_of_val(values.as_slice())), 3);
/// ```
#[macro_export]
macro_rules! with_numeric_array {
    ($numbers:expr, $values:ident => $result:expr) => {
        match $numbers {
            $crate::NumericArray::I8($values) => $result,
            $crate::NumericArray::U8($values) => $result,
            $crate::NumericArray::I16($values) => $result,
            $crate::NumericArray::U16($values) => $result,
            $crate::NumericArray::I32($values) => $result,
            $crate::NumericArray::U32($values) => $result,
            $crate::NumericArray::I64($values) => $result,
            $crate::NumericArray::U64($values) => $result,
            $crate::NumericArray::F32($values) => $result,
            $crate::NumericArray::F64($values) => $result,
        }
    };
}

impl NumericArray {
    /// Returns the number of numbers.
    #[must_use]
    pub const fn len(&self) -> usize {
        with_numeric_array!(self, values => values.len())
    }

    /// Returns true if the array is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the numbers as `f64`. 64-bit integers are rounded to the nearest `f64`.
    #[must_use]
    pub fn to_f64(&self) -> Vec<f64> {
        with_numeric_array!(self, values => values.iter().map(|value| value.to_f64()).collect())
    }

    /// Returns the numbers as [`Scalar`]s, which are exact.
    #[must_use]
    pub fn to_scalars(&self) -> Vec<Scalar> {
        with_numeric_array!(self, values => values.iter().map(|&value| value.into()).collect())
    }

    /// Returns the number of values that are NaN, which is 0 for integers.
    #[must_use]
    pub fn missing_count(&self) -> usize {
        match self {
            Self::F32(values) => values.iter().filter(|value| value.is_nan()).count(),
            Self::F64(values) => values.iter().filter(|value| value.is_nan()).count(),
            _ => 0,
        }
    }

    /// Splits the array into blocks of `block_len` numbers, and returns the numbers of each block
    /// at `indices`.
    pub(crate) fn select_in_blocks(&self, block_len: usize, indices: Range<usize>) -> Self {
        // `chunks_exact` panics for a length of 0.
        with_numeric_array!(self, values => {
            let blocks = values.chunks_exact(block_len.max(1));
            let selected = blocks.filter_map(|block| block.get(indices.clone()));
            selected.flatten().copied().collect::<Vec<_>>().into()
        })
    }
}

macro_rules! from {
    ($($variant:ident $type:ty),*) => {$(
        impl From<Vec<$type>> for NumericArray {
            fn from(values: Vec<$type>) -> Self {
                Self::$variant(values)
            }
        }

        impl From<$type> for NumericArray {
            fn from(value: $type) -> Self {
                Self::$variant(vec![value])
            }
        }

        impl From<&[$type]> for NumericArray {
            fn from(values: &[$type]) -> Self {
                Self::$variant(values.to_vec())
            }
        }

        impl<const LEN: usize> From<[$type; LEN]> for NumericArray {
            fn from(values: [$type; LEN]) -> Self {
                Self::$variant(values.into())
            }
        }

        impl FromIterator<$type> for NumericArray {
            fn from_iter<I: IntoIterator<Item = $type>>(values: I) -> Self {
                Self::$variant(values.into_iter().collect())
            }
        }
    )*};
}

from!(I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_type_convert_to_f64() {
        let arrays: [NumericArray; 10] = [
            7_i8.into(),
            7_u8.into(),
            7_i16.into(),
            7_u16.into(),
            7_i32.into(),
            7_u32.into(),
            7_i64.into(),
            7_u64.into(),
            7_f32.into(),
            7_f64.into(),
        ];
        for numbers in arrays {
            assert_eq!(numbers.to_f64(), [7.0], "{numbers:?}");
            assert_eq!((numbers.len(), numbers.is_empty()), (1, false));
        }
        assert!(NumericArray::I16(vec![]).is_empty());
        assert_eq!(NumericArray::from(vec![1.0, f64::NAN]).missing_count(), 1);
        assert_eq!(
            NumericArray::from(vec![f32::NAN, f32::NAN]).missing_count(),
            2
        );
        assert_eq!(NumericArray::from(0_i8).missing_count(), 0);
    }

    #[test]
    fn wide_integers_are_rounded_to_the_nearest_f64() {
        let wide = [(1_i64 << 53) + 1, (1 << 53) + 3, i64::MIN];
        let nearest = [2_f64.powi(53), 2_f64.powi(53) + 4.0, -2_f64.powi(63)];
        assert_eq!(NumericArray::I64(wide.to_vec()).to_f64(), nearest);
        assert_eq!(NumericArray::from(u64::MAX).to_f64(), [2_f64.powi(64)]);
        assert_eq!(NumericArray::from(u64::MAX).to_scalars(), [u64::MAX.into()]);
    }
}
