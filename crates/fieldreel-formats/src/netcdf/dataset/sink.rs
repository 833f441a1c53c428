//! A new NetCDF-4 file, after a [`Schema`].

use std::path::Path;

use fieldreel_file::PendingFile;

use super::chunks::ChunkWriter;
use super::define::{Defined, can_be_lean};
use super::source::NetcdfDataset;
use crate::dataset::{Schema, Values};
use crate::{FormatError, Numbers, Result};

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
    pending: PendingFile,
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
    /// Bytes that HDF5 takes for the index of a variable of one chunk in a file of this schema, about.
    #[must_use]
    pub fn index_bytes(schema: &Schema) -> usize {
        if can_be_lean(schema) { 256 } else { 2600 }
    }

    /// Creates a file with all that `schema` says, and no values; `storage` has one for each variable. Attributes that are the
    /// same in `like`, in the same place of its schema, are copied byte by byte, whatever their encoding, and so are those of
    /// types that `like` defines.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the folder cannot be written.
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
        let pending =
            PendingFile::create(path).map_err(|source| FormatError::io(path, "write", source))?;
        let defined = Defined::create(pending.path(), schema, storage, like)?;
        Ok(Self {
            defined,
            pending,
            schema: schema.clone(),
        })
    }

    /// Writes a box of a variable, as [`Source::read`](crate::dataset::Source::read) gives it.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: the box is not in the variable.
    /// - [`FormatError::ShapeMismatch`]: the values are not as many, or not of the variable's type.
    /// - [`FormatError::Library`]: netcdf-c refused, such as where the disk is full.
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
                Numbers::I8(values) => self.defined.dataset.put_box(place, values),
                Numbers::U8(values) => self.defined.dataset.put_box(place, values),
                Numbers::I16(values) => self.defined.dataset.put_box(place, values),
                Numbers::U16(values) => self.defined.dataset.put_box(place, values),
                Numbers::I32(values) => self.defined.dataset.put_box(place, values),
                Numbers::U32(values) => self.defined.dataset.put_box(place, values),
                Numbers::I64(values) => self.defined.dataset.put_box(place, values),
                Numbers::U64(values) => self.defined.dataset.put_box(place, values),
                Numbers::F32(values) => self.defined.dataset.put_box(place, values),
                Numbers::F64(values) => self.defined.dataset.put_box(place, values),
            },
        }
    }

    /// Goes on with chunks that are compressed already.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`].
    pub fn into_chunks(self) -> Result<ChunkWriter> {
        self.defined.dataset.close()?;
        ChunkWriter::open(self.pending, self.schema)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`], [`FormatError::Io`]: the disk is full, or a folder has that name.
    pub fn finish(self) -> Result<()> {
        self.defined.dataset.close()?;
        let path = self.pending.path().to_path_buf();
        self.pending
            .commit()
            .map_err(|source| FormatError::io(&path, "write", source))
    }
}
