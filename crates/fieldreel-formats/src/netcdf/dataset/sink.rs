//! A new NetCDF-4 file, after a [`Schema`].

use std::path::Path;

use super::chunks::ChunkWriter;
use super::define::{Defined, may_have_small_indexes};
use super::source::NetcdfDataset;
use crate::dataset::{Schema, Values};
use crate::{FormatError, NumericArray, Result};

/// How the values of a variable are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// As they are, in one piece. Where a dimension may grow, netcdf-c chooses chunks.
    Plain,
    /// As they are, in chunks.
    Chunks {
        /// A length for each dimension.
        chunk: Vec<usize>,
    },
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
    defined: Defined,
    schema: Schema,
}

impl Storage {
    /// The lengths of its chunks, if it is in chunks of a known shape.
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
    /// Returns about how many bytes of a file that `schema` describes the index of a variable in one chunk takes.
    #[must_use]
    pub fn index_bytes(schema: &Schema) -> usize {
        match may_have_small_indexes(schema) {
            true => 256,
            false => 2100,
        }
    }

    /// Creates a file with all that `schema` says, and no values; `storage` has one for each variable. Attributes that are the
    /// same in `like`, in the same place of its schema, are copied byte by byte, whatever their encoding, and so are those of
    /// types that `like` defines.
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
        Ok(Self {
            defined: Defined::create(path, schema, storage, like)?,
            schema: schema.clone(),
        })
    }

    /// Writes a box of a variable, as [`Source::read`](crate::dataset::Source::read) gives it.
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
        let id = self.defined.variables.get(variable).copied();
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
            Values::Chars(bytes) => self.defined.dataset.put_box_of_chars(place, bytes),
            Values::Texts(texts) => self.defined.dataset.put_box_of_texts(place, texts),
            Values::User(values) => {
                self.defined
                    .dataset
                    .put_box_of_user(place, values, &self.defined.types)
            }
            Values::Numbers(numbers) => match numbers {
                NumericArray::I8(values) => self.defined.dataset.put_box(place, values),
                NumericArray::U8(values) => self.defined.dataset.put_box(place, values),
                NumericArray::I16(values) => self.defined.dataset.put_box(place, values),
                NumericArray::U16(values) => self.defined.dataset.put_box(place, values),
                NumericArray::I32(values) => self.defined.dataset.put_box(place, values),
                NumericArray::U32(values) => self.defined.dataset.put_box(place, values),
                NumericArray::I64(values) => self.defined.dataset.put_box(place, values),
                NumericArray::U64(values) => self.defined.dataset.put_box(place, values),
                NumericArray::F32(values) => self.defined.dataset.put_box(place, values),
                NumericArray::F64(values) => self.defined.dataset.put_box(place, values),
            },
        }
    }

    /// Goes on with chunks that are compressed already.
    ///
    /// # Errors
    ///
    /// [`FormatError::Io`]: the disk is full. [`FormatError::Library`].
    pub fn into_chunks(self) -> Result<ChunkWriter> {
        ChunkWriter::open(self.defined.dataset.close()?, self.schema)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// [`FormatError::Io`]: the disk is full, or something else has come to that place. [`FormatError::Library`].
    pub fn finish(self) -> Result<()> {
        super::chunks::commit(self.defined.dataset.close()?)
    }
}
