//! Safe bindings to ecCodes: messages that borrow a process-wide lock, typed errors, no log.
//!
//! The `eccodes` crate is not used here. Its version 0.14 passes to `fdopen` a mode string without
//! a terminating NUL and never frees the stream, and it cannot create a message from a sample,
//! return the bytes of a message, or silence the log.
//! `docs/notes/netcdf-and-eccodes-crates.md` compares both function by function.

use std::ffi::{CStr, CString, c_char, c_int};
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::ptr::{NonNull, null, null_mut};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use eccodes_sys as ec;

use super::framing::{Framer, FramingError, MessageLocation};
use super::message::{self, MessageKeys};
use crate::{FormatError, LibraryError, Result};

/// Serializes calls, because ecCodes keeps global state (the context with its caches, the log)
/// however it was built.
static LOCK: Mutex<()> = Mutex::new(());
static SILENCE_LOG: Once = Once::new();

/// A guard that permits calls to ecCodes. Every message borrows it.
pub(super) struct Library {
    _guard: MutexGuard<'static, ()>,
}

impl Library {
    /// Acquires the lock, and waits while another thread holds it.
    pub(super) fn lock() -> Self {
        let guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: a null context is the default one, and the function passed lives forever.
        SILENCE_LOG.call_once(|| unsafe {
            ec::grib_context_set_logging_proc(ec::grib_context_get_default(), Some(discard_log));
        });
        Self { _guard: guard }
    }
}

/// Ignores a log message, because the returned error code has the same information.
unsafe extern "C" fn discard_log(_: *const ec::grib_context, _: c_int, _: *const c_char) {}

/// A reader of the messages of a file, in order, with each field of a multi-field message as a
/// message of its own.
pub(super) struct MessageReader<'a> {
    framer: Framer<BufReader<File>>,
    path: PathBuf,
    library: PhantomData<&'a Library>,
}

impl<'a> MessageReader<'a> {
    /// Opens a file.
    pub(super) fn open(_library: &'a Library, path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|source| FormatError::io(path, "open", source))?;
        Ok(Self::from_file(file, path))
    }

    fn from_file(file: File, path: &Path) -> Self {
        Self {
            framer: Framer::new(BufReader::new(file)),
            path: path.to_path_buf(),
            library: PhantomData,
        }
    }

    /// Reads an open file from an offset on. Locations are relative to this offset.
    pub(super) fn from_offset(
        _library: &'a Library,
        file: &File,
        path: &Path,
        offset: u64,
    ) -> Result<Self> {
        let io = |source| FormatError::io(path, "read", source);
        let mut file = file.try_clone().map_err(io)?;
        file.seek(SeekFrom::Start(offset)).map_err(io)?;
        Ok(Self::from_file(file, path))
    }

    /// Returns the location of the message that was returned last.
    pub(super) fn location(&self) -> MessageLocation {
        self.framer.location()
    }

    /// Reads the message at a location. Returns `None` if there is none.
    pub(super) fn read_at(
        library: &'a Library,
        file: &File,
        path: &Path,
        location: MessageLocation,
    ) -> Result<Option<GribMessage<'a>>> {
        let mut messages = Self::from_offset(library, file, path, location.offset)?;
        for _ in 0..location.field {
            messages.skip()?;
        }
        let message = messages.next()?;
        let expected = MessageLocation {
            offset: 0,
            ..location
        };
        Ok(message.filter(|_| messages.location() == expected))
    }

    fn skip(&mut self) -> Result<()> {
        self.next_bytes().map(drop)
    }

    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        let path = || self.path.clone();
        self.framer.next().map_err(|error| match error {
            FramingError::Io(source) => FormatError::io(&self.path, "read", source),
            FramingError::Truncated { expected, found } => FormatError::Truncated {
                path: path(),
                expected,
                found,
            },
            FramingError::Damaged(problem) => FormatError::Damaged {
                path: path(),
                problem,
            },
        })
    }

    /// Returns the next message, or `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<GribMessage<'a>>> {
        let Some(bytes) = self.next_bytes()? else {
            return Ok(None);
        };
        // SAFETY: a null context is the default one; ecCodes copies the bytes.
        let handle = unsafe {
            ec::codes_handle_new_from_message_copy(null_mut(), bytes.as_ptr().cast(), bytes.len())
        };
        match NonNull::new(handle) {
            Some(handle) => Ok(Some(GribMessage {
                handle,
                library: PhantomData,
            })),
            None => Err(FormatError::Damaged {
                path: self.path.clone(),
                problem: "ecCodes cannot parse a message",
            }),
        }
    }
}

