//! The names of element types.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// The type of a field's values, as a file records it: `f32` or `f64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// IEEE 754 binary32, written `f32`.
    F32,
    /// IEEE 754 binary64, written `f64`.
    F64,
}

impl Dtype {
    /// The bytes that one value takes in memory: 4 or 8.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

impl FromStr for Dtype {
    type Err = ParseError;

    /// The inverse of `Display`: reads `f32` and `f64`.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if `text` is anything else.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "f32" => Ok(Self::F32),
            "f64" => Ok(Self::F64),
            _ => Err(ParseError::new("a dtype", text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_others_are_refused() {
        for (dtype, name) in [(Dtype::F32, "f32"), (Dtype::F64, "f64")] {
            assert_eq!(dtype.to_string(), name);
            assert_eq!(name.parse(), Ok(dtype));
        }
        let refused = ParseError::new("a dtype", "f16");
        assert_eq!("f16".parse::<Dtype>(), Err(refused));
    }
}
