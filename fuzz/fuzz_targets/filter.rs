//! Arbitrary parameters and bytes of a chunk that HDF5 reads through the filter: the filter either
//! fails and leaves the chunk unchanged, or returns as many bytes as the parameters state.
//!
//! The input has the number of parameters, the parameters (little-endian), and the chunk.
#![no_main]

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::slice;

use fieldreel_hdf5_filter::{Parameters, filter_class};
use libfuzzer_sys::fuzz_target;

/// HDF5's flag for reading.
const REVERSE: c_uint = 0x0100;

/// HDF5's `H5Z_class2_t`.
#[repr(C)]
struct Class {
    version: c_int,
    id: c_int,
    encoder_present: c_uint,
    decoder_present: c_uint,
    name: *const c_char,
    can_apply: *const c_void,
    set_local: *const c_void,
    filter: unsafe extern "C" fn(
        c_uint,
        usize,
        *const c_uint,
        usize,
        *mut usize,
        *mut *mut c_void,
    ) -> usize,
}

fuzz_target!(|input: &[u8]| {
    let Some((&count, rest)) = input.split_first() else {
        return;
    };
    let Some((parameters, chunk)) = rest.split_at_checked(usize::from(count) * 4) else {
        return;
    };
    let parameters: Vec<u32> = parameters
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| u32::from_le_bytes(bytes))
        .collect();
    // HDF5 itself allocates as much memory as the parameters state for a chunk.
    let expected = Parameters::parse(&parameters).and_then(|parsed| {
        let count = parsed.shape()?.iter().product::<usize>();
        Ok(count * parsed.chunk_type.dtype.bytes())
    });
    if expected.as_ref().is_ok_and(|&bytes| bytes > 1 << 22) {
        return;
    }
    // SAFETY: the class is a constant of this type.
    let class = unsafe { &*filter_class().cast::<Class>() };
    // SAFETY: the buffer comes from `malloc` and is as long as the chunk, which is copied into it.
    // Afterward only those bytes are read that the filter states are in the buffer.
    unsafe {
        let mut size = chunk.len();
        let mut buffer = libc::malloc(size.max(1));
        assert!(!buffer.is_null());
        buffer
            .cast::<u8>()
            .copy_from_nonoverlapping(chunk.as_ptr(), size);
        let before = buffer;
        let written = (class.filter)(
            REVERSE,
            parameters.len(),
            parameters.as_ptr(),
            chunk.len(),
            &mut size,
            &mut buffer,
        );
        if written == 0 {
            assert!(buffer == before && size == chunk.len());
            assert!(slice::from_raw_parts(buffer.cast::<u8>(), size) == chunk);
        } else {
            assert!(size == written && expected.is_ok_and(|bytes| bytes == written));
            let sum = slice::from_raw_parts(buffer.cast::<u8>(), written)
                .iter()
                .fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
            std::hint::black_box(sum);
        }
        libc::free(buffer);
    }
});
