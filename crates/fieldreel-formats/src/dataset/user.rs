//! Types that a file defines, and their values.

use super::VariableType;

/// A type that a file defines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserType {
    /// The name of the type.
    pub name: String,
    /// The group that defines the type, an index into [`Schema::groups`](super::Schema::groups).
    pub group: usize,
    /// The number of bytes of a value in memory as C lays it out, with padding; for
    /// [`TypeClass::Vlen`], that of a count and a pointer.
    pub bytes: usize,
    /// The class of the type, with its components.
    pub class: TypeClass,
}

/// The class of a type that a file defines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeClass {
    /// An enumeration: integers with names.
    Enum {
        /// The type of the integers.
        base: VariableType,
        /// The names and integers of the members, in order.
        members: Vec<(String, i128)>,
    },
    /// A compound: fields of several types, in order.
    Compound {
        /// The fields.
        fields: Vec<CompoundField>,
    },
    /// Bytes without an interpretation.
    Opaque,
    /// A variable number of values of another type.
    Vlen {
        /// The type of the values.
        element: VariableType,
    },
}

/// A field of a compound type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompoundField {
    /// The name of the field.
    pub name: String,
    /// The offset of the first byte in memory, as C lays it out.
    pub offset: usize,
    /// The type of the values.
    pub kind: VariableType,
    /// The lengths of the dimensions, slowest first; empty for a single value.
    pub shape: Vec<usize>,
}

/// Values of a type that a file defines, in sequence without padding, in native byte order.
///
/// A compound value is the sequence of its fields. A variable-length value and a text are a 64-bit
/// count, followed by that number of values or bytes. The count of a null text is `u64::MAX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserValues {
    pub(crate) kind: VariableType,
    pub(crate) len: usize,
    pub(crate) bytes: Vec<u8>,
}

impl UserValues {
    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns true if there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the type of the values.
    #[must_use]
    pub fn kind(&self) -> VariableType {
        self.kind
    }

    /// Returns the bytes of all values.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Returns true if values of a type point to data elsewhere: texts and variable-length values.
pub(crate) fn has_pointers(types: &[UserType], kind: VariableType) -> bool {
    let class = match kind {
        VariableType::Text => return true,
        VariableType::User { index, .. } => types.get(index).map(|found| &found.class),
        _ => return false,
    };
    match class {
        Some(TypeClass::Vlen { .. }) => true,
        Some(TypeClass::Compound { fields }) => {
            fields.iter().any(|field| has_pointers(types, field.kind))
        }
        _ => false,
    }
}
