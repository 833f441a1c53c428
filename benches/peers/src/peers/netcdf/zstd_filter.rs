//! zstd as a filter of HDF5, registered in the process: what the plugin of HDF5 and netCDF does, which
//! distributions do not ship with netcdf-c.

use std::ffi::{c_uint, c_void};
use std::ptr::slice_from_raw_parts;
use std::sync::OnceLock;

use hdf5_sys::h5::{H5allocate_memory, H5free_memory};
use hdf5_sys::h5z::{H5Z_FLAG_REVERSE, H5Z_class2_t, H5Zregister};

use crate::Outcome;

/// The number that is registered with The HDF Group.
pub(super) const ID: c_uint = 32015;
/// Of `H5Z_class2_t`.
const VERSION: i32 = 1;

/// Makes the filter known to HDF5; once is enough.
pub(super) fn register() -> Outcome<()> {
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
        // SAFETY: HDF5 copies the class; its name and function live as long as the program.
        unsafe { H5Zregister((&raw const class).cast()) }
    });
    if code < 0 {
        return Err("HDF5 does not take the zstd filter".into());
    }
    Ok(())
}

/// HDF5 calls this for each chunk: it gives a buffer and takes another of its own allocation; 0 says
/// that it failed.
///
/// # Safety
/// As HDF5's documentation of `H5Z_func_t` says: `values` are `count` parameters, `*buffer` has
/// `*capacity` bytes from HDF5's allocator, of which `length` are data.
unsafe extern "C" fn filter(
    flags: c_uint,
    count: usize,
    values: *const c_uint,
    length: usize,
    capacity: *mut usize,
    buffer: *mut *mut c_void,
) -> usize {
    // SAFETY: as promised above.
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
    // SAFETY: the new memory has as many bytes as are copied; the old one is HDF5's, as the new one
    // becomes, and is freed once.
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
