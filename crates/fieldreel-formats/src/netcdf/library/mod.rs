//! A safe interface to netcdf-c, with one type for an open file and typed errors. No content of a
//! file makes it panic.
//!
//! The `netcdf` crate is not used here, because it unwraps the names that a damaged file fails to
//! provide, and does not expose netcdf-c's IDs. `docs/notes/netcdf-and-eccodes-crates.md` compares
//! both function by function. netcdf-c and HDF5 are not thread-safe, so every call holds the lock
//! that all users of `netcdf-sys` and `hdf5-sys` in the process share.

mod attributes;
mod create;
mod define;
mod hidden;
mod structure;
#[cfg(feature = "netcdf-crate")]
mod tagged;
mod user;
mod values;

use fieldreel_core::Element;
use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::path::{Path, PathBuf};
use std::ptr::null_mut;

use fieldreel_core::files::PendingFile;
use netcdf_sys as nc;

use crate::dataset::VariableType;
use crate::{FormatError, LibraryError, Result};
pub(super) use hidden::{VisibleObjects, find_hidden_object};
#[cfg(feature = "netcdf-crate")]
pub(super) use tagged::TaggedVariable;
pub(super) use user::TypeTable;

/// An open file, which is closed when dropped.
pub(super) struct NcFile {
    ncid: c_int,
    path: PathBuf,
    open: bool,
    /// The pending file, if this is a new file.
    pending: Option<PendingFile>,
}

/// A group of an open file, which may be the root.
#[derive(Clone, Copy)]
pub(super) struct NcGroup(c_int);

/// A variable of an open file.
#[derive(Clone, Copy)]
pub(super) struct NcVariable {
    group: c_int,
    id: c_int,
}

/// The name, type and dimensions of a variable.
#[derive(Debug, Clone)]
pub(super) struct VariableHeader {
    pub(super) name: String,
    /// The type of the values; `None` for a type that the file defines.
    pub(super) kind: Option<VariableType>,
    /// netcdf-c's ID of the type.
    pub(super) type_id: nc::nc_type,
    pub(super) type_name: &'static str,
    /// The name and length of each dimension, slowest first, with true if the dimension is
    /// unlimited.
    pub(super) dimensions: Vec<(String, usize, bool)>,
}

/// The trait of number types that the `netcdf` crate reads and writes, with the feature
/// `netcdf-crate`.
#[cfg(feature = "netcdf-crate")]
pub(super) use ::netcdf::NcTypeDescriptor as TypeDescriptor;

/// A trait of all types, without the feature `netcdf-crate`.
#[cfg(not(feature = "netcdf-crate"))]
pub(super) trait TypeDescriptor {}

#[cfg(not(feature = "netcdf-crate"))]
impl<T> TypeDescriptor for T {}

/// A number type of NetCDF.
pub(super) trait NcNumber: Element + TypeDescriptor {
    const VARIABLE_TYPE: VariableType;
    /// netcdf-c's ID of the type.
    const NC_TYPE: nc::nc_type;
}

macro_rules! numbers {
    ($($rust:ty => $kind:ident $id:ident),*) => { $(impl NcNumber for $rust {
        const VARIABLE_TYPE: VariableType = VariableType::$kind;
        const NC_TYPE: nc::nc_type = nc::$id;
    })* };
}
numbers!(i8 => I8 NC_BYTE, u8 => U8 NC_UBYTE, i16 => I16 NC_SHORT, u16 => U16 NC_USHORT, i32 => I32 NC_INT,
    u32 => U32 NC_UINT, i64 => I64 NC_INT64, u64 => U64 NC_UINT64, f32 => F32 NC_FLOAT, f64 => F64 NC_DOUBLE);

/// A buffer for a name of maximum length and its NUL.
type NameBuffer = [c_char; nc::NC_MAX_NAME as usize + 1];

impl NcGroup {
    /// Returns the owner of the group's attributes; those of the root are the attributes of the
    /// file.
    pub(super) fn global(self) -> NcVariable {
        NcVariable {
            group: self.0,
            id: nc::NC_GLOBAL,
        }
    }
}

impl VariableHeader {
    /// Returns the type if the values are numbers.
    pub(super) fn numeric(&self) -> Option<VariableType> {
        self.kind.filter(|kind| {
            !matches!(
                kind,
                VariableType::Char | VariableType::Text | VariableType::User { .. }
            )
        })
    }
}

