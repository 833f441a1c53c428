//! The functions of the HDF5 library that calls the filter.
//!
//! Without the feature `static`, this crate does not link HDF5. A process may contain several HDF5
//! libraries (those of the wheels of h5py and netCDF4, and that of the system), and an identifier
//! of one library is meaningless in another. The functions are therefore looked up in the library
//! from which the call came. A library that is linked statically hides its functions from such a
//! lookup, so with the feature `static` they are linked.

#[cfg(feature = "static")]
mod linked;
#[cfg(not(feature = "static"))]
mod loaded;

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::mem::transmute_copy;
use std::ptr;

use fieldreel_core::{Dtype, Element, Scalar, with_element_type};

#[cfg(feature = "static")]
pub(crate) use self::linked::HostLibrary;
#[cfg(not(feature = "static"))]
pub(crate) use self::loaded::HostLibrary;
use crate::{ChunkType, FILTER_ID, FilterError};

/// An identifier of HDF5 1.10 or later (`hid_t`).
pub(crate) type Hid = i64;

/// The status `H5D_FILL_VALUE_USER_DEFINED`.
const FILL_VALUE_USER_DEFINED: c_int = 2;

/// The error stack `H5E_DEFAULT`.
const DEFAULT_ERROR_STACK: Hid = 0;

/// The maximum number of `cd_values` that are read of a filter. This filter has fewer.
const MAX_CD_VALUES: usize = 64;

/// A filter in the pipeline of a dataset.
#[derive(Debug)]
pub(crate) struct PipelineFilter {
    pub(crate) id: c_int,
    pub(crate) flags: c_uint,
    /// The parameters that the user or the filter itself set.
    pub(crate) cd_values: Vec<u32>,
}

impl HostLibrary {
    /// Returns the function with a name.
    ///
    /// # Safety
    /// `F` must be the type of a pointer to this function of HDF5.
    unsafe fn function<F: Copy>(&self, name: &'static CStr) -> Result<F, FilterError> {
        const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
        let address = self.symbol(name).ok_or_else(|| host_error(name))?;
        // SAFETY: a function pointer is an address, which the assertion above checks in size; the
        // caller guarantees the type.
        Ok(unsafe { transmute_copy(&address) })
    }

    /// Returns the filters of a property list, in the order in which they are applied when
    /// writing.
    pub(crate) fn pipeline(&self, list: Hid) -> Result<Vec<PipelineFilter>, FilterError> {
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
        // SAFETY: these are the types of the functions since HDF5 1.8.
        let (count, get) = unsafe { (self.function::<Count>(COUNT)?, self.function::<Get>(GET)?) };
        // SAFETY: the function takes any identifier.
        let filter_count =
            c_uint::try_from(unsafe { count(list) }).map_err(|_| host_error(COUNT))?;
        (0..filter_count)
            .map(|index| {
                let (mut flags, mut count, mut cd_values) = (0, MAX_CD_VALUES, [0; MAX_CD_VALUES]);
                // SAFETY: `count` is the capacity of `cd_values`; the name is not requested.
                let id = unsafe {
                    get(
                        list,
                        index,
                        &mut flags,
                        &mut count,
                        cd_values.as_mut_ptr(),
                        0,
                        ptr::null_mut(),
                        ptr::null_mut(),
                    )
                };
                // Another filter may have more parameters, which are not needed.
                let cd_values = cd_values[..count.min(MAX_CD_VALUES)].to_vec();
                (id >= 0)
                    .then_some(PipelineFilter {
                        id,
                        flags,
                        cd_values,
                    })
                    .ok_or_else(|| host_error(GET))
            })
            .collect()
    }

    /// Returns an identifier that the library stores in a variable.
    ///
    /// # Safety
    /// The variable with this name, if it exists, must have the type `hid_t` and must be
    /// initialized.
    unsafe fn identifier(&self, name: &'static CStr) -> Result<Hid, FilterError> {
        let variable = self.symbol(name).ok_or_else(|| host_error(name))?;
        // SAFETY: the caller guarantees the type and the initialization.
        Ok(unsafe { *variable.cast::<Hid>() })
    }

