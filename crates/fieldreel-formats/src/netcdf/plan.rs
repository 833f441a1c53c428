//! The plan of the variables and attributes of a field in a file, for any library that writes it.

use std::borrow::Cow;

use ndarray::ArrayD;

use super::chunks::chunk_shape;
use super::fill::StoredFillValues;
use super::unpack::StoredNumber;
use super::{NetcdfCompression, NetcdfOptions};
use crate::{
    AttributeValue, Attributes, Coordinate, Field, FormatError, Missing, NumericArray, Result,
    with_values,
};

/// A file that fields are written to.
pub(super) trait FieldSink {
    /// Defines a dimension, and returns true if it is unlimited in the file.
    fn define_dimension(&mut self, name: &str, len: usize, unlimited: bool) -> Result<bool>;

    /// Returns true if the file already has a coordinate, whose dimensions are defined.
    fn has_coordinate(&mut self, _coordinate: &Coordinate) -> Result<bool> {
        Ok(false)
    }

    /// Defines a variable and writes its values.
    fn write_variable<T: StoredNumber>(&mut self, plan: &VariablePlan<'_, T>) -> Result<()>;

    /// Writes an attribute of the file.
    fn write_file_attribute(&mut self, name: &str, value: &AttributeValue) -> Result<()>;
}

/// A variable to be written, with its values.
pub(super) struct VariablePlan<'a, T: StoredNumber> {
    pub(super) name: &'a str,
    /// The names of its dimensions, slowest first. The dimensions are defined.
    pub(super) dimensions: &'a [&'a str],
    pub(super) shape: &'a [usize],
    /// The chunk lengths; empty for contiguous storage, and `None` for a scalar.
    pub(super) chunk: Option<Vec<usize>>,
    /// The deflate level, and true if bytes are shuffled first.
    pub(super) deflate: Option<(u8, bool)>,
    pub(super) fill: Option<T>,
    pub(super) attributes: Vec<(&'a str, Cow<'a, AttributeValue>)>,
    /// The values in row-major order, with NaN replaced by the fill value.
    pub(super) values: Cow<'a, [T]>,
}

/// Attributes that are not copied from the field, because netcdf-c or [`Missing`] sets them.
const RESERVED_ATTRIBUTES: [&str; 3] = ["_FillValue", "missing_value", "_NCProperties"];

/// Checks a field and options as far as possible before a file is created.
pub(super) fn check(field: &Field, options: &NetcdfOptions) -> Result<()> {
    field.validate()?;
    match options.compression {
        NetcdfCompression::Deflate {
            level: level @ 10..,
            ..
        } => Err(FormatError::InvalidOption {
            option: "the deflate level",
            value: level.to_string(),
            allowed: "0 to 9",
        }),
        _ => Ok(()),
    }
}

/// Writes a field that passed [`check`] into a file, with its coordinates and attributes.
pub(super) fn write_field(
    sink: &mut impl FieldSink,
    field: &Field,
    options: &NetcdfOptions,
) -> Result<()> {
    let mut dimensions = DefinedDimensions::default();
    for dimension in &field.dimensions {
        dimensions.define(sink, &dimension.name, dimension.len, dimension.is_unlimited)?;
    }
    for coordinate in &field.coordinates {
        for (name, len) in &coordinate.dimensions {
            dimensions.define(sink, name, *len, false)?;
        }
    }
    for coordinate in &field.coordinates {
        if !sink.has_coordinate(coordinate)? {
            write_coordinate(sink, coordinate, &dimensions)?;
        }
    }
    write_field_variable(sink, field, &dimensions, options)?;
    for (name, value) in field.file_attributes.iter() {
        sink.write_file_attribute(name, value)?;
    }
    Ok(())
}

/// The dimensions that are defined: the name, the length, and true if the dimension is unlimited.
#[derive(Default)]
struct DefinedDimensions(Vec<(String, usize, bool)>);

impl DefinedDimensions {
    fn define(
        &mut self,
        sink: &mut impl FieldSink,
        name: &str,
        len: usize,
        unlimited: bool,
    ) -> Result<()> {
        match self.0.iter().find(|(defined, ..)| defined == name) {
            Some((_, defined, _)) if *defined == len => Ok(()),
            Some((_, defined, _)) => Err(dimension_mismatch(name, *defined, len)),
            None => {
                let unlimited = sink.define_dimension(name, len, unlimited)?;
                self.0.push((name.to_owned(), len, unlimited));
                Ok(())
            }
        }
    }

    fn is_unlimited(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|(defined, _, unlimited)| defined == name && *unlimited)
    }
}

/// Returns the error for a dimension of another length than expected.
pub(super) fn dimension_mismatch(name: &str, expected: usize, found: usize) -> FormatError {
    FormatError::ShapeMismatch {
        item: format!("dimension {name:?}"),
        expected: vec![expected],
        found: vec![found],
    }
}

