//! Values of any type.

use super::{Kind, UserValues};
use crate::NumericArray;

/// Values of a box of a variable, in row-major order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// Numbers of the variable's own type.
    Numbers(NumericArray),
    /// Single bytes of text.
    Chars(Vec<u8>),
    /// Texts.
    Texts(Vec<String>),
    /// Values of a type that the file defines.
    User(UserValues),
}

impl Values {
    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Chars(bytes) => bytes.len(),
            Self::Texts(texts) => texts.len(),
            Self::User(values) => values.len(),
        }
    }

    /// Returns whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What they are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Chars(_) => Kind::Char,
            Self::Texts(_) => Kind::Text,
            Self::User(values) => values.kind(),
            Self::Numbers(numbers) => match numbers {
                NumericArray::I8(_) => Kind::I8,
                NumericArray::U8(_) => Kind::U8,
                NumericArray::I16(_) => Kind::I16,
                NumericArray::U16(_) => Kind::U16,
                NumericArray::I32(_) => Kind::I32,
                NumericArray::U32(_) => Kind::U32,
                NumericArray::I64(_) => Kind::I64,
                NumericArray::U64(_) => Kind::U64,
                NumericArray::F32(_) => Kind::F32,
                NumericArray::F64(_) => Kind::F64,
            },
        }
    }
}
