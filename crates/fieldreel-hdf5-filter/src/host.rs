//! The functions of the HDF5 that calls.
//!
//! This library links none: a process may hold several (those of h5py's and netCDF4's wheels, and the system's), and the
//! identifiers that one gives mean nothing to another. So they are looked for in the library that the call came from.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::mem::{MaybeUninit, transmute_copy};
use std::ptr;

use crate::{ChunkType, FILTER_ID, FilterError};

/// An identifier of HDF5 1.10 and later.
pub(crate) type Hid = i64;

/// Frames of the stack that are looked at: the caller is the next but a few.
const FRAMES: usize = 32;

/// `H5T_FLOAT`, `H5T_ORDER_LE`, `H5T_ORDER_BE`, `H5D_FILL_VALUE_USER_DEFINED`.
const FLOAT: c_int = 1;
const LITTLE_ENDIAN: c_int = 0;
const BIG_ENDIAN: c_int = 1;
const USER_DEFINED: c_int = 2;

/// More numbers than the filter's own parameters.
const MOST_VALUES: usize = 64;

/// The library that calls.
#[derive(Debug)]
pub(crate) struct Host {
    /// Of `dlopen`: the library is counted once more, so that it does not go meanwhile.
    handle: *mut c_void,
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: the handle is of `dlopen`, and is not used after.
        unsafe { libc::dlclose(self.handle) };
    }
}

impl Host {
    /// The nearest caller that has HDF5's functions.
    pub(crate) fn of_the_caller() -> Result<Self, FilterError> {
        let mut frames = [ptr::null_mut::<c_void>(); FRAMES];
        // SAFETY: writes at most so many pointers to where as many are.
        let count = unsafe { libc::backtrace(frames.as_mut_ptr(), FRAMES as c_int) };
        let frames = frames.iter().take(usize::try_from(count).unwrap_or(0));
        frames
            .filter_map(|&address| Self::at(address))
            .find(|host| host.find(c"H5Pmodify_filter").is_some())
            .ok_or(FilterError::Host {
                function: "H5Pmodify_filter",
            })
    }

    /// The library that holds this address.
    fn at(address: *mut c_void) -> Option<Self> {
        let mut info = MaybeUninit::<libc::Dl_info>::uninit();
        // SAFETY: `dladdr` takes any address, and fills `info` if it gives anything but 0.
        let info = unsafe {
            if libc::dladdr(address, info.as_mut_ptr()) == 0 {
                return None;
            }
            info.assume_init()
        };
        let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD;
        // SAFETY: the name is of a library that is loaded, and ends in a zero; nothing is loaded anew.
        let mut handle = unsafe { libc::dlopen(info.dli_fname, flags) };
        if handle.is_null() {
            // The program itself, whose name may be anything.
            // SAFETY: as above; no name is the program.
            handle = unsafe { libc::dlopen(ptr::null(), flags) };
        }
        (!handle.is_null()).then_some(Self { handle })
    }

    fn find(&self, name: &CStr) -> Option<*mut c_void> {
        // SAFETY: the handle is open, and the name ends in a zero.
        let address = unsafe { libc::dlsym(self.handle, name.as_ptr()) };
        (!address.is_null()).then_some(address)
    }

    /// A function by its name.
    ///
    /// # Safety
    /// `F` is the type of a pointer to this function of HDF5.
    unsafe fn function<F: Copy>(&self, name: &'static CStr) -> Result<F, FilterError> {
        const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
        let address = self.find(name).ok_or_else(|| failed(name))?;
        // SAFETY: a pointer to a function has the size of an address, and is one; the caller says that it has this type.
        Ok(unsafe { transmute_copy(&address) })
    }

