//! HDF5 objects, and the datasets of variables.

use std::ffi::CString;
use std::path::Path;

use hdf5_sys::h5d::{H5Dclose, H5Dopen2};
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::H5P_DEFAULT;

use super::super::library::with_library_lock;
use crate::dataset::{Schema, VariableSchema};
use crate::{FormatError, Result};

/// An HDF5 object, which is closed when dropped.
pub(super) struct Hdf5Handle {
    pub(super) id: hid_t,
    pub(super) close: unsafe extern "C" fn(hid_t) -> i32,
}

impl Drop for Hdf5Handle {
    fn drop(&mut self) {
        // SAFETY: the object is open, and nothing uses it after this.
        with_library_lock(|| unsafe { (self.close)(self.id) });
    }
}

/// Opens the dataset of a variable; returns `None` if there is none of its name and rank. `check`
/// converts a negative result into an error.
pub(super) fn dataset(
    file: hid_t,
    schema: &Schema,
    variable: &VariableSchema,
    check: impl Fn(hid_t) -> Result<hid_t>,
) -> Result<Option<Hdf5Handle>> {
    let group = schema.path(variable.group);
    // netcdf-c adds this prefix to a variable that has the name of a dimension without being its
    // coordinate.
    for prefix in ["", "_nc4_non_coord_"] {
        let name = c_name(&format!("{group}/{prefix}{}", variable.name))?;
        // SAFETY: the file is open and the name NUL-terminated.
        let id = with_library_lock(|| unsafe { H5Dopen2(file, name.as_ptr(), H5P_DEFAULT) });
        let handle = check(id).map(|id| Hdf5Handle {
            id,
            close: H5Dclose,
        });
        if let Ok(handle) = handle
            && rank(handle.id) == Some(variable.dimensions.len())
        {
            return Ok(Some(handle));
        }
    }
    Ok(None)
}

/// Returns the number of dimensions of a dataset.
fn rank(dataset: hid_t) -> Option<usize> {
    use hdf5_sys::h5d::H5Dget_space;
    use hdf5_sys::h5s::{H5Sclose, H5Sget_simple_extent_ndims};

    // SAFETY: the dataset is open.
    let id = with_library_lock(|| unsafe { H5Dget_space(dataset) });
    let space = Hdf5Handle {
        id: (id >= 0).then_some(id)?,
        close: H5Sclose,
    };
    // SAFETY: the dataspace is open.
    let rank = with_library_lock(|| unsafe { H5Sget_simple_extent_ndims(space.id) });
    usize::try_from(rank).ok()
}

/// Returns a name as a C string.
pub(super) fn c_name(name: &str) -> Result<CString> {
    CString::new(name).map_err(|_| FormatError::InvalidOption {
        option: "a name",
        value: format!("{name:?}"),
        allowed: "free of NUL characters",
    })
}

/// Returns the error for a variable whose dataset is not found.
pub(super) fn dataset_not_found(path: &Path) -> FormatError {
    FormatError::Damaged {
        path: path.to_path_buf(),
        problem: "the dataset of a variable is missing",
    }
}
