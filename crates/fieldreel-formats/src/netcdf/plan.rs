//! The variables and attributes that a field becomes in a file, whichever library writes it.

use std::borrow::Cow;

use ndarray::ArrayD;

use super::chunks::chunk_shape;
use super::fill::Sentinels;
use super::unpack::Packed;
use super::{NetcdfCompression, NetcdfOptions};
use crate::{
    AttributeValue, Attributes, Coordinate, Field, FormatError, Missing, NumericArray, Result,
    with_values,
};

/// A file that fields are written to.
pub(super) trait Target {
    /// Defines a dimension, and returns whether it may grow.
    fn dimension(&mut self, name: &str, len: usize, unlimited: bool) -> Result<bool>;

    /// Returns whether the file has a coordinate already. Its dimensions are defined.
    fn has(&mut self, _coordinate: &Coordinate) -> Result<bool> {
        Ok(false)
    }

    /// Defines a variable and writes its values.
    fn variable<T: Packed>(&mut self, planned: &Planned<'_, T>) -> Result<()>;

    /// Writes an attribute of the file.
    fn file_attribute(&mut self, name: &str, value: &AttributeValue) -> Result<()>;
}

/// A variable that is to be written.
pub(super) struct Planned<'a, T: Packed> {
    pub(super) name: &'a str,
    /// The names of its dimensions, slowest first, which are defined.
    pub(super) dimensions: &'a [&'a str],
    pub(super) shape: &'a [usize],
    /// The lengths of its chunks, empty where it is not in chunks; `None` of a scalar.
    pub(super) chunk: Option<Vec<usize>>,
    /// The level of deflate, and whether bytes are shuffled first.
    pub(super) deflate: Option<(u8, bool)>,
    pub(super) fill: Option<T>,
    pub(super) attributes: Vec<(&'a str, Cow<'a, AttributeValue>)>,
    /// The values in row-major order, with the fill value in place of NaN.
    pub(super) values: Cow<'a, [T]>,
}

/// Attributes that netcdf-c or [`Missing`] own.
const RESERVED: [&str; 3] = ["_FillValue", "missing_value", "_NCProperties"];

/// Checks what can be checked before there is a file.
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

/// Puts a field that was checked into a file, with its coordinates and attributes.
pub(super) fn put(target: &mut impl Target, field: &Field, options: &NetcdfOptions) -> Result<()> {
    let mut dimensions = Dimensions::default();
    for dimension in &field.dimensions {
        dimensions.define(target, &dimension.name, dimension.len, dimension.unlimited)?;
    }
    for coordinate in &field.coordinates {
        for (name, len) in &coordinate.dimensions {
            dimensions.define(target, name, *len, false)?;
        }
    }
    for coordinate in &field.coordinates {
        if !target.has(coordinate)? {
            put_coordinate(target, coordinate, &dimensions)?;
        }
    }
    put_field(target, field, &dimensions, options)?;
    for (name, value) in field.file_attributes.iter() {
        target.file_attribute(name, value)?;
    }
    Ok(())
}

/// The dimensions that are defined: name, length, and whether it may grow.
#[derive(Default)]
struct Dimensions(Vec<(String, usize, bool)>);

impl Dimensions {
    fn define(
        &mut self,
        target: &mut impl Target,
        name: &str,
        len: usize,
        unlimited: bool,
    ) -> Result<()> {
        match self.0.iter().find(|(known, ..)| known == name) {
            Some((_, known, _)) if *known == len => Ok(()),
            Some((_, known, _)) => Err(mismatch(name, *known, len)),
            None => {
                let unlimited = target.dimension(name, len, unlimited)?;
                self.0.push((name.to_owned(), len, unlimited));
                Ok(())
            }
        }
    }

    fn grows(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|(known, _, unlimited)| known == name && *unlimited)
    }
}

/// A dimension has another length than it should have.
pub(super) fn mismatch(name: &str, expected: usize, found: usize) -> FormatError {
    FormatError::ShapeMismatch {
        what: format!("dimension {name:?}"),
        expected: vec![expected],
        found: vec![found],
    }
}