    /// Pushes a message on the error stack of HDF5.
    ///
    /// HDF5 prints the stack or returns it to its caller after the call has failed. If the library
    /// has no functions for this, it reports only its own message. Every other function of HDF5
    /// clears the stack, so this must be the last call.
    pub(crate) fn push_error(&self, error: &FilterError) {
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
        // SAFETY: these are the types of the function and of the variables since HDF5 1.8.
        let symbols = unsafe {
            self.function::<Push>(c"H5Epush2").and_then(|push| {
                let class = self.identifier(c"H5E_ERR_CLS_g")?;
                let major = self.identifier(c"H5E_PLINE_g")?;
                Ok((push, class, major, self.identifier(c"H5E_CANTFILTER_g")?))
            })
        };
        if let Ok((push, class, major, minor)) = symbols {
            // SAFETY: all strings are NUL-terminated, and HDF5 copies them; the format takes one
            // string.
            unsafe {
                push(
                    DEFAULT_ERROR_STACK,
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

    /// Sets the parameters of this filter in a property list.
    pub(crate) fn set_parameters(
        &self,
        list: Hid,
        flags: c_uint,
        cd_values: &[u32],
    ) -> Result<(), FilterError> {
        type Modify = unsafe extern "C" fn(Hid, c_int, c_uint, usize, *const c_uint) -> c_int;

        const NAME: &CStr = c"H5Pmodify_filter";
        // SAFETY: this is the type of the function since HDF5 1.6.
        let modify: Modify = unsafe { self.function(NAME)? };
        // SAFETY: the length is that of the slice.
        let status = unsafe { modify(list, FILTER_ID, flags, cd_values.len(), cd_values.as_ptr()) };
        (status >= 0).then_some(()).ok_or_else(|| host_error(NAME))
    }

    /// Returns the dimensions of the chunks in a property list.
    pub(crate) fn chunk_dimensions(&self, list: Hid) -> Result<Vec<usize>, FilterError> {
        /// The maximum number of dimensions in HDF5.
        const HDF5_MAX_RANK: usize = 32;

        type Get = unsafe extern "C" fn(Hid, c_int, *mut u64) -> c_int;
        const NAME: &CStr = c"H5Pget_chunk";
        // SAFETY: this is the type of the function in every version.
        let get: Get = unsafe { self.function(NAME)? };
        let mut sides = [0; HDF5_MAX_RANK];
        // SAFETY: `HDF5_MAX_RANK` is the capacity of `sides`.
        let count = unsafe { get(list, HDF5_MAX_RANK as c_int, sides.as_mut_ptr()) };
        let sides = usize::try_from(count)
            .ok()
            .and_then(|count| sides.get(..count));
        let sides = sides.ok_or_else(|| host_error(NAME))?;
        let sides = sides.iter().map(|&side| usize::try_from(side));
        sides
            .collect::<Result<_, _>>()
            .map_err(|_| host_error(NAME))
    }

    /// Returns the element type and byte order of an HDF5 datatype.
    ///
    /// # Errors
    /// [`FilterError::Dataset`] if the datatype is not binary32, binary64 or an integer of 8 to 64
    /// bits. A datatype of the same size with other bit fields or a lower precision is not
    /// supported, because its bytes represent other numbers.
    pub(crate) fn chunk_type(&self, datatype: Hid) -> Result<ChunkType, FilterError> {
        type Equal = unsafe extern "C" fn(Hid, Hid) -> c_int;

        // SAFETY: this is the type of the function in every version.
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
                // SAFETY: the variable has this type in every version; the function takes any
                // identifiers.
                if unsafe { equal(datatype, self.identifier(name)?) } > 0 {
                    return Ok(ChunkType {
                        dtype,
                        is_big_endian,
                    });
                }
            }
        }
        // SAFETY: as above.
        let is_long_double =
            unsafe { equal(datatype, self.identifier(c"H5T_NATIVE_LDOUBLE_g")?) } > 0;
        Err(FilterError::Dataset {
            reason: match is_long_double {
                true => "its values have the type long double, whose format depends on the machine",
                false => "its values are neither integers of 8 to 64 bits nor binary32 or binary64",
            },
        })
    }

    /// Returns the fill value of a property list, or `None` if the user has not defined one.
    ///
    /// The property list must belong to a dataset that is being created.
    pub(crate) fn fill_value(
        &self,
        list: Hid,
        datatype: Hid,
        chunk_type: ChunkType,
    ) -> Result<Option<Scalar>, FilterError> {
        type Defined = unsafe extern "C" fn(Hid, *mut c_int) -> c_int;
        type Get = unsafe extern "C" fn(Hid, Hid, *mut c_void) -> c_int;

        const DEFINED: &CStr = c"H5Pfill_value_defined";
        const GET: &CStr = c"H5Pget_fill_value";
        // SAFETY: these are the types of the functions since HDF5 1.6.
        let (defined, get) = unsafe {
            (
                self.function::<Defined>(DEFINED)?,
                self.function::<Get>(GET)?,
            )
        };
        let mut status = 0;
        // SAFETY: the function writes one `c_int`.
        if unsafe { defined(list, &mut status) } < 0 {
            return Err(host_error(DEFINED));
        }
        if status != FILL_VALUE_USER_DEFINED {
            return Ok(None);
        }
        let mut bytes = [0_u8; 8];
        // SAFETY: a value of the type takes at most 8 bytes, the length of `bytes`.
        if unsafe { get(list, datatype, bytes.as_mut_ptr().cast()) } < 0 {
            return Err(host_error(GET));
        }
        let fill_value = with_element_type!(chunk_type.dtype, T => {
            let values = T::from_bytes(&bytes[..T::BYTES], chunk_type.is_big_endian);
            values.first().map(|value| value.to_scalar())
        });
        Ok(fill_value)
    }
}

fn host_error(function: &'static CStr) -> FilterError {
    let function = function.to_str().unwrap_or_default();
    FilterError::Host { function }
}
