//! Reading and writing of values of user-defined types.

use std::ffi::{CStr, CString, c_char, c_void};

use netcdf_sys as nc;

use super::super::values::Hyperslab;
use super::super::{NcFile, NcVariable, text_to_c_string, with_library_lock};
use super::TypeTable;
use crate::dataset::{TypeClass, UserType, UserValues, VariableType};
use crate::limits::{checked_len, try_with_capacity};
use crate::{FormatError, Limits, Result};

/// The count of a null text.
const NULL_TEXT: u64 = u64::MAX;

impl NcFile {
    /// Returns the values of a hyperslab of a variable of a user-defined type.
    pub(in crate::netcdf) fn read_user_values(
        &self,
        hyperslab: Hyperslab<'_>,
        len: usize,
        (kind, types): (VariableType, &TypeTable),
    ) -> Result<UserValues> {
        self.check_bounds(hyperslab, len)?;
        let (NcVariable { group, id }, start, count) = hyperslab;
        self.read_user_memory(len, (kind, types), |memory| {
            // SAFETY: the memory holds `len` values of the variable's type, and the hyperslab has
            // `len` values; both were checked.
            self.call("read the values", || unsafe {
                nc::nc_get_vara(group, id, start.as_ptr(), count.as_ptr(), memory)
            })
        })
    }

    /// Allocates memory for `len` values of a type in C's layout, calls `read` to fill it, and
    /// returns the values without padding.
    fn read_user_memory(
        &self,
        len: usize,
        (kind, types): (VariableType, &TypeTable),
        read: impl FnOnce(*mut c_void) -> Result<()>,
    ) -> Result<UserValues> {
        let words = len.saturating_mul(kind.bytes()).div_ceil(8);
        let mut memory: Vec<u64> = try_with_capacity(&self.path, words)?;
        memory.resize(words, 0);
        let mut bytes = Vec::new();
        if len > 0 {
            read(memory.as_mut_ptr().cast())?;
            // SAFETY: netcdf-c filled the memory with `len` values of this type, whose fields are
            // inside of it. The data that they point to belongs to netcdf-c until it is freed
            // here, once.
            with_library_lock(|| unsafe {
                flatten_and_free(
                    &types.user_types,
                    kind,
                    len,
                    memory.as_mut_ptr().cast(),
                    &mut bytes,
                );
            });
        }
        Ok(UserValues { kind, len, bytes })
    }

    /// Writes the values of a hyperslab of a variable of a user-defined type.
    pub(in crate::netcdf) fn write_user_values(
        &self,
        (variable, start, count): Hyperslab<'_>,
        values: &UserValues,
        types: &TypeTable,
    ) -> Result<()> {
        let memory = self.to_c_memory(values, types)?;
        if values.is_empty() {
            return Ok(());
        }
        let NcVariable { group, id } = variable;
        // SAFETY: the memory holds as many values as the hyperslab, of the variable's type, by
        // contract; the data that they point to is in `memory` too.
        self.call("write the values", || unsafe {
            let values = memory.values.as_ptr().cast();
            nc::nc_put_vara(group, id, start.as_ptr(), count.as_ptr(), values)
        })
    }

    /// Copies an attribute of a user-defined type from another open file, which must define the
    /// same types in the same order.
    pub(in crate::netcdf) fn copy_user_attribute(
        &self,
        (other, from, from_types): (&Self, NcVariable, &TypeTable),
        name: &str,
        (to, types): (NcVariable, &TypeTable),
        limits: &Limits,
    ) -> Result<()> {
        let c_name = text_to_c_string(name)?;
        let (mut id, mut len) = (0, 0);
        // SAFETY: the name is NUL-terminated and the pointers valid for the results.
        other.call("read attributes", || unsafe {
            nc::nc_inq_att(from.group, from.id, c_name.as_ptr(), &mut id, &mut len)
        })?;
        let unknown = || other.damaged("an attribute is of an unknown type");
        let kind = from_types.kind(id).ok_or_else(unknown)?;
        checked_len(limits, "an attribute", &[len, kind.bytes()])?;
        let values = other.read_user_memory(len, (kind, from_types), |memory| {
            // SAFETY: the memory holds `len` values of the attribute's type.
            other.call("read attributes", || unsafe {
                nc::nc_get_att(from.group, from.id, c_name.as_ptr(), memory)
            })
        })?;
        let id = types.id(kind).ok_or_else(unknown)?;
        let memory = self.to_c_memory(&values, types)?;
        // SAFETY: the memory holds `len` values of the type; the data that they point to is in
        // `memory` too.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            let values = memory.values.as_ptr().cast();
            nc::nc_put_att(to.group, to.id, c_name.as_ptr(), id, len, values)
        })
    }

    /// Returns the values in C's memory layout.
    fn to_c_memory(&self, values: &UserValues, types: &TypeTable) -> Result<CMemory> {
        let mut memory = CMemory::default();
        let bytes = values.kind.bytes();
        let mut words = zeroed_words(values.len.saturating_mul(bytes));
        let mut remaining = values.bytes.as_slice();
        let slots = as_bytes_mut(&mut words).chunks_exact_mut(bytes.max(1));
        for slot in slots.take(values.len) {
            memory
                .write_value(&types.user_types, values.kind, &mut remaining, slot)
                .ok_or_else(|| FormatError::ShapeMismatch {
                    item: "values of a type that the file defines".to_owned(),
                    expected: vec![values.bytes.len()],
                    found: vec![values.bytes.len() - remaining.len()],
                })?;
        }
        memory.values = words;
        Ok(memory)
    }
}

