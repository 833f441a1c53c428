//! The HDF5 library that calls the filter, among those that the process has loaded.

use std::ffi::{CStr, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use crate::FilterError;

/// The maximum number of stack frames that are searched. The caller is only a few frames away.
const MAX_STACK_FRAMES: usize = 32;

/// The HDF5 library that calls the filter.
#[derive(Debug)]
pub(crate) struct HostLibrary {
    /// The handle of `dlopen`, whose reference keeps the library loaded.
    handle: *mut c_void,
}

impl Drop for HostLibrary {
    fn drop(&mut self) {
        // SAFETY: the handle comes from `dlopen` and is not used afterward.
        unsafe { libc::dlclose(self.handle) };
    }
}

impl HostLibrary {
    /// Returns the library of the nearest caller that has the functions of HDF5.
    pub(crate) fn from_caller() -> Result<Self, FilterError> {
        let mut frames = [ptr::null_mut::<c_void>(); MAX_STACK_FRAMES];
        // SAFETY: `backtrace` writes at most `MAX_STACK_FRAMES` pointers, the length of `frames`.
        let count = unsafe { libc::backtrace(frames.as_mut_ptr(), MAX_STACK_FRAMES as c_int) };
        let frames = frames.iter().take(usize::try_from(count).unwrap_or(0));
        frames
            .filter_map(|&address| Self::containing(address))
            .find(|host| host.symbol(c"H5Pmodify_filter").is_some())
            .ok_or(FilterError::HiddenHost)
    }

    /// Returns the library that contains an address.
    fn containing(address: *mut c_void) -> Option<Self> {
        let mut info = MaybeUninit::<libc::Dl_info>::uninit();
        // SAFETY: `dladdr` takes any address, and fills `info` if it returns anything but 0.
        let info = unsafe {
            if libc::dladdr(address, info.as_mut_ptr()) == 0 {
                return None;
            }
            info.assume_init()
        };
        let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD;
        // SAFETY: the name is the NUL-terminated name of a loaded library; `RTLD_NOLOAD` loads
        // nothing.
        let mut handle = unsafe { libc::dlopen(info.dli_fname, flags) };
        if handle.is_null() {
            // The address is in the program itself, whose name may be anything.
            // SAFETY: as above; a null name is the program.
            handle = unsafe { libc::dlopen(ptr::null(), flags) };
        }
        (!handle.is_null()).then_some(Self { handle })
    }

    /// Returns the address of a function or a variable.
    pub(super) fn symbol(&self, name: &CStr) -> Option<*mut c_void> {
        // SAFETY: the handle is open, and the name is NUL-terminated.
        let address = unsafe { libc::dlsym(self.handle, name.as_ptr()) };
        (!address.is_null()).then_some(address)
    }
}
