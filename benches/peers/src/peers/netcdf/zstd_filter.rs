//! The zstd filter of HDF5, registered in the process.
//!
//! It replaces the plugin for HDF5 and netcdf-c, which distributions do not package with netcdf-c.

use std::ffi::{c_uint, c_void};
use std::ptr::slice_from_raw_parts;
use std::sync::OnceLock;

use hdf5_sys::h5::{H5allocate_memory, H5free_memory};
use hdf5_sys::h5z::{H5Z_FLAG_REVERSE, H5Z_class2_t, H5Zregister};

use crate::Result;

/// The identifier registered with The HDF Group.
pub(super) const ID: c_uint = 32015;
/// The version of `H5Z_class2_t`.
const VERSION: i32 = 1;

/// Registers the filter with HDF5 in the first call.
pub(super) fn register() -> Result<()> {
    static CODE: OnceLock<i32> = OnceLock::new();
    let code = *CODE.get_or_init(|| {
        let class = H5Z_class2_t {
            version: VERSION,
            id: ID as i32,
            encoder_present: 1,
            decoder_present: 1,
            name: c"zstd".as_ptr(),
            can_apply: None,
            set_local: None,
            filter: Some(filter),
        };
        let _lock = hdf5_sys::LOCK.lock();
        // SAFETY: HDF5 copies the class; its name and its function are static.
        unsafe { H5Zregister((&raw const class).cast()) }
    });
    if code < 0 {
        return Err("HDF5 cannot register the zstd filter".into());
    }
    Ok(())
}

/// Compresses or decompresses a chunk for HDF5.
///
/// Replaces the buffer by a new one from the allocator of HDF5 and returns its length, or 0 after
/// an error.
///
/// # Safety
/// The arguments must be as documented for `H5Z_func_t`: `values` points to `count` parameters,
/// and `*buffer` to `*capacity` bytes from the allocator of HDF5, of which the first `length` are
/// data.
unsafe extern "C" fn filter(
    flags: c_uint,
    count: usize,
    values: *const c_uint,
    length: usize,
    capacity: *mut usize,
    buffer: *mut *mut c_void,
) -> usize {
    // SAFETY: the caller guarantees the lengths.
    let (parameters, data) = unsafe {
        (
            slice_from_raw_parts(values, if values.is_null() { 0 } else { count }).as_ref(),
            std::slice::from_raw_parts((*buffer).cast::<u8>(), length),
        )
    };
    let level = parameters.and_then(|values| values.first()).copied();
    let done = if flags & H5Z_FLAG_REVERSE != 0 {
        zstd::decode_all(data)
    } else {
        zstd::bulk::compress(data, level.and_then(|l| i32::try_from(l).ok()).unwrap_or(3))
    };
    let Ok(bytes) = done else { return 0 };
    if bytes.is_empty() {
        return 0;
    }
    // SAFETY: the new memory has the length of the copied bytes. Both buffers are from the
    // allocator of HDF5; the old one is freed once, and HDF5 becomes the owner of the new one.
    unsafe {
        let fresh = H5allocate_memory(bytes.len(), 0);
        if fresh.is_null() {
            return 0;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), fresh.cast::<u8>(), bytes.len());
        H5free_memory(*buffer);
        *buffer = fresh;
        *capacity = bytes.len();
    }
    bytes.len()
}
