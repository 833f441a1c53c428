//! Filters that HDF5 does not know by itself.

use std::ffi::c_void;

use super::library::locked;
use crate::{FormatError, LibraryError, Result};

/// Makes HDF5 know a filter, in place of one of the same number.
///
/// # Errors
///
/// [`FormatError::Library`] if HDF5 refuses.
///
/// # Safety
///
/// `class` points to an `H5Z_class2_t` that lasts as long as the program and whose functions are what HDF5 says.
pub unsafe fn register_filter(class: *const c_void) -> Result<()> {
    // SAFETY: as the caller says.
    let code = locked(|| unsafe { hdf5_sys::h5z::H5Zregister(class) });
    if code >= 0 {
        return Ok(());
    }
    Err(FormatError::Library {
        path: std::path::PathBuf::new(),
        action: "register a filter".to_owned(),
        source: LibraryError {
            library: "HDF5",
            code,
            message: "it refused".to_owned(),
        },
    })
}
