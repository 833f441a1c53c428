//! Filters of HDF5 that are in this process, rather than in a folder of plugins.

use std::ffi::c_void;

use super::library::with_library_lock;
use crate::{FormatError, Result};

/// Makes a filter known to the HDF5 that reads and writes NetCDF-4 files here. Again is as once.
///
/// # Errors
/// [`FormatError::FilterRefused`] if HDF5 does not take it.
///
/// # Safety
/// `class` is an `H5Z_class2_t` whose functions keep what HDF5 asks of a filter, and lasts as long as the program.
pub unsafe fn register_filter(class: *const c_void) -> Result<()> {
    if class.is_null() {
        return Err(FormatError::FilterRefused);
    }
    // SAFETY: the class is one, as the caller says; the lock is held.
    let status = with_library_lock(|| unsafe { hdf5_sys::h5z::H5Zregister(class) });
    (status >= 0)
        .then_some(())
        .ok_or(FormatError::FilterRefused)
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn null_and_invalid_filter_classes_are_refused() {
        // SAFETY: HDF5 looks at the version first, and there is as much memory as a class has.
        unsafe {
            assert!(register_filter(ptr::null()).is_err());
            let zeros = [0_u64; 16];
            assert!(register_filter(zeros.as_ptr().cast()).is_err());
        }
    }
}
