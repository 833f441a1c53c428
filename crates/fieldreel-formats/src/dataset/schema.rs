//! Schemas: the structure of a file without its values.

use fieldreel_core::Dtype;

use super::user::{UserType, has_pointers};
use crate::{Attributes, FormatError, Result};

/// The groups, types, dimensions and variables of a file.
///
/// ```
/// use fieldreel_formats::dataset::{
///     DatasetDimension, GroupSchema, Schema, VariableSchema, VariableType,
/// };
///
/// let mut schema = Schema::default();
/// schema.groups.push(GroupSchema::default());
/// schema.dimensions.push(DatasetDimension::new("time", 24).with_unlimited(true));
/// schema.dimensions.push(DatasetDimension::new("x", 90));
/// schema.variables.push(VariableSchema::new("t2m", VariableType::F32, &[0, 1]));
/// assert_eq!(schema.shape(&schema.variables[0]), [24, 90]);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Schema {
    /// The root group, then all other groups, each after its parent.
    pub groups: Vec<GroupSchema>,
    /// The types that the file defines, each after the types that it is made of.
    pub types: Vec<UserType>,
    /// The dimensions in file order, group by group.
    pub dimensions: Vec<DatasetDimension>,
    /// The variables in file order, group by group.
    pub variables: Vec<VariableSchema>,
}

/// A group of a file. The default is a root without attributes.
///
/// ```
/// use fieldreel_formats::dataset::{GroupSchema, Schema, VariableSchema, VariableType};
///
/// let mut schema = Schema::default();
/// schema.groups.push(GroupSchema::default());
/// schema.groups.push(GroupSchema::new("forecast", 0));
/// let t2m = VariableSchema::new("t2m", VariableType::F32, &[]).with_group(1);
/// assert_eq!(schema.path(1), "/forecast");
/// assert_eq!(schema.full_name(&t2m), "/forecast/t2m");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct GroupSchema {
    /// The name of the group; empty for the root.
    pub name: String,
    /// The parent group, an index into [`Schema::groups`]; `None` for the root.
    pub parent: Option<usize>,
    /// The attributes of the group; those of the root are the attributes of the file.
    pub attributes: Attributes,
}

/// A dimension of a file.
///
/// ```
/// use fieldreel_formats::dataset::DatasetDimension;
///
/// let time = DatasetDimension::new("time", 24).with_unlimited(true).with_group(1);
/// assert_eq!((time.name.as_str(), time.len, time.group), ("time", 24, 1));
/// assert!(time.is_unlimited);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatasetDimension {
    /// The name of the dimension.
    pub name: String,
    /// The group that defines the dimension, an index into [`Schema::groups`].
    pub group: usize,
    /// The length of the dimension.
    pub len: usize,
    /// True if the dimension is unlimited.
    pub is_unlimited: bool,
}

/// A variable of a file, without its values.
///
/// ```
/// use fieldreel_formats::Attributes;
/// use fieldreel_formats::dataset::{VariableSchema, VariableType};
///
/// let t2m = VariableSchema::new("t2m", VariableType::F32, &[0, 1])
///     .with_attributes(Attributes::from([("units", "K")]));
/// assert_eq!(t2m.dimensions, [0, 1]);
/// assert_eq!(t2m.attributes.text("units"), Some("K"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VariableSchema {
    /// The name of the variable, without its group.
    pub name: String,
    /// The group that holds the variable, an index into [`Schema::groups`].
    pub group: usize,
    /// The type of the values.
    pub kind: VariableType,
    /// True if the file stores the numbers in big-endian order. Values in memory are in native
    /// order.
    pub is_big_endian: bool,
    /// The dimensions of the variable, slowest first: indices into [`Schema::dimensions`].
    pub dimensions: Vec<usize>,
    /// The attributes of the variable, including `_FillValue`.
    pub attributes: Attributes,
}

impl GroupSchema {
    /// Creates a group within the group of index `parent`.
    #[must_use]
    pub fn new(name: impl Into<String>, parent: usize) -> Self {
        Self {
            name: name.into(),
            parent: Some(parent),
            attributes: Attributes::new(),
        }
    }
}

impl DatasetDimension {
    /// Creates a dimension of fixed length in the root group.
    #[must_use]
    pub fn new(name: impl Into<String>, len: usize) -> Self {
        Self {
            name: name.into(),
            group: 0,
            len,
            is_unlimited: false,
        }
    }

    /// Sets the group that defines the dimension, an index into [`Schema::groups`].
    #[must_use]
    pub fn with_group(mut self, group: usize) -> Self {
        self.group = group;
        self
    }

