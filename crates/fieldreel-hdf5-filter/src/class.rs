//! What HDF5 calls.

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use crate::chunk::check;
use crate::host::{Filter, Hid, Host};
use crate::read::read;
use crate::{FILTER_ID, FilterError, Parameters, WriteParameters, compress};

/// `H5Z_FLAG_REVERSE`: a chunk is read.
const REVERSE: c_uint = 0x0100;

/// `H5Z_FLAG_OPTIONAL`: HDF5 goes on where the filter fails.
const OPTIONAL: c_uint = 1;

/// The filters that may follow: `H5Z_FILTER_DEFLATE`, `H5Z_FILTER_SHUFFLE`, `H5Z_FILTER_FLETCHER32`. They give back whatever
/// bytes they got. Those that take bytes for numbers (scale-offset, n-bit, any other lossy filter) do not.
const MAY_FOLLOW: [c_int; 3] = [1, 2, 3];

/// HDF5's `H5Z_class2_t`.
#[repr(C)]
struct Class {
    version: c_int,
    id: c_int,
    encoder_present: c_uint,
    decoder_present: c_uint,
    name: *const c_char,
    can_apply: unsafe extern "C" fn(Hid, Hid, Hid) -> c_int,
    set_local: unsafe extern "C" fn(Hid, Hid, Hid) -> c_int,
    filter: unsafe extern "C" fn(
        c_uint,
        usize,
        *const c_uint,
        usize,
        *mut usize,
        *mut *mut c_void,
    ) -> usize,
}

// SAFETY: nothing in it changes, and the name is a constant.
unsafe impl Sync for Class {}

static CLASS: Class = Class {
    version: 1,
    id: FILTER_ID,
    encoder_present: 1,
    decoder_present: 1,
    name: c"fieldreel: video with a guaranteed error bound".as_ptr(),
    can_apply,
    set_local,
    filter,
};

/// The class of this filter, HDF5's `H5Z_class2_t`, for `H5Zregister`. It lasts as long as the program.
#[must_use]
pub fn filter_class() -> *const c_void {
    ptr::from_ref(&CLASS).cast()
}

/// Tells HDF5 that this library is a filter (`H5PL_TYPE_FILTER`).
#[cfg(feature = "plugin")]
#[unsafe(no_mangle)]
pub(crate) extern "C" fn H5PLget_plugin_type() -> c_int {
    0
}

/// Gives HDF5 the class of the filter.
#[cfg(feature = "plugin")]
#[unsafe(no_mangle)]
pub(crate) extern "C" fn H5PLget_plugin_info() -> *const c_void {
    // A plugin has a standard library of its own: this silences no other's panics.
    std::panic::set_hook(Box::new(|_| {}));
    filter_class()
}

/// Says that the filter can take a dataset (1), or that HDF5 must fail (−1). HDF5 skips an optional filter that gives 0.
///
/// HDF5 asks this again before it writes into a dataset that it opened, and then its list has a fill value without a type:
/// to ask for that value crashes.
unsafe extern "C" fn can_apply(list: Hid, values: Hid, _: Hid) -> c_int {
    let accepted = guarded(|| accept(&Host::of_the_caller()?, list, values));
    if accepted.is_some() { 1 } else { -1 }
}

/// Puts what the chunks of a dataset are beside what the user asked for, and makes the filter mandatory: HDF5 stores a chunk
/// as it is, without an error, where an optional filter fails.
unsafe extern "C" fn set_local(list: Hid, values: Hid, _: Hid) -> c_int {
    let set = guarded(|| {
        let host = Host::of_the_caller()?;
        let (flags, mut parameters) = accept(&host, list, values)?;
        if parameters.write.fill.is_none() {
            parameters.write.fill = host.fill(list, values, parameters.chunk_type)?;
        }
        host.set_parameters(list, flags & !OPTIONAL, &parameters.to_values()?)
    });
    if set.is_some() { 0 } else { -1 }
}

/// Returns the filter's flags and its whole parameters for a dataset, or the reason why it does not take the dataset.
fn accept(host: &Host, list: Hid, values: Hid) -> Result<(c_uint, Parameters), FilterError> {
    let pipeline = host.pipeline(list)?;
    let own = first_of(&pipeline)?;
    let write = if Parameters::is_stored_form(&own.values) {
        // Of another dataset, from which this one is copied.
        Parameters::parse(&own.values)?.write
    } else {
        WriteParameters::parse(&own.values)?
    };
    let parameters = Parameters {
        write,
        chunk_type: host.chunk_type(values)?,
        dimensions: host.chunk(list)?,
    };
    check(&parameters)?;
    Ok((own.flags, parameters))
}

/// Returns this filter if it gets the values as they are, and if those after it give back its bytes as they were.
fn first_of(pipeline: &[Filter]) -> Result<&Filter, FilterError> {
    let (place, id) = match pipeline {
        [own, others @ ..] if own.id == FILTER_ID => {
            match others.iter().find(|other| !MAY_FOLLOW.contains(&other.id)) {
                None => return Ok(own),
                Some(other) => ("after", other.id),
            }
        }
        [other, ..] => ("before", other.id),
        [] => {
            return Err(FilterError::Host {
                function: "H5Pget_nfilters",
            });
        }
    };
    Err(FilterError::Pipeline { id, place })
}

/// Compresses or decompresses a chunk: the bytes that `*buffer` then has, or 0.
///
/// # Safety
/// As HDF5 calls it: there are `count` numbers, `*buffer` is memory of `malloc` with `*size` bytes, of which `length` are
/// the chunk.
unsafe extern "C" fn filter(
    flags: c_uint,
    count: usize,
    numbers: *const c_uint,
    length: usize,
    size: *mut usize,
    buffer: *mut *mut c_void,
) -> usize {
    let made = guarded(|| {
        // SAFETY: so many numbers are there.
        let numbers = unsafe { from_raw(numbers, count) };
        // SAFETY: so many bytes of the buffer are the chunk, and nothing else changes them meanwhile.
        let chunk = unsafe { from_raw((*buffer).cast::<u8>().cast_const(), length) };
        if flags & REVERSE == 0 {
            compress(chunk, &Parameters::parse(numbers)?)
        } else {
            read(chunk, numbers)
        }
    });
    let Some(made) = made.filter(|made| !made.is_empty()) else {
        return 0;
    };
    // SAFETY: memory for so many bytes, which are copied into it; what was there before is of `malloc`, too, and given
    // back once.
    unsafe {
        let memory = libc::malloc(made.len());
        if memory.is_null() {
            return 0;
        }
        ptr::copy_nonoverlapping(made.as_ptr(), memory.cast(), made.len());
        libc::free(*buffer);
        *buffer = memory;
        *size = made.len();
    }
    made.len()
}

/// # Safety
/// There are `count` at `start`, unless it is null, and they do not change while the slice is used.
unsafe fn from_raw<'a, T>(start: *const T, count: usize) -> &'a [T] {
    if start.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: as the caller says.
    unsafe { slice::from_raw_parts(start, count) }
}

/// Returns what `work` gives, if it gives anything. An error goes on HDF5's stack of errors; no panic goes on into HDF5.
fn guarded<T>(work: impl FnOnce() -> Result<T, FilterError>) -> Option<T> {
    let reported = || {
        work().inspect_err(|error| {
            if let Ok(host) = Host::of_the_caller() {
                host.report(error);
            }
        })
    };
    catch_unwind(AssertUnwindSafe(reported)).ok()?.ok()
}

#[cfg(test)]
#[path = "class_tests.rs"]
mod tests;
