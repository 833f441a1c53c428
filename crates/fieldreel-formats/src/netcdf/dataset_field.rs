//! Reading of a field from any dataset, as from a NetCDF file.

use std::collections::HashSet;
use std::path::Path;

use super::library::VariableHeader;
use super::read::{OpenFile, VariableReader, read_field};
use super::unpack::StoredNumber;
use crate::dataset::conventions::coordinate_references;
use crate::dataset::{DatasetSource, VariableSchema, VariableType, VariableValues};
use crate::{Attributes, Field, FormatError, Limits, Result};

/// Reads a variable of a dataset as a field, with the same conventions as
/// [`read_netcdf`](super::read_netcdf): packed values are unpacked, and missing values of
/// floating-point numbers are NaN. `path` is that of the dataset, for messages.
///
/// Without a name, the variable is the first one of three dimensions or more that is neither a
/// coordinate nor named by an attribute of another variable, or else of two.
///
/// ```
/// use fieldreel_formats::{Limits, NetcdfDataset, read_dataset_field};
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
/// let limits = Limits::default();
/// let file = NetcdfDataset::open(sample, &limits)?;
/// let field = read_dataset_field(&file, sample, None, &limits)?;
/// assert_eq!((field.name.as_str(), field.shape()), ("UWND", &[60, 73, 144][..]));
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::VariableNotFound`], [`FormatError::NoField`]: there is no such variable.
/// - [`FormatError::NotNumeric`], [`FormatError::InexactInteger`]: the variable is not numeric, or
///   has an integer that is not exact in `f64`.
/// - [`FormatError::TooLarge`]: an array exceeds the limits.
/// - The errors of [`DatasetSource::read`].
pub fn read_dataset_field(
    source: &dyn DatasetSource,
    path: impl AsRef<Path>,
    variable: Option<&str>,
    limits: &Limits,
) -> Result<Field> {
    let path = path.as_ref();
    let schema = source.schema();
    let variables = &schema.variables;
    let position = match variable {
        Some(name) => variables.iter().position(|variable| {
            schema.full_name(variable).trim_start_matches('/') == name.trim_start_matches('/')
        }),
        None => default_position(source),
    };
    let Some(position) = position else {
        let available = variables.iter().map(|variable| schema.full_name(variable));
        let (path, available) = (path.to_path_buf(), available.collect());
        return Err(match variable {
            Some(name) => FormatError::VariableNotFound {
                path,
                variable: name.to_owned(),
                available,
            },
            None => FormatError::NoField { path, available },
        });
    };
    let file = OpenDataset(source);
    let mut groups = vec![variables[position].group];
    while let Some(parent) = groups.last().and_then(|&at| schema.groups.get(at)?.parent) {
        groups.push(parent);
    }
    groups.reverse();
    read_field(&file.reader(position), (file, &groups), path, limits)
}

/// Returns the index of the variable that is read if the caller names none.
fn default_position(source: &dyn DatasetSource) -> Option<usize> {
    let schema = source.schema();
    let attributes = schema.variables.iter().map(|variable| &variable.attributes);
    let references: HashSet<&str> = attributes.flat_map(coordinate_references).collect();
    let candidates = |rank: usize| {
        schema.variables.iter().position(|variable| {
            let mut dimensions = variable.dimensions.iter();
            variable.kind.dtype().is_some()
                && dimensions.len() >= rank
                && !references.contains(variable.name.as_str())
                && !dimensions.any(|&id| schema.dimensions[id].name == variable.name)
        })
    };
    candidates(3).or_else(|| candidates(2))
}

#[derive(Clone, Copy)]
struct OpenDataset<'a>(&'a dyn DatasetSource);

struct DatasetVariable<'a> {
    source: &'a dyn DatasetSource,
    number: usize,
    header: VariableHeader,
}

impl<'a> OpenDataset<'a> {
    fn reader(self, number: usize) -> DatasetVariable<'a> {
        let schema = self.0.schema();
        let variable = &schema.variables[number];
        let dimensions = variable.dimensions.iter();
        let dimensions = dimensions.filter_map(|&id| schema.dimensions.get(id));
        let kind = match variable.kind {
            VariableType::User { .. } => None,
            kind => Some(kind),
        };
        DatasetVariable {
            source: self.0,
            number,
            header: VariableHeader {
                name: variable.name.clone(),
                kind,
                type_id: 0,
                type_name: type_name(variable.kind),
                dimensions: dimensions
                    .map(|d| (d.name.clone(), d.len, d.is_unlimited))
                    .collect(),
            },
        }
    }
}

/// Returns the name of a type that is not numeric, for messages.
const fn type_name(kind: VariableType) -> &'static str {
    match kind {
        VariableType::Char => "char",
        VariableType::Text => "string",
        VariableType::User { .. } => "user-defined",
        _ => "number",
    }
}

impl DatasetVariable<'_> {
    fn schema(&self) -> &VariableSchema {
        &self.source.schema().variables[self.number]
    }
}

impl VariableReader for DatasetVariable<'_> {
    fn header(&self) -> &VariableHeader {
        &self.header
    }

    fn attributes(&self, _: &Limits) -> Result<Attributes> {
        Ok(self.schema().attributes.clone())
    }

    fn values<T: StoredNumber>(&self, len: usize) -> Result<Vec<T>> {
        let shape = self.source.schema().shape(self.schema());
        let values = self
            .source
            .read(self.number, &vec![0; shape.len()], &shape)?;
        let count = values.len();
        let numbers = match values {
            VariableValues::Numbers(numbers) => T::from_numeric_array(numbers).ok(),
            _ => None,
        };
        numbers
            .filter(|numbers| numbers.len() == len)
            .ok_or_else(|| FormatError::ShapeMismatch {
                item: format!("the values of {:?}", self.header.name),
                expected: vec![len],
                found: vec![count],
            })
    }
}

impl<'a> OpenFile for OpenDataset<'a> {
    type Group = usize;
    type Variable = DatasetVariable<'a>;

    fn root(&self) -> Option<usize> {
        Some(0)
    }

    fn group(&self, parent: &usize, name: &str) -> Option<usize> {
        let mut groups = self.0.schema().groups.iter();
        groups.position(|group| group.parent == Some(*parent) && group.name == name)
    }

    fn variable(&self, group: &usize, name: &str) -> Result<Option<DatasetVariable<'a>>> {
        let mut variables = self.0.schema().variables.iter();
        let found = variables.position(|v| v.group == *group && v.name == name);
        Ok(found.map(|number| self.reader(number)))
    }

    fn file_attributes(&self, _: &Limits) -> Result<Attributes> {
        let root = self.0.schema().groups.first();
        Ok(root.map(|root| root.attributes.clone()).unwrap_or_default())
    }
}
