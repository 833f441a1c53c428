//! Chunks that are compressed already, put into a file as they are.

use fieldreel_core::files::PendingFile;
use hdf5_sys::h5::hsize_t;
use hdf5_sys::h5a::{H5Aclose, H5Aopen, H5Awrite};
use hdf5_sys::h5d::{H5Dget_storage_size, H5Dset_extent, H5Dwrite_chunk};
use hdf5_sys::h5f::{H5F_ACC_RDWR, H5F_scope_t, H5Fclose, H5Fflush, H5Fopen};
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::H5P_DEFAULT;

use super::super::library::{locked, path_to_c, unwritten};
use super::object::{self, Handle};
use crate::dataset::Schema;
use crate::{FormatError, LibraryError, Result};

/// Writes compressed chunks into the variables of a NetCDF-4 file, which appears whole when it is [finished](Self::finish)
/// or not at all.
pub struct ChunkWriter {
    file: Handle,
    pending: PendingFile,
    schema: Schema,
    /// The variable that was written last, and its dataset.
    open: Option<(usize, Handle)>,
}

impl ChunkWriter {
    pub(super) fn open(pending: PendingFile, schema: Schema) -> Result<Self> {
        let opened = pending.with_path(|path| {
            let path = path_to_c(path)?;
            // SAFETY: the path is NUL-terminated.
            Ok(locked(|| unsafe {
                H5Fopen(path.as_ptr(), H5F_ACC_RDWR, H5P_DEFAULT)
            }))
        });
        let unwritable = |source| FormatError::io(pending.destination(), "write", source);
        let id = checked(&pending, "open", opened.map_err(unwritable)??)?;
        Ok(Self {
            file: Handle {
                id,
                close: H5Fclose,
            },
            pending,
            schema,
            open: None,
        })
    }

    /// Writes a chunk, compressed: the one that begins at `start`, a place for each dimension.
    ///
    /// # Errors
    ///
    /// [`FormatError::IndexOutOfRange`] if that is not in the variable, or there is none of this number;
    /// [`FormatError::Library`] if HDF5 refuses: the variable is not in chunks, or none begins there; [`FormatError::Io`] if the
    /// disk is full.
    pub fn write(&mut self, variable: usize, start: &[usize], bytes: &[u8]) -> Result<()> {
        let one = vec![1; start.len()];
        self.schema.check_box(variable, start, &one)?;
        let dataset = self.dataset(variable)?;
        let offset: Vec<hsize_t> = start.iter().map(|&at| at as hsize_t).collect();
        // SAFETY: the dataset is open, `offset` has a number for each of its dimensions, and `bytes` are as many as is said.
        let code = locked(|| unsafe {
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

    /// Sets an attribute of a variable, which is there and a number in double precision.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`] if there is no such attribute.
    pub fn set_attribute(&mut self, variable: usize, name: &str, value: f64) -> Result<()> {
        let dataset = self.dataset(variable)?;
        let name = object::c_name(name)?;
        // SAFETY: the dataset is open and the name NUL-terminated.
        let id = locked(|| unsafe { H5Aopen(dataset, name.as_ptr(), H5P_DEFAULT) });
        let attribute = Handle {
            id: checked(&self.pending, "find an attribute", id)?,
            close: H5Aclose,
        };
        // SAFETY: the attribute is open, and the value is what the memory type says.
        let code = locked(|| unsafe {
            let double = *hdf5_sys::h5t::H5T_NATIVE_DOUBLE;
            H5Awrite(attribute.id, double, (&raw const value).cast())
        });
        checked(&self.pending, "write an attribute", code.into())?;
        Ok(())
    }

    /// Bytes that the values of a variable take in the file.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`], [`FormatError::IndexOutOfRange`]: there is no such variable.
    pub fn stored_bytes(&mut self, variable: usize) -> Result<u64> {
        let dataset = self.dataset(variable)?;
        // SAFETY: the dataset is open.
        Ok(locked(|| unsafe { H5Dget_storage_size(dataset) }))
    }

    /// The dataset of a variable, as long as the schema says.
    fn dataset(&mut self, number: usize) -> Result<hid_t> {
        if let Some((open, handle)) = &self.open
            && *open == number
        {
            return Ok(handle.id);
        }
        let pending = &self.pending;
        let Some(variable) = self.schema.variables.get(number) else {
            return Err(FormatError::IndexOutOfRange {
                dimension: "variable".to_owned(),
                index: number,
                len: self.schema.variables.len(),
            });
        };
        let handle = object::dataset(self.file.id, &self.schema, variable, |id| {
            checked(pending, "find a variable", id)
        })?
        .ok_or_else(|| object::no_such(pending.destination()))?;
        let grows = variable.dimensions.iter().any(|&at| {
            let dimension = self.schema.dimensions.get(at);
            dimension.is_some_and(|dimension| dimension.is_unlimited)
        });
        if grows {
            let shape = self.schema.shape(variable);
            let shape: Vec<hsize_t> = shape.into_iter().map(|len| len as hsize_t).collect();
            // SAFETY: the dataset has as many dimensions, which was compared.
            let code = locked(|| unsafe { H5Dset_extent(handle.id, shape.as_ptr()) });
            checked(pending, "lengthen a variable", code.into())?;
        }
        let id = handle.id;
        self.open = Some((number, handle));
        Ok(id)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// [`FormatError::Io`]: the disk is full, or something else has come to that place. [`FormatError::Library`].
    pub fn finish(self) -> Result<()> {
        drop(self.open);
        let file = self.file.id;
        // First, as HDF5 cannot cope with a file that it fails to write while it closes it.
        // SAFETY: the file is open.
        let code = locked(|| unsafe { H5Fflush(file, H5F_scope_t::H5F_SCOPE_GLOBAL) });
        checked(&self.pending, "write", code.into())?;
        // Closed by hand: whether all is on the disk matters.
        std::mem::forget(self.file);
        // SAFETY: the file is open, and nothing uses it after this.
        let code = locked(|| unsafe { H5Fclose(file) });
        checked(&self.pending, "write", code.into())?;
        commit(self.pending)
    }
}

/// Gives a file its name.
pub(super) fn commit(pending: PendingFile) -> Result<()> {
    let path = pending.destination().to_path_buf();
    let committed = pending.commit();
    committed.map_err(|source| FormatError::io(&path, "write", source))
}

/// HDF5's result, which is negative for an error.
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
            message: "it refused".to_owned(),
        },
    };
    Err(unwritten(pending, error))
}
