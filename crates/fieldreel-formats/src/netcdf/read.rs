//! A variable with everything that belongs to it.

use std::path::Path;

use super::library::Header;
use super::select::dimensions;
use super::unpack::{Cells, Packed, Unpacked, unpack};
use crate::dataset::Kind;
use crate::dataset::conventions::referenced;
use crate::limits::checked_len;
use crate::{Attributes, Coordinate, Field, FormatError, Limits, NumericArray, Result};

/// A variable of an open file, whichever library has it open.
pub(super) trait Stored {
    /// Returns its name, type and dimensions.
    fn header(&self) -> &Header;

    /// Returns its attributes, in order, without those of user-defined types.
    fn attributes(&self, limits: &Limits) -> Result<Attributes>;

    /// Returns all of its values, as stored. `T` must be its type, and `len` the product of its dimensions.
    fn values<T: Packed>(&self, len: usize) -> Result<Vec<T>>;
}

/// An open file, whichever library has it open.
pub(super) trait Opened: Copy {
    /// A group of the file.
    type Group: Clone;
    /// A variable of the file.
    type Variable: Stored;

    /// Returns the group that holds all others, if it is known.
    fn root(&self) -> Option<Self::Group>;

    /// Returns the group of this name directly in another, if there is one.
    fn group(&self, parent: &Self::Group, name: &str) -> Option<Self::Group>;

    /// Returns the variable of this name directly in a group, if there is one.
    fn variable(&self, group: &Self::Group, name: &str) -> Result<Option<Self::Variable>>;

    /// Returns the attributes of the file.
    fn file_attributes(&self, limits: &Limits) -> Result<Attributes>;
}

/// Returns the groups from the root to the one at a path of names; `None` if one of them is not there.
pub(super) fn groups_of<'n, F: Opened>(
    file: F,
    names: impl Iterator<Item = &'n str>,
) -> Option<Vec<F::Group>> {
    let mut groups = vec![file.root()?];
    for name in names {
        groups.push(file.group(groups.last()?, name)?);
    }
    Some(groups)
}

/// Returns the variable that an attribute of a variable in these groups, the root first, refers to: the one of this name in the
/// innermost group that has one, or by CF the one at an absolute path.
fn referred<F: Opened>(file: F, groups: &[F::Group], name: &str) -> Result<Option<F::Variable>> {
    let (mut scope, mut name) = (groups, name);
    let absolute;
    if let Some(path) = name.strip_prefix('/') {
        let (parents, last) = match path.rsplit_once('/') {
            Some((parents, last)) => (Some(parents), last),
            None => (None, path),
        };
        let names = parents.into_iter().flat_map(|parents| parents.split('/'));
        let Some(found) = groups_of(file, names) else {
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

/// The whole field that a variable stands for. `groups` are those that hold it, the root first.
pub(super) fn field<F: Opened>(
    variable: &impl Stored,
    (file, groups): (F, &[F::Group]),
    path: &Path,
    limits: &Limits,
) -> Result<Field> {
    let header = variable.header();
    let reader = Reader { path, limits };
    let decoded = reader.decode(variable, true)?;
    let mut coordinates = Vec::new();
    let mut wanted: Vec<String> = header
        .dimensions
        .iter()
        .map(|(name, ..)| name.clone())
        .collect();
    wanted.extend(referenced(&decoded.attributes).map(str::to_owned));
    let mut next = 0;
    while let Some(name) = wanted.get(next).cloned() {
        next += 1;
        if wanted[..next - 1].contains(&name) || name == header.name {
            continue;
        }
        let Some(found) = referred(file, groups, &name)? else {
            continue;
        };
        if let Some(coordinate) = reader.coordinate(&found)? {
            // Bounds of a coordinate are known only now.
            wanted.extend(referenced(&coordinate.attributes).map(str::to_owned));
            if agrees(&coordinate, header) {
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

/// Dimensions of one name in two groups may differ in length.
fn agrees(coordinate: &Coordinate, field: &Header) -> bool {
    coordinate.dimensions.iter().all(|(name, len)| {
        let own = field.dimensions.iter().find(|(own, ..)| own == name);
        own.is_none_or(|(_, own_len, _)| own_len == len)
    })
}

/// Reads variables of one file.
pub(super) struct Reader<'a> {
    pub(super) path: &'a Path,
    pub(super) limits: &'a Limits,
}

impl Reader<'_> {
    /// Returns a variable as a coordinate; `None` if it is neither numeric nor a grid mapping.
    pub(super) fn coordinate(&self, variable: &impl Stored) -> Result<Option<Coordinate>> {
        let header = variable.header();
        let (values, attributes) = if header.numeric().is_some() {
            let decoded = self.decode(variable, false)?;
            (NumericArray::from(decoded.values), decoded.attributes)
        } else if header.dimensions.is_empty() {
            // A grid mapping may be of any type: only its attributes matter.
            let attributes = variable.attributes(self.limits)?;
            if attributes.get("grid_mapping_name").is_none() {
                return Ok(None);
            }
            (NumericArray::from(0.0), attributes)
        } else {
            return Ok(None);
        };
        Ok(Some(Coordinate {
            name: header.name.clone(),
            dimensions: header
                .dimensions
                .iter()
                .map(|(name, len, _)| (name.clone(), *len))
                .collect(),
            values,
            attributes,
        }))
    }

    fn decode(&self, variable: &impl Stored, exact: bool) -> Result<Unpacked> {
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
        let cells = Cells {
            path: self.path,
            name: &header.name,
            shape: &shape,
            attributes,
            exact,
        };
        match (kind, unsigned) {
            (Kind::I8, false) => unpack(variable.values::<i8>(len)?, cells),
            (Kind::I16, false) => unpack(variable.values::<i16>(len)?, cells),
            (Kind::I32, false) => unpack(variable.values::<i32>(len)?, cells),
            (Kind::I64, false) => unpack(variable.values::<i64>(len)?, cells),
            (Kind::I8, true) => {
                let values = variable.values::<i8>(len)?;
                unpack(values.into_iter().map(|v| v as u8).collect(), cells)
            }
            (Kind::I16, true) => {
                let values = variable.values::<i16>(len)?;
                unpack(values.into_iter().map(|v| v as u16).collect(), cells)
            }
            (Kind::I32, true) => {
                let values = variable.values::<i32>(len)?;
                unpack(values.into_iter().map(|v| v as u32).collect(), cells)
            }
            (Kind::I64, true) => {
                let values = variable.values::<i64>(len)?;
                unpack(values.into_iter().map(|v| v as u64).collect(), cells)
            }
            (Kind::U8, _) => unpack(variable.values::<u8>(len)?, cells),
            (Kind::U16, _) => unpack(variable.values::<u16>(len)?, cells),
            (Kind::U32, _) => unpack(variable.values::<u32>(len)?, cells),
            (Kind::U64, _) => unpack(variable.values::<u64>(len)?, cells),
            (Kind::F32, _) => unpack(variable.values::<f32>(len)?, cells),
            (Kind::F64, _) => unpack(variable.values::<f64>(len)?, cells),
            (Kind::Char | Kind::Text | Kind::User { .. }, _) => Err(not_numeric()),
        }
    }
}