impl NcFile {
    /// Opens an existing file for reading.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let c_path = path_to_c_string(path)?;
        let mut ncid = 0;
        // SAFETY: the path is a NUL-terminated string and `ncid` valid for the result.
        let code = with_library_lock(|| unsafe {
            nc::nc_open(c_path.as_ptr(), nc::NC_NOWRITE, &mut ncid)
        });
        check_code(path, "open", code)?;
        Ok(Self {
            ncid,
            path: path.to_path_buf(),
            open: true,
            pending: None,
        })
    }

    /// Creates a NetCDF-4 file, which gets its name when the result of [`close`](Self::close) is
    /// committed.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mode = nc::NC_NETCDF4 | nc::NC_CLOBBER;
        Self::open_pending(create_pending(path)?, "create", |path, ncid| {
            // SAFETY: the path is a NUL-terminated string and `ncid` valid for the result.
            with_library_lock(|| unsafe { nc::nc_create(path.as_ptr(), mode, ncid) })
        })
    }

    /// Opens a NetCDF-4 file that has no name yet, to continue writing it.
    pub(super) fn open_again(pending: PendingFile) -> Result<Self> {
        Self::open_pending(pending, "open", |path, ncid| {
            // SAFETY: the path is a NUL-terminated string and `ncid` valid for the result.
            with_library_lock(|| unsafe { nc::nc_open(path.as_ptr(), nc::NC_WRITE, ncid) })
        })
    }

    fn open_pending(
        pending: PendingFile,
        action: &str,
        open: impl FnOnce(&CStr, &mut c_int) -> c_int,
    ) -> Result<Self> {
        let path = pending.destination().to_path_buf();
        let mut ncid = 0;
        let opened = pending.with_path(|path| Ok(open(&path_to_c_string(path)?, &mut ncid)));
        let code = opened.map_err(|source| FormatError::io(&path, "write", source))??;
        check_code(&path, action, code).map_err(|error| write_error_or(&pending, error))?;
        Ok(Self {
            ncid,
            path,
            open: true,
            pending: Some(pending),
        })
    }

    /// Closes a file that was created, which hands all of its content over to the system.
    pub(super) fn close(mut self) -> Result<PendingFile> {
        let ncid = self.ncid;
        // The file is synchronized first, because HDF5 cannot recover from a write error while it
        // closes a file.
        // SAFETY: `ncid` is open.
        self.call("write", || unsafe { nc::nc_sync(ncid) })?;
        self.open = false;
        // SAFETY: `ncid` is open, and `open = false` keeps `drop` from closing it again.
        self.call("write", || unsafe { nc::nc_close(ncid) })?;
        let pending = self.pending.take();
        pending.ok_or_else(|| self.damaged("a file opened for reading cannot be written"))
    }

    pub(super) fn root(&self) -> NcGroup {
        NcGroup(self.ncid)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the error for an inconsistent file.
    pub(super) fn damaged(&self, problem: &'static str) -> FormatError {
        FormatError::Damaged {
            path: self.path.clone(),
            problem,
        }
    }

    /// Returns the name that a function of netcdf-c writes to a buffer.
    fn name(&self, action: &str, call: impl Fn(*mut c_char) -> c_int) -> Result<String> {
        let mut buffer: NameBuffer = [0; _];
        self.call(action, || call(buffer.as_mut_ptr()))?;
        Ok(text_in_buffer(&buffer))
    }

    /// Calls a function of netcdf-c under the lock, and converts its result code.
    fn call(&self, action: &str, call: impl FnOnce() -> c_int) -> Result<()> {
        let code = with_library_lock(call);
        check_code(&self.path, action, code).map_err(|error| match &self.pending {
            // NC_EHDFERR is any error of HDF5; other codes do not concern the file.
            Some(pending) if code == nc::NC_EHDFERR => write_error_or(pending, error),
            _ => error,
        })
    }
}

impl Drop for NcFile {
    fn drop(&mut self) {
        if self.open {
            // SAFETY: `ncid` is open, and nothing uses it after this.
            with_library_lock(|| unsafe { nc::nc_close(self.ncid) });
        }
    }
}

/// Creates an empty pending file for a destination.
pub(super) fn create_pending(path: &Path) -> Result<PendingFile> {
    PendingFile::create(path).map_err(|source| FormatError::io(path, "write", source))
}

