//! netcdf-c, made safe: one type for an open file, typed errors, no panic on what a file holds.
//!
//! The `netcdf` crate is not used here: it unwraps the names that a damaged file fails to give, and keeps netcdf-c's numbers to
//! itself. CONTRIBUTING.md compares both function by function. netcdf-c and HDF5 are not thread-safe, so every call holds the lock that all users of
//! `netcdf-sys` and `hdf5-sys` in the process share.

mod attributes;
mod create;
mod define;
#[cfg(feature = "netcdf-crate")]
mod marked;
mod structure;
mod unseen;
mod user;
mod values;

use fieldreel_core::Element;
use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::path::{Path, PathBuf};
use std::ptr::null_mut;

use fieldreel_core::files::PendingFile;
use netcdf_sys as nc;

use crate::dataset::Kind;
use crate::{FormatError, LibraryError, Result};
#[cfg(feature = "netcdf-crate")]
pub(super) use marked::Marked;
pub(super) use unseen::{Seen, unseen};
pub(super) use user::Types;

/// An open file. Closed when dropped.
pub(super) struct Dataset {
    ncid: c_int,
    path: PathBuf,
    open: bool,
    /// The file, if it is a new one.
    pending: Option<PendingFile>,
}

/// A group of an open file; the root is one.
#[derive(Clone, Copy)]
pub(super) struct Group(c_int);

/// A variable of an open file.
#[derive(Clone, Copy)]
pub(super) struct Variable {
    group: c_int,
    id: c_int,
}

/// What a file says of a variable, without its values and attributes.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) name: String,
    /// `None` for a type that the file defines.
    pub(super) kind: Option<Kind>,
    /// netcdf-c's number of the type.
    pub(super) type_id: nc::nc_type,
    pub(super) type_name: &'static str,
    /// `(name, length, unlimited)`, slowest first.
    pub(super) dimensions: Vec<(String, usize, bool)>,
}

/// The trait of numbers that the `netcdf` crate reads and writes, where it is there.
#[cfg(feature = "netcdf-crate")]
pub(super) use ::netcdf::NcTypeDescriptor as Described;

/// A trait of all types, where the `netcdf` crate is not there.
#[cfg(not(feature = "netcdf-crate"))]
pub(super) trait Described {}

#[cfg(not(feature = "netcdf-crate"))]
impl<T> Described for T {}

/// A number that NetCDF stores.
pub(super) trait Number: Element + Described {
    const KIND: Kind;
    /// netcdf-c's number of the type.
    const TYPE: nc::nc_type;
}

macro_rules! numbers {
    ($($rust:ty => $kind:ident $id:ident),*) => { $(impl Number for $rust {
        const KIND: Kind = Kind::$kind;
        const TYPE: nc::nc_type = nc::$id;
    })* };
}
numbers!(i8 => I8 NC_BYTE, u8 => U8 NC_UBYTE, i16 => I16 NC_SHORT, u16 => U16 NC_USHORT, i32 => I32 NC_INT,
    u32 => U32 NC_UINT, i64 => I64 NC_INT64, u64 => U64 NC_UINT64, f32 => F32 NC_FLOAT, f64 => F64 NC_DOUBLE);

/// All names fit, with their final NUL.
type NameBuffer = [c_char; nc::NC_MAX_NAME as usize + 1];

impl Group {
    /// The place of its attributes; of the root, those of the file.
    pub(super) fn global(self) -> Variable {
        Variable {
            group: self.0,
            id: nc::NC_GLOBAL,
        }
    }
}

impl Header {
    /// The type, if it is one of numbers.
    pub(super) fn numeric(&self) -> Option<Kind> {
        self.kind
            .filter(|kind| !matches!(kind, Kind::Char | Kind::Text | Kind::User { .. }))
    }
}

