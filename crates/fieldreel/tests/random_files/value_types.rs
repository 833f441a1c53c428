//! Types of values, and random values of all types except floating-point types.

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;

use netcdf_sys as nc;

use super::file_content::check;
use super::random::Random;

/// A type of values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ValueType {
    Byte,
    Char,
    Short,
    Int,
    Float,
    Double,
    Ubyte,
    Ushort,
    Uint,
    Int64,
    Uint64,
    String,
    /// A user-defined type of `size` bytes: an enum with these members, or bytes of any value if
    /// there are no members.
    Opaque {
        id: nc::nc_type,
        size: usize,
        members: Vec<i8>,
    },
    /// Sequences of `int`.
    Sequence {
        id: nc::nc_type,
    },
}

/// Values in the form in which netcdf-c accepts them.
pub(crate) enum Data {
    Bytes(Vec<u8>),
    Strings(Vec<CString>),
    Sequences(Vec<Vec<i32>>),
}

impl ValueType {
    pub(crate) fn id(&self) -> nc::nc_type {
        match self {
            Self::Byte => nc::NC_BYTE,
            Self::Char => nc::NC_CHAR,
            Self::Short => nc::NC_SHORT,
            Self::Int => nc::NC_INT,
            Self::Float => nc::NC_FLOAT,
            Self::Double => nc::NC_DOUBLE,
            Self::Ubyte => nc::NC_UBYTE,
            Self::Ushort => nc::NC_USHORT,
            Self::Uint => nc::NC_UINT,
            Self::Int64 => nc::NC_INT64,
            Self::Uint64 => nc::NC_UINT64,
            Self::String => nc::NC_STRING,
            Self::Opaque { id, .. } | Self::Sequence { id } => *id,
        }
    }

    /// Returns the number of bytes of a value in memory.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Byte | Self::Char | Self::Ubyte => 1,
            Self::Short | Self::Ushort => 2,
            Self::Int | Self::Uint | Self::Float => 4,
            Self::Opaque { size, .. } => *size,
            _ => 8,
        }
    }

    pub(crate) fn is_number(&self) -> bool {
        let non_numeric = [Self::Char, Self::String];
        !non_numeric.contains(self) && !matches!(self, Self::Opaque { .. } | Self::Sequence { .. })
    }

    /// Returns random values of the type, which is not a floating-point type.
    pub(crate) fn data(&self, random: &mut Random, len: usize) -> Data {
        match self {
            Self::String => Data::Strings((0..len).map(|_| text(random)).collect()),
            Self::Sequence { .. } => Data::Sequences(
                (0..len)
                    .map(|_| (0..random.below(4)).map(|_| random.next() as i32).collect())
                    .collect(),
            ),
            Self::Opaque { members, .. } if !members.is_empty() => {
                Data::Bytes((0..len).map(|_| random.pick(members) as u8).collect())
            }
            _ => {
                let (step, mut last) = (random.pick(&[0, 1, 100, u64::MAX]), random.next());
                let mut bytes = Vec::with_capacity(len * self.bytes());
                for _ in 0..len * self.bytes().div_ceil(8) {
                    last = last.wrapping_add(random.next() % step.max(1));
                    bytes.extend(&last.to_ne_bytes()[..self.bytes().min(8)]);
                }
                bytes.truncate(len * self.bytes());
                Data::Bytes(bytes)
            }
        }
    }
}

fn text(random: &mut Random) -> CString {
    let words = [
        "",
        "a",
        "two words",
        "température",
        "line\nline",
        "☀",
        "trailing ",
    ];
    CString::new(random.pick(&words)).unwrap()
}

impl Data {
    /// Writes the values to a variable.
    ///
    /// # Safety
    /// The identifiers are of an open group and of one of its variables, whose type and rank are
    /// those of the values.
    pub(crate) unsafe fn put(
        &self,
        group: c_int,
        id: c_int,
        count: &[usize],
    ) -> Result<(), String> {
        let start = vec![0; count.len()];
        let (start, count) = (start.as_ptr(), count.as_ptr());
        self.with_pointer(|values| {
            // SAFETY: the number of values is that of `count`.
            check("write", unsafe {
                nc::nc_put_vara(group, id, start, count, values)
            })
        })
    }

    /// Writes the values as an attribute.
    ///
    /// # Safety
    /// The identifiers are of an open group and of one of its variables, or `NC_GLOBAL`; there are
    /// `len` values of this type.
    pub(crate) unsafe fn put_attribute(
        &self,
        group: c_int,
        id: c_int,
        name: &str,
        kind: &ValueType,
        len: usize,
    ) -> Result<(), String> {
        let c_name = CString::new(name).unwrap();
        self.with_pointer(|values| {
            // SAFETY: as the caller says; the name is NUL-terminated.
            let code =
                unsafe { nc::nc_put_att(group, id, c_name.as_ptr(), kind.id(), len, values) };
            check(&format!("attribute {name:?}"), code)
        })
    }

    fn with_pointer<T>(&self, work: impl FnOnce(*const c_void) -> T) -> T {
        match self {
            Self::Bytes(bytes) => work(bytes.as_ptr().cast()),
            Self::Strings(texts) => {
                let texts: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr()).collect();
                work(texts.as_ptr().cast())
            }
            Self::Sequences(all) => {
                let all: Vec<nc::nc_vlen_t> = all
                    .iter()
                    .map(|values| nc::nc_vlen_t {
                        len: values.len(),
                        p: values.as_ptr().cast_mut().cast(),
                    })
                    .collect();
                work(all.as_ptr().cast())
            }
        }
    }
}

/// Defines an enum, an opaque type, a compound and a sequence.
///
/// # Safety
/// `file` is an open NetCDF-4 file.
pub(crate) unsafe fn define_types(
    file: c_int,
    random: &mut Random,
) -> Result<Vec<ValueType>, String> {
    let (mut flag, mut opaque, mut compound, mut sequence) = (0, 0, 0, 0);
    let members = [0_i8, 1, 7, -3];
    let size = 1 + random.below(20);
    // SAFETY: names are NUL-terminated; pointers are valid.
    unsafe {
        let name = c"flag_t".as_ptr();
        check("enum", nc::nc_def_enum(file, nc::NC_BYTE, name, &mut flag))?;
        for (name, value) in [c"clear", c"cloud", c"snow", c"bad"].iter().zip(&members) {
            let value = ptr::from_ref(value).cast();
            check(
                "member",
                nc::nc_insert_enum(file, flag, name.as_ptr(), value),
            )?;
        }
        let name = c"blob_t".as_ptr();
        check("opaque", nc::nc_def_opaque(file, size, name, &mut opaque))?;
        let name = c"pair_t".as_ptr();
        check(
            "compound",
            nc::nc_def_compound(file, 16, name, &mut compound),
        )?;
        let (a, b) = (c"a".as_ptr(), c"b".as_ptr());
        check(
            "field",
            nc::nc_insert_compound(file, compound, a, 0, nc::NC_INT64),
        )?;
        let sides = 4;
        check(
            "field",
            nc::nc_insert_array_compound(file, compound, b, 8, nc::NC_SHORT, 1, &sides),
        )?;
        let name = c"list_t".as_ptr();
        check(
            "sequence",
            nc::nc_def_vlen(file, name, nc::NC_INT, &mut sequence),
        )?;
    }
    let own = |id, size, members: &[i8]| ValueType::Opaque {
        id,
        size,
        members: members.to_vec(),
    };
    Ok(vec![
        own(flag, 1, &members),
        own(opaque, size, &[]),
        own(compound, 16, &[]),
        ValueType::Sequence { id: sequence },
    ])
}