fn put_coordinate(
    target: &mut impl Target,
    coordinate: &Coordinate,
    dimensions: &Dimensions,
) -> Result<()> {
    let names: Vec<&str> = coordinate.dimension_names().collect();
    let shape = coordinate.shape();
    let has_missing = coordinate.values.missing_count() > 0;
    let missing = has_missing.then(Missing::default);
    let layout = Layout {
        name: &coordinate.name,
        dimensions: &names,
        shape: &shape,
        compression: NetcdfCompression::None,
        grows: names.iter().any(|name| dimensions.grows(name)),
    };
    let (missing, attributes) = (missing.as_ref(), &coordinate.attributes);
    match &coordinate.values {
        NumericArray::I8(values) => layout.put(target, values, missing, attributes),
        NumericArray::U8(values) => layout.put(target, values, missing, attributes),
        NumericArray::I16(values) => layout.put(target, values, missing, attributes),
        NumericArray::U16(values) => layout.put(target, values, missing, attributes),
        NumericArray::I32(values) => layout.put(target, values, missing, attributes),
        NumericArray::U32(values) => layout.put(target, values, missing, attributes),
        NumericArray::I64(values) => layout.put(target, values, missing, attributes),
        NumericArray::U64(values) => layout.put(target, values, missing, attributes),
        NumericArray::F32(values) => layout.put(target, values, missing, attributes),
        NumericArray::F64(values) => layout.put(target, values, missing, attributes),
    }
}

fn put_field(
    target: &mut impl Target,
    field: &Field,
    dimensions: &Dimensions,
    options: &NetcdfOptions,
) -> Result<()> {
    let names: Vec<&str> = field.dimensions.iter().map(|d| d.name.as_str()).collect();
    let mut attributes = field.attributes.clone();
    let auxiliary = auxiliary_coordinates(field);
    if !auxiliary.is_empty() {
        attributes.insert("coordinates", auxiliary.join(" "));
    }
    let layout = Layout {
        name: &field.name,
        dimensions: &names,
        shape: field.shape(),
        compression: options.compression,
        grows: names.iter().any(|name| dimensions.grows(name)),
    };
    let missing = Some(&field.missing);
    with_values!(FieldValues, &field.values, values => {
        layout.put(target, &row_major(values), missing, &attributes)
    })
}

struct Layout<'a> {
    name: &'a str,
    dimensions: &'a [&'a str],
    shape: &'a [usize],
    compression: NetcdfCompression,
    /// Is true if one of the dimensions may grow.
    grows: bool,
}

impl Layout<'_> {
    fn put<T: Packed>(
        &self,
        target: &mut impl Target,
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
        let chunk = if deflate.is_some() || self.grows {
            chunk_shape(self.shape, size_of::<T>(), deflate.is_some())
        } else {
            Vec::new()
        };
        let mut planned = Planned {
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
            let sentinels = Sentinels::choose(missing, values);
            planned.fill = sentinels.fill;
            planned.values = sentinels.apply(Cow::Borrowed(values));
            if !sentinels.missing.is_empty() {
                let value = NumericArray::from(sentinels.missing).into();
                let value = ("missing_value", Cow::Owned(value));
                planned.attributes.push(value);
            }
        }
        let others = attributes
            .iter()
            .filter(|(name, _)| !RESERVED.contains(name));
        let others = others.map(|(name, value)| (name, Cow::Borrowed(value)));
        planned.attributes.extend(others);
        target.variable(&planned)
    }
}

/// Values in row-major order, copied where memory has them in another one.
fn row_major<T: Packed>(values: &ArrayD<T>) -> Cow<'_, [T]> {
    match values.as_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(values.iter().copied().collect()),
    }
}

/// Returns the names that the `coordinates` attribute must have: those that it has already, and those of the coordinates that no
/// dimension or attribute leads to.
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
        let leads_to = field.axis(&coordinate.name).is_some()
            || referenced.contains(&coordinate.name.as_str())
            || coordinate.attributes.get("grid_mapping_name").is_some()
            || names.contains(&coordinate.name);
        let on_field = coordinate
            .dimension_names()
            .all(|name| field.axis(name).is_some());
        if !leads_to && on_field {
            names.push(coordinate.name.clone());
        }
    }
    names
}
