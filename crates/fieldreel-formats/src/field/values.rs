//! The values of a field, in any element type.

use fieldreel_core::element::{bf16, f16};
use fieldreel_core::{Dtype, Element, NumericArray};
use ndarray::ArrayD;

/// An array of any rank, in one of ten element types.
///
/// A missing floating-point value is NaN; a missing integer is a fill value of
/// [`Missing`](crate::Missing).
///
/// ```
/// use fieldreel_formats::{Dtype, FieldValues};
/// use ndarray::array;
///
/// let values = FieldValues::from(array![[1.5_f32, f32::NAN]].into_dyn());
/// assert_eq!((values.dtype(), values.shape()), (Dtype::F32, &[1, 2][..]));
/// assert_eq!(values.missing_count(), 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValues {
    /// Values of type `f32`.
    F32(ArrayD<f32>),
    /// Values of type `f64`.
    F64(ArrayD<f64>),
    /// Values of type `i8`.
    I8(ArrayD<i8>),
    /// Values of type `i16`.
    I16(ArrayD<i16>),
    /// Values of type `i32`.
    I32(ArrayD<i32>),
    /// Values of type `i64`.
    I64(ArrayD<i64>),
    /// Values of type `u8`.
    U8(ArrayD<u8>),
    /// Values of type `u16`.
    U16(ArrayD<u16>),
    /// Values of type `u32`.
    U32(ArrayD<u32>),
    /// Values of type `u64`.
    U64(ArrayD<u64>),
}

/// Evaluates an expression with the array of [`FieldValues`] or [`Frames`](crate::Frames),
/// whatever its element type.
///
/// ```
/// use fieldreel_formats::{FieldValues, with_values};
/// use ndarray::ArrayD;
///
/// let values = FieldValues::from(ArrayD::<u8>::zeros(vec![2, 3]));
/// assert_eq!(with_values!(FieldValues, &values, array => array.len()), 6);
/// ```
#[macro_export]
macro_rules! with_values {
    ($enum_name:ident, $values:expr, $array:ident => $result:expr) => {
        match $values {
            $crate::$enum_name::F32($array) => $result,
            $crate::$enum_name::F64($array) => $result,
            $crate::$enum_name::I8($array) => $result,
            $crate::$enum_name::I16($array) => $result,
            $crate::$enum_name::I32($array) => $result,
            $crate::$enum_name::I64($array) => $result,
            $crate::$enum_name::U8($array) => $result,
            $crate::$enum_name::U16($array) => $result,
            $crate::$enum_name::U32($array) => $result,
            $crate::$enum_name::U64($array) => $result,
        }
    };
}

impl FieldValues {
    /// Returns the length of each axis, slowest first.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        with_values!(FieldValues, self, values => values.shape())
    }

    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        with_values!(FieldValues, self, values => values.len())
    }

    /// Returns true if there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        fn dtype<T: Element>(_: &ArrayD<T>) -> Dtype {
            T::DTYPE
        }
        with_values!(FieldValues, self, values => dtype(values))
    }

    /// Returns the number of bytes of one value.
    #[must_use]
    pub fn bytes_per_value(&self) -> usize {
        self.dtype().bytes()
    }

    /// Returns the number of values that are NaN.
    #[must_use]
    pub fn missing_count(&self) -> usize {
        match self {
            Self::F32(values) => values.iter().filter(|value| value.is_nan()).count(),
            Self::F64(values) => values.iter().filter(|value| value.is_nan()).count(),
            _ => 0,
        }
    }

    /// Returns the values as `f64`; 64-bit integers are rounded to the nearest.
    #[must_use]
    pub fn to_f64(&self) -> ArrayD<f64> {
        with_values!(FieldValues, self, values => values.mapv(Element::to_f64))
    }

    /// Returns the values in a floating-point type: `f32` if it represents all values of their
    /// type exactly, otherwise `f64`.
    ///
    /// ```
    /// use fieldreel_formats::{Dtype, FieldValues};
    /// use ndarray::array;
    ///
    /// let counts = FieldValues::from(array![1_i16, 2, 3].into_dyn());
    /// assert_eq!(counts.into_float(), FieldValues::from(array![1.0_f32, 2.0, 3.0].into_dyn()));
    /// let counts = FieldValues::from(array![1_i32, 2, 3].into_dyn());
    /// assert_eq!(counts.into_float().dtype(), Dtype::F64);
    /// ```
    #[must_use]
    pub fn into_float(self) -> Self {
        match self {
            Self::F32(_) | Self::F64(_) => self,
            Self::I8(values) => Self::F32(values.mapv(f32::from)),
            Self::U8(values) => Self::F32(values.mapv(f32::from)),
            Self::I16(values) => Self::F32(values.mapv(f32::from)),
            Self::U16(values) => Self::F32(values.mapv(f32::from)),
            Self::I32(_) | Self::U32(_) | Self::I64(_) | Self::U64(_) => Self::F64(self.to_f64()),
        }
    }
}

macro_rules! from_array {
    ($($variant:ident $type:ty),*) => {$(
        impl From<ArrayD<$type>> for FieldValues {
            fn from(values: ArrayD<$type>) -> Self {
                Self::$variant(values)
            }
        }
    )*};
}
from_array!(F32 f32, F64 f64, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64);

/// Converts half precision to single precision, which represents all its values.
macro_rules! from_half {
    ($($type:ty)*) => {$(
        impl From<ArrayD<$type>> for FieldValues {
            fn from(values: ArrayD<$type>) -> Self {
                Self::F32(values.mapv(f32::from))
            }
        }
    )*};
}
from_half!(bf16 f16);

/// Converts the values to a list in row-major order.
impl From<FieldValues> for NumericArray {
    fn from(values: FieldValues) -> Self {
        with_values!(FieldValues, values, values => Self::from(values.into_iter().collect::<Vec<_>>()))
    }
}
