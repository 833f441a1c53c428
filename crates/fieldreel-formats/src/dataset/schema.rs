//! What a file has, without the values.

use fieldreel_core::Dtype;

use super::user::{UserType, has_pointers};
use crate::{Attributes, FormatError, Result};

/// Groups, dimensions and variables of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// The root, then the groups in it; each after the one that holds it.
    pub groups: Vec<GroupSchema>,
    /// Types that the file defines, each after those that it is made of.
    pub types: Vec<UserType>,
    /// In the order of the file, those of a group after those of the groups before it.
    pub dimensions: Vec<DatasetDimension>,
    /// Likewise.
    pub variables: Vec<VariableSchema>,
}

/// A group of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupSchema {
    /// Its name; empty for the root.
    pub name: String,
    /// The group that holds it: an index into [`Schema::groups`]; `None` for the root.
    pub parent: Option<usize>,
    /// Its attributes; of the root, those of the file.
    pub attributes: Attributes,
}

/// A dimension of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetDimension {
    /// Its name.
    pub name: String,
    /// The group that defines it: an index into [`Schema::groups`].
    pub group: usize,
    /// How long it is.
    pub len: usize,
    /// Whether it may grow.
    pub is_unlimited: bool,
}

/// A variable of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct VariableSchema {
    /// Its name, without its group's.
    pub name: String,
    /// The group that holds it: an index into [`Schema::groups`].
    pub group: usize,
    /// What its values are.
    pub kind: VariableType,
    /// Is true if its numbers are big-endian in the file. Values in memory are in the order of the machine.
    pub is_big_endian: bool,
    /// Its dimensions, slowest first: indices into [`Schema::dimensions`].
    pub dimensions: Vec<usize>,
    /// Its attributes, `_FillValue` among them.
    pub attributes: Attributes,
}

/// What the values of a variable are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VariableType {
    /// 8-bit signed integers.
    I8,
    /// 8-bit unsigned integers.
    U8,
    /// 16-bit signed integers.
    I16,
    /// 16-bit unsigned integers.
    U16,
    /// 32-bit signed integers.
    I32,
    /// 32-bit unsigned integers.
    U32,
    /// 64-bit signed integers.
    I64,
    /// 64-bit unsigned integers.
    U64,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
    /// Single bytes of text.
    Char,
    /// Texts.
    Text,
    /// A type that the file defines.
    User {
        /// An index into [`Schema::types`].
        index: usize,
        /// Bytes of a value in memory.
        bytes: usize,
    },
}

impl VariableType {
    /// Bytes of a value; those of a pointer for [`Text`](Kind::Text).
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 | Self::Char => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 | Self::Text => 8,
            Self::User { bytes, .. } => bytes,
        }
    }

    /// Returns the type of values that are numbers.
    #[must_use]
    pub const fn dtype(self) -> Option<Dtype> {
        Some(match self {
            Self::I8 => Dtype::I8,
            Self::U8 => Dtype::U8,
            Self::I16 => Dtype::I16,
            Self::U16 => Dtype::U16,
            Self::I32 => Dtype::I32,
            Self::U32 => Dtype::U32,
            Self::I64 => Dtype::I64,
            Self::U64 => Dtype::U64,
            Self::F32 => Dtype::F32,
            Self::F64 => Dtype::F64,
            Self::Char | Self::Text | Self::User { .. } => return None,
        })
    }

    /// Whether values are in single or double precision.
    #[must_use]
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }
}

impl Schema {
    /// Returns whether values of a type point to others elsewhere in the file: texts and variable-length values, which no
    /// filter of HDF5 makes smaller.
    #[must_use]
    pub fn has_pointers(&self, kind: VariableType) -> bool {
        has_pointers(&self.types, kind)
    }

    /// The lengths of a variable's dimensions, slowest first.
    #[must_use]
    pub fn shape(&self, variable: &VariableSchema) -> Vec<usize> {
        let dimensions = variable.dimensions.iter();
        dimensions
            .filter_map(|&id| self.dimensions.get(id))
            .map(|dimension| dimension.len)
            .collect()
    }

    /// The variable of this number, if the box is in it.
    ///
    /// # Errors
    ///
    /// [`FormatError::IndexOutOfRange`]; [`FormatError::ShapeMismatch`] if the box has not as many dimensions.
    pub fn check_hyperslab(
        &self,
        variable: usize,
        start: &[usize],
        count: &[usize],
    ) -> Result<&VariableSchema> {
        let Some(found) = self.variables.get(variable) else {
            return Err(FormatError::IndexOutOfRange {
                dimension: "variable".to_owned(),
                index: variable,
                len: self.variables.len(),
            });
        };
        let rank = found.dimensions.len();
        if start.len() != rank || count.len() != rank {
            return Err(FormatError::ShapeMismatch {
                item: format!("a box of {:?}", found.name),
                expected: vec![rank],
                found: vec![start.len(), count.len()],
            });
        }
        let own = found
            .dimensions
            .iter()
            .filter_map(|&id| self.dimensions.get(id));
        for ((dimension, &start), &count) in own.zip(start).zip(count) {
            let end = start.saturating_add(count);
            if end > dimension.len {
                return Err(FormatError::IndexOutOfRange {
                    dimension: dimension.name.clone(),
                    index: end.saturating_sub(1),
                    len: dimension.len,
                });
            }
        }
        Ok(found)
    }

    /// A variable's name; `/group/name` when it is in a group.
    #[must_use]
    pub fn full_name(&self, variable: &VariableSchema) -> String {
        match self.path(variable.group) {
            path if path.is_empty() => variable.name.clone(),
            path => format!("{path}/{}", variable.name),
        }
    }

    /// The path of a group: `/a/b`, empty for the root.
    #[must_use]
    pub fn path(&self, group: usize) -> String {
        let mut names = Vec::new();
        let mut next = self.groups.get(group);
        while let Some(group) = next {
            // A parent comes before, so this ends.
            next = group.parent.and_then(|parent| self.groups.get(parent));
            if group.parent.is_some() {
                names.push(group.name.as_str());
            }
        }
        names.iter().rev().flat_map(|name| ["/", name]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_where_a_variable_is() {
        let group = |name: &str, parent| GroupSchema {
            name: name.to_owned(),
            parent,
            ..GroupSchema::default()
        };
        let variable = |group| VariableSchema {
            name: "t".to_owned(),
            group,
            kind: VariableType::F32,
            is_big_endian: false,
            dimensions: vec![0, 1],
            attributes: Attributes::new(),
        };
        let dimension = |name: &str, len| DatasetDimension {
            name: name.to_owned(),
            group: 0,
            len,
            is_unlimited: false,
        };
        let schema = Schema {
            groups: vec![group("", None), group("a", Some(0)), group("b", Some(1))],
            dimensions: vec![dimension("y", 3), dimension("x", 4)],
            variables: vec![variable(0), variable(2)],
            ..Schema::default()
        };
        assert_eq!(schema.full_name(&schema.variables[0]), "t");
        assert_eq!(schema.full_name(&schema.variables[1]), "/a/b/t");
        assert_eq!(schema.shape(&schema.variables[1]), [3, 4]);
    }
}