/// The messages of a file, which is opened again for each iteration.
pub(super) struct FileMessages<'a> {
    pub(super) library: &'a Library,
    pub(super) path: &'a Path,
}

impl message::MessageCollection for FileMessages<'_> {
    fn for_each(
        &self,
        visit: &mut dyn FnMut(usize, &mut dyn MessageKeys) -> Result<()>,
    ) -> Result<()> {
        let mut messages = MessageReader::open(self.library, self.path)?;
        let mut index = 0;
        while let Some(mut message) = messages.next()? {
            visit(index, &mut message)?;
            index += 1;
        }
        Ok(())
    }
}

/// A GRIB message.
pub(super) struct GribMessage<'a> {
    handle: NonNull<ec::codes_handle>,
    library: PhantomData<&'a Library>,
}

impl<'a> GribMessage<'a> {
    /// Creates a GRIB 2 message with a regular latitude and longitude grid.
    pub(super) fn new_grib2(_library: &'a Library, path: &Path) -> Result<Self> {
        // SAFETY: a null context is the default one, and the name is NUL-terminated.
        let handle =
            unsafe { ec::codes_grib_handle_new_from_samples(null_mut(), c"GRIB2".as_ptr()) };
        match NonNull::new(handle) {
            Some(handle) => Ok(Self {
                handle,
                library: PhantomData,
            }),
            None => Err(library_error(
                path,
                "find the sample GRIB2.tmpl",
                ec::CODES_FILE_NOT_FOUND,
            )),
        }
    }

    /// Returns the length of an array key.
    pub(super) fn array_len(&self, key: &CStr) -> Option<usize> {
        let mut len = 0;
        // SAFETY: the handle is live, the key is NUL-terminated, and the pointer to `len` is
        // valid.
        let code = unsafe { ec::codes_get_size(self.handle.as_ptr(), key.as_ptr(), &mut len) };
        (code == 0).then_some(len)
    }

    /// Returns the latitudes, from north to south, of a Gaussian grid with `number` latitudes
    /// between a pole and the equator.
    pub(super) fn gaussian_latitudes(
        &self,
        number: usize,
    ) -> std::result::Result<Vec<f64>, LibraryError> {
        let mut latitudes = vec![0.0; 2 * number];
        let number = i64::try_from(number).unwrap_or(0);
        // SAFETY: ecCodes writes `2 * number` values, the length of `latitudes`.
        check_code(unsafe { ec::codes_get_gaussian_latitudes(number, latitudes.as_mut_ptr()) })?;
        Ok(latitudes)
    }

    pub(super) fn set_long(
        &mut self,
        key: &CStr,
        value: i64,
    ) -> std::result::Result<(), LibraryError> {
        // SAFETY: the handle is live and the key is NUL-terminated.
        check_code(unsafe { ec::codes_set_long(self.handle.as_ptr(), key.as_ptr(), value) })
    }

    pub(super) fn set_double(
        &mut self,
        key: &CStr,
        value: f64,
    ) -> std::result::Result<(), LibraryError> {
        // SAFETY: the handle is live and the key is NUL-terminated.
        check_code(unsafe { ec::codes_set_double(self.handle.as_ptr(), key.as_ptr(), value) })
    }

    pub(super) fn set_text(
        &mut self,
        key: &CStr,
        value: &str,
    ) -> std::result::Result<(), LibraryError> {
        let mut len = value.len();
        // An interior NUL would truncate the text, so ecCodes' code for an invalid argument is
        // returned.
        let Ok(c_value) = CString::new(value) else {
            return check_code(ec::CODES_INVALID_ARGUMENT);
        };
        // SAFETY: the handle is live, and key and value are NUL-terminated.
        check_code(unsafe {
            ec::codes_set_string(
                self.handle.as_ptr(),
                key.as_ptr(),
                c_value.as_ptr(),
                &mut len,
            )
        })
    }

