//! The functions of the HDF5 that calls.
//!
//! This library links none: a process may hold several (those of h5py's and netCDF4's wheels, and the system's), and the
//! identifiers that one gives mean nothing to another. So they are looked for in the library that the call came from.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::mem::{MaybeUninit, transmute_copy};
use std::ptr;

use fieldreel_core::{Dtype, Element, Scalar, with_element_type};

use crate::{ChunkType, FILTER_ID, FilterError};

/// An identifier of HDF5 1.10 and later.
pub(crate) type Hid = i64;

/// Frames of the stack that are looked at: the caller is the next but a few.
const FRAMES: usize = 32;

/// `H5D_FILL_VALUE_USER_DEFINED`.
const USER_DEFINED: c_int = 2;

/// `H5E_DEFAULT`.
const DEFAULT_STACK: Hid = 0;

/// More numbers than the filter's own parameters.
const MOST_VALUES: usize = 64;

/// A filter of a dataset.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) id: c_int,
    pub(crate) flags: c_uint,
    /// The parameters that the user or the filter itself gave (`cd_values`).
    pub(crate) values: Vec<u32>,
}

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

    /// The filters in a list of properties, in the order in which they are applied to a chunk that is written.
    pub(crate) fn pipeline(&self, list: Hid) -> Result<Vec<Filter>, FilterError> {
        type Count = unsafe extern "C" fn(Hid) -> c_int;
        type Get = unsafe extern "C" fn(
            Hid,
            c_uint,
            *mut c_uint,
            *mut usize,
            *mut c_uint,
            usize,
            *mut c_char,
            *mut c_uint,
        ) -> c_int;

        const COUNT: &CStr = c"H5Pget_nfilters";
        const GET: &CStr = c"H5Pget_filter2";
        // SAFETY: the types of these functions since HDF5 1.8.
        let (count, get) = unsafe { (self.function::<Count>(COUNT)?, self.function::<Get>(GET)?) };
        // SAFETY: it takes any identifier.
        let filters = c_uint::try_from(unsafe { count(list) }).map_err(|_| failed(COUNT))?;
        (0..filters)
            .map(|index| {
                let (mut flags, mut count, mut values) = (0, MOST_VALUES, [0; MOST_VALUES]);
                // SAFETY: `count` says how many numbers there is room for; no name is asked for.
                let id = unsafe {
                    get(
                        list,
                        index,
                        &mut flags,
                        &mut count,
                        values.as_mut_ptr(),
                        0,
                        ptr::null_mut(),
                        ptr::null_mut(),
                    )
                };
                // Of another filter that has more numbers, the first are enough.
                let values = values[..count.min(MOST_VALUES)].to_vec();
                (id >= 0)
                    .then_some(Filter { id, flags, values })
                    .ok_or_else(|| failed(GET))
            })
            .collect()
    }

    /// An identifier that the library keeps in a variable.
    ///
    /// # Safety
    /// The variable with this name, if there is one, is of type `hid_t`, and is set.
    unsafe fn identifier(&self, name: &'static CStr) -> Result<Hid, FilterError> {
        let variable = self.find(name).ok_or_else(|| failed(name))?;
        // SAFETY: as the caller says.
        Ok(unsafe { *variable.cast::<Hid>() })
    }

    /// Puts a message on HDF5's stack of errors, which it prints or gives to its caller once the call has failed. A library
    /// that cannot do so gives its own message only. Every other function of HDF5 empties the stack: this comes last.
    pub(crate) fn report(&self, error: &FilterError) {
        type Push = unsafe extern "C" fn(
            Hid,
            *const c_char,
            *const c_char,
            c_uint,
            Hid,
            Hid,
            Hid,
            *const c_char,
            ...
        ) -> c_int;

        let Ok(message) = CString::new(error.to_string()) else {
            return;
        };
        // SAFETY: the type of this function, and of these variables, since HDF5 1.8.
        let found = unsafe {
            self.function::<Push>(c"H5Epush2").and_then(|push| {
                let class = self.identifier(c"H5E_ERR_CLS_g")?;
                let major = self.identifier(c"H5E_PLINE_g")?;
                Ok((push, class, major, self.identifier(c"H5E_CANTFILTER_g")?))
            })
        };
        if let Ok((push, class, major, minor)) = found {
            // SAFETY: all texts end in a zero, and HDF5 copies them; the format takes one text.
            unsafe {
                push(
                    DEFAULT_STACK,
                    c"fieldreel".as_ptr(),
                    c"filter".as_ptr(),
                    0,
                    class,
                    major,
                    minor,
                    c"%s".as_ptr(),
                    message.as_ptr(),
                );
            }
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

    /// Returns the type of values if it is binary32, binary64 or an integer of 8 to 64 bits, in either byte order. Others of as
    /// many bytes, with other fields or fewer bits, are refused: their bytes mean other numbers.
    pub(crate) fn chunk_type(&self, values: Hid) -> Result<ChunkType, FilterError> {
        type Equal = unsafe extern "C" fn(Hid, Hid) -> c_int;

        // SAFETY: the type of this function in every version.
        let equal: Equal = unsafe { self.function(c"H5Tequal")? };
        for (dtype, [little, big]) in [
            (Dtype::F32, [c"H5T_IEEE_F32LE_g", c"H5T_IEEE_F32BE_g"]),
            (Dtype::F64, [c"H5T_IEEE_F64LE_g", c"H5T_IEEE_F64BE_g"]),
            (Dtype::I8, [c"H5T_STD_I8LE_g", c"H5T_STD_I8BE_g"]),
            (Dtype::I16, [c"H5T_STD_I16LE_g", c"H5T_STD_I16BE_g"]),
            (Dtype::I32, [c"H5T_STD_I32LE_g", c"H5T_STD_I32BE_g"]),
            (Dtype::I64, [c"H5T_STD_I64LE_g", c"H5T_STD_I64BE_g"]),
            (Dtype::U8, [c"H5T_STD_U8LE_g", c"H5T_STD_U8BE_g"]),
            (Dtype::U16, [c"H5T_STD_U16LE_g", c"H5T_STD_U16BE_g"]),
            (Dtype::U32, [c"H5T_STD_U32LE_g", c"H5T_STD_U32BE_g"]),
            (Dtype::U64, [c"H5T_STD_U64LE_g", c"H5T_STD_U64BE_g"]),
        ] {
            for (name, is_big_endian) in [(little, false), (big, true)] {
                // SAFETY: a variable of this type in every version; the function takes any identifiers.
                if unsafe { equal(values, self.identifier(name)?) } > 0 {
                    return Ok(ChunkType {
                        dtype,
                        is_big_endian,
                    });
                }
            }
        }
        // SAFETY: as above.
        let is_long_double =
            unsafe { equal(values, self.identifier(c"H5T_NATIVE_LDOUBLE_g")?) } > 0;
        Err(FilterError::Dataset {
            reason: match is_long_double {
                true => "the values are of type long double, which differs from machine to machine",
                false => "the values are neither integers of 8 to 64 bits nor binary32 or binary64",
            },
        })
    }

    /// The value that a list of properties states for what was never written, if it does. The list is of a dataset that is
    /// being made.
    pub(crate) fn fill(
        &self,
        list: Hid,
        values: Hid,
        chunk_type: ChunkType,
    ) -> Result<Option<Scalar>, FilterError> {
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
        // SAFETY: a value of the type takes at most 8 bytes, which are there.
        if unsafe { get(list, values, bytes.as_mut_ptr().cast()) } < 0 {
            return Err(failed(GET));
        }
        let value = with_element_type!(chunk_type.dtype, T => {
            let values = T::from_bytes(&bytes[..T::BYTES], chunk_type.is_big_endian);
            values.first().map(|value| value.to_scalar())
        });
        Ok(value)
    }
}

fn failed(function: &'static CStr) -> FilterError {
    let function = function.to_str().unwrap_or_default();
    FilterError::Host { function }
}
