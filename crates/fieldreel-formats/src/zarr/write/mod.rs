//! Writing of a store with the structure of a [`Schema`].

mod chunk;
mod metadata;
mod storage;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use fieldreel_core::files::PendingFolder;

use super::blocks::{Overlap, overlaps};
use super::is_zarr;
use crate::dataset::{Schema, VariableValues};
use crate::{AttributeValue, FormatError, Result};
use chunk::ChunkEncoder;
pub use storage::ZarrStorage;

/// A writer of a Zarr store of version 3, in a folder. The folder appears, with consolidated
/// metadata, only when the store is [finished](Self::finish).
///
/// Several threads may write chunks of the same store.
///
/// ```
/// use fieldreel_formats::dataset::{DatasetSource, Schema, VariableValues};
/// use fieldreel_formats::zarr::{ZarrDataset, ZarrStorage, ZarrWriter};
/// use fieldreel_formats::Limits;
/// # use fieldreel_formats::dataset::{DatasetDimension, GroupSchema};
/// # use fieldreel_formats::dataset::{VariableSchema, VariableType};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("rain.zarr");
/// # let mut schema = Schema::default();
/// # schema.groups.push(GroupSchema::default());
/// # schema.dimensions.push(DatasetDimension::new("y", 2));
/// # schema.dimensions.push(DatasetDimension::new("x", 3));
/// # schema.variables.push(VariableSchema::new("rain", VariableType::F32, &[0, 1]));
/// // `schema` has a variable of 2×3 values of type `f32`, which is stored in chunks of a row.
/// let storage = [ZarrStorage::Zstd { level: 5, chunk: vec![1, 3] }];
/// let writer = ZarrWriter::create(&path, &schema, &storage)?;
/// let row = VariableValues::Numbers([1.5_f32, 2.5, 3.5].into());
/// writer.write(0, &[1, 0], &[1, 3], &row)?;
/// writer.finish()?;
/// let file = ZarrDataset::open(&path, &Limits::default())?;
/// assert_eq!(file.read(0, &[1, 0], &[1, 3])?, row);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ZarrWriter {
    pending: PendingFolder,
    schema: Schema,
    encoders: Vec<ChunkEncoder>,
    /// The number of bytes of the stored chunks of each variable.
    stored_bytes: Vec<AtomicU64>,
}

impl ZarrWriter {
    /// Creates a store with the groups, dimensions, variables and attributes of `schema`, without
    /// values. `storage` has an element for each variable. Types that the schema defines are not
    /// written; no variable may have one.
    ///
    /// An existing store at the path is replaced as a whole when this one is finished.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the folder cannot be written, or the path is that of a file, or of a
    ///   folder that is neither empty nor a Zarr store.
    /// - [`FormatError::ShapeMismatch`]: the number of storages differs from the number of
    ///   variables, or a chunk shape does not fit its variable.
    /// - [`FormatError::InvalidOption`]: a level of zstd or the JSON of a codec is invalid.
    /// - [`FormatError::UnsupportedInZarr`]: a variable is of a type that a file defines, or a name
    ///   cannot be that of a folder.
    pub fn create(
        path: impl AsRef<Path>,
        schema: &Schema,
        storage: &[ZarrStorage],
    ) -> Result<Self> {
        let path = path.as_ref();
        if storage.len() != schema.variables.len() {
            return Err(FormatError::ShapeMismatch {
                item: "the list of variable storage".to_owned(),
                expected: vec![schema.variables.len()],
                found: vec![storage.len()],
            });
        }
        metadata::check_names(path, schema)?;
        let variables = schema.variables.iter().zip(storage);
        let encoders =
            variables.map(|(variable, storage)| ChunkEncoder::new(path, schema, variable, storage));
        let encoders = encoders.collect::<Result<Vec<_>>>()?;
        let pending = PendingFolder::create(path, check_replaceable);
        Ok(Self {
            pending: pending.map_err(|error| FormatError::io(path, "write", error))?,
            schema: schema.clone(),
            stored_bytes: encoders.iter().map(|_| AtomicU64::new(0)).collect(),
            encoders,
        })
    }