/// Calls a function while this thread holds the lock of netcdf-c and HDF5.
pub(super) fn with_library_lock<T>(call: impl FnOnce() -> T) -> T {
    let _guard = nc::libnetcdf_lock.lock();
    if !ERRORS_SILENCED.replace(true) {
        // SAFETY: null makes the default error stack print nothing; the lock is held.
        unsafe { hdf5_sys::h5e::H5Eset_auto2(hdf5_sys::h5e::H5E_DEFAULT, None, null_mut()) };
    }
    call()
}

/// Stops HDF5 from printing errors of this thread, for calls that do not use
/// [`with_library_lock`].
#[cfg(feature = "netcdf-crate")]
pub(super) fn silence_hdf5_errors() {
    with_library_lock(|| ());
}

thread_local! {
    /// True if HDF5 was configured not to print errors of this thread. netcdf-c configures it
    /// once, but a thread-safe HDF5 has the setting for each thread.
    static ERRORS_SILENCED: Cell<bool> = const { Cell::new(false) };
}

/// Returns the system's reason why a file cannot be written, such as a full disk, if there is one,
/// and otherwise the library's error, which lacks the reason. Such a file can only be closed.
pub(super) fn write_error_or(pending: &PendingFile, error: FormatError) -> FormatError {
    match pending.write_error() {
        Some(source) => {
            pending.discard();
            FormatError::io(pending.destination(), "write", source)
        }
        None => error,
    }
}

/// Converts a result code of netcdf-c.
pub(super) fn check_code(path: &Path, action: &str, code: c_int) -> Result<()> {
    if code == nc::NC_NOERR {
        return Ok(());
    }
    // SAFETY: nc_strerror returns a static NUL-terminated string for any number.
    let message = with_library_lock(|| unsafe { CStr::from_ptr(nc::nc_strerror(code)) })
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

/// Returns a name as a C string.
pub(super) fn text_to_c_string(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| FormatError::InvalidOption {
        option: "a name",
        value: format!("{text:?}"),
        allowed: "free of NUL characters",
    })
}

/// Returns the absolute path as a C string. netcdf-c could take a relative path for a URL, and
/// fetch it.
pub(super) fn path_to_c_string(path: &Path) -> Result<CString> {
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

fn text_in_buffer(buffer: &NameBuffer) -> String {
    let bytes: Vec<u8> = buffer
        .iter()
        .take_while(|&&c| c != 0)
        .map(|&c| c as u8)
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns netcdf-c's ID of a type; `None` for a type that a file defines.
fn nc_type_of(kind: VariableType) -> Option<nc::nc_type> {
    Some(match kind {
        VariableType::I8 => nc::NC_BYTE,
        VariableType::U8 => nc::NC_UBYTE,
        VariableType::I16 => nc::NC_SHORT,
        VariableType::U16 => nc::NC_USHORT,
        VariableType::I32 => nc::NC_INT,
        VariableType::U32 => nc::NC_UINT,
        VariableType::I64 => nc::NC_INT64,
        VariableType::U64 => nc::NC_UINT64,
        VariableType::F32 => nc::NC_FLOAT,
        VariableType::F64 => nc::NC_DOUBLE,
        VariableType::Char => nc::NC_CHAR,
        VariableType::Text => nc::NC_STRING,
        VariableType::User { .. } => return None,
    })
}

/// Returns the type with this ID, and NetCDF's name for it.
pub(super) fn classify_nc_type(number: nc::nc_type) -> (Option<VariableType>, &'static str) {
    let (kind, name) = match number {
        nc::NC_BYTE => (VariableType::I8, "byte"),
        nc::NC_UBYTE => (VariableType::U8, "ubyte"),
        nc::NC_SHORT => (VariableType::I16, "short"),
        nc::NC_USHORT => (VariableType::U16, "ushort"),
        nc::NC_INT => (VariableType::I32, "int"),
        nc::NC_UINT => (VariableType::U32, "uint"),
        nc::NC_INT64 => (VariableType::I64, "int64"),
        nc::NC_UINT64 => (VariableType::U64, "uint64"),
        nc::NC_FLOAT => (VariableType::F32, "float"),
        nc::NC_DOUBLE => (VariableType::F64, "double"),
        nc::NC_CHAR => (VariableType::Char, "char"),
        nc::NC_STRING => (VariableType::Text, "string"),
        _ => return (None, "a user-defined type"),
    };
    (Some(kind), name)
}
