//! A field as a new NetCDF-4 file.

use std::borrow::Cow;
use std::ffi::c_int;
use std::path::Path;

use ndarray::ArrayD;

use super::chunks::chunk_shape;
use super::fill::Sentinels;
use super::library::{Dataset, Variable};
use super::unpack::Packed;
use crate::{Attributes, Coordinate, Field, FormatError, Missing, Numbers, Result, with_values};

/// How a variable's values are compressed: without loss, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetcdfCompression {
    /// Not at all.
    None,
    /// HDF5's deflate filter.
    Deflate {
        /// 0 (stored) to 9 (smallest).
        level: u8,
        /// Whether bytes of equal weight are put together first: smaller for floats.
        shuffle: bool,
    },
}

/// How a NetCDF file is written. Default: deflate at level 4 with shuffle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetcdfOptions {
    /// The compression of the field's values. Coordinates are never compressed.
    pub compression: NetcdfCompression,
}

impl Default for NetcdfOptions {
    fn default() -> Self {
        Self::deflate(4)
    }
}

impl NetcdfOptions {
    /// Without compression.
    #[must_use]
    pub fn uncompressed() -> Self {
        Self {
            compression: NetcdfCompression::None,
        }
    }

    /// Deflate at a level from 0 to 9, with shuffle.
    #[must_use]
    pub fn deflate(level: u8) -> Self {
        Self {
            compression: NetcdfCompression::Deflate {
                level,
                shuffle: true,
            },
        }
    }
}

/// Writes a field, its coordinates and attributes as a NetCDF-4 file.
///
/// The file appears whole or not at all, over what was there, and keeps its permissions; a symbolic link is followed.
///
/// Values are written unpacked, in their own precision. NaN is written as the field's fill value, else
/// its first `missing_value`, else as NaN; `_FillValue` always says which. A sentinel that equals a
/// real value is not used, so that no value turns into a missing one.
///
/// # Errors
///
/// - [`FormatError::ShapeMismatch`]: dimensions or coordinates disagree with the values.
/// - [`FormatError::InvalidOption`]: a level over 9, or a name with a NUL.
/// - [`FormatError::Io`]: the file cannot be written: the disk is full, the folder must not be written, the path is that of a
///   FIFO or a device.
/// - [`FormatError::Library`]: netcdf-c refused, such as a name with `/`.
pub fn write_netcdf(path: impl AsRef<Path>, field: &Field, options: &NetcdfOptions) -> Result<()> {
    field.validate()?;
    if let NetcdfCompression::Deflate {
        level: level @ 10..,
        ..
    } = options.compression
    {
        return Err(FormatError::InvalidOption {
            option: "the deflate level",
            value: level.to_string(),
            allowed: "0 to 9",
        });
    }
    let path = path.as_ref();
    let writer = Writer::create(path, field)?;
    for coordinate in &field.coordinates {
        writer.coordinate(coordinate)?;
    }
    writer.field(field, options)?;
    for (name, value) in field.file_attributes.iter() {
        let file = writer.dataset.root().global();
        writer.dataset.put_attribute(file, name, value)?;
    }
    let pending = writer.dataset.close()?;
    let unwritable = |source| FormatError::io(path, "write", source);
    pending.commit().map_err(unwritable)
}

/// An open file whose dimensions are defined.
struct Writer {
    dataset: Dataset,
    dimensions: Vec<DefinedDimension>,
}

struct DefinedDimension {
    name: String,
    id: c_int,
    len: usize,
    unlimited: bool,
}

/// Attributes that netcdf-c or [`Missing`] own.
const RESERVED: [&str; 3] = ["_FillValue", "missing_value", "_NCProperties"];

impl Writer {
    fn create(path: &Path, field: &Field) -> Result<Self> {
        let mut writer = Self {
            dataset: Dataset::create(path)?,
            dimensions: Vec::new(),
        };
        for dimension in &field.dimensions {
            writer.define(&dimension.name, dimension.len, dimension.unlimited)?;
        }
        for coordinate in &field.coordinates {
            for (name, len) in &coordinate.dimensions {
                writer.define(name, *len, false)?;
            }
        }
        Ok(writer)
    }

    fn define(&mut self, name: &str, len: usize, unlimited: bool) -> Result<()> {
        match self
            .dimensions
            .iter()
            .find(|dimension| dimension.name == name)
        {
            Some(known) if known.len == len => Ok(()),
            Some(known) => Err(FormatError::ShapeMismatch {
                what: format!("dimension {name:?}"),
                expected: vec![known.len],
                found: vec![len],
            }),
            None => {
                // To netcdf-c, length 0 means that the dimension may grow.
                let unlimited = unlimited || len == 0;
                let id =
                    self.dataset
                        .define_dimension(self.dataset.root(), name, len, unlimited)?;
                self.dimensions.push(DefinedDimension {
                    name: name.to_owned(),
                    id,
                    len,
                    unlimited,
                });
                Ok(())
            }
        }
    }

