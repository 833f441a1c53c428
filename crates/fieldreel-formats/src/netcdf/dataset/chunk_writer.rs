//! Writing of chunks that are already compressed.

use fieldreel_core::files::PendingFile;
use hdf5_sys::h5::hsize_t;
use hdf5_sys::h5a::{H5Aclose, H5Aopen, H5Awrite};
use hdf5_sys::h5d::{H5Dget_storage_size, H5Dset_extent, H5Dwrite_chunk};
use hdf5_sys::h5f::{H5F_ACC_RDWR, H5F_scope_t, H5Fclose, H5Fflush, H5Fopen};
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::H5P_DEFAULT;

use super::super::library::{path_to_c_string, with_library_lock, write_error_or};
use super::object::{self, Hdf5Handle};
use crate::dataset::Schema;
use crate::{FormatError, LibraryError, Result};

/// A writer of compressed chunks into the variables of a NetCDF-4 file. The file appears only when
/// it is [finished](Self::finish).
///
/// ```
/// use fieldreel_formats::dataset::{DatasetSource, Schema, VariableValues};
/// use fieldreel_formats::{Limits, NetcdfDataset, NetcdfWriter, VariableStorage};
/// # use fieldreel_formats::dataset::{DatasetDimension, GroupSchema};
/// # use fieldreel_formats::dataset::{VariableSchema, VariableType};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("counts.nc");
/// # let mut schema = Schema::default();
/// # schema.groups.push(GroupSchema::default());
/// # schema.dimensions.push(DatasetDimension::new("x", 4));
/// # schema.variables.push(VariableSchema::new("count", VariableType::I16, &[0]));
/// // `schema` has a variable of four `i16`, which are stored in uncompressed chunks of two.
/// let storage = [VariableStorage::Chunks { chunk: vec![2] }];
/// let mut chunks = NetcdfWriter::create(&path, &schema, &storage, None)?.into_chunks()?;
/// chunks.write(0, &[0], &[1, 0, 2, 0])?;
/// chunks.write(0, &[2], &[3, 0, 4, 0])?;
/// chunks.finish()?;
/// let file = NetcdfDataset::open(&path, &Limits::default())?;
/// let expected = VariableValues::Numbers([1_i16, 2, 3, 4].into());
/// assert_eq!(file.read(0, &[0], &[4])?, expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ChunkWriter {
    file: Hdf5Handle,
    pending: PendingFile,
    schema: Schema,
    /// The index and the HDF5 dataset of the variable that was written last.
    open: Option<(usize, Hdf5Handle)>,
}

impl ChunkWriter {
    pub(super) fn open(pending: PendingFile, schema: Schema) -> Result<Self> {
        let opened = pending.with_path(|path| {
            let path = path_to_c_string(path)?;
            // SAFETY: the path is NUL-terminated.
            Ok(with_library_lock(|| unsafe {
                H5Fopen(path.as_ptr(), H5F_ACC_RDWR, H5P_DEFAULT)
            }))
        });
        let unwritable = |source| FormatError::io(pending.destination(), "write", source);
        let id = checked(&pending, "open", opened.map_err(unwritable)??)?;
        Ok(Self {
            file: Hdf5Handle {
                id,
                close: H5Fclose,
            },
            pending,
            schema,
            open: None,
        })
    }

    /// Writes the compressed chunk that begins at `start`, an index for each dimension.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: there is no such variable, or `start` is outside of it.
    /// - [`FormatError::Library`]: HDF5 returned an error, because the variable is not chunked or
    ///   no chunk begins at `start`.
    /// - [`FormatError::Io`]: the disk is full.
    pub fn write(&mut self, variable: usize, start: &[usize], bytes: &[u8]) -> Result<()> {
        let one = vec![1; start.len()];
        self.schema.check_hyperslab(variable, start, &one)?;
        let dataset = self.dataset(variable)?;
        let offset: Vec<hsize_t> = start.iter().map(|&at| at as hsize_t).collect();
        // SAFETY: the dataset is open, `offset` has a number for each of its dimensions, and the
        // length is that of `bytes`.
        let code = with_library_lock(|| unsafe {
            H5Dwrite_chunk(
                dataset,
                H5P_DEFAULT,
                0,
                offset.as_ptr(),
                bytes.len(),
                bytes.as_ptr().cast(),
            )
        });
        checked(&self.pending, "write a chunk", code.into())?;
        Ok(())
    }