fn write_coordinate(
    sink: &mut impl FieldSink,
    coordinate: &Coordinate,
    dimensions: &DefinedDimensions,
) -> Result<()> {
    let names: Vec<&str> = coordinate.dimension_names().collect();
    let shape = coordinate.shape();
    let has_missing = coordinate.values.missing_count() > 0;
    let missing = has_missing.then(Missing::default);
    let layout = VariableLayout {
        name: &coordinate.name,
        dimensions: &names,
        shape: &shape,
        compression: NetcdfCompression::None,
        is_unlimited: names.iter().any(|name| dimensions.is_unlimited(name)),
    };
    let (missing, attributes) = (missing.as_ref(), &coordinate.attributes);
    match &coordinate.values {
        NumericArray::I8(values) => layout.write(sink, values, missing, attributes),
        NumericArray::U8(values) => layout.write(sink, values, missing, attributes),
        NumericArray::I16(values) => layout.write(sink, values, missing, attributes),
        NumericArray::U16(values) => layout.write(sink, values, missing, attributes),
        NumericArray::I32(values) => layout.write(sink, values, missing, attributes),
        NumericArray::U32(values) => layout.write(sink, values, missing, attributes),
        NumericArray::I64(values) => layout.write(sink, values, missing, attributes),
        NumericArray::U64(values) => layout.write(sink, values, missing, attributes),
        NumericArray::F32(values) => layout.write(sink, values, missing, attributes),
        NumericArray::F64(values) => layout.write(sink, values, missing, attributes),
    }
}

fn write_field_variable(
    sink: &mut impl FieldSink,
    field: &Field,
    dimensions: &DefinedDimensions,
    options: &NetcdfOptions,
) -> Result<()> {
    let names: Vec<&str> = field.dimensions.iter().map(|d| d.name.as_str()).collect();
    let mut attributes = field.attributes.clone();
    let auxiliary = auxiliary_coordinates(field);
    if !auxiliary.is_empty() {
        attributes.insert("coordinates", auxiliary.join(" "));
    }
    let layout = VariableLayout {
        name: &field.name,
        dimensions: &names,
        shape: field.shape(),
        compression: options.compression,
        is_unlimited: names.iter().any(|name| dimensions.is_unlimited(name)),
    };
    let missing = Some(&field.missing);
    with_values!(FieldValues, &field.values, values => {
        layout.write(sink, &row_major(values), missing, &attributes)
    })
}

/// The name, dimensions and compression of a variable to be written.
struct VariableLayout<'a> {
    name: &'a str,
    dimensions: &'a [&'a str],
    shape: &'a [usize],
    compression: NetcdfCompression,
    /// True if one of the dimensions is unlimited.
    is_unlimited: bool,
}

impl VariableLayout<'_> {
    fn write<T: StoredNumber>(
        &self,
        sink: &mut impl FieldSink,
        values: &[T],
        missing: Option<&Missing>,
        attributes: &Attributes,
    ) -> Result<()>
    where
        NumericArray: From<Vec<T>>,
    {
        let deflate = match self.compression {
            NetcdfCompression::Deflate { level, shuffle } => Some((level, shuffle)),
            NetcdfCompression::None => None,
        };
        let deflate = deflate.filter(|_| !self.shape.is_empty());
        let chunk = if deflate.is_some() || self.is_unlimited {
            chunk_shape(self.shape, size_of::<T>(), deflate.is_some())
        } else {
            Vec::new()
        };
        let mut plan = VariablePlan {
            name: self.name,
            dimensions: self.dimensions,
            shape: self.shape,
            chunk: Some(chunk).filter(|_| !self.shape.is_empty()),
            deflate,
            fill: None,
            attributes: Vec::new(),
            values: Cow::Borrowed(values),
        };
        if let Some(missing) = missing {
            let fill_values = StoredFillValues::choose(missing, values);
            plan.fill = fill_values.fill;
            plan.values = fill_values.apply(Cow::Borrowed(values));
            if !fill_values.missing.is_empty() {
                let value = NumericArray::from(fill_values.missing).into();
                let value = ("missing_value", Cow::Owned(value));
                plan.attributes.push(value);
            }
        }
        let unreserved = attributes
            .iter()
            .filter(|(name, _)| !RESERVED_ATTRIBUTES.contains(name));
        let unreserved = unreserved.map(|(name, value)| (name, Cow::Borrowed(value)));
        plan.attributes.extend(unreserved);
        sink.write_variable(&plan)
    }
}

/// Returns the values in row-major order, copied if they have another order in memory.
fn row_major<T: StoredNumber>(values: &ArrayD<T>) -> Cow<'_, [T]> {
    match values.as_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(values.iter().copied().collect()),
    }
}

/// Returns the names for the `coordinates` attribute: its present names, and the names of
/// coordinates to which neither a dimension nor another attribute leads.
fn auxiliary_coordinates(field: &Field) -> Vec<String> {
    let mut names: Vec<String> = field
        .attributes
        .text("coordinates")
        .map(|text| text.split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    let referenced: Vec<&str> = field
        .coordinates
        .iter()
        .flat_map(|c| {
            ["bounds", "climatology"]
                .into_iter()
                .filter_map(|key| c.attributes.text(key))
        })
        .collect();
    for coordinate in &field.coordinates {
        let is_reachable = field.axis(&coordinate.name).is_some()
            || referenced.contains(&coordinate.name.as_str())
            || coordinate.attributes.get("grid_mapping_name").is_some()
            || names.contains(&coordinate.name);
        let has_field_dimensions = coordinate
            .dimension_names()
            .all(|name| field.axis(name).is_some());
        if !is_reachable && has_field_dimensions {
            names.push(coordinate.name.clone());
        }
    }
    names
}