    pub(super) fn set_doubles(
        &mut self,
        key: &CStr,
        values: &[f64],
    ) -> std::result::Result<(), LibraryError> {
        // SAFETY: the handle is live, the key is NUL-terminated, and pointer and length are those
        // of a slice.
        check_code(unsafe {
            ec::codes_set_double_array(
                self.handle.as_ptr(),
                key.as_ptr(),
                values.as_ptr(),
                values.len(),
            )
        })
    }

    /// Returns the encoded message.
    pub(super) fn bytes(&self) -> std::result::Result<&[u8], LibraryError> {
        let (mut data, mut len) = (null(), 0);
        // SAFETY: the handle is live and both pointers are valid.
        check_code(unsafe { ec::codes_get_message(self.handle.as_ptr(), &mut data, &mut len) })?;
        if data.is_null() {
            return Ok(&[]);
        }
        // SAFETY: ecCodes returns `len` bytes that are valid until the handle is modified or
        // deleted, which borrowing `self` excludes.
        Ok(unsafe { std::slice::from_raw_parts(data.cast(), len) })
    }
}

impl MessageKeys for GribMessage<'_> {
    fn long(&self, key: &CStr) -> Option<i64> {
        let (mut value, mut code) = (0, 0);
        // SAFETY: the handle is live, the key is NUL-terminated, and both pointers are valid.
        let (found, missing) = unsafe {
            let handle = self.handle.as_ptr();
            (
                ec::codes_get_long(handle, key.as_ptr(), &mut value),
                ec::codes_is_missing(handle, key.as_ptr(), &mut code),
            )
        };
        (found == 0 && missing == 0).then_some(value)
    }

    fn double(&self, key: &CStr) -> Option<f64> {
        let mut value = 0.0;
        // SAFETY: the handle is live, the key is NUL-terminated, and the pointer to `value` is
        // valid.
        let code = unsafe { ec::codes_get_double(self.handle.as_ptr(), key.as_ptr(), &mut value) };
        (code == 0).then_some(value)
    }

    fn text(&self, key: &CStr) -> Option<String> {
        let mut buffer = [0u8; 1024];
        let mut len = buffer.len();
        // SAFETY: the handle is live, the key is NUL-terminated, and the buffer has `len` bytes.
        let code = unsafe {
            ec::codes_get_string(
                self.handle.as_ptr(),
                key.as_ptr(),
                buffer.as_mut_ptr().cast(),
                &mut len,
            )
        };
        if code != 0 {
            return None;
        }
        let end = buffer.iter().position(|&byte| byte == 0)?;
        Some(String::from_utf8_lossy(&buffer[..end]).into_owned())
    }

    fn value_count(&self) -> Option<usize> {
        self.array_len(c"values")
    }

    fn doubles(&self, key: &CStr, len: usize) -> std::result::Result<Vec<f64>, LibraryError> {
        let mut values = vec![0.0; len];
        let mut found = len;
        // SAFETY: the handle is live, the key is NUL-terminated, and the buffer has room for
        // `found` values, which ecCodes does not exceed.
        let code = unsafe {
            ec::codes_get_double_array(
                self.handle.as_ptr(),
                key.as_ptr(),
                values.as_mut_ptr(),
                &mut found,
            )
        };
        check_code(code)?;
        values.truncate(found);
        Ok(values)
    }

    fn set_missing_value(&mut self, value: f64) -> std::result::Result<(), LibraryError> {
        self.set_double(c"missingValue", value)
    }
}

impl Drop for GribMessage<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is live and not used afterward.
        unsafe { ec::codes_handle_delete(self.handle.as_ptr()) };
    }
}

fn check_code(code: c_int) -> std::result::Result<(), LibraryError> {
    if code == 0 {
        return Ok(());
    }
    // SAFETY: ecCodes returns a static NUL-terminated string for any code.
    let message = unsafe { CStr::from_ptr(ec::codes_get_error_message(code)) };
    Err(LibraryError {
        library: "ecCodes",
        code,
        message: message.to_string_lossy().into_owned(),
    })
}

/// Converts an error code of ecCodes to an error of this crate.
pub(super) fn library_error(path: &Path, action: &str, code: c_int) -> FormatError {
    match check_code(code) {
        Err(source) => FormatError::Library {
            path: path.to_path_buf(),
            action: action.to_owned(),
            source,
        },
        Ok(()) => FormatError::Damaged {
            path: path.to_path_buf(),
            problem: "ecCodes failed without an error code",
        },
    }
}
