//! Writing of a NetCDF-4 file with the structure of a [`Schema`].

use std::path::Path;

use super::chunk_writer::ChunkWriter;
use super::define::{FileDefinition, allows_small_indexes};
use super::source::NetcdfDataset;
use crate::dataset::{Schema, VariableValues};
use crate::{FormatError, NumericArray, Result};

/// The storage of the values of a variable.
///
/// ```
/// use fieldreel_formats::VariableStorage;
///
/// let storage = VariableStorage::Deflate { level: 4, chunk: vec![24, 60, 90] };
/// assert_eq!(storage.chunk(), Some(&[24, 60, 90][..]));
/// assert_eq!(VariableStorage::Plain.chunk(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VariableStorage {
    /// Contiguous and uncompressed. If a dimension is unlimited, netcdf-c chooses a chunk shape.
    Plain,
    /// Chunked and uncompressed.
    Chunks {
        /// The chunk shape, a length for each dimension.
        chunk: Vec<usize>,
    },
    /// Chunked and compressed by HDF5's deflate filter, with shuffle.
    Deflate {
        /// The level, from 0 (stored) to 9 (smallest).
        level: u8,
        /// The chunk shape, a length for each dimension.
        chunk: Vec<usize>,
    },
    /// Chunked and stored through another filter, which is registered with HDF5.
    Filter {
        /// The ID of the filter.
        id: u32,
        /// The parameters of the filter.
        parameters: Vec<u32>,
        /// The chunk shape, a length for each dimension.
        chunk: Vec<usize>,
    },
}

/// A writer of a NetCDF-4 file. The file appears only when it is [finished](Self::finish).
///
/// ```
/// use fieldreel_formats::dataset::{DatasetSource, Schema, VariableValues};
/// use fieldreel_formats::{Limits, NetcdfDataset, NetcdfWriter, VariableStorage};
/// # use fieldreel_formats::dataset::{DatasetDimension, GroupSchema};
/// # use fieldreel_formats::dataset::{VariableSchema, VariableType};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("rain.nc");
/// # let mut schema = Schema::default();
/// # schema.groups.push(GroupSchema::default());
/// # schema.dimensions.push(DatasetDimension::new("y", 2));
/// # schema.dimensions.push(DatasetDimension::new("x", 3));
/// # schema.variables.push(VariableSchema::new("rain", VariableType::F32, &[0, 1]));
/// // `schema` has a variable of 2×3 values of type `f32`.
/// let storage = [VariableStorage::Deflate { level: 4, chunk: vec![2, 3] }];
/// let writer = NetcdfWriter::create(&path, &schema, &storage, None)?;
/// let row = VariableValues::Numbers([1.5_f32, 2.5, 3.5].into());
/// writer.write(0, &[1, 0], &[1, 3], &row)?;
/// writer.finish()?;
/// let file = NetcdfDataset::open(&path, &Limits::default())?;
/// assert_eq!(file.read(0, &[1, 0], &[1, 3])?, row);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct NetcdfWriter {
    definition: FileDefinition,
    schema: Schema,
}

impl VariableStorage {
    /// Returns the chunk shape; `None` for contiguous storage.
    #[must_use]
    pub fn chunk(&self) -> Option<&[usize]> {
        match self {
            Self::Plain => None,
            Self::Chunks { chunk } | Self::Deflate { chunk, .. } | Self::Filter { chunk, .. } => {
                Some(chunk)
            }
        }
    }
}

impl NetcdfWriter {
    /// Returns the approximate number of bytes that the chunk index of a variable with a single
    /// chunk takes in a file of this schema.
    #[must_use]
    pub fn index_bytes(schema: &Schema) -> usize {
        match allows_small_indexes(schema) {
            true => 256,
            false => 2100,
        }
    }

    /// Creates a file with the groups, types, dimensions, variables and attributes of `schema`,
    /// without values. `storage` has an element for each variable.
    ///
    /// Attributes that equal those at the same place in the schema of `template` are copied byte
    /// by byte, whatever their encoding. All attributes of user-defined types of `template` are
    /// copied as well.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the file cannot be written, because the disk is full, the folder is
    ///   read-only, or the path is a FIFO or a device.
    /// - [`FormatError::ShapeMismatch`]: the number of storages differs from the number of
    ///   variables.
    /// - [`FormatError::InvalidOption`]: a name contains NUL.
    /// - [`FormatError::Library`]: netcdf-c returned an error, for example for a filter that is
    ///   not registered.
    pub fn create(
        path: impl AsRef<Path>,
        schema: &Schema,
        storage: &[VariableStorage],
        template: Option<&NetcdfDataset>,
    ) -> Result<Self> {
        let path = path.as_ref();
        if storage.len() != schema.variables.len() {
            return Err(FormatError::ShapeMismatch {
                item: "the list of variable storage".to_owned(),
                expected: vec![schema.variables.len()],
                found: vec![storage.len()],
            });
        }
        Ok(Self {
            definition: FileDefinition::create(path, schema, storage, template)?,
            schema: schema.clone(),
        })
    }

    /// Writes a hyperslab of a variable, in the form that
    /// [`DatasetSource::read`](crate::dataset::DatasetSource::read) returns.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: the hyperslab exceeds the variable.
    /// - [`FormatError::ShapeMismatch`]: the values are of another number or type than those of
    ///   the hyperslab.
    /// - [`FormatError::Io`]: the disk is full.
    /// - [`FormatError::Library`]: netcdf-c returned an error.
    pub fn write(
        &self,
        variable: usize,
        start: &[usize],
        count: &[usize],
        values: &VariableValues,
    ) -> Result<()> {
        let header = self.schema.check_hyperslab(variable, start, count)?;
        let expected: usize = count.iter().product();
        let id = self.definition.variables.get(variable).copied();
        let (Some(id), true) = (id, values.len() == expected && values.kind() == header.kind)
        else {
            return Err(FormatError::ShapeMismatch {
                item: format!("the values of {:?}", header.name),
                expected: count.to_vec(),
                found: vec![values.len()],
            });
        };
        let hyperslab = (id, start, count);
        match values {
            VariableValues::Chars(bytes) => self.definition.file.write_chars(hyperslab, bytes),
            VariableValues::Texts(texts) => self.definition.file.write_texts(hyperslab, texts),
            VariableValues::User(values) => {
                self.definition
                    .file
                    .write_user_values(hyperslab, values, &self.definition.types)
            }
            VariableValues::Numbers(numbers) => match numbers {
                NumericArray::I8(values) => self.definition.file.write_hyperslab(hyperslab, values),
                NumericArray::U8(values) => self.definition.file.write_hyperslab(hyperslab, values),
                NumericArray::I16(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
                NumericArray::U16(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
                NumericArray::I32(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
                NumericArray::U32(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
                NumericArray::I64(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
                NumericArray::U64(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
                NumericArray::F32(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
                NumericArray::F64(values) => {
                    self.definition.file.write_hyperslab(hyperslab, values)
                }
            },
        }
    }

    /// Converts the writer into a writer of compressed chunks.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the disk is full.
    /// - [`FormatError::Library`]: netcdf-c or HDF5 returned an error.
    pub fn into_chunks(self) -> Result<ChunkWriter> {
        ChunkWriter::open(self.definition.file.close()?, self.schema)
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the disk is full, or something else exists at the path by now.
    /// - [`FormatError::Library`]: netcdf-c returned an error.
    pub fn finish(self) -> Result<()> {
        super::chunk_writer::commit(self.definition.file.close()?)
    }
}