    /// Sets an existing attribute of a variable, whose type must be a double-precision number.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`] if there is no such attribute.
    pub fn set_attribute(&mut self, variable: usize, name: &str, value: f64) -> Result<()> {
        let dataset = self.dataset(variable)?;
        let name = object::c_name(name)?;
        // SAFETY: the dataset is open and the name NUL-terminated.
        let id = with_library_lock(|| unsafe { H5Aopen(dataset, name.as_ptr(), H5P_DEFAULT) });
        let attribute = Hdf5Handle {
            id: checked(&self.pending, "find an attribute", id)?,
            close: H5Aclose,
        };
        // SAFETY: the attribute is open, and the value has the given memory type.
        let code = with_library_lock(|| unsafe {
            let double = *hdf5_sys::h5t::H5T_NATIVE_DOUBLE;
            H5Awrite(attribute.id, double, (&raw const value).cast())
        });
        checked(&self.pending, "write an attribute", code.into())?;
        Ok(())
    }

    /// Returns the number of bytes that the values of a variable take in the file.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: there is no such variable.
    /// - [`FormatError::Library`]: HDF5 returned an error.
    pub fn stored_bytes(&mut self, variable: usize) -> Result<u64> {
        let dataset = self.dataset(variable)?;
        // SAFETY: the dataset is open.
        Ok(with_library_lock(|| unsafe {
            H5Dget_storage_size(dataset)
        }))
    }

    /// Returns the HDF5 dataset of a variable, extended to the length of the schema.
    fn dataset(&mut self, variable_index: usize) -> Result<hid_t> {
        if let Some((open, handle)) = &self.open
            && *open == variable_index
        {
            return Ok(handle.id);
        }
        let pending = &self.pending;
        let Some(variable) = self.schema.variables.get(variable_index) else {
            return Err(FormatError::IndexOutOfRange {
                dimension: "variable".to_owned(),
                index: variable_index,
                len: self.schema.variables.len(),
            });
        };
        let handle = object::dataset(self.file.id, &self.schema, variable, |id| {
            checked(pending, "find a variable", id)
        })?
        .ok_or_else(|| object::dataset_not_found(pending.destination()))?;
        let is_unlimited = variable.dimensions.iter().any(|&at| {
            let dimension = self.schema.dimensions.get(at);
            dimension.is_some_and(|dimension| dimension.is_unlimited)
        });
        if is_unlimited {
            let shape = self.schema.shape(variable);
            let shape: Vec<hsize_t> = shape.into_iter().map(|len| len as hsize_t).collect();
            // SAFETY: the rank of the dataset was compared with the variable's, and `shape` has a
            // length for each dimension.
            let code = with_library_lock(|| unsafe { H5Dset_extent(handle.id, shape.as_ptr()) });
            checked(pending, "extend a variable", code.into())?;
        }
        let id = handle.id;
        self.open = Some((variable_index, handle));
        Ok(id)
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the disk is full, or something else exists at the path by now.
    /// - [`FormatError::Library`]: HDF5 returned an error.
    pub fn finish(self) -> Result<()> {
        drop(self.open);
        let file = self.file.id;
        // The file is flushed first, because HDF5 cannot recover from a write error while it
        // closes a file.
        // SAFETY: the file is open.
        let code = with_library_lock(|| unsafe { H5Fflush(file, H5F_scope_t::H5F_SCOPE_GLOBAL) });
        checked(&self.pending, "write", code.into())?;
        // The file is closed explicitly instead of by `drop`, which would ignore an error.
        std::mem::forget(self.file);
        // SAFETY: the file is open, and nothing uses it after this.
        let code = with_library_lock(|| unsafe { H5Fclose(file) });
        checked(&self.pending, "write", code.into())?;
        commit(self.pending)
    }
}

/// Gives a complete file its name.
pub(super) fn commit(pending: PendingFile) -> Result<()> {
    let path = pending.destination().to_path_buf();
    let committed = pending.commit();
    committed.map_err(|source| FormatError::io(&path, "write", source))
}

/// Converts the result of an HDF5 function, which is negative after an error.
fn checked(pending: &PendingFile, action: &str, code: hid_t) -> Result<hid_t> {
    if code >= 0 {
        return Ok(code);
    }
    let error = FormatError::Library {
        path: pending.destination().to_path_buf(),
        action: action.to_owned(),
        source: LibraryError {
            library: "HDF5",
            code: -1,
            message: "the call failed".to_owned(),
        },
    };
    Err(write_error_or(pending, error))
}
