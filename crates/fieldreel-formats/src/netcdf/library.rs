//! netcdf-c, made safe: one type for an open file, typed errors, no panic on what a file holds.
//!
//! The `netcdf` crate is not used: it unwraps the names and attributes that a damaged file fails to
//! give. netcdf-c and HDF5 are not thread-safe, so every call holds the lock that all users of
//! `netcdf-sys` and `hdf5-sys` in the process share.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};

use netcdf_sys as nc;

use crate::{AttributeValue, FormatError, LibraryError, Numbers, ReadLimits, Result};

/// An open file. Closed when dropped.
pub(super) struct Dataset {
    ncid: c_int,
    path: PathBuf,
    open: bool,
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
    pub(super) stored: Option<Stored>,
    pub(super) type_name: &'static str,
    /// `(name, length, unlimited)`, slowest first.
    pub(super) dimensions: Vec<(String, usize, bool)>,
}

/// The numeric types of NetCDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

/// A number that NetCDF stores.
pub(super) trait Number: Copy + Default {
    const TYPE: nc::nc_type;
}

macro_rules! numbers {
    ($($rust:ty => $nc:ident),*) => { $(impl Number for $rust {
        const TYPE: nc::nc_type = nc::$nc;
    })* };
}
numbers!(i8 => NC_BYTE, u8 => NC_UBYTE, i16 => NC_SHORT, u16 => NC_USHORT, i32 => NC_INT,
    u32 => NC_UINT, i64 => NC_INT64, u64 => NC_UINT64, f32 => NC_FLOAT, f64 => NC_DOUBLE);

