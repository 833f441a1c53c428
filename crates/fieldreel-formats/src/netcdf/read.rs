//! A variable with everything that belongs to it.

use std::path::Path;

use super::library::{Dataset, Group, Header, Variable};
use super::select::{Found, dimensions};
use super::unpack::{Cells, Packed, Unpacked, unpack};
use crate::dataset::Kind;
use crate::dataset::conventions::referenced;
use crate::limits::checked_len;
use crate::{Attributes, Coordinate, Field, FormatError, Limits, Numbers, Result};

/// The whole field that a variable stands for.
pub(super) fn field(
    dataset: &Dataset,
    path: &Path,
    found: &Found,
    limits: &Limits,
) -> Result<Field> {
    let header = &found.header;
    let group = found.groups.last().copied().unwrap_or(dataset.root());
    let reader = Reader {
        dataset,
        path,
        limits,
    };
    let decoded = reader.decode(group, found.variable, header, true)?;
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
        if let Some(coordinate) = reader.coordinate(&found.groups, &name)? {
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
        file_attributes: dataset
            .attributes(dataset.root(), None, limits)?
            .into_iter()
            .collect(),
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

struct Reader<'a> {
    dataset: &'a Dataset,
    path: &'a Path,
    limits: &'a Limits,
}

impl Reader<'_> {
    /// The numeric variable of this name in the innermost group that has one.
    fn coordinate(&self, groups: &[Group], name: &str) -> Result<Option<Coordinate>> {
        let mut scope = groups;
        let mut name = name;
        let mut absolute = Vec::new();
        // CF lets an attribute name a variable of another group by its path.
        if let Some(path) = name.strip_prefix('/') {
            absolute.push(self.dataset.root());
            let mut parts = path.split('/').peekable();
            while let Some(part) = parts.next() {
                if parts.peek().is_none() {
                    name = part;
                } else if let Some(child) = absolute
                    .last()
                    .and_then(|&parent| self.dataset.group(parent, part))
                {
                    absolute.push(child);
                } else {
                    return Ok(None);
                }
            }
            scope = &absolute;
        }
        for &group in scope.iter().rev() {
            for variable in self.dataset.variables(group)? {
                let header = self.dataset.header(variable)?;
                if header.name == name {
                    return self.coordinate_of(group, variable, &header);
                }
            }
        }
        Ok(None)
    }

    fn coordinate_of(
        &self,
        group: Group,
        variable: Variable,
        header: &Header,
    ) -> Result<Option<Coordinate>> {
        let (values, attributes) = if header.numeric().is_some() {
            let decoded = self.decode(group, variable, header, false)?;
            (Numbers::from(decoded.values), decoded.attributes)
        } else if header.dimensions.is_empty() {
            // A grid mapping may be of any type: only its attributes matter.
            let attributes: Attributes = self.attributes(group, variable)?;
            if attributes.get("grid_mapping_name").is_none() {
                return Ok(None);
            }
            (Numbers::from(0.0), attributes)
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

    fn attributes(&self, group: Group, variable: Variable) -> Result<Attributes> {
        let attributes = self
            .dataset
            .attributes(group, Some(variable), self.limits)?;
        Ok(attributes.into_iter().collect())
    }

    fn decode(
        &self,
        group: Group,
        variable: Variable,
        header: &Header,
        exact: bool,
    ) -> Result<Unpacked> {
        let not_numeric = || FormatError::NotNumeric {
            path: self.path.to_path_buf(),
            variable: header.name.clone(),
            type_name: header.type_name,
        };
        let kind = header.kind.ok_or_else(not_numeric)?;
        let shape: Vec<usize> = header.dimensions.iter().map(|(_, len, _)| *len).collect();
        let len = checked_len(self.limits, &header.name, &shape)?;
        let attributes = self.attributes(group, variable)?;
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
            (Kind::I8, false) => self.typed::<i8>(variable, len, cells),
            (Kind::I16, false) => self.typed::<i16>(variable, len, cells),
            (Kind::I32, false) => self.typed::<i32>(variable, len, cells),
            (Kind::I64, false) => self.typed::<i64>(variable, len, cells),
            (Kind::I8, true) => {
                let values = self.dataset.values::<i8>(variable, len)?;
                unpack(values.into_iter().map(|v| v as u8).collect(), cells)
            }
            (Kind::I16, true) => {
                let values = self.dataset.values::<i16>(variable, len)?;
                unpack(values.into_iter().map(|v| v as u16).collect(), cells)
            }
            (Kind::I32, true) => {
                let values = self.dataset.values::<i32>(variable, len)?;
                unpack(values.into_iter().map(|v| v as u32).collect(), cells)
            }
            (Kind::I64, true) => {
                let values = self.dataset.values::<i64>(variable, len)?;
                unpack(values.into_iter().map(|v| v as u64).collect(), cells)
            }
            (Kind::U8, _) => self.typed::<u8>(variable, len, cells),
            (Kind::U16, _) => self.typed::<u16>(variable, len, cells),
            (Kind::U32, _) => self.typed::<u32>(variable, len, cells),
            (Kind::U64, _) => self.typed::<u64>(variable, len, cells),
            (Kind::F32, _) => self.typed::<f32>(variable, len, cells),
            (Kind::F64, _) => self.typed::<f64>(variable, len, cells),
            (Kind::Char | Kind::Text | Kind::User { .. }, _) => Err(not_numeric()),
        }
    }

    fn typed<T: Packed>(
        &self,
        variable: Variable,
        len: usize,
        cells: Cells<'_>,
    ) -> Result<Unpacked> {
        unpack(self.dataset.values::<T>(variable, len)?, cells)
    }
}