/// Appends values without padding to `out`, and frees the data that they point to.
///
/// # Safety
/// `source` must point to `len` values of this type that netcdf-c returned, with pointers that are
/// null or allocated by netcdf-c.
unsafe fn flatten_and_free(
    types: &[UserType],
    kind: VariableType,
    len: usize,
    source: *mut u8,
    out: &mut Vec<u8>,
) {
    let class = match kind {
        VariableType::User { index, .. } => types.get(index).map(|found| &found.class),
        _ => None,
    };
    let is_flat = kind != VariableType::Text
        && matches!(
            class,
            None | Some(TypeClass::Enum { .. } | TypeClass::Opaque)
        );
    if len == 0 {
        // There are no elements, and the pointer may be null.
        return;
    }
    if is_flat {
        // SAFETY: `source` points to that number of bytes, by contract.
        out.extend_from_slice(unsafe { std::slice::from_raw_parts(source, len * kind.bytes()) });
        return;
    }
    for index in 0..len {
        // SAFETY: the value is one of the `len` values at `source`.
        let source = unsafe { source.add(index * kind.bytes()) };
        match class {
            Some(TypeClass::Compound { fields }) => {
                for field in fields {
                    let len = field.shape.iter().product();
                    // SAFETY: the field is inside the value, which was checked when the type was
                    // read.
                    unsafe {
                        flatten_and_free(types, field.kind, len, source.add(field.offset), out);
                    }
                }
            }
            Some(TypeClass::Vlen { element }) => {
                // SAFETY: netcdf-c wrote a count and a pointer there.
                let mut vlen = unsafe { source.cast::<nc::nc_vlen_t>().read_unaligned() };
                let len = if vlen.p.is_null() { 0 } else { vlen.len };
                out.extend((len as u64).to_ne_bytes());
                // SAFETY: the pointer is to `len` values that belong to netcdf-c, and is freed
                // once.
                unsafe {
                    flatten_and_free(types, *element, len, vlen.p.cast(), out);
                    nc::nc_free_vlen(&mut vlen);
                }
            }
            _ => {
                // SAFETY: netcdf-c wrote a pointer there that is null or to a NUL-terminated text,
                // which is freed once.
                unsafe {
                    let mut text = source.cast::<*mut c_char>().read_unaligned();
                    if text.is_null() {
                        out.extend(NULL_TEXT.to_ne_bytes());
                    } else {
                        let bytes = CStr::from_ptr(text).to_bytes();
                        out.extend((bytes.len() as u64).to_ne_bytes());
                        out.extend(bytes);
                        nc::nc_free_string(1, &mut text);
                    }
                }
            }
        }
    }
}

/// Values in C's memory layout, with the data that they point to.
#[derive(Default)]
struct CMemory {
    values: Vec<u64>,
    elements: Vec<Vec<u64>>,
    texts: Vec<CString>,
}

