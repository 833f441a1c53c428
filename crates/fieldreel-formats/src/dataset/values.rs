//! Values of a variable, in any type.

use super::{UserValues, VariableType};
use crate::NumericArray;

/// The values of a hyperslab of a variable, in row-major order.
///
/// ```
/// use fieldreel_formats::dataset::{VariableType, VariableValues};
///
/// let values = VariableValues::Numbers([1.5_f32, 2.5].into());
/// assert_eq!((values.len(), values.kind()), (2, VariableType::F32));
/// let names = VariableValues::Texts(vec!["Lisbon".to_owned()]);
/// assert_eq!((names.len(), names.kind()), (1, VariableType::Text));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum VariableValues {
    /// Numbers of the variable's element type.
    Numbers(NumericArray),
    /// Single bytes of text.
    Chars(Vec<u8>),
    /// Texts of any length.
    Texts(Vec<String>),
    /// Values of a type that the file defines.
    User(UserValues),
}

impl VariableValues {
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

    /// Returns true if there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the type of the values.
    #[must_use]
    pub fn kind(&self) -> VariableType {
        match self {
            Self::Chars(_) => VariableType::Char,
            Self::Texts(_) => VariableType::Text,
            Self::User(values) => values.kind(),
            Self::Numbers(numbers) => match numbers {
                NumericArray::I8(_) => VariableType::I8,
                NumericArray::U8(_) => VariableType::U8,
                NumericArray::I16(_) => VariableType::I16,
                NumericArray::U16(_) => VariableType::U16,
                NumericArray::I32(_) => VariableType::I32,
                NumericArray::U32(_) => VariableType::U32,
                NumericArray::I64(_) => VariableType::I64,
                NumericArray::U64(_) => VariableType::U64,
                NumericArray::F32(_) => VariableType::F32,
                NumericArray::F64(_) => VariableType::F64,
            },
        }
    }
}
