//! A new NetCDF-4 file, after a [`Schema`].

use std::path::Path;

use super::super::library::{self, Dataset};
use super::chunks::ChunkWriter;
use super::source::NetcdfDataset;
use crate::dataset::{Schema, Source, Values};
use crate::{Attributes, FormatError, Numbers, Result};

/// How the values of a variable are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// As they are, in one piece where no dimension may grow.
    Plain,
    /// Through HDF5's deflate, with shuffle.
    Deflate {
        /// 0 (stored) to 9 (smallest).
        level: u8,
        /// A length for each dimension.
        chunk: Vec<usize>,
    },
    /// Through another filter, which is known to HDF5.
    Filter {
        /// The filter's number.
        id: u32,
        /// What it is told.
        parameters: Vec<u32>,
        /// A length for each dimension.
        chunk: Vec<usize>,
    },
}

/// Writes a NetCDF-4 file, which appears whole when it is [finished](Self::finish) or not at all.
pub struct NetcdfWriter {
    dataset: Dataset,
    schema: Schema,
    variables: Vec<library::Variable>,
}

impl NetcdfWriter {
    /// Creates a file with all that `schema` says, and no values; `storage` has one for each variable. Attributes that are the
    /// same in `like`, in the same place of its schema, are copied byte by byte, whatever their encoding.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the file cannot be written: the disk is full, the folder must not be written, the path is that of
    ///   a FIFO or a device.
    /// - [`FormatError::ShapeMismatch`]: there are not as many storages as variables.
    /// - [`FormatError::InvalidOption`]: a name with a NUL.
    /// - [`FormatError::Library`]: netcdf-c refused, such as a filter that HDF5 does not know.
    pub fn create(
        path: impl AsRef<Path>,
        schema: &Schema,
        storage: &[Storage],
        like: Option<&NetcdfDataset>,
    ) -> Result<Self> {
        let path = path.as_ref();
        if storage.len() != schema.variables.len() {
            return Err(FormatError::ShapeMismatch {
                what: "the list of storages".to_owned(),
                expected: vec![schema.variables.len()],
                found: vec![storage.len()],
            });
        }
        let mut writer = Self {
            dataset: Dataset::create(path)?,
            schema: schema.clone(),
            variables: Vec::new(),
        };
        writer.define(storage, like)?;
        writer.dataset.end_definitions()?;
        Ok(writer)
    }

    fn define(&mut self, storage: &[Storage], like: Option<&NetcdfDataset>) -> Result<()> {
        let schema = &self.schema;
        let mut groups = Vec::new();
        for (number, group) in schema.groups.iter().enumerate() {
            let parent = group.parent.and_then(|parent| groups.get(parent));
            let id = match parent {
                Some(&parent) => self.dataset.define_group(parent, &group.name)?,
                None => self.dataset.root(),
            };
            groups.push(id);
            let from = like.and_then(|like| {
                let known = like.schema().groups.get(number)?;
                Some((like.groups.get(number)?.global(), &known.attributes))
            });
            self.attributes(id.global(), &group.attributes, from)?;
        }
        let group_of = |number: usize| groups.get(number).copied().unwrap_or(self.dataset.root());
        let mut dimensions = Vec::new();
        for dimension in &schema.dimensions {
            let (group, len) = (group_of(dimension.group), dimension.len);
            dimensions.push(self.dataset.define_dimension(
                group,
                &dimension.name,
                len,
                dimension.is_unlimited,
            )?);
        }
        for (number, (variable, storage)) in schema.variables.iter().zip(storage).enumerate() {
            let own = variable.dimensions.iter();
            let own: Vec<_> = own.filter_map(|&at| dimensions.get(at).copied()).collect();
            let group = group_of(variable.group);
            let id = self
                .dataset
                .define_variable(group, &variable.name, variable.kind, &own)?;
            match storage {
                Storage::Plain => {}
                Storage::Deflate { level, chunk } => {
                    self.dataset.chunk(id, chunk)?;
                    self.dataset.deflate(id, true, *level)?;
                }
                Storage::Filter {
                    id: filter,
                    parameters,
                    chunk,
                } => {
                    self.dataset.chunk(id, chunk)?;
                    self.dataset.filter(id, *filter, parameters)?;
                }
            }
            let from = like.and_then(|like| {
                let known = like.schema().variables.get(number)?;
                Some((*like.variables.get(number)?, &known.attributes))
            });
            self.attributes(id, &variable.attributes, from)?;
            self.variables.push(id);
        }
        Ok(())
    }

    fn attributes(
        &self,
        to: library::Variable,
        attributes: &Attributes,
        from: Option<(library::Variable, &Attributes)>,
    ) -> Result<()> {
        for (name, value) in attributes.iter() {
            match from {
                Some((place, known)) if known.get(name) == Some(value) => {
                    self.dataset.copy_attribute(place, name, to)?;
                }
                _ => self.dataset.put_attribute(to, name, value)?,
            }
        }
        Ok(())
    }

    /// Writes a box of a variable, as [`Source::read`] gives it.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: the box is not in the variable.
    /// - [`FormatError::ShapeMismatch`]: the values are not as many, or not of the variable's type.
    /// - [`FormatError::Io`]: the disk is full. [`FormatError::Library`]: netcdf-c refused.
    pub fn write(
        &self,
        variable: usize,
        start: &[usize],
        count: &[usize],
        values: &Values,
    ) -> Result<()> {
        let header = self.schema.check_box(variable, start, count)?;
        let expected: usize = count.iter().product();
        let id = self.variables.get(variable).copied();
        let (Some(id), true) = (id, values.len() == expected && values.kind() == header.kind)
        else {
            return Err(FormatError::ShapeMismatch {
                what: format!("the values of {:?}", header.name),
                expected: count.to_vec(),
                found: vec![values.len()],
            });
        };
        let place = (id, start, count);
        match values {
            Values::Chars(bytes) => self.dataset.put_box_of_chars(place, bytes),
            Values::Texts(texts) => self.dataset.put_box_of_texts(place, texts),
            Values::Numbers(numbers) => match numbers {
                Numbers::I8(values) => self.dataset.put_box(place, values),
                Numbers::U8(values) => self.dataset.put_box(place, values),
                Numbers::I16(values) => self.dataset.put_box(place, values),
                Numbers::U16(values) => self.dataset.put_box(place, values),
                Numbers::I32(values) => self.dataset.put_box(place, values),
                Numbers::U32(values) => self.dataset.put_box(place, values),
                Numbers::I64(values) => self.dataset.put_box(place, values),
                Numbers::U64(values) => self.dataset.put_box(place, values),
                Numbers::F32(values) => self.dataset.put_box(place, values),
                Numbers::F64(values) => self.dataset.put_box(place, values),
            },
        }
    }

    /// Goes on with chunks that are compressed already.
    ///
    /// # Errors
    ///
    /// [`FormatError::Io`]: the disk is full. [`FormatError::Library`].
    pub fn into_chunks(self) -> Result<ChunkWriter> {
        ChunkWriter::open(self.dataset.close()?, self.schema)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// [`FormatError::Io`]: the disk is full, or something else has come to that place. [`FormatError::Library`].
    pub fn finish(self) -> Result<()> {
        super::chunks::commit(self.dataset.close()?)
    }
}