/// All names fit, with their final NUL.
type NameBuffer = [c_char; nc::NC_MAX_NAME as usize + 1];

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
        })
    }

    /// Creates a NetCDF-4 file, over what is there.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let c_path = path_to_c(path)?;
        let mode = nc::NC_NETCDF4 | nc::NC_CLOBBER;
        let mut ncid = 0;
        // SAFETY: the path is a NUL-terminated string and `ncid` a valid place for the result.
        let code = locked(|| unsafe { nc::nc_create(c_path.as_ptr(), mode, &mut ncid) });
        check(path, "create", code)?;
        Ok(Self {
            ncid,
            path: path.to_path_buf(),
            open: true,
        })
    }

    /// Closes a written file: only now is all of it on disk.
    pub(super) fn close(mut self) -> Result<()> {
        self.open = false;
        let ncid = self.ncid;
        // SAFETY: `ncid` is open, and `open = false` keeps `drop` from closing it again.
        self.call("write", || unsafe { nc::nc_close(ncid) })
    }

    pub(super) fn root(&self) -> Group {
        Group(self.ncid)
    }

    /// The group of this name in another, if there is one.
    pub(super) fn group(&self, parent: Group, name: &str) -> Option<Group> {
        let name = CString::new(name).ok()?;
        let mut ncid = 0;
        // SAFETY: the name is NUL-terminated and `ncid` a valid place for the result.
        let code = locked(|| unsafe { nc::nc_inq_grp_ncid(parent.0, name.as_ptr(), &mut ncid) });
        (code == nc::NC_NOERR).then_some(Group(ncid))
    }

    /// The groups directly in another, with their names.
    pub(super) fn groups(&self, parent: Group) -> Result<Vec<(String, Group)>> {
        let mut count = 0;
        // SAFETY: a null array asks for the count alone.
        self.call("list groups", || unsafe {
            nc::nc_inq_grps(parent.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c gave.
        self.call("list groups", || unsafe {
            nc::nc_inq_grps(parent.0, null_mut(), ids.as_mut_ptr())
        })?;
        ids.into_iter()
            .map(|id| {
                // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
                let name = self.name("list groups", |buffer| unsafe {
                    nc::nc_inq_grpname(id, buffer)
                })?;
                Ok((name, Group(id)))
            })
            .collect()
    }

    /// The variables directly in a group, in file order.
    pub(super) fn variables(&self, group: Group) -> Result<Vec<Variable>> {
        let mut count = 0;
        // SAFETY: a null array asks for the count alone.
        self.call("list variables", || unsafe {
            nc::nc_inq_varids(group.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c gave.
        self.call("list variables", || unsafe {
            nc::nc_inq_varids(group.0, null_mut(), ids.as_mut_ptr())
        })?;
        Ok(ids
            .into_iter()
            .map(|id| Variable { group: group.0, id })
            .collect())
    }

    /// Name, type and dimensions of a variable.
    pub(super) fn header(&self, variable: Variable) -> Result<Header> {
        let Variable { group, id } = variable;
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
        let name = self.name("read a name", |buffer| unsafe {
            nc::nc_inq_varname(group, id, buffer)
        })?;
        let (mut kind, mut rank) = (0, 0);
        // SAFETY: both places are valid for the results.
        self.call("read a type", || unsafe {
            nc::nc_inq_vartype(group, id, &mut kind)
        })?;
        // SAFETY: as above.
        self.call("read a rank", || unsafe {
            nc::nc_inq_varndims(group, id, &mut rank)
        })?;
        let mut ids = vec![0; usize::try_from(rank).unwrap_or(0)];
        // SAFETY: the array has the rank that netcdf-c gave.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_vardimid(group, id, ids.as_mut_ptr())
        })?;
        let dimensions = ids
            .into_iter()
            .map(|dimension| self.dimension(Group(group), dimension))
            .collect::<Result<_>>()?;
        let (stored, type_name) = classify(kind);
        Ok(Header {
            name,
            stored,
            type_name,
            dimensions,
        })
    }

    fn dimension(&self, group: Group, id: c_int) -> Result<(String, usize, bool)> {
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
        let name = self.name("read dimensions", |buffer| unsafe {
            nc::nc_inq_dimname(group.0, id, buffer)
        })?;
        let (mut len, mut unlimited) = (0, -1);
        // SAFETY: the place is valid for the result.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_dimlen(group.0, id, &mut len)
        })?;
        let mut count = 0;
        // SAFETY: a null array asks for the count alone.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_unlimdims(group.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c gave.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_unlimdims(group.0, null_mut(), ids.as_mut_ptr())
        })?;
        if ids.is_empty() {
            // In a group, only the root knows of its unlimited dimensions in some versions.
            // SAFETY: the place is valid for the result.
            locked(|| unsafe { nc::nc_inq_unlimdim(group.0, &mut unlimited) });
        }
        Ok((name, len, ids.contains(&id) || unlimited == id))
    }

    /// The attributes of a variable, or of a group for `None`, in order. Those of a user-defined
    /// type are left out.
    pub(super) fn attributes(
        &self,
        group: Group,
        variable: Option<Variable>,
        limits: &ReadLimits,
    ) -> Result<Vec<(String, AttributeValue)>> {
        let (ncid, id) = match variable {
            Some(variable) => (variable.group, variable.id),
            None => (group.0, nc::NC_GLOBAL),
        };
        let mut count = 0;
        // SAFETY: the place is valid for the result.
        self.call("read attributes", || unsafe {
            nc::nc_inq_varnatts(ncid, id, &mut count)
        })?;
        let mut attributes = Vec::new();
        for number in 0..count {
            // The exact bytes are kept for the calls below: a name need not be UTF-8.
            let mut buffer: NameBuffer = [0; _];
            // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
            self.call("read attributes", || unsafe {
                nc::nc_inq_attname(ncid, id, number, buffer.as_mut_ptr())
            })?;
            if let Some(value) = self.attribute(ncid, id, &buffer, limits)? {
                attributes.push((text_of(&buffer), value));
            }
        }
        Ok(attributes)
    }

    fn attribute(
        &self,
        ncid: c_int,
        id: c_int,
        name: &NameBuffer,
        limits: &ReadLimits,
    ) -> Result<Option<AttributeValue>> {
        let (mut kind, mut len) = (0, 0);
        // SAFETY: the name is NUL-terminated and the places valid for the results.
        self.call("read attributes", || unsafe {
            nc::nc_inq_att(ncid, id, name.as_ptr(), &mut kind, &mut len)
        })?;
        limits.checked_len("an attribute", &[len])?;
        let place = (ncid, id, name, len);
        Ok(Some(match kind {
            nc::NC_CHAR => AttributeValue::Text(self.attribute_text(place)?),
            nc::NC_STRING => AttributeValue::Texts(self.attribute_texts(place)?),
            nc::NC_BYTE => Numbers::I8(self.attribute_numbers(place)?).into(),
            nc::NC_UBYTE => Numbers::U8(self.attribute_numbers(place)?).into(),
            nc::NC_SHORT => Numbers::I16(self.attribute_numbers(place)?).into(),
            nc::NC_USHORT => Numbers::U16(self.attribute_numbers(place)?).into(),
            nc::NC_INT => Numbers::I32(self.attribute_numbers(place)?).into(),
            nc::NC_UINT => Numbers::U32(self.attribute_numbers(place)?).into(),
            nc::NC_INT64 => Numbers::I64(self.attribute_numbers(place)?).into(),
            nc::NC_UINT64 => Numbers::U64(self.attribute_numbers(place)?).into(),
            nc::NC_FLOAT => Numbers::F32(self.attribute_numbers(place)?).into(),
            nc::NC_DOUBLE => Numbers::F64(self.attribute_numbers(place)?).into(),
            _ => return Ok(None),
        }))
    }

    /// `T` must be the attribute's own type.
    fn attribute_numbers<T: Number>(
        &self,
        (ncid, id, name, len): (c_int, c_int, &NameBuffer, usize),
    ) -> Result<Vec<T>> {
        let mut values = vec![T::default(); len];
        // SAFETY: nc_get_att writes `len` values of the attribute's type, which the caller matched
        // with `T`.
        self.call("read attributes", || unsafe {
            nc::nc_get_att(ncid, id, name.as_ptr(), values.as_mut_ptr().cast())
        })?;
        Ok(values)
    }

    fn attribute_text(
        &self,
        (ncid, id, name, len): (c_int, c_int, &NameBuffer, usize),
    ) -> Result<String> {
        let mut bytes = vec![0u8; len];
        // SAFETY: nc_get_att_text writes `len` characters without a NUL.
        self.call("read attributes", || unsafe {
            nc::nc_get_att_text(ncid, id, name.as_ptr(), bytes.as_mut_ptr().cast())
        })?;
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(len);
        Ok(String::from_utf8_lossy(&bytes[..end]).into_owned())
    }

    fn attribute_texts(
        &self,
        (ncid, id, name, len): (c_int, c_int, &NameBuffer, usize),
    ) -> Result<Vec<String>> {
        let mut pointers: Vec<*mut c_char> = vec![null_mut(); len];
        // SAFETY: nc_get_att_string writes `len` pointers, which it allocated.
        self.call("read attributes", || unsafe {
            nc::nc_get_att_string(ncid, id, name.as_ptr(), pointers.as_mut_ptr())
        })?;
        let texts = pointers
            .iter()
            .map(|&pointer| {
                if pointer.is_null() {
                    return String::new();
                }
                // SAFETY: netcdf-c gave a NUL-terminated string that lives until freed below.
                unsafe { CStr::from_ptr(pointer) }
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        // SAFETY: the pointers came from netcdf-c and are not used after this.
        locked(|| unsafe { nc::nc_free_string(len, pointers.as_mut_ptr()) });
        Ok(texts)
    }

    /// All values of a variable, as stored. `T` must be its type, and `len` the product of its
    /// dimensions.
    pub(super) fn values<T: Number>(&self, variable: Variable, len: usize) -> Result<Vec<T>> {
        let mut kind = 0;
        // SAFETY: the place is valid for the result.
        self.call("read a type", || unsafe {
            nc::nc_inq_vartype(variable.group, variable.id, &mut kind)
        })?;
        let header = self.header(variable)?;
        let expected = header
            .dimensions
            .iter()
            .map(|(_, len, _)| *len)
            .product::<usize>();
        if kind != T::TYPE || expected != len {
            return Err(FormatError::Damaged {
                path: self.path.clone(),
                problem: "a variable changed while it was read",
            });
        }
        let mut values = Vec::new();
        values.try_reserve_exact(len).map_err(|_| {
            let source = std::io::ErrorKind::OutOfMemory.into();
            FormatError::io(&self.path, "hold the values", source)
        })?;
        values.resize(len, T::default());
        if len > 0 {
            // SAFETY: the buffer holds `len` values of the variable's own type, checked above, which
            // is what nc_get_var writes.
            self.call("read the values", || unsafe {
                nc::nc_get_var(variable.group, variable.id, values.as_mut_ptr().cast())
            })?;
        }
        Ok(values)
    }

    pub(super) fn define_dimension(
        &self,
        name: &str,
        len: usize,
        unlimited: bool,
    ) -> Result<c_int> {
        let c_name = self.text_to_c(name)?;
        let len = if unlimited { nc::NC_UNLIMITED } else { len };
        let mut id = 0;
        // SAFETY: the name is NUL-terminated and `id` a valid place for the result.
        self.call(&format!("define dimension {name:?}"), || unsafe {
            nc::nc_def_dim(self.ncid, c_name.as_ptr(), len, &mut id)
        })?;
        Ok(id)
    }

    pub(super) fn define_variable<T: Number>(
        &self,
        name: &str,
        dimensions: &[c_int],
    ) -> Result<Variable> {
        let c_name = self.text_to_c(name)?;
        let rank = c_int::try_from(dimensions.len()).unwrap_or(c_int::MAX);
        let mut id = 0;
        // SAFETY: the name is NUL-terminated, and the array holds `rank` dimensions.
        self.call(&format!("define variable {name:?}"), || unsafe {
            nc::nc_def_var(
                self.ncid,
                c_name.as_ptr(),
                T::TYPE,
                rank,
                dimensions.as_ptr(),
                &mut id,
            )
        })?;
        Ok(Variable {
            group: self.ncid,
            id,
        })
    }

    pub(super) fn deflate(&self, variable: Variable, shuffle: bool, level: u8) -> Result<()> {
        let Variable { group, id } = variable;
        // SAFETY: plain numbers.
        self.call("set the compression", || unsafe {
            nc::nc_def_var_deflate(group, id, c_int::from(shuffle), 1, c_int::from(level))
        })
    }

    /// `chunk` has one length for each dimension of the variable.
    pub(super) fn chunk(&self, variable: Variable, chunk: &[usize]) -> Result<()> {
        let Variable { group, id } = variable;
        let storage = if chunk.is_empty() {
            nc::NC_CONTIGUOUS
        } else {
            nc::NC_CHUNKED
        };
        let lengths = if chunk.is_empty() {
            null()
        } else {
            chunk.as_ptr()
        };
        // SAFETY: one length for each dimension, by contract; none are read for contiguous storage.
        self.call("set the chunks", || unsafe {
            nc::nc_def_var_chunking(group, id, storage, lengths)
        })
    }

    pub(super) fn set_fill<T: Number>(&self, variable: Variable, fill: T) -> Result<()> {
        let Variable { group, id } = variable;
        // SAFETY: the pointer is to a value of the variable's type: both come from `T`.
        self.call("set the fill value", || unsafe {
            nc::nc_def_var_fill(group, id, nc::NC_FILL, (&raw const fill).cast())
        })
    }

    /// Writes an attribute of a variable, or of the file for `None`.
    pub(super) fn put_attribute(
        &self,
        variable: Option<Variable>,
        name: &str,
        value: &AttributeValue,
    ) -> Result<()> {
        let place = (variable.map_or(nc::NC_GLOBAL, |variable| variable.id), name);
        match value {
            AttributeValue::Text(text) => self.put_text(place, text),
            AttributeValue::Texts(texts) => self.put_texts(place, texts),
            AttributeValue::Numbers(numbers) => match numbers {
                Numbers::I8(values) => self.put_numbers(place, values),
                Numbers::U8(values) => self.put_numbers(place, values),
                Numbers::I16(values) => self.put_numbers(place, values),
                Numbers::U16(values) => self.put_numbers(place, values),
                Numbers::I32(values) => self.put_numbers(place, values),
                Numbers::U32(values) => self.put_numbers(place, values),
                Numbers::I64(values) => self.put_numbers(place, values),
                Numbers::U64(values) => self.put_numbers(place, values),
                Numbers::F32(values) => self.put_numbers(place, values),
                Numbers::F64(values) => self.put_numbers(place, values),
            },
        }
    }

    fn put_numbers<T: Number>(&self, (id, name): (c_int, &str), values: &[T]) -> Result<()> {
        let c_name = self.text_to_c(name)?;
        // SAFETY: `values` holds as many values of `T::TYPE` as its length says.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att(
                self.ncid,
                id,
                c_name.as_ptr(),
                T::TYPE,
                values.len(),
                values.as_ptr().cast(),
            )
        })
    }

    fn put_text(&self, (id, name): (c_int, &str), text: &str) -> Result<()> {
        let c_name = self.text_to_c(name)?;
        // SAFETY: `text` holds as many bytes as its length says; no NUL is needed.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att_text(
                self.ncid,
                id,
                c_name.as_ptr(),
                text.len(),
                text.as_ptr().cast(),
            )
        })
    }

    fn put_texts(&self, (id, name): (c_int, &str), texts: &[String]) -> Result<()> {
        let c_name = self.text_to_c(name)?;
        let c_texts = texts
            .iter()
            .map(|text| self.text_to_c(text))
            .collect::<Result<Vec<_>>>()?;
        let mut pointers: Vec<*const c_char> = c_texts.iter().map(|text| text.as_ptr()).collect();
        // SAFETY: the pointers are to NUL-terminated strings that outlive the call.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att_string(
                self.ncid,
                id,
                c_name.as_ptr(),
                pointers.len(),
                pointers.as_mut_ptr().cast(),
            )
        })
    }

    /// Writes all of a variable. `values` is row-major and as long as `shape` says.
    pub(super) fn put_values<T: Number>(
        &self,
        variable: Variable,
        shape: &[usize],
        values: &[T],
    ) -> Result<()> {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len());
        if values.is_empty() {
            return Ok(());
        }
        let start = vec![0; shape.len()];
        let Variable { group, id } = variable;
        // SAFETY: `values` holds the product of `shape` values of the variable's type, and `start`
        // and `shape` one number for each of its dimensions.
        self.call("write the values", || unsafe {
            nc::nc_put_vara(
                group,
                id,
                start.as_ptr(),
                shape.as_ptr(),
                values.as_ptr().cast(),
            )
        })
    }

    fn name(&self, action: &str, call: impl Fn(*mut c_char) -> c_int) -> Result<String> {
        let mut buffer: NameBuffer = [0; _];
        self.call(action, || call(buffer.as_mut_ptr()))?;
        Ok(text_of(&buffer))
    }

    fn call(&self, action: &str, call: impl FnOnce() -> c_int) -> Result<()> {
        check(&self.path, action, locked(call))
    }

    fn text_to_c(&self, text: &str) -> Result<CString> {
        CString::new(text).map_err(|_| FormatError::InvalidOption {
            option: "a name",
            value: format!("{text:?}"),
            allowed: "free of NUL characters",
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

pub(super) fn locked<T>(call: impl FnOnce() -> T) -> T {
    let _guard = nc::libnetcdf_lock.lock();
    if !QUIET.replace(true) {
        // SAFETY: the default error stack takes null for "print nothing"; the lock is held.
        unsafe { hdf5_sys::h5e::H5Eset_auto2(hdf5_sys::h5e::H5E_DEFAULT, None, null_mut()) };
    }
    call()
}

thread_local! {
    /// Whether HDF5 has been told not to print errors of this thread. netcdf-c tells it once, but a
    /// thread-safe HDF5 remembers it for each thread.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

fn check(path: &Path, action: &str, code: c_int) -> Result<()> {
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

/// An absolute path cannot be taken for a URL, which netcdf-c would fetch.
fn path_to_c(path: &Path) -> Result<CString> {
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

fn classify(kind: nc::nc_type) -> (Option<Stored>, &'static str) {
    match kind {
        nc::NC_BYTE => (Some(Stored::I8), "byte"),
        nc::NC_UBYTE => (Some(Stored::U8), "ubyte"),
        nc::NC_SHORT => (Some(Stored::I16), "short"),
        nc::NC_USHORT => (Some(Stored::U16), "ushort"),
        nc::NC_INT => (Some(Stored::I32), "int"),
        nc::NC_UINT => (Some(Stored::U32), "uint"),
        nc::NC_INT64 => (Some(Stored::I64), "int64"),
        nc::NC_UINT64 => (Some(Stored::U64), "uint64"),
        nc::NC_FLOAT => (Some(Stored::F32), "float"),
        nc::NC_DOUBLE => (Some(Stored::F64), "double"),
        nc::NC_CHAR => (None, "char"),
        nc::NC_STRING => (None, "string"),
        _ => (None, "a user-defined type"),
    }
}