    /// Writes a hyperslab of a variable, in the form that
    /// [`DatasetSource::read`](crate::dataset::DatasetSource::read) returns. The hyperslab consists
    /// of whole chunks: it begins at the start of a chunk and ends at the end of a chunk or of the
    /// variable. Its values are encoded by the storage of the variable.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: the hyperslab exceeds the variable.
    /// - [`FormatError::ShapeMismatch`]: the hyperslab is not one of whole chunks, or the values
    ///   are of another number or type than those of the hyperslab.
    /// - [`FormatError::InvalidOption`]: the storage of the variable is
    ///   [`ZarrStorage::Encoded`].
    /// - [`FormatError::Io`]: the chunk cannot be written, for example because the disk is full.
    pub fn write(
        &self,
        variable: usize,
        start: &[usize],
        count: &[usize],
        values: &VariableValues,
    ) -> Result<()> {
        let header = self.schema.check_hyperslab(variable, start, count)?;
        let encoder = &self.encoders[variable];
        let shape = self.schema.shape(header);
        let chunk = encoder.chunk();
        let is_whole = (0..count.len()).all(|axis| {
            let end = start[axis] + count[axis];
            start[axis].is_multiple_of(chunk[axis])
                && (end.is_multiple_of(chunk[axis]) || end == shape[axis])
        });
        let expected: usize = count.iter().product();
        if !is_whole || values.len() != expected || values.kind() != header.kind {
            return Err(FormatError::ShapeMismatch {
                item: format!("the values of {:?}", header.name),
                expected: count.to_vec(),
                found: vec![values.len()],
            });
        }
        for overlap in overlaps(chunk, start, count) {
            let bytes = encoder.encode(values, count, &overlap);
            let bytes = bytes.map_err(|error| self.io(&header.name, error))??;
            self.store(variable, &overlap.index, &bytes)?;
        }
        Ok(())
    }

    /// Returns the bytes by which the storage of a variable encodes the values of a whole chunk, for
    /// [`write_chunk`](Self::write_chunk).
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: there is no such variable.
    /// - [`FormatError::ShapeMismatch`]: the values are of another number or type than those of a
    ///   chunk.
    /// - [`FormatError::InvalidOption`]: the storage of the variable is
    ///   [`ZarrStorage::Encoded`].
    /// - [`FormatError::Io`]: the values cannot be encoded.
    pub fn encode_chunk(&self, variable: usize, values: &VariableValues) -> Result<Vec<u8>> {
        let len = self.schema.variables.len();
        let header = self.schema.variables.get(variable);
        let header = header.ok_or_else(|| no_variable(variable, len))?;
        let encoder = &self.encoders[variable];
        let chunk = encoder.chunk();
        if values.len() != chunk.iter().product::<usize>() || values.kind() != header.kind {
            return Err(FormatError::ShapeMismatch {
                item: format!("the values of a chunk of {:?}", header.name),
                expected: chunk.to_vec(),
                found: vec![values.len()],
            });
        }
        let zeros = vec![0; chunk.len()];
        let whole = Overlap {
            index: zeros.clone(),
            in_chunk: zeros.clone(),
            in_hyperslab: zeros,
            count: chunk.to_vec(),
        };
        let encoded = encoder.encode(values, chunk, &whole);
        encoded.map_err(|error| self.io(&header.name, error))?
    }