impl CMemory {
    /// Writes the first value of `remaining` to `slot`; returns `None` if `remaining` is too
    /// short.
    fn write_value(
        &mut self,
        types: &[UserType],
        kind: VariableType,
        remaining: &mut &[u8],
        slot: &mut [u8],
    ) -> Option<()> {
        let class = match kind {
            VariableType::User { index, .. } => Some(&types.get(index)?.class),
            VariableType::Text => {
                let count = read_count(remaining)?;
                if count != NULL_TEXT {
                    let text = CString::new(remaining.split_off(..usize::try_from(count).ok()?)?);
                    let text = text.ok()?;
                    slot.copy_from_slice(&(text.as_ptr() as usize).to_ne_bytes());
                    self.texts.push(text);
                }
                return Some(());
            }
            _ => None,
        };
        match class {
            Some(TypeClass::Compound { fields }) => {
                for field in fields {
                    let bytes = field.kind.bytes();
                    let len = field.shape.iter().product::<usize>();
                    let end = field.offset + len * bytes;
                    let slots = slot.get_mut(field.offset..end)?;
                    for slot in slots.chunks_exact_mut(bytes.max(1)) {
                        self.write_value(types, field.kind, remaining, slot)?;
                    }
                }
            }
            Some(TypeClass::Vlen { element }) => {
                let len = usize::try_from(read_count(remaining)?).ok()?;
                // Every value has at least one byte.
                if len > remaining.len() {
                    return None;
                }
                let bytes = element.bytes();
                let mut elements = zeroed_words(len.checked_mul(bytes)?);
                let slots = as_bytes_mut(&mut elements).chunks_exact_mut(bytes.max(1));
                for slot in slots.take(len) {
                    self.write_value(types, *element, remaining, slot)?;
                }
                let pointer = if len == 0 {
                    0
                } else {
                    elements.as_ptr() as usize
                };
                let (first, second) = slot.split_at_mut_checked(size_of::<usize>())?;
                first.copy_from_slice(&len.to_ne_bytes());
                second.copy_from_slice(&pointer.to_ne_bytes());
                self.elements.push(elements);
            }
            _ => slot.copy_from_slice(remaining.split_off(..kind.bytes())?),
        }
        Some(())
    }
}

/// Reads the count of a text or a variable-length value.
fn read_count(remaining: &mut &[u8]) -> Option<u64> {
    let (count, after) = remaining.split_first_chunk()?;
    *remaining = after;
    Some(u64::from_ne_bytes(*count))
}

/// Returns memory for a number of bytes, aligned for every C type.
fn zeroed_words(bytes: usize) -> Vec<u64> {
    vec![0; bytes.div_ceil(8)]
}

fn as_bytes_mut(words: &mut [u64]) -> &mut [u8] {
    // SAFETY: the result is the same memory, in which every byte is initialized.
    unsafe { std::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), size_of_val(words)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{CompoundField, Schema};

    /// Tests a compound of two texts, a variable-length value of an enum, and a number.
    #[test]
    fn invalid_bytes_of_user_values_are_errors() {
        let types = vec![
            UserType {
                name: "e".to_owned(),
                group: 0,
                bytes: 1,
                class: TypeClass::Enum {
                    base: VariableType::I8,
                    members: Vec::new(),
                },
            },
            UserType {
                name: "v".to_owned(),
                group: 0,
                bytes: 16,
                class: TypeClass::Vlen {
                    element: VariableType::User { index: 0, bytes: 1 },
                },
            },
            UserType {
                name: "c".to_owned(),
                group: 0,
                bytes: 40,
                class: TypeClass::Compound {
                    fields: vec![
                        CompoundField {
                            name: "s".to_owned(),
                            offset: 0,
                            kind: VariableType::Text,
                            shape: vec![2],
                        },
                        CompoundField {
                            name: "v".to_owned(),
                            offset: 16,
                            kind: VariableType::User {
                                index: 1,
                                bytes: 16,
                            },
                            shape: Vec::new(),
                        },
                        CompoundField {
                            name: "n".to_owned(),
                            offset: 32,
                            kind: VariableType::F64,
                            shape: Vec::new(),
                        },
                    ],
                },
            },
        ];
        let kind = VariableType::User {
            index: 2,
            bytes: 40,
        };
        let schema = Schema {
            types: types.clone(),
            ..Schema::default()
        };
        assert!(schema.has_pointers(kind));
        assert!(!schema.has_pointers(VariableType::User { index: 0, bytes: 1 }));
        let mut bytes = Vec::new();
        bytes.extend(3_u64.to_ne_bytes());
        bytes.extend(b"abc");
        bytes.extend(NULL_TEXT.to_ne_bytes());
        bytes.extend(2_u64.to_ne_bytes());
        bytes.extend([7, 8]);
        bytes.extend(1.5_f64.to_ne_bytes());
        let write = |bytes: &[u8]| {
            let mut remaining = bytes;
            let mut slot = [0; 40];
            let mut memory = CMemory::default();
            memory.write_value(&types, kind, &mut remaining, &mut slot)?;
            Some((slot, remaining.len(), memory))
        };
        let (slot, remaining, memory) = write(&bytes).unwrap();
        assert_eq!(remaining, 0);
        assert_eq!(memory.texts, [CString::new("abc").unwrap()]);
        assert_eq!(slot[8..16], [0; 8]);
        assert_eq!(slot[16..24], 2_usize.to_ne_bytes());
        assert_eq!(slot[32..], 1.5_f64.to_ne_bytes());
        for end in 0..bytes.len() {
            assert!(write(&bytes[..end]).is_none(), "{end}");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x81;
            // This gives an error or other values, but no panic, and allocates no more memory than
            // there are bytes.
            let _ = write(&damaged);
        }
    }
}