impl Dataset {
    /// Opens a file that is known to exist, for reading.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let c_path = path_to_c(path)?;
        let mut ncid = 0;
        // SAFETY: the path is a NUL-terminated string and `ncid` a valid place for the result.
        let code = locked(|| unsafe { nc::nc_open(c_path.as_ptr(), nc::NC_NOWRITE, &mut ncid) });
        check(path, "open", code)?;
        Ok(Self {
            ncid,
            path: path.to_path_buf(),
            open: true,
            pending: None,
        })
    }

    /// Creates a NetCDF-4 file, which gets its name when what [`close`](Self::close) returns is committed.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mode = nc::NC_NETCDF4 | nc::NC_CLOBBER;
        Self::open_pending(pending(path)?, "create", |path, ncid| {
            // SAFETY: the path is a NUL-terminated string and `ncid` a valid place for the result.
            locked(|| unsafe { nc::nc_create(path.as_ptr(), mode, ncid) })
        })
    }

    /// Opens a NetCDF-4 file that has no name yet, to go on with it.
    pub(super) fn open_again(pending: PendingFile) -> Result<Self> {
        Self::open_pending(pending, "open", |path, ncid| {
            // SAFETY: the path is a NUL-terminated string and `ncid` a valid place for the result.
            locked(|| unsafe { nc::nc_open(path.as_ptr(), nc::NC_WRITE, ncid) })
        })
    }

    fn open_pending(
        pending: PendingFile,
        action: &str,
        open: impl FnOnce(&CStr, &mut c_int) -> c_int,
    ) -> Result<Self> {
        let path = pending.destination().to_path_buf();
        let mut ncid = 0;
        let opened = pending.with_path(|path| Ok(open(&path_to_c(path)?, &mut ncid)));
        let code = opened.map_err(|source| FormatError::io(&path, "write", source))??;
        check(&path, action, code).map_err(|error| unwritten(&pending, error))?;
        Ok(Self {
            ncid,
            path,
            open: true,
            pending: Some(pending),
        })
    }

    /// Closes a file that was created: only now is all of it in the system's hands.
    pub(super) fn close(mut self) -> Result<PendingFile> {
        let ncid = self.ncid;
        // First, as HDF5 cannot cope with a file that it fails to write while it closes it.
        // SAFETY: `ncid` is open.
        self.call("write", || unsafe { nc::nc_sync(ncid) })?;
        self.open = false;
        // SAFETY: `ncid` is open, and `open = false` keeps `drop` from closing it again.
        self.call("write", || unsafe { nc::nc_close(ncid) })?;
        let pending = self.pending.take();
        pending.ok_or_else(|| self.damaged("it was opened for reading and is to be written"))
    }

    pub(super) fn root(&self) -> Group {
        Group(self.ncid)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file contradicts itself.
    pub(super) fn damaged(&self, problem: &'static str) -> FormatError {
        FormatError::Damaged {
            path: self.path.clone(),
            problem,
        }
    }

    fn name(&self, action: &str, call: impl Fn(*mut c_char) -> c_int) -> Result<String> {
        let mut buffer: NameBuffer = [0; _];
        self.call(action, || call(buffer.as_mut_ptr()))?;
        Ok(text_of(&buffer))
    }

    fn call(&self, action: &str, call: impl FnOnce() -> c_int) -> Result<()> {
        let code = locked(call);
        check(&self.path, action, code).map_err(|error| match &self.pending {
            // Anything that HDF5 could not do; other codes are not about the file.
            Some(pending) if code == nc::NC_EHDFERR => unwritten(pending, error),
            _ => error,
        })
    }
}

impl Drop for Dataset {
    fn drop(&mut self) {
        if self.open {
            // SAFETY: `ncid` is open, and nothing uses it after this.
            locked(|| unsafe { nc::nc_close(self.ncid) });
        }
    }
}

/// A file for a destination, with nothing in it yet.
pub(super) fn pending(path: &Path) -> Result<PendingFile> {
    PendingFile::create(path).map_err(|source| FormatError::io(path, "write", source))
}

pub(super) fn locked<T>(call: impl FnOnce() -> T) -> T {
    let _guard = nc::libnetcdf_lock.lock();
    if !QUIET.replace(true) {
        // SAFETY: the default error stack takes null for "print nothing"; the lock is held.
        unsafe { hdf5_sys::h5e::H5Eset_auto2(hdf5_sys::h5e::H5E_DEFAULT, None, null_mut()) };
    }
    call()
}

