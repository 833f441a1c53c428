//! Search for datasets and attributes of an HDF5 file that netcdf-c skips silently, because NetCDF
//! has no type for them.

use std::collections::{HashMap, HashSet};
use std::ffi::{CString, c_char};
use std::path::Path;

use hdf5_sys::h5::{H5_index_t, H5_iter_order_t, hsize_t};
use hdf5_sys::h5a::H5Aget_name_by_idx;
use hdf5_sys::h5f::{H5F_ACC_RDONLY, H5Fclose, H5Fopen};
use hdf5_sys::h5g::{H5G_info_t, H5Gclose, H5Gget_info, H5Gopen2};
use hdf5_sys::h5i::{H5I_type_t, H5Iget_type, hid_t};
use hdf5_sys::h5l::H5Lget_name_by_idx;
use hdf5_sys::h5o::{H5Oclose, H5Oopen};
use hdf5_sys::h5p::H5P_DEFAULT;

use super::{path_to_c_string, with_library_lock};
use crate::Result;

/// Attributes that netcdf-c and HDF5 use internally.
const RESERVED_ATTRIBUTES: [&str; 13] = [
    "CLASS",
    "DIMENSION_LABELS",
    "DIMENSION_LIST",
    "NAME",
    "REFERENCE_LIST",
    "_NCCOPY",
    "_NCProperties",
    "_NoFill",
    "_Netcdf4Coordinates",
    "_Netcdf4Dimid",
    "_QuantizeBitGroomNumberOfSignificantDigits",
    "_nc3_strict",
    "_ncNoFill",
];

/// The maximum number of bytes of a name. Longer names are truncated.
const MAX_NAME_BYTES: usize = 1024;

/// The objects of a group that netcdf-c lists: variables and dimensions by name, with the names of
/// their attributes.
#[derive(Default)]
pub(in crate::netcdf) struct VisibleObjects {
    /// The path of the group: `/a/b`, or empty for the root.
    pub(in crate::netcdf) path: String,
    pub(in crate::netcdf) attributes: HashSet<String>,
    pub(in crate::netcdf) variables: HashMap<String, HashSet<String>>,
    /// The names of dimensions, which may be datasets without being variables.
    pub(in crate::netcdf) dimensions: HashSet<String>,
}

/// Returns the path of a dataset or attribute that is in an HDF5 file but not among the given
/// objects, if there is one.
pub(in crate::netcdf) fn find_hidden_object(
    path: &Path,
    groups: &[VisibleObjects],
) -> Result<Option<String>> {
    let path = path_to_c_string(path)?;
    // SAFETY: the path is NUL-terminated, and every object is open until it is closed.
    Ok(with_library_lock(|| unsafe {
        let file = H5Fopen(path.as_ptr(), H5F_ACC_RDONLY, H5P_DEFAULT);
        if file < 0 {
            return None;
        }
        let found = groups.iter().find_map(|group| hidden_in_group(file, group));
        H5Fclose(file);
        found
    }))
}

/// Returns the path of a hidden object in a group, if there is one.
///
/// # Safety
/// The file must be open, and the caller must hold the lock.
unsafe fn hidden_in_group(file: hid_t, visible: &VisibleObjects) -> Option<String> {
    let path = CString::new(format!("{}/", visible.path)).ok()?;
    let mut info = H5G_info_t::default();
    // SAFETY: the file is open, the path NUL-terminated and the pointer valid.
    let group = unsafe { H5Gopen2(file, path.as_ptr(), H5P_DEFAULT) };
    if group < 0 {
        return None;
    }
    // SAFETY: the group is open until it is closed below.
    let links = match unsafe { H5Gget_info(group, &mut info) } {
        0.. => info.nlinks,
        _ => 0,
    };
    // SAFETY: the group is open, and buffers have the given lengths.
    let found = unsafe { hidden_attribute(group, &visible.attributes) }
        .map(|name| format!("{}/{name}", visible.path));
    let found = found.or_else(|| {
        // A damaged group may claim any number of links, so the search ends at the first one
        // without a name.
        let mut names = (0..links).map_while(|at| {
            // SAFETY: as above.
            read_name(|buffer, len| unsafe {
                let (index, order) = (H5_index_t::H5_INDEX_NAME, H5_iter_order_t::H5_ITER_INC);
                let itself = c".".as_ptr();
                H5Lget_name_by_idx(group, itself, index, order, at, buffer, len, H5P_DEFAULT)
            })
        });
        // SAFETY: the group is open.
        names.find_map(|name| unsafe { hidden_in_object(group, &name, visible) })
    });
    // SAFETY: the group is open, and not used after this.
    unsafe { H5Gclose(group) };
    found
}

/// Returns the path of an object in a group or of one of its attributes, if it is hidden.
///
/// # Safety
/// The group must be open, and the caller must hold the lock.
unsafe fn hidden_in_object(group: hid_t, name: &str, visible: &VisibleObjects) -> Option<String> {
    let c_name = CString::new(name).ok()?;
    // SAFETY: the group is open and the name NUL-terminated; a dangling link gives an error.
    let object = unsafe { H5Oopen(group, c_name.as_ptr(), H5P_DEFAULT) };
    if object < 0 {
        return None;
    }
    // netcdf-c adds this prefix to a variable that has the name of a dimension without being its
    // coordinate.
    let plain = name.strip_prefix("_nc4_non_coord_").unwrap_or(name);
    let variable = visible.variables.get(plain);
    // SAFETY: the object is open until it is closed below.
    let found = unsafe {
        match (H5Iget_type(object), variable) {
            (H5I_type_t::H5I_DATASET, Some(attributes)) => hidden_attribute(object, attributes)
                .map(|attribute| format!("{}/{plain}:{attribute}", visible.path)),
            (H5I_type_t::H5I_DATASET, None) if !visible.dimensions.contains(name) => {
                Some(format!("{}/{name}", visible.path))
            }
            _ => None,
        }
    };
    // SAFETY: the object is open, and not used after this.
    unsafe { H5Oclose(object) };
    found
}

/// Returns the name of an attribute of an object that is not visible, if there is one.
///
/// # Safety
/// The object must be open, and the caller must hold the lock.
unsafe fn hidden_attribute(object: hid_t, visible: &HashSet<String>) -> Option<String> {
    let names = (0..).map_while(|at: hsize_t| {
        // SAFETY: the object is open, and the buffer has the given length; an index past the last
        // attribute gives an error.
        read_name(|buffer, len| unsafe {
            let (index, order) = (H5_index_t::H5_INDEX_NAME, H5_iter_order_t::H5_ITER_INC);
            let itself = c".".as_ptr();
            H5Aget_name_by_idx(object, itself, index, order, at, buffer, len, H5P_DEFAULT)
        })
    });
    let mut names = names.filter(|name| !RESERVED_ATTRIBUTES.contains(&name.as_str()));
    names.find(|name| !visible.contains(name))
}

/// Returns a name that HDF5 writes to a buffer, truncated if it is longer.
fn read_name(get: impl FnOnce(*mut c_char, usize) -> isize) -> Option<String> {
    let mut buffer = [0_u8; MAX_NAME_BYTES];
    let len = usize::try_from(get(buffer.as_mut_ptr().cast(), MAX_NAME_BYTES)).ok()?;
    let name = &buffer[..len.min(MAX_NAME_BYTES - 1)];
    Some(String::from_utf8_lossy(name).into_owned())
}
