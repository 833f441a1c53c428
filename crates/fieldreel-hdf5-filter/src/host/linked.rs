//! The HDF5 library that is linked into the program.

use std::ffi::{CStr, c_void};
use std::ptr;

use hdf5_sys::{h5e, h5i, h5p, h5t};

use crate::FilterError;

/// The HDF5 library that the program contains.
#[derive(Debug)]
pub(crate) struct HostLibrary;

impl HostLibrary {
    /// Returns the linked library, which is the only one that can call the filter.
    #[allow(
        clippy::unnecessary_wraps,
        reason = "a library that is looked up may not be found"
    )]
    pub(crate) fn from_caller() -> Result<Self, FilterError> {
        Ok(Self)
    }

    /// Returns the address of a function or a variable.
    pub(super) fn symbol(&self, name: &CStr) -> Option<*mut c_void> {
        let address = match name.to_bytes() {
            b"H5Epush2" => h5e::H5Epush2 as *mut c_void,
            b"H5Pfill_value_defined" => h5p::H5Pfill_value_defined as *mut c_void,
            b"H5Pget_chunk" => h5p::H5Pget_chunk as *mut c_void,
            b"H5Pget_fill_value" => h5p::H5Pget_fill_value as *mut c_void,
            b"H5Pget_filter2" => h5p::H5Pget_filter2 as *mut c_void,
            b"H5Pget_nfilters" => h5p::H5Pget_nfilters as *mut c_void,
            b"H5Pmodify_filter" => h5p::H5Pmodify_filter as *mut c_void,
            b"H5Tequal" => h5t::H5Tequal as *mut c_void,
            b"H5E_CANTFILTER_g" => address(h5e::H5E_CANTFILTER),
            b"H5E_ERR_CLS_g" => address(h5e::H5E_ERR_CLS),
            b"H5E_PLINE_g" => address(h5e::H5E_PLINE),
            b"H5T_IEEE_F32LE_g" => address(h5t::H5T_IEEE_F32LE),
            b"H5T_IEEE_F32BE_g" => address(h5t::H5T_IEEE_F32BE),
            b"H5T_IEEE_F64LE_g" => address(h5t::H5T_IEEE_F64LE),
            b"H5T_IEEE_F64BE_g" => address(h5t::H5T_IEEE_F64BE),
            b"H5T_STD_I8LE_g" => address(h5t::H5T_STD_I8LE),
            b"H5T_STD_I8BE_g" => address(h5t::H5T_STD_I8BE),
            b"H5T_STD_I16LE_g" => address(h5t::H5T_STD_I16LE),
            b"H5T_STD_I16BE_g" => address(h5t::H5T_STD_I16BE),
            b"H5T_STD_I32LE_g" => address(h5t::H5T_STD_I32LE),
            b"H5T_STD_I32BE_g" => address(h5t::H5T_STD_I32BE),
            b"H5T_STD_I64LE_g" => address(h5t::H5T_STD_I64LE),
            b"H5T_STD_I64BE_g" => address(h5t::H5T_STD_I64BE),
            b"H5T_STD_U8LE_g" => address(h5t::H5T_STD_U8LE),
            b"H5T_STD_U8BE_g" => address(h5t::H5T_STD_U8BE),
            b"H5T_STD_U16LE_g" => address(h5t::H5T_STD_U16LE),
            b"H5T_STD_U16BE_g" => address(h5t::H5T_STD_U16BE),
            b"H5T_STD_U32LE_g" => address(h5t::H5T_STD_U32LE),
            b"H5T_STD_U32BE_g" => address(h5t::H5T_STD_U32BE),
            b"H5T_STD_U64LE_g" => address(h5t::H5T_STD_U64LE),
            b"H5T_STD_U64BE_g" => address(h5t::H5T_STD_U64BE),
            b"H5T_NATIVE_LDOUBLE_g" => address(h5t::H5T_NATIVE_LDOUBLE),
            _ => return None,
        };
        Some(address)
    }
}

/// Returns the address of a variable with an identifier.
fn address(variable: &'static h5i::hid_t) -> *mut c_void {
    ptr::from_ref(variable).cast_mut().cast()
}