/// Keeps HDF5 from printing errors of this thread, for calls that are not [`locked`] here.
#[cfg(feature = "netcdf-crate")]
pub(super) fn silence() {
    locked(|| ());
}

thread_local! {
    /// Whether HDF5 has been told not to print errors of this thread. netcdf-c tells it once, but a
    /// thread-safe HDF5 remembers it for each thread.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Returns the system's reason why a file cannot be written, such as a full disk, instead of a library's error, which does not
/// tell it. Such a file can only be closed.
pub(super) fn unwritten(pending: &PendingFile, error: FormatError) -> FormatError {
    match pending.write_error() {
        Some(source) => {
            pending.discard();
            FormatError::io(pending.destination(), "write", source)
        }
        None => error,
    }
}

pub(super) fn check(path: &Path, action: &str, code: c_int) -> Result<()> {
    if code == nc::NC_NOERR {
        return Ok(());
    }
    // SAFETY: nc_strerror gives a static NUL-terminated string for any number.
    let message = locked(|| unsafe { CStr::from_ptr(nc::nc_strerror(code)) })
        .to_string_lossy()
        .into_owned();
    Err(FormatError::Library {
        path: path.to_path_buf(),
        action: action.to_owned(),
        source: LibraryError {
            library: "netcdf-c",
            code,
            message,
        },
    })
}

/// A name as netcdf-c takes it.
pub(super) fn text_to_c(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| FormatError::InvalidOption {
        option: "a name",
        value: format!("{text:?}"),
        allowed: "free of NUL characters",
    })
}

/// An absolute path cannot be taken for a URL, which netcdf-c would fetch.
pub(super) fn path_to_c(path: &Path) -> Result<CString> {
    let absolute =
        std::path::absolute(path).map_err(|source| FormatError::io(path, "find", source))?;
    CString::new(absolute.into_os_string().into_encoded_bytes()).map_err(|_| {
        FormatError::InvalidOption {
            option: "path",
            value: path.display().to_string(),
            allowed: "free of NUL characters",
        }
    })
}

fn text_of(buffer: &NameBuffer) -> String {
    let bytes: Vec<u8> = buffer
        .iter()
        .take_while(|&&c| c != 0)
        .map(|&c| c as u8)
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// NetCDF's number for a type; none for one that a file defines.
fn type_of(kind: Kind) -> Option<nc::nc_type> {
    Some(match kind {
        Kind::I8 => nc::NC_BYTE,
        Kind::U8 => nc::NC_UBYTE,
        Kind::I16 => nc::NC_SHORT,
        Kind::U16 => nc::NC_USHORT,
        Kind::I32 => nc::NC_INT,
        Kind::U32 => nc::NC_UINT,
        Kind::I64 => nc::NC_INT64,
        Kind::U64 => nc::NC_UINT64,
        Kind::F32 => nc::NC_FLOAT,
        Kind::F64 => nc::NC_DOUBLE,
        Kind::Char => nc::NC_CHAR,
        Kind::Text => nc::NC_STRING,
        Kind::User { .. } => return None,
    })
}

/// A type by its number, and NetCDF's name for it.
pub(super) fn classify(number: nc::nc_type) -> (Option<Kind>, &'static str) {
    let (kind, name) = match number {
        nc::NC_BYTE => (Kind::I8, "byte"),
        nc::NC_UBYTE => (Kind::U8, "ubyte"),
        nc::NC_SHORT => (Kind::I16, "short"),
        nc::NC_USHORT => (Kind::U16, "ushort"),
        nc::NC_INT => (Kind::I32, "int"),
        nc::NC_UINT => (Kind::U32, "uint"),
        nc::NC_INT64 => (Kind::I64, "int64"),
        nc::NC_UINT64 => (Kind::U64, "uint64"),
        nc::NC_FLOAT => (Kind::F32, "float"),
        nc::NC_DOUBLE => (Kind::F64, "double"),
        nc::NC_CHAR => (Kind::Char, "char"),
        nc::NC_STRING => (Kind::Text, "string"),
        _ => return (None, "a user-defined type"),
    };
    (Some(kind), name)
}
