//! Registration of HDF5 filters that are part of this process rather than plugins.

use std::ffi::c_void;

use super::library::with_library_lock;
use crate::{FormatError, Result};

/// Registers a filter with the HDF5 library that reads and writes NetCDF-4 files here. Registering
/// a filter again has no effect.
///
/// ```
/// use fieldreel_formats::register_filter;
/// use hdf5_sys::h5z::H5Z_class2_t;
/// # use std::ffi::{c_uint, c_void};
///
/// # unsafe extern "C" fn identity(
/// #     _: c_uint, _: usize, _: *const c_uint, length: usize, _: *mut usize, _: *mut *mut c_void,
/// # ) -> usize {
/// #     length
/// # }
/// // `hdf5_sys` is the crate `hdf5-metno-sys`. HDF5 calls `identity`, which leaves chunks as they
/// // are.
/// let class: &'static H5Z_class2_t = Box::leak(Box::new(H5Z_class2_t {
///     version: 1,
///     id: 300,
///     encoder_present: 1,
///     decoder_present: 1,
///     filter: Some(identity),
///     ..H5Z_class2_t::default()
/// }));
/// // SAFETY: the class is never freed, and its function leaves chunks as they are.
/// unsafe { register_filter(std::ptr::from_ref(class).cast()) }?;
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
///
/// # Errors
/// [`FormatError::FilterRefused`] if HDF5 rejects the filter.
///
/// # Safety
/// `class` must point to an `H5Z_class2_t` that lives as long as the program and whose functions
/// meet HDF5's requirements for filters.
pub unsafe fn register_filter(class: *const c_void) -> Result<()> {
    if class.is_null() {
        return Err(FormatError::FilterRefused);
    }
    // SAFETY: the caller guarantees that `class` points to a filter class; the lock is held.
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
        // SAFETY: HDF5 checks the version first, and the array is as large as a filter class.
        unsafe {
            assert!(register_filter(ptr::null()).is_err());
            let zeros = [0_u64; 16];
            assert!(register_filter(zeros.as_ptr().cast()).is_err());
        }
    }
}
