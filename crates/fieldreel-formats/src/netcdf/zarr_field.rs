//! Writing of a field as a Zarr store, with the conventions of NetCDF.

use std::path::Path;

use super::NetcdfOptions;
use super::library::NcNumber;
use super::plan::{self, FieldSink, VariablePlan};
use super::unpack::StoredNumber;
use crate::dataset::{DatasetDimension, GroupSchema, Schema, VariableSchema, VariableValues};
use crate::zarr::{ZarrStorage, ZarrWriter};
use crate::{AttributeValue, Attributes, Field, Result};

/// The level of zstd.
const LEVEL: i32 = 9;

/// Writes a field with its coordinates and attributes as a Zarr store, as
/// [`write_netcdf`](super::write_netcdf) does as a NetCDF file. Arrays are compressed by zstd. A
/// store that exists at the path is replaced as a whole.
///
/// ```
/// use fieldreel_formats::{Field, write_zarr};
/// use fieldreel_formats::zarr::is_zarr;
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("air.zarr");
/// let air = Field::new("air", ArrayD::<f32>::zeros(vec![2, 3, 4]), &["time", "y", "x"])?;
/// write_zarr(&path, &air)?;
/// assert!(is_zarr(&path));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::ShapeMismatch`](crate::FormatError::ShapeMismatch): the field is inconsistent.
/// - Those of [`ZarrWriter::create`] and of [`ZarrWriter::finish`].
pub fn write_zarr(path: impl AsRef<Path>, field: &Field) -> Result<()> {
    let options = NetcdfOptions::default();
    plan::check(field, &options)?;
    let mut sink = SchemaSink::default();
    sink.schema.groups.push(GroupSchema::default());
    plan::write_field(&mut sink, field, &options)?;
    let writer = ZarrWriter::create(path, &sink.schema, &sink.storage)?;
    for (number, values) in sink.values.iter().enumerate() {
        let shape = sink.schema.shape(&sink.schema.variables[number]);
        writer.write(number, &vec![0; shape.len()], &shape, values)?;
    }
    writer.finish()
}

/// The variables of a store before it is written.
#[derive(Default)]
struct SchemaSink {
    schema: Schema,
    storage: Vec<ZarrStorage>,
    values: Vec<VariableValues>,
}

impl FieldSink for SchemaSink {
    fn define_dimension(&mut self, name: &str, len: usize, unlimited: bool) -> Result<bool> {
        let dimension = DatasetDimension::new(name, len).with_unlimited(unlimited);
        self.schema.dimensions.push(dimension);
        Ok(unlimited)
    }

    fn write_variable<T: StoredNumber>(&mut self, plan: &VariablePlan<'_, T>) -> Result<()> {
        let position = |name: &&str| {
            let mut dimensions = self.schema.dimensions.iter();
            dimensions.position(|dimension| dimension.name == *name)
        };
        let dimensions: Vec<usize> = plan.dimensions.iter().filter_map(position).collect();
        let fill = plan.fill.map(|fill| T::into_numeric_array(vec![fill]));
        let mut attributes = Attributes::new();
        attributes.extend(fill.map(|fill| ("_FillValue", AttributeValue::Numbers(fill))));
        let others = plan.attributes.iter();
        attributes.extend(others.map(|(name, value)| (*name, value.clone().into_owned())));
        let kind = <T as NcNumber>::VARIABLE_TYPE;
        let variable = VariableSchema::new(plan.name, kind, &dimensions);
        self.schema
            .variables
            .push(variable.with_attributes(attributes));
        let chunk = match &plan.chunk {
            Some(chunk) if !chunk.is_empty() => chunk.clone(),
            _ => plan.shape.to_vec(),
        };
        self.storage.push(ZarrStorage::Zstd {
            level: LEVEL,
            chunk: chunk.into_iter().map(|len| len.max(1)).collect(),
        });
        let values = T::into_numeric_array(plan.values.to_vec());
        self.values.push(VariableValues::Numbers(values));
        Ok(())
    }

    fn write_file_attribute(&mut self, name: &str, value: &AttributeValue) -> Result<()> {
        if let Some(root) = self.schema.groups.first_mut() {
            root.attributes.insert(name, value.clone());
        }
        Ok(())
    }
}
