//! Reading of a variable with its coordinates and attributes.

use std::path::Path;

use super::library::VariableHeader;
use super::select::dimensions;
use super::unpack::{StoredNumber, Unpacked, VariableDescription, unpack};
use crate::dataset::VariableType;
use crate::dataset::conventions::coordinate_references;
use crate::limits::checked_len;
use crate::{Attributes, Coordinate, Field, FormatError, Limits, NumericArray, Result};

/// A variable of an open file, independent of the library that opened it.
pub(super) trait VariableReader {
    /// Returns the name, type and dimensions of the variable.
    fn header(&self) -> &VariableHeader;

    /// Returns the attributes in order, except those of user-defined types.
    fn attributes(&self, limits: &Limits) -> Result<Attributes>;

    /// Returns all values as stored. `T` must be the variable's type, and `len` the product of the
    /// lengths of its dimensions.
    fn values<T: StoredNumber>(&self, len: usize) -> Result<Vec<T>>;
}

/// An open file, independent of the library that opened it.
pub(super) trait OpenFile: Copy {
    /// The type of a group.
    type Group: Clone;
    /// The type of a variable.
    type Variable: VariableReader;

    /// Returns the root group; `None` if the file is not known.
    fn root(&self) -> Option<Self::Group>;

    /// Returns the child of a group with this name, if there is one.
    fn group(&self, parent: &Self::Group, name: &str) -> Option<Self::Group>;

    /// Returns the variable of a group with this name, if there is one.
    fn variable(&self, group: &Self::Group, name: &str) -> Result<Option<Self::Variable>>;

    /// Returns the attributes of the file.
    fn file_attributes(&self, limits: &Limits) -> Result<Attributes>;
}

/// Returns the groups along a path of names, from the root on; `None` if one of them does not
/// exist.
pub(super) fn resolve_groups<'n, F: OpenFile>(
    file: F,
    names: impl Iterator<Item = &'n str>,
) -> Option<Vec<F::Group>> {
    let mut groups = vec![file.root()?];
    for name in names {
        groups.push(file.group(groups.last()?, name)?);
    }
    Some(groups)
}

/// Returns the variable that an attribute refers to by name: the one in the innermost of the given
/// groups that has such a variable or, as CF allows, the one at an absolute path. `groups` are the
/// enclosing groups of the referring variable, the root first.
fn resolve_reference<F: OpenFile>(
    file: F,
    groups: &[F::Group],
    name: &str,
) -> Result<Option<F::Variable>> {
    let (mut scope, mut name) = (groups, name);
    let absolute;
    if let Some(path) = name.strip_prefix('/') {
        let (parents, last) = match path.rsplit_once('/') {
            Some((parents, last)) => (Some(parents), last),
            None => (None, path),
        };
        let names = parents.into_iter().flat_map(|parents| parents.split('/'));
        let Some(found) = resolve_groups(file, names) else {
            return Ok(None);
        };
        absolute = found;
        (scope, name) = (&absolute, last);
    }
    for group in scope.iter().rev() {
        if let Some(variable) = file.variable(group, name)? {
            return Ok(Some(variable));
        }
    }
    Ok(None)
}

/// Reads the field of a variable. `groups` are the enclosing groups of the variable, the root
/// first.
pub(super) fn read_field<F: OpenFile>(
    variable: &impl VariableReader,
    (file, groups): (F, &[F::Group]),
    path: &Path,
    limits: &Limits,
) -> Result<Field> {
    let header = variable.header();
    let reader = VariableDecoder { path, limits };
    let decoded = reader.decode(variable, true)?;
    let mut coordinates = Vec::new();
    let mut names: Vec<String> = header
        .dimensions
        .iter()
        .map(|(name, ..)| name.clone())
        .collect();
    names.extend(coordinate_references(&decoded.attributes).map(str::to_owned));
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        next += 1;
        if names[..next - 1].contains(&name) || name == header.name {
            continue;
        }
        let Some(found) = resolve_reference(file, groups, &name)? else {
            continue;
        };
        if let Some(coordinate) = reader.coordinate(&found)? {
            // The bounds of a coordinate are known only now.
            names.extend(coordinate_references(&coordinate.attributes).map(str::to_owned));
            if has_matching_dimensions(&coordinate, header) {
                coordinates.push(coordinate);
            }
        }
    }
    Ok(Field {
        name: header.name.clone(),
        values: decoded.values,
        dimensions: dimensions(header),
        coordinates,
        attributes: decoded.attributes,
        file_attributes: file.file_attributes(limits)?,
        missing: decoded.missing,
        packing: decoded.packing,
    })
}

