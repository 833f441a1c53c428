//! Reading of chunks as they are stored.

use std::path::{Path, PathBuf};
use std::ptr;

use hdf5_sys::h5::hsize_t;
use hdf5_sys::h5d::{H5Dget_chunk_info_by_coord, H5Dread_chunk1};
use hdf5_sys::h5f::{H5F_ACC_RDONLY, H5Fclose, H5Fopen};
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::H5P_DEFAULT;

use super::super::library::{path_to_c_string, with_library_lock};
use super::object::{self, Hdf5Handle};
use crate::dataset::Schema;
use crate::limits::checked_len;
use crate::{FormatError, LibraryError, Limits, Result};

/// A reader of the chunks of a NetCDF-4 file that does not decode them.
///
/// ```
/// use fieldreel_formats::dataset::{DatasetSource, Schema, VariableValues};
/// use fieldreel_formats::{ChunkReader, Limits, NetcdfWriter, VariableStorage};
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
/// let writer = NetcdfWriter::create(&path, &schema, &storage, None)?;
/// writer.write(0, &[0], &[4], &VariableValues::Numbers([1_i16, 2, 3, 4].into()))?;
/// writer.finish()?;
/// let mut chunks = ChunkReader::open(&path, &schema, &Limits::default())?;
/// assert_eq!(chunks.read(0, &[2])?, Some(vec![3, 0, 4, 0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ChunkReader {
    file: Hdf5Handle,
    path: PathBuf,
    schema: Schema,
    limits: Limits,
    /// The index and the HDF5 dataset of the variable that was read last.
    open: Option<(usize, Hdf5Handle)>,
}

impl ChunkReader {
    /// Opens a NetCDF-4 file with a known schema.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`] if the file is not NetCDF-4.
    pub fn open(path: impl AsRef<Path>, schema: &Schema, limits: &Limits) -> Result<Self> {
        let path = path.as_ref();
        let name = path_to_c_string(path)?;
        // SAFETY: the path is NUL-terminated.
        let id =
            with_library_lock(|| unsafe { H5Fopen(name.as_ptr(), H5F_ACC_RDONLY, H5P_DEFAULT) });
        let file = Hdf5Handle {
            id: checked(path, "open", id)?,
            close: H5Fclose,
        };
        Ok(Self {
            file,
            path: path.to_owned(),
            schema: schema.clone(),
            limits: *limits,
            open: None,
        })
    }

    /// Returns the bytes of the chunk of a variable that begins at `start`, an index for each
    /// dimension; `None` if the chunk was never written, or was written without some of its
    /// filters.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: there is no such variable, or `start` is outside of it.
    /// - [`FormatError::Library`]: HDF5 cannot read the chunk.
    /// - [`FormatError::TooLarge`]: the chunk exceeds the limits.
    pub fn read(&mut self, variable: usize, start: &[usize]) -> Result<Option<Vec<u8>>> {
        let one = vec![1; start.len()];
        let name = self
            .schema
            .check_hyperslab(variable, start, &one)?
            .name
            .clone();
        let dataset = self.dataset(variable)?;
        let offset: Vec<hsize_t> = start.iter().map(|&at| at as hsize_t).collect();
        let (mut mask, mut size) = (0, 0);
        // SAFETY: the dataset is open, and `offset` has a number for each of its dimensions; HDF5
        // writes one number to each of the pointers that are not null.
        let code = with_library_lock(|| unsafe {
            H5Dget_chunk_info_by_coord(
                dataset,
                offset.as_ptr(),
                &raw mut mask,
                ptr::null_mut(),
                &raw mut size,
            )
        });
        checked(&self.path, "find a chunk", code.into())?;
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        if mask != 0 || checked_len(&self.limits, &name, &[length])? == 0 {
            return Ok(None);
        }
        let mut bytes = vec![0_u8; length];
        // SAFETY: as above; the buffer is as long as the chunk.
        let code = with_library_lock(|| unsafe {
            H5Dread_chunk1(
                dataset,
                H5P_DEFAULT,
                offset.as_ptr(),
                &raw mut mask,
                bytes.as_mut_ptr().cast(),
            )
        });
        checked(&self.path, "read a chunk", code.into())?;
        Ok(Some(bytes))
    }

    fn dataset(&mut self, variable_index: usize) -> Result<hid_t> {
        if let Some((open, handle)) = &self.open
            && *open == variable_index
        {
            return Ok(handle.id);
        }
        let variable = self.schema.variables.get(variable_index);
        let found = variable.map(|variable| {
            let check = |id| checked(&self.path, "find a variable", id);
            object::dataset(self.file.id, &self.schema, variable, check)
        });
        let handle = found.transpose()?.flatten();
        let handle = handle.ok_or_else(|| object::dataset_not_found(&self.path))?;
        let id = handle.id;
        self.open = Some((variable_index, handle));
        Ok(id)
    }
}

/// Converts the result of an HDF5 function, which is negative after an error.
fn checked(path: &Path, action: &str, code: hid_t) -> Result<hid_t> {
    if code >= 0 {
        return Ok(code);
    }
    Err(FormatError::Library {
        path: path.to_path_buf(),
        action: action.to_owned(),
        source: LibraryError {
            library: "HDF5",
            code: -1,
            message: "the call failed".to_owned(),
        },
    })
}