    /// Sets whether the dimension is unlimited.
    #[must_use]
    pub fn with_unlimited(mut self, is_unlimited: bool) -> Self {
        self.is_unlimited = is_unlimited;
        self
    }
}

impl VariableSchema {
    /// Creates a variable without attributes in the root group, in little-endian order.
    /// `dimensions` are indices into [`Schema::dimensions`], slowest first.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: VariableType, dimensions: &[usize]) -> Self {
        Self {
            name: name.into(),
            group: 0,
            kind,
            is_big_endian: false,
            dimensions: dimensions.to_vec(),
            attributes: Attributes::new(),
        }
    }

    /// Sets the group that holds the variable, an index into [`Schema::groups`].
    #[must_use]
    pub fn with_group(mut self, group: usize) -> Self {
        self.group = group;
        self
    }

    /// Replaces the attributes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: Attributes) -> Self {
        self.attributes = attributes;
        self
    }
}

/// The type of the values of a variable.
///
/// ```
/// use fieldreel_formats::Dtype;
/// use fieldreel_formats::dataset::VariableType;
///
/// assert_eq!(VariableType::I16.bytes(), 2);
/// assert_eq!(VariableType::I16.dtype(), Some(Dtype::I16));
/// assert_eq!(VariableType::Text.dtype(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    /// Single-precision floating-point numbers.
    F32,
    /// Double-precision floating-point numbers.
    F64,
    /// Single bytes of text, NetCDF's `char`.
    Char,
    /// Texts of any length, NetCDF's `string`.
    Text,
    /// A type that the file defines.
    User {
        /// The index of the type in [`Schema::types`].
        index: usize,
        /// The number of bytes of a value in memory.
        bytes: usize,
    },
}

impl VariableType {
    /// Returns the number of bytes of a value, which is that of a pointer for
    /// [`Text`](Self::Text).
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

    /// Returns the element type; `None` for values that are not numbers.
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

    /// Returns true if the values are floating-point numbers.
    #[must_use]
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }
}

impl Schema {
    /// Returns true if values of a type point to data elsewhere in the file: texts and
    /// variable-length values. No HDF5 filter compresses such data.
    #[must_use]
    pub fn has_pointers(&self, kind: VariableType) -> bool {
        has_pointers(&self.types, kind)
    }

    /// Returns the lengths of a variable's dimensions, slowest first.
    #[must_use]
    pub fn shape(&self, variable: &VariableSchema) -> Vec<usize> {
        let dimensions = variable.dimensions.iter();
        dimensions
            .filter_map(|&id| self.dimensions.get(id))
            .map(|dimension| dimension.len)
            .collect()
    }

    /// Returns the variable of an index after checking that it contains a hyperslab.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: there is no such variable, or the hyperslab exceeds it.
    /// - [`FormatError::ShapeMismatch`]: the hyperslab has another number of dimensions.
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
                item: format!("a hyperslab of {:?}", found.name),
                expected: vec![rank],
                found: vec![start.len(), count.len()],
            });
        }
        let dimensions = found
            .dimensions
            .iter()
            .filter_map(|&id| self.dimensions.get(id));
        for ((dimension, &start), &count) in dimensions.zip(start).zip(count) {
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

    /// Returns the name of a variable, preceded by the path of its group unless that is the root:
    /// `/group/name`.
    #[must_use]
    pub fn full_name(&self, variable: &VariableSchema) -> String {
        match self.path(variable.group) {
            path if path.is_empty() => variable.name.clone(),
            path => format!("{path}/{}", variable.name),
        }
    }

    /// Returns the path of a group: `/a/b`, or an empty text for the root.
    #[must_use]
    pub fn path(&self, group: usize) -> String {
        let mut names = Vec::new();
        let mut next = self.groups.get(group);
        while let Some(group) = next {
            // Parents precede their children, so this loop ends.
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
    fn full_names_contain_the_group_path() {
        let variable = VariableSchema::new("t", VariableType::F32, &[0, 1]);
        let schema = Schema {
            groups: vec![
                GroupSchema::default(),
                GroupSchema::new("a", 0),
                GroupSchema::new("b", 1),
            ],
            dimensions: vec![DatasetDimension::new("y", 3), DatasetDimension::new("x", 4)],
            variables: vec![variable.clone(), variable.with_group(2)],
            ..Schema::default()
        };
        assert_eq!(schema.full_name(&schema.variables[0]), "t");
        assert_eq!(schema.full_name(&schema.variables[1]), "/a/b/t");
        assert_eq!(schema.shape(&schema.variables[1]), [3, 4]);
    }
}
