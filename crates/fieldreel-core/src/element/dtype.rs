//! Element types and their names.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// The type of the values of a field.
///
/// ```
/// use fieldreel_core::Dtype;
///
/// let dtype: Dtype = "f16".parse()?;
/// assert_eq!((dtype.bytes(), dtype.is_float()), (2, true));
/// assert_eq!(Dtype::from_id(dtype.id()), Some(dtype));
/// # Ok::<(), fieldreel_core::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// IEEE 754 binary32, written `f32`.
    F32,
    /// IEEE 754 binary64, written `f64`.
    F64,
    /// Signed integers of 8 bits, written `i8`.
    I8,
    /// Signed integers of 16 bits, written `i16`.
    I16,
    /// Signed integers of 32 bits, written `i32`.
    I32,
    /// Signed integers of 64 bits, written `i64`.
    I64,
    /// Unsigned integers of 8 bits, written `u8`.
    U8,
    /// Unsigned integers of 16 bits, written `u16`.
    U16,
    /// Unsigned integers of 32 bits, written `u32`.
    U32,
    /// Unsigned integers of 64 bits, written `u64`.
    U64,
    /// IEEE 754 binary16, written `f16`.
    F16,
    /// The upper half of binary32, written `bf16`.
    Bf16,
}

impl Dtype {
    /// All types. The index of a type in this array is its [`id`](Self::id).
    pub const ALL: [Self; 12] = [
        Self::F32,
        Self::F64,
        Self::I8,
        Self::I16,
        Self::I32,
        Self::I64,
        Self::U8,
        Self::U16,
        Self::U32,
        Self::U64,
        Self::F16,
        Self::Bf16,
    ];

    /// Returns the number by which files record the type.
    #[must_use]
    pub const fn id(self) -> u8 {
        self as u8
    }

    /// Returns the type with this [`id`](Self::id), or `None` if there is none.
    #[must_use]
    pub fn from_id(id: u8) -> Option<Self> {
        Self::ALL.get(usize::from(id)).copied()
    }

    /// Returns the number of bytes of a value in memory.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 | Self::F16 | Self::Bf16 => 2,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F64 | Self::I64 | Self::U64 => 8,
        }
    }

    /// Returns true for floating-point types.
    #[must_use]
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64 | Self::F16 | Self::Bf16)
    }

    /// Returns the name of the type, as `Display` writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Dtype {
    type Err = ParseError;

    /// Parses the [`name`](Self::name) of a type.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if `text` is not such a name.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let named = Self::ALL.into_iter().find(|dtype| dtype.name() == text);
        named.ok_or_else(|| ParseError::new("a dtype", text))
    }
}

/// Evaluates an expression in which an identifier names the element type of a [`Dtype`].
///
/// ```
/// use fieldreel_core::{Dtype, Element, with_element_type};
///
/// fn largest(dtype: Dtype) -> f64 {
///     with_element_type!(dtype, T => T::from_f64(f64::INFINITY).to_f64())
/// }
///
/// assert_eq!(largest(Dtype::U8), 255.0);
/// ```
#[macro_export]
macro_rules! with_element_type {
    ($dtype:expr, $element:ident => $result:expr) => {
        $crate::with_element_type!(@ $dtype, $element => $result,
            F32 f32, F64 f64, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64,
            F16 $crate::element::f16, Bf16 $crate::element::bf16)
    };
    (@ $dtype:expr, $element:ident => $result:expr, $($variant:ident $type:ty),*) => {
        match $dtype {
            $($crate::Dtype::$variant => {
                type $element = $type;
                $result
            })*
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Element;

    #[test]
    fn names_and_ids_identify_types() {
        for (id, dtype) in (0..).zip(Dtype::ALL) {
            assert_eq!(dtype.to_string().parse(), Ok(dtype));
            assert_eq!((dtype.id(), Dtype::from_id(id)), (id, Some(dtype)));
            let found = with_element_type!(dtype, T => (T::DTYPE, size_of::<T>(), T::IS_FLOAT));
            assert_eq!(found, (dtype, dtype.bytes(), dtype.is_float()));
        }
        assert_eq!(Dtype::from_id(Dtype::ALL.len() as u8), None);
        let refused = ParseError::new("a dtype", "f128");
        assert_eq!("f128".parse::<Dtype>(), Err(refused));
    }
}