    fn coordinate(&self, coordinate: &Coordinate) -> Result<()> {
        let dimensions: Vec<&str> = coordinate.dimension_names().collect();
        let shape = coordinate.shape();
        let has_missing = coordinate.values.missing_count() > 0;
        let missing = has_missing.then(Missing::default);
        let layout = Layout {
            name: &coordinate.name,
            dimensions: &dimensions,
            shape: &shape,
            compression: NetcdfCompression::None,
        };
        let (missing, attributes) = (missing.as_ref(), &coordinate.attributes);
        match &coordinate.values {
            Numbers::I8(values) => self.variable(values, &layout, missing, attributes),
            Numbers::U8(values) => self.variable(values, &layout, missing, attributes),
            Numbers::I16(values) => self.variable(values, &layout, missing, attributes),
            Numbers::U16(values) => self.variable(values, &layout, missing, attributes),
            Numbers::I32(values) => self.variable(values, &layout, missing, attributes),
            Numbers::U32(values) => self.variable(values, &layout, missing, attributes),
            Numbers::I64(values) => self.variable(values, &layout, missing, attributes),
            Numbers::U64(values) => self.variable(values, &layout, missing, attributes),
            Numbers::F32(values) => self.variable(values, &layout, missing, attributes),
            Numbers::F64(values) => self.variable(values, &layout, missing, attributes),
        }
    }

    fn field(&self, field: &Field, options: &NetcdfOptions) -> Result<()> {
        let dimensions: Vec<&str> = field.dimensions.iter().map(|d| d.name.as_str()).collect();
        let mut attributes = field.attributes.clone();
        let names = auxiliary_coordinates(field);
        if !names.is_empty() {
            attributes.insert("coordinates", names.join(" "));
        }
        let layout = Layout {
            name: &field.name,
            dimensions: &dimensions,
            shape: field.shape(),
            compression: options.compression,
        };
        let missing = Some(&field.missing);
        with_values!(FieldValues, &field.values, values => {
            self.variable(&row_major(values), &layout, missing, &attributes)
        })
    }

    fn variable<T: Packed>(
        &self,
        values: &[T],
        layout: &Layout<'_>,
        missing: Option<&Missing>,
        attributes: &Attributes,
    ) -> Result<()>
    where
        Numbers: From<Vec<T>>,
    {
        let variable = self.define_variable::<T>(layout)?;
        let filled = match missing {
            None => Cow::Borrowed(values),
            Some(missing) => {
                let sentinels = Sentinels::choose(missing, values);
                if let Some(fill) = sentinels.fill {
                    self.dataset.set_fill(variable, fill)?;
                }
                let filled = sentinels.apply(Cow::Borrowed(values));
                if !sentinels.missing.is_empty() {
                    let value = Numbers::from(sentinels.missing).into();
                    self.dataset
                        .put_attribute(variable, "missing_value", &value)?;
                }
                filled
            }
        };
        for (name, value) in attributes.iter() {
            if !RESERVED.contains(&name) {
                self.dataset.put_attribute(variable, name, value)?;
            }
        }
        self.dataset.put_values(variable, layout.shape, &filled)
    }

    fn define_variable<T: Packed>(&self, layout: &Layout<'_>) -> Result<Variable> {
        let own: Vec<&DefinedDimension> = layout
            .dimensions
            .iter()
            .filter_map(|name| self.dimensions.iter().find(|d| d.name == *name))
            .collect();
        let ids: Vec<c_int> = own.iter().map(|dimension| dimension.id).collect();
        let variable = self
            .dataset
            .define_variable::<T>(self.dataset.root(), layout.name, &ids)?;
        if layout.shape.is_empty() {
            return Ok(variable);
        }
        let deflate = match layout.compression {
            NetcdfCompression::Deflate { level, shuffle } => Some((level, shuffle)),
            NetcdfCompression::None => None,
        };
        let grows = own.iter().any(|dimension| dimension.unlimited);
        let chunk = if deflate.is_some() || grows {
            chunk_shape(layout.shape, size_of::<T>(), deflate.is_some())
        } else {
            Vec::new()
        };
        self.dataset.chunk(variable, &chunk)?;
        if let Some((level, shuffle)) = deflate {
            self.dataset.deflate(variable, shuffle, level)?;
        }
        Ok(variable)
    }
}

/// Values in row-major order, copied where memory has them in another one.
fn row_major<T: Packed>(values: &ArrayD<T>) -> Cow<'_, [T]> {
    match values.as_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(values.iter().copied().collect()),
    }
}

struct Layout<'a> {
    name: &'a str,
    dimensions: &'a [&'a str],
    shape: &'a [usize],
    compression: NetcdfCompression,
}

/// What the `coordinates` attribute must name: what it names already, and the coordinates that no
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
