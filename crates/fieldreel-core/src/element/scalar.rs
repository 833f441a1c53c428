//! Scalars: numbers of any element type.

/// An exact number of any element type.
///
/// ```
/// use fieldreel_core::{Element, Scalar};
///
/// let fill = Scalar::from(u64::MAX - 1);
/// assert_eq!(u64::from_scalar(fill), Some(u64::MAX - 1));
/// assert_eq!(u8::from_scalar(fill), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Scalar {
    /// A floating-point number.
    Float(f64),
    /// An integer.
    Integer(i128),
}

impl Scalar {
    /// Returns the nearest `f64`.
    #[must_use]
    pub const fn to_f64(self) -> f64 {
        match self {
            Self::Float(number) => number,
            Self::Integer(number) => number as f64,
        }
    }
}

macro_rules! from {
    ($variant:ident: $($type:ty)*) => {$(
        impl From<$type> for Scalar {
            fn from(number: $type) -> Self {
                Self::$variant(number.into())
            }
        }
    )*};
}
from!(Float: f32 f64);
from!(Integer: i8 i16 i32 i64 u8 u16 u32 u64);
