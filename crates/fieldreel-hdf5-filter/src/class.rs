//! The functions that HDF5 calls, and the filter class that lists them.

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use crate::host::{Hid, HostLibrary, PipelineFilter};
use crate::read::read_chunk;
use crate::{FILTER_ID, FilterError, Parameters, WriteParameters, compress};

/// The flag `H5Z_FLAG_REVERSE`: HDF5 reads a chunk.
const REVERSE: c_uint = 0x0100;

/// The flag `H5Z_FLAG_OPTIONAL`: HDF5 continues if the filter fails.
const OPTIONAL: c_uint = 1;

/// The filters that may follow this one: deflate, shuffle and Fletcher-32.
///
/// They restore any bytes exactly. Filters that interpret bytes as numbers (scale-offset, n-bit,
/// any other lossy filter) do not.
const ALLOWED_AFTER: [c_int; 3] = [1, 2, 3];

/// A filter class, `H5Z_class2_t` of HDF5.
#[repr(C)]
struct FilterClass {
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

// SAFETY: the class is never modified, and the name is a constant.
unsafe impl Sync for FilterClass {}

static FILTER_CLASS: FilterClass = FilterClass {
    version: 1,
    id: FILTER_ID,
    encoder_present: 1,
    decoder_present: 1,
    name: c"fieldreel: arrays within an error bound".as_ptr(),
    can_apply,
    set_local,
    filter,
};

/// Returns the class of this filter for `H5Zregister`, an `H5Z_class2_t` of static lifetime.
///
/// ```
/// use fieldreel_hdf5_filter::{FILTER_ID, filter_class};
/// use std::ffi::c_int;
///
/// // SAFETY: an `H5Z_class2_t` begins with its version and the identifier of the filter.
/// let [version, id] = unsafe { filter_class().cast::<[c_int; 2]>().read() };
/// assert_eq!((version, id), (1, FILTER_ID));
/// ```
#[must_use]
pub fn filter_class() -> *const c_void {
    ptr::from_ref(&FILTER_CLASS).cast()
}

/// Returns the type of the plugin, which is a filter (`H5PL_TYPE_FILTER`).
#[cfg(all(feature = "plugin", not(feature = "static")))]
#[unsafe(no_mangle)]
pub(crate) extern "C" fn H5PLget_plugin_type() -> c_int {
    0
}

/// Returns the class of the filter.
#[cfg(all(feature = "plugin", not(feature = "static")))]
#[unsafe(no_mangle)]
pub(crate) extern "C" fn H5PLget_plugin_info() -> *const c_void {
    // A plugin contains its own standard library, so this silences no panics outside the plugin.
    std::panic::set_hook(Box::new(|_| {}));
    filter_class()
}

/// Returns 1 if the filter supports a dataset, or −1 if HDF5 must fail.
///
/// It never returns 0, because HDF5 then skips an optional filter. HDF5 calls this function again
/// before it writes into an existing dataset. The property list then has a fill value without a
/// type, and requesting that fill value crashes.
unsafe extern "C" fn can_apply(list: Hid, datatype: Hid, _: Hid) -> c_int {
    let accepted = guarded(|| dataset_parameters(&HostLibrary::from_caller()?, list, datatype));
    if accepted.is_some() { 1 } else { -1 }
}

/// Stores the parameters of a new dataset in the property list, and makes the filter mandatory.
///
/// If an optional filter fails, HDF5 stores the chunk unfiltered, without an error.
unsafe extern "C" fn set_local(list: Hid, datatype: Hid, _: Hid) -> c_int {
    let stored = guarded(|| {
        let host = HostLibrary::from_caller()?;
        let (flags, mut parameters) = dataset_parameters(&host, list, datatype)?;
        if parameters.write.fill_value.is_none() {
            parameters.write.fill_value = host.fill_value(list, datatype, parameters.chunk_type)?;
        }
        host.set_parameters(list, flags & !OPTIONAL, &parameters.to_values()?)
    });
    if stored.is_some() { 0 } else { -1 }
}

/// Returns the flags of the filter and its parameters for a dataset.
///
/// # Errors
/// The reason why the filter does not support the dataset.
fn dataset_parameters(
    host: &HostLibrary,
    list: Hid,
    datatype: Hid,
) -> Result<(c_uint, Parameters), FilterError> {
    let pipeline = host.pipeline(list)?;
    let own = own_filter(&pipeline)?;
    let write = if Parameters::is_stored_form(&own.cd_values) {
        // The parameters were copied from another dataset.
        Parameters::parse(&own.cd_values)?.write
    } else {
        WriteParameters::parse(&own.cd_values)?
    };
    let parameters = Parameters {
        write,
        chunk_type: host.chunk_type(datatype)?,
        dimensions: host.chunk_dimensions(list)?,
    };
    parameters.check()?;
    Ok((own.flags, parameters))
}

/// Returns this filter from a pipeline.
///
/// # Errors
/// [`FilterError::Pipeline`] if this filter is not the first, or if a filter follows that may not
/// restore its bytes exactly.
fn own_filter(pipeline: &[PipelineFilter]) -> Result<&PipelineFilter, FilterError> {
    let (place, id) = match pipeline {
        [own, followers @ ..] if own.id == FILTER_ID => {
            match followers
                .iter()
                .find(|other| !ALLOWED_AFTER.contains(&other.id))
            {
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

/// Compresses or decompresses a chunk in place. Returns the new length of the chunk, or 0 on
/// error.
///
/// # Safety
/// The arguments must be those that HDF5 gives: `cd_values` points to `count` numbers, and
/// `*buffer` is memory of `malloc` with `*size` bytes, of which the first `length` bytes are the
/// chunk.
unsafe extern "C" fn filter(
    flags: c_uint,
    count: usize,
    cd_values: *const c_uint,
    length: usize,
    size: *mut usize,
    buffer: *mut *mut c_void,
) -> usize {
    let output = guarded(|| {
        // SAFETY: `cd_values` points to `count` numbers.
        let cd_values = unsafe { slice_from_raw(cd_values, count) };
        // SAFETY: the first `length` bytes of the buffer are the chunk, and nothing else changes
        // them during the call.
        let chunk = unsafe { slice_from_raw((*buffer).cast::<u8>().cast_const(), length) };
        if flags & REVERSE == 0 {
            compress(chunk, &Parameters::parse(cd_values)?)
        } else {
            read_chunk(chunk, cd_values)
        }
    });
    let Some(output) = output.filter(|output| !output.is_empty()) else {
        return 0;
    };
    // SAFETY: the new memory has room for the bytes that are copied into it. The previous buffer
    // is memory of `malloc`, too, and is freed once.
    unsafe {
        let memory = libc::malloc(output.len());
        if memory.is_null() {
            return 0;
        }
        ptr::copy_nonoverlapping(output.as_ptr(), memory.cast(), output.len());
        libc::free(*buffer);
        *buffer = memory;
        *size = output.len();
    }
    output.len()
}

/// Returns a slice of `count` elements, or an empty slice if `start` is null.
///
/// # Safety
/// If `start` is not null, it must point to `count` elements, which do not change while the slice
/// is used.
unsafe fn slice_from_raw<'a, T>(start: *const T, count: usize) -> &'a [T] {
    if start.is_null() || count == 0 {
        return &[];
    }
    // SAFETY: the caller guarantees that there are `count` elements.
    unsafe { slice::from_raw_parts(start, count) }
}

/// Returns the result of `work`, or `None` after an error or a panic.
///
/// An error is pushed on the error stack of HDF5 or, if the functions of HDF5 cannot be found,
/// printed. A panic is caught, so that it does not unwind into HDF5.
fn guarded<T>(work: impl FnOnce() -> Result<T, FilterError>) -> Option<T> {
    let report_errors = || {
        work().inspect_err(|error| match HostLibrary::from_caller() {
            Ok(host) => host.push_error(error),
            Err(_) => eprintln!("fieldreel: {error}"),
        })
    };
    catch_unwind(AssertUnwindSafe(report_errors)).ok()?.ok()
}

#[cfg(test)]
#[path = "class_tests.rs"]
mod tests;