/// Returns true if the dimensions of a coordinate have the same lengths as the field's dimensions
/// of the same names, which may differ if they are of different groups.
fn has_matching_dimensions(coordinate: &Coordinate, field: &VariableHeader) -> bool {
    coordinate.dimensions.iter().all(|(name, len)| {
        let dimension = field
            .dimensions
            .iter()
            .find(|(candidate, ..)| candidate == name);
        dimension.is_none_or(|(_, expected, _)| expected == len)
    })
}

/// A decoder of the variables of one file.
pub(super) struct VariableDecoder<'a> {
    pub(super) path: &'a Path,
    pub(super) limits: &'a Limits,
}

impl VariableDecoder<'_> {
    /// Returns a variable as a coordinate; `None` if it is neither numeric nor a grid mapping.
    pub(super) fn coordinate(&self, variable: &impl VariableReader) -> Result<Option<Coordinate>> {
        let header = variable.header();
        let (values, attributes) = if header.numeric().is_some() {
            let decoded = self.decode(variable, false)?;
            (NumericArray::from(decoded.values), decoded.attributes)
        } else if header.dimensions.is_empty() {
            // A grid mapping may be of any type, because only its attributes matter.
            let attributes = variable.attributes(self.limits)?;
            if attributes.get("grid_mapping_name").is_none() {
                return Ok(None);
            }
            (NumericArray::from(0.0), attributes)
        } else {
            return Ok(None);
        };
        let dimensions = header.dimensions.iter();
        let dimensions: Vec<_> = dimensions
            .map(|(name, len, _)| (name.as_str(), *len))
            .collect();
        let mut coordinate = Coordinate::new(&header.name, &dimensions, values);
        coordinate.attributes = attributes;
        Ok(Some(coordinate))
    }

    /// Reads and unpacks a variable. If `require_exact` is true, a 64-bit integer without an exact
    /// `f64` is an error.
    fn decode(&self, variable: &impl VariableReader, require_exact: bool) -> Result<Unpacked> {
        let header = variable.header();
        let not_numeric = || FormatError::NotNumeric {
            path: self.path.to_path_buf(),
            variable: header.name.clone(),
            type_name: header.type_name,
        };
        let kind = header.kind.ok_or_else(not_numeric)?;
        let shape: Vec<usize> = header.dimensions.iter().map(|(_, len, _)| *len).collect();
        let len = checked_len(self.limits, &header.name, &shape)?;
        let attributes = variable.attributes(self.limits)?;
        let unsigned = attributes
            .text("_Unsigned")
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let description = VariableDescription {
            path: self.path,
            name: &header.name,
            shape: &shape,
            attributes,
            require_exact,
        };
        match (kind, unsigned) {
            (VariableType::I8, false) => unpack(variable.values::<i8>(len)?, description),
            (VariableType::I16, false) => unpack(variable.values::<i16>(len)?, description),
            (VariableType::I32, false) => unpack(variable.values::<i32>(len)?, description),
            (VariableType::I64, false) => unpack(variable.values::<i64>(len)?, description),
            (VariableType::I8, true) => {
                let values = variable.values::<i8>(len)?;
                unpack(values.into_iter().map(|v| v as u8).collect(), description)
            }
            (VariableType::I16, true) => {
                let values = variable.values::<i16>(len)?;
                unpack(values.into_iter().map(|v| v as u16).collect(), description)
            }
            (VariableType::I32, true) => {
                let values = variable.values::<i32>(len)?;
                unpack(values.into_iter().map(|v| v as u32).collect(), description)
            }
            (VariableType::I64, true) => {
                let values = variable.values::<i64>(len)?;
                unpack(values.into_iter().map(|v| v as u64).collect(), description)
            }
            (VariableType::U8, _) => unpack(variable.values::<u8>(len)?, description),
            (VariableType::U16, _) => unpack(variable.values::<u16>(len)?, description),
            (VariableType::U32, _) => unpack(variable.values::<u32>(len)?, description),
            (VariableType::U64, _) => unpack(variable.values::<u64>(len)?, description),
            (VariableType::F32, _) => unpack(variable.values::<f32>(len)?, description),
            (VariableType::F64, _) => unpack(variable.values::<f64>(len)?, description),
            (VariableType::Char | VariableType::Text | VariableType::User { .. }, _) => {
                Err(not_numeric())
            }
        }
    }
}