    /// The filter's parameters in a list of properties, and its flags.
    pub(crate) fn parameters(&self, list: Hid) -> Result<(c_uint, Vec<u32>), FilterError> {
        type Get = unsafe extern "C" fn(
            Hid,
            c_int,
            *mut c_uint,
            *mut usize,
            *mut c_uint,
            usize,
            *mut i8,
            *mut c_uint,
        ) -> c_int;

        const NAME: &CStr = c"H5Pget_filter_by_id2";
        // SAFETY: the type of this function since HDF5 1.8.
        let get: Get = unsafe { self.function(NAME)? };
        let (mut flags, mut count, mut values) = (0, MOST_VALUES, [0; MOST_VALUES]);
        // SAFETY: `count` says how many numbers there is room for; no name is asked for.
        let status = unsafe {
            get(
                list,
                FILTER_ID,
                &mut flags,
                &mut count,
                values.as_mut_ptr(),
                0,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        match values.get(..count) {
            Some(values) if status >= 0 => Ok((flags, values.to_vec())),
            _ => Err(failed(NAME)),
        }
    }

    /// Sets the filter's parameters in a list of properties.
    pub(crate) fn set_parameters(
        &self,
        list: Hid,
        flags: c_uint,
        values: &[u32],
    ) -> Result<(), FilterError> {
        type Modify = unsafe extern "C" fn(Hid, c_int, c_uint, usize, *const c_uint) -> c_int;

        const NAME: &CStr = c"H5Pmodify_filter";
        // SAFETY: the type of this function since HDF5 1.6.
        let modify: Modify = unsafe { self.function(NAME)? };
        // SAFETY: so many numbers are there.
        let status = unsafe { modify(list, FILTER_ID, flags, values.len(), values.as_ptr()) };
        (status >= 0).then_some(()).ok_or_else(|| failed(NAME))
    }

    /// The dimensions of the chunks in a list of properties.
    pub(crate) fn chunk(&self, list: Hid) -> Result<Vec<usize>, FilterError> {
        /// HDF5's own limit.
        const MOST: usize = 32;

        type Get = unsafe extern "C" fn(Hid, c_int, *mut u64) -> c_int;
        const NAME: &CStr = c"H5Pget_chunk";
        // SAFETY: the type of this function in every version.
        let get: Get = unsafe { self.function(NAME)? };
        let mut sides = [0; MOST];
        // SAFETY: there is room for so many.
        let count = unsafe { get(list, MOST as c_int, sides.as_mut_ptr()) };
        let sides = usize::try_from(count)
            .ok()
            .and_then(|count| sides.get(..count));
        let sides = sides.ok_or_else(|| failed(NAME))?;
        let sides = sides.iter().map(|&side| usize::try_from(side));
        sides.collect::<Result<_, _>>().map_err(|_| failed(NAME))
    }

    /// The type of values, if they are floats of 32 or 64 bits.
    pub(crate) fn chunk_type(&self, values: Hid) -> Result<ChunkType, FilterError> {
        type Class = unsafe extern "C" fn(Hid) -> c_int;
        type Size = unsafe extern "C" fn(Hid) -> usize;

        // SAFETY: the types of these functions in every version; they take any identifier.
        let (class, bytes, order) = unsafe {
            let class: Class = self.function(c"H5Tget_class")?;
            let size: Size = self.function(c"H5Tget_size")?;
            let order: Class = self.function(c"H5Tget_order")?;
            (class(values), size(values), order(values))
        };
        if class != FLOAT || !matches!(bytes, 4 | 8) || !matches!(order, LITTLE_ENDIAN | BIG_ENDIAN)
        {
            return Err(FilterError::Dataset {
                reason: "the values are others",
            });
        }
        Ok(ChunkType {
            bytes,
            is_big_endian: order == BIG_ENDIAN,
        })
    }

    /// The value that a list of properties states for what was never written, if it does. The list is of a dataset that is
    /// being made.
    pub(crate) fn fill(
        &self,
        list: Hid,
        values: Hid,
        chunk_type: ChunkType,
    ) -> Result<Option<f64>, FilterError> {
        type Defined = unsafe extern "C" fn(Hid, *mut c_int) -> c_int;
        type Get = unsafe extern "C" fn(Hid, Hid, *mut c_void) -> c_int;

        const DEFINED: &CStr = c"H5Pfill_value_defined";
        const GET: &CStr = c"H5Pget_fill_value";
        // SAFETY: the types of these functions since HDF5 1.6.
        let (defined, get) = unsafe {
            (
                self.function::<Defined>(DEFINED)?,
                self.function::<Get>(GET)?,
            )
        };
        let mut status = 0;
        // SAFETY: writes one number.
        if unsafe { defined(list, &mut status) } < 0 {
            return Err(failed(DEFINED));
        }
        if status != USER_DEFINED {
            return Ok(None);
        }
        let mut bytes = [0_u8; 8];
        // SAFETY: a value of the type takes 4 or 8 bytes, which are there.
        if unsafe { get(list, values, bytes.as_mut_ptr().cast()) } < 0 {
            return Err(failed(GET));
        }
        let [a, b, c, d, ..] = bytes;
        Ok(Some(match (chunk_type.bytes, chunk_type.is_big_endian) {
            (4, false) => f32::from_le_bytes([a, b, c, d]).into(),
            (4, true) => f32::from_be_bytes([a, b, c, d]).into(),
            (_, false) => f64::from_le_bytes(bytes),
            (_, true) => f64::from_be_bytes(bytes),
        }))
    }
}

fn failed(function: &'static CStr) -> FilterError {
    let function = function.to_str().unwrap_or_default();
    FilterError::Host { function }
}
