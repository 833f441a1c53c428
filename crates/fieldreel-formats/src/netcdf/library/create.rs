//! A new NetCDF-4 file with HDF5's own settings.

use std::ffi::{CStr, CString};
use std::path::Path;

use hdf5_sys::h5::H5get_libversion;
use hdf5_sys::h5a::{H5Aclose, H5Acreate2, H5Awrite};
use hdf5_sys::h5f::{H5F_ACC_TRUNC, H5F_libver_t, H5Fclose, H5Fcreate};
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::{
    H5P_CLS_FILE_ACCESS, H5P_CLS_FILE_CREATE, H5P_CRT_ORDER_INDEXED, H5P_CRT_ORDER_TRACKED,
    H5P_DEFAULT, H5Pclose, H5Pcreate, H5Pset_attr_creation_order, H5Pset_istore_k,
    H5Pset_libver_bounds, H5Pset_link_creation_order, H5Pset_obj_track_times,
};
use hdf5_sys::h5s::{H5S_class_t, H5Sclose, H5Screate};
use hdf5_sys::h5t::{H5T_C_S1, H5Tclose, H5Tcopy, H5Tset_size};
use netcdf_sys as nc;

use super::{Dataset, locked, path_to_c, pending, unwritten};
use crate::{FormatError, LibraryError, Result};

impl Dataset {
    /// Creates a NetCDF-4 file, over what is there, whose indexes of chunks have nodes for twice as many chunks as `branching`
    /// says. netcdf-c has no way to say so: HDF5 makes the file, as netcdf-c would, and netcdf-c goes on with it.
    pub(in crate::netcdf) fn create_with_index(path: &Path, branching: u32) -> Result<Self> {
        let pending = pending(path)?;
        let made = pending.with_path(|path| {
            let path = path_to_c(path)?;
            // SAFETY: the path is NUL-terminated.
            Ok(locked(|| unsafe { make(&path, branching) }))
        });
        let made = made.map_err(|source| FormatError::io(path, "write", source))??;
        let refused = || FormatError::Library {
            path: path.to_path_buf(),
            action: "create".to_owned(),
            source: LibraryError {
                library: "HDF5",
                code: -1,
                message: "it refused".to_owned(),
            },
        };
        match made {
            Some(()) => Self::open_again(pending),
            None => Err(unwritten(&pending, refused())),
        }
    }
}

/// Makes an empty file. `None` if HDF5 refuses.
///
/// # Safety
/// The lock is held.
unsafe fn make(path: &CStr, branching: u32) -> Option<()> {
    let valid = |id: hid_t| (id >= 0).then_some(id);
    let done = |code: i32| (code >= 0).then_some(());
    // SAFETY: every object is open until it is closed below, and texts are NUL-terminated.
    unsafe {
        let creation = valid(H5Pcreate(*H5P_CLS_FILE_CREATE))?;
        let access = valid(H5Pcreate(*H5P_CLS_FILE_ACCESS))?;
        let order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
        let settings = H5Pset_link_creation_order(creation, order)
            | H5Pset_attr_creation_order(creation, order)
            | H5Pset_obj_track_times(creation, 0)
            | H5Pset_istore_k(creation, branching)
            // A newer superblock has an extension for the branching, with the time in it.
            | H5Pset_libver_bounds(
                access,
                H5F_libver_t::H5F_LIBVER_EARLIEST,
                H5F_libver_t::H5F_LIBVER_V18,
            );
        let file = done(settings)
            .and_then(|()| valid(H5Fcreate(path.as_ptr(), H5F_ACC_TRUNC, creation, access)));
        H5Pclose(creation);
        H5Pclose(access);
        let file = file?;
        let noted = provenance(file);
        done(H5Fclose(file)).and(noted)
    }
}

/// Notes the versions of the libraries where netcdf-c does.
///
/// # Safety
/// The file is open, and the lock held.
unsafe fn provenance(file: hid_t) -> Option<()> {
    let (mut major, mut minor, mut release) = (0, 0, 0);
    // SAFETY: the places are valid, netcdf-c's version is a static NUL-terminated text, every object is open until it is closed,
    // and the type is as long as the text with its NUL.
    unsafe {
        H5get_libversion(&mut major, &mut minor, &mut release);
        let netcdf = CStr::from_ptr(nc::nc_inq_libvers()).to_string_lossy();
        let netcdf = netcdf.split_whitespace().next().unwrap_or_default();
        let text = format!("version=2,netcdf={netcdf},hdf5={major}.{minor}.{release}");
        let text = CString::new(text).ok()?;
        let kind = H5Tcopy(*H5T_C_S1);
        let space = H5Screate(H5S_class_t::H5S_SCALAR);
        H5Tset_size(kind, text.as_bytes_with_nul().len());
        let name = c"_NCProperties".as_ptr();
        let attribute = H5Acreate2(file, name, kind, space, H5P_DEFAULT, H5P_DEFAULT);
        let code = H5Awrite(attribute, kind, text.as_ptr().cast());
        H5Aclose(attribute);
        H5Sclose(space);
        H5Tclose(kind);
        (code >= 0).then_some(())
    }
}
