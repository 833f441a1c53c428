//! Types that a file defines, and values of them.

use super::VariableType;

/// A type that a file defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserType {
    /// Its name.
    pub name: String,
    /// The group that defines it: an index into [`Schema::groups`](super::Schema::groups).
    pub group: usize,
    /// Bytes of a value in C's memory, with padding; those of a count and a pointer for [`TypeClass::Vlen`].
    pub bytes: usize,
    /// Its parts.
    pub class: TypeClass,
}

/// The parts of a type that a file defines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeClass {
    /// Integers with names.
    Enum {
        /// The type of the integers.
        base: VariableType,
        /// Names and integers, in order.
        members: Vec<(String, i128)>,
    },
    /// Fields beside each other, in order.
    Compound {
        /// The fields.
        fields: Vec<CompoundField>,
    },
    /// Bytes without a meaning.
    Opaque,
    /// Any number of values of another type.
    Vlen {
        /// The type of the values.
        element: VariableType,
    },
}

/// A field of a compound type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompoundField {
    /// Its name.
    pub name: String,
    /// Its first byte in C's memory.
    pub offset: usize,
    /// The type of its values.
    pub kind: VariableType,
    /// Its lengths, slowest first; none for a single value.
    pub shape: Vec<usize>,
}

/// Values of a type that a file defines, one after another without padding, in the byte order of the machine.
///
/// A compound value is its fields in order; a variable-length value and a text are a 64-bit count, and so many values or bytes.
/// The count of a text that is null is `u64::MAX`.
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

    /// Returns whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Their type.
    #[must_use]
    pub fn kind(&self) -> VariableType {
        self.kind
    }

    /// Their bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Returns whether values of a type hold pointers to what is elsewhere: texts and variable-length values.
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
