//! Numbers in the type that a file gave them.

use std::ops::Range;

use crate::{Element, Scalar};

/// Numbers of one type.
///
/// Exhaustive: a type that is added here does not compile until every format says what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum NumericArray {
    /// Signed bytes.
    I8(Vec<i8>),
    /// Unsigned bytes.
    U8(Vec<u8>),
    /// 16-bit integers.
    I16(Vec<i16>),
    /// Unsigned 16-bit integers.
    U16(Vec<u16>),
    /// 32-bit integers.
    I32(Vec<i32>),
    /// Unsigned 32-bit integers.
    U32(Vec<u32>),
    /// 64-bit integers.
    I64(Vec<i64>),
    /// Unsigned 64-bit integers.
    U64(Vec<u64>),
    /// Single-precision numbers.
    F32(Vec<f32>),
    /// Double-precision numbers.
    F64(Vec<f64>),
}

/// Evaluates an expression with the vector of whatever type [`NumericArray`] have.
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
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        with_numeric_array!(self, values => values.len())
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As `f64`, nearest where a 64-bit integer has no exact one.
    #[must_use]
    pub fn to_f64(&self) -> Vec<f64> {
        with_numeric_array!(self, values => values.iter().map(|value| value.to_f64()).collect())
    }

    /// Returns the numbers, exactly.
    #[must_use]
    pub fn to_scalars(&self) -> Vec<Scalar> {
        with_numeric_array!(self, values => values.iter().map(|&value| value.into()).collect())
    }

    /// Returns how many are NaN.
    #[must_use]
    pub fn missing_count(&self) -> usize {
        match self {
            Self::F32(values) => values.iter().filter(|value| value.is_nan()).count(),
            Self::F64(values) => values.iter().filter(|value| value.is_nan()).count(),
            _ => 0,
        }
    }

    /// Returns the numbers at the same indices of each block of `block` numbers.
    pub(crate) fn of_each_block(&self, block: usize, indices: Range<usize>) -> Self {
        // `chunks_exact` does not take 0.
        with_numeric_array!(self, values => {
            let blocks = values.chunks_exact(block.max(1));
            let parts = blocks.filter_map(|block| block.get(indices.clone()));
            parts.flatten().copied().collect::<Vec<_>>().into()
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
    )*};
}

from!(I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_type_are_the_same_as_f64() {
        let all: [NumericArray; 10] = [
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
        for numbers in all {
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
    fn wide_integers_go_to_the_nearest() {
        let wide = [(1_i64 << 53) + 1, (1 << 53) + 3, i64::MIN];
        let nearest = [2_f64.powi(53), 2_f64.powi(53) + 4.0, -2_f64.powi(63)];
        assert_eq!(NumericArray::I64(wide.to_vec()).to_f64(), nearest);
        assert_eq!(NumericArray::from(u64::MAX).to_f64(), [2_f64.powi(64)]);
        assert_eq!(NumericArray::from(u64::MAX).to_scalars(), [u64::MAX.into()]);
    }
}