    /// Stores a chunk that is already encoded: by the codec of [`ZarrStorage::Encoded`], or by
    /// [`encode_chunk`](Self::encode_chunk). The chunk begins at `start`, an index for each dimension.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: there is no such variable, or `start` is outside of it.
    /// - [`FormatError::ShapeMismatch`]: no chunk begins at `start`.
    /// - [`FormatError::Io`]: the chunk cannot be written, for example because the disk is full.
    pub fn write_chunk(&self, variable: usize, start: &[usize], bytes: &[u8]) -> Result<()> {
        let one = vec![1; start.len()];
        let header = self.schema.check_hyperslab(variable, start, &one)?;
        let chunk = self.encoders[variable].chunk();
        if start
            .iter()
            .zip(chunk)
            .any(|(start, len)| !start.is_multiple_of(*len))
        {
            return Err(FormatError::ShapeMismatch {
                item: format!("the start of a chunk of {:?}", header.name),
                expected: chunk.to_vec(),
                found: start.to_vec(),
            });
        }
        let index = start.iter().zip(chunk).map(|(start, len)| start / len);
        self.store(variable, &index.collect::<Vec<_>>(), bytes)
    }

    /// Sets an attribute of a variable, which replaces one of the same name.
    ///
    /// # Errors
    ///
    /// [`FormatError::IndexOutOfRange`] if there is no such variable.
    pub fn set_attribute(
        &mut self,
        variable: usize,
        name: &str,
        value: impl Into<AttributeValue>,
    ) -> Result<()> {
        let len = self.schema.variables.len();
        let header = self.schema.variables.get_mut(variable);
        let header = header.ok_or_else(|| no_variable(variable, len))?;
        header.attributes.insert(name, value);
        Ok(())
    }

    /// Returns the number of bytes of the chunks of a variable that are stored so far.
    ///
    /// # Errors
    ///
    /// [`FormatError::IndexOutOfRange`] if there is no such variable.
    pub fn stored_bytes(&self, variable: usize) -> Result<u64> {
        let bytes = self.stored_bytes.get(variable);
        let bytes = bytes.ok_or_else(|| no_variable(variable, self.stored_bytes.len()))?;
        Ok(bytes.load(Ordering::Relaxed))
    }

    /// Writes the metadata of all groups and arrays, consolidates them in the root, and gives the
    /// folder its name.
    ///
    /// # Errors
    ///
    /// [`FormatError::Io`] if the disk is full, or the folder that is replaced cannot be renamed.
    pub fn finish(self) -> Result<()> {
        for (path, bytes) in metadata::files(&self.schema, &self.encoders) {
            self.write_file(&path, &bytes)?;
        }
        let destination = self.pending.destination().to_path_buf();
        let committed = self.pending.commit();
        committed.map_err(|error| FormatError::io(&destination, "write", error))
    }

    fn store(&self, variable: usize, index: &[usize], bytes: &[u8]) -> Result<()> {
        let header = &self.schema.variables[variable];
        let array = self.schema.full_name(header);
        let mut key = format!("{}/c", array.trim_start_matches('/'));
        for at in index {
            key += &format!("/{at}");
        }
        self.write_file(&key, bytes)?;
        self.stored_bytes[variable].fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn write_file(&self, key: &str, bytes: &[u8]) -> Result<()> {
        let written = self.pending.write(key, bytes);
        written.map_err(|error| self.io(key, error))
    }

    /// Returns an I/O error with the path that a part of the store will have.
    fn io(&self, key: &str, error: io::Error) -> FormatError {
        FormatError::io(&self.pending.destination().join(key), "write", error)
    }
}

fn no_variable(index: usize, len: usize) -> FormatError {
    FormatError::IndexOutOfRange {
        dimension: "variable".to_owned(),
        index,
        len,
    }
}

/// Checks that a folder may be replaced: it is a Zarr store, or empty.
fn check_replaceable(folder: &Path) -> io::Result<()> {
    let is_empty = fs::read_dir(folder)?.next().is_none();
    if is_empty || is_zarr(folder) {
        return Ok(());
    }
    let problem = "the folder exists and is not a Zarr store: name another one";
    Err(io::Error::new(io::ErrorKind::AlreadyExists, problem))
}
