//! Reading and definition of user-defined types.

use std::ffi::c_int;
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::{
    NameBuffer, NcFile, NcGroup, NcVariable, classify_nc_type, nc_type_of, text_in_buffer,
    text_to_c_string,
};
use crate::dataset::{CompoundField, TypeClass, UserType, VariableType};
use crate::{FormatError, Result};

mod values;

/// The maximum depth of nested types, which bounds the recursion over their values.
const MAX_DEPTH: usize = 32;

/// The user-defined types of a file, with netcdf-c's IDs in the same order. A type comes after the
/// types that it is made of.
#[derive(Debug, Default)]
pub(in crate::netcdf) struct TypeTable {
    pub(in crate::netcdf) user_types: Vec<UserType>,
    ids: Vec<nc::nc_type>,
}

impl TypeTable {
    /// Returns the type with this ID.
    pub(in crate::netcdf) fn kind(&self, id: nc::nc_type) -> Option<VariableType> {
        let user = || {
            let index = self.ids.iter().position(|&known| known == id)?;
            let bytes = self.user_types.get(index)?.bytes;
            Some(VariableType::User { index, bytes })
        };
        classify_nc_type(id).0.or_else(user)
    }

    fn id(&self, kind: VariableType) -> Option<nc::nc_type> {
        match kind {
            VariableType::User { index, .. } => self.ids.get(index).copied(),
            known => nc_type_of(known),
        }
    }

    /// Returns the nesting depth of a type.
    fn nesting_depth(&self, kind: VariableType) -> usize {
        let VariableType::User { index, .. } = kind else {
            return 0;
        };
        1 + match self.user_types.get(index).map(|found| &found.class) {
            Some(TypeClass::Vlen { element }) => self.nesting_depth(*element),
            Some(TypeClass::Compound { fields }) => {
                let depths = fields.iter().map(|field| self.nesting_depth(field.kind));
                depths.max().unwrap_or(0)
            }
            _ => 0,
        }
    }
}

impl NcFile {
    /// Adds the types that a group defines. `number` is the index of the group in the schema.
    pub(in crate::netcdf) fn read_types(
        &self,
        group: NcGroup,
        number: usize,
        types: &mut TypeTable,
    ) -> Result<()> {
        let mut count = 0;
        // SAFETY: only the count is requested if the array is null.
        self.call("list types", || unsafe {
            nc::nc_inq_typeids(group.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c returned.
        self.call("list types", || unsafe {
            nc::nc_inq_typeids(group.0, null_mut(), ids.as_mut_ptr())
        })?;
        for id in ids {
            let found = self.user_type(group, id, number, types)?;
            types.user_types.push(found);
            types.ids.push(id);
            let index = types.user_types.len() - 1;
            if types.nesting_depth(VariableType::User { index, bytes: 0 }) > MAX_DEPTH {
                return Err(self.damaged("types are nested too deeply"));
            }
        }
        Ok(())
    }

    fn user_type(
        &self,
        group: NcGroup,
        id: nc::nc_type,
        number: usize,
        types: &TypeTable,
    ) -> Result<UserType> {
        let mut buffer: NameBuffer = [0; _];
        let (mut bytes, mut base, mut parts, mut class) = (0, 0, 0, 0);
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer, and the pointers are valid.
        self.call("read a type", || unsafe {
            let name = buffer.as_mut_ptr();
            nc::nc_inq_user_type(
                group.0, id, name, &mut bytes, &mut base, &mut parts, &mut class,
            )
        })?;
        let unknown = || self.damaged("a type contains an unknown type");
        let class = match class {
            nc::NC_ENUM => {
                let base = types.kind(base).ok_or_else(unknown)?;
                let members = (0..parts)
                    .map(|at| self.enum_member(group, id, at, base))
                    .collect::<Result<_>>()?;
                TypeClass::Enum { base, members }
            }
            nc::NC_COMPOUND => TypeClass::Compound {
                fields: (0..parts)
                    .map(|at| self.compound_field(group, id, at, bytes, types))
                    .collect::<Result<_>>()?,
            },
            nc::NC_OPAQUE => TypeClass::Opaque,
            nc::NC_VLEN => TypeClass::Vlen {
                element: types.kind(base).ok_or_else(unknown)?,
            },
            _ => return Err(unknown()),
        };
        if let TypeClass::Vlen { .. } = class {
            bytes = size_of::<nc::nc_vlen_t>();
        }
        Ok(UserType {
            name: text_in_buffer(&buffer),
            group: number,
            bytes,
            class,
        })
    }

    fn enum_member(
        &self,
        group: NcGroup,
        id: nc::nc_type,
        at: usize,
        base: VariableType,
    ) -> Result<(String, i128)> {
        let mut buffer: NameBuffer = [0; _];
        let mut value = [0_u8; 8];
        let at = c_int::try_from(at).unwrap_or(c_int::MAX);
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer, and no integer is longer than
        // 8 bytes.
        self.call("read a type", || unsafe {
            let pointer = value.as_mut_ptr().cast();
            nc::nc_inq_enum_member(group.0, id, at, buffer.as_mut_ptr(), pointer)
        })?;
        let [a, b, c, d, ..] = value;
        let value = match base {
            VariableType::I8 => i8::from_ne_bytes([a]).into(),
            VariableType::U8 => a.into(),
            VariableType::I16 => i16::from_ne_bytes([a, b]).into(),
            VariableType::U16 => u16::from_ne_bytes([a, b]).into(),
            VariableType::I32 => i32::from_ne_bytes([a, b, c, d]).into(),
            VariableType::U32 => u32::from_ne_bytes([a, b, c, d]).into(),
            VariableType::I64 => i64::from_ne_bytes(value).into(),
            VariableType::U64 => u64::from_ne_bytes(value).into(),
            _ => return Err(self.damaged("an enum is not of an integer type")),
        };
        Ok((text_in_buffer(&buffer), value))
    }

    fn compound_field(
        &self,
        group: NcGroup,
        id: nc::nc_type,
        at: usize,
        bytes: usize,
        types: &TypeTable,
    ) -> Result<CompoundField> {
        let mut buffer: NameBuffer = [0; _];
        let (mut offset, mut kind, mut rank) = (0, 0, 0);
        let at = c_int::try_from(at).unwrap_or(c_int::MAX);
        let mut inquire = |lengths: *mut c_int, rank: &mut c_int| {
            // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer, the pointers are valid,
            // and the array of lengths is null or has the rank that netcdf-c returned.
            self.call("read a type", || unsafe {
                let name = buffer.as_mut_ptr();
                nc::nc_inq_compound_field(
                    group.0,
                    id,
                    at,
                    name,
                    &mut offset,
                    &mut kind,
                    rank,
                    lengths,
                )
            })
        };
        inquire(null_mut(), &mut rank)?;
        let mut lengths = vec![0; usize::try_from(rank).unwrap_or(0)];
        inquire(lengths.as_mut_ptr(), &mut rank)?;
        let lengths = lengths.into_iter();
        let shape: Vec<usize> = lengths
            .map(|length| usize::try_from(length).unwrap_or(0))
            .collect();
        let kind = types
            .kind(kind)
            .ok_or_else(|| self.damaged("a type contains an unknown type"))?;
        let end = shape
            .iter()
            .try_fold(kind.bytes(), |total, &length| total.checked_mul(length))
            .and_then(|total| total.checked_add(offset));
        if end.is_none_or(|end| end > bytes) {
            return Err(self.damaged("a field exceeds its compound type"));
        }
        Ok(CompoundField {
            name: text_in_buffer(&buffer),
            offset,
            kind,
            shape,
        })
    }

    /// Defines a type whose components are already defined.
    pub(in crate::netcdf) fn define_type(
        &self,
        group: NcGroup,
        user: &UserType,
        types: &mut TypeTable,
    ) -> Result<()> {
        let c_name = text_to_c_string(&user.name)?;
        let action = format!("define type {:?}", user.name);
        let unknown = || FormatError::InvalidOption {
            option: "a user-defined type",
            value: user.name.clone(),
            allowed: "a type that contains only types defined before it",
        };
        let mut id = 0;
        let name = c_name.as_ptr();
        match &user.class {
            TypeClass::Enum { base, members } => {
                let base_id = types.id(*base).ok_or_else(unknown)?;
                // SAFETY: the name is NUL-terminated and `id` valid for the result.
                self.call(&action, || unsafe {
                    nc::nc_def_enum(group.0, base_id, name, &mut id)
                })?;
                for (name, value) in members {
                    let c_name = text_to_c_string(name)?;
                    let value = match base.bytes() {
                        1 => (*value as i8).to_ne_bytes().to_vec(),
                        2 => (*value as i16).to_ne_bytes().to_vec(),
                        4 => (*value as i32).to_ne_bytes().to_vec(),
                        _ => (*value as i64).to_ne_bytes().to_vec(),
                    };
                    // SAFETY: the name is NUL-terminated and the value as long as the base type.
                    self.call(&action, || unsafe {
                        nc::nc_insert_enum(group.0, id, c_name.as_ptr(), value.as_ptr().cast())
                    })?;
                }
            }
            TypeClass::Compound { fields } => {
                // SAFETY: the name is NUL-terminated and `id` valid for the result.
                self.call(&action, || unsafe {
                    nc::nc_def_compound(group.0, user.bytes, name, &mut id)
                })?;
                for field in fields {
                    let c_name = text_to_c_string(&field.name)?;
                    let kind = types.id(field.kind).ok_or_else(unknown)?;
                    let lengths = field.shape.iter();
                    let lengths: Vec<c_int> = lengths
                        .map(|&length| c_int::try_from(length).unwrap_or(c_int::MAX))
                        .collect();
                    let (name, offset) = (c_name.as_ptr(), field.offset);
                    // SAFETY: the name is NUL-terminated, and `rank` is the number of lengths.
                    self.call(&action, || unsafe {
                        match c_int::try_from(lengths.len()).unwrap_or(c_int::MAX) {
                            0 => nc::nc_insert_compound(group.0, id, name, offset, kind),
                            rank => nc::nc_insert_array_compound(
                                group.0,
                                id,
                                name,
                                offset,
                                kind,
                                rank,
                                lengths.as_ptr(),
                            ),
                        }
                    })?;
                }
            }
            // SAFETY: the name is NUL-terminated and `id` valid for the result.
            TypeClass::Opaque => self.call(&action, || unsafe {
                nc::nc_def_opaque(group.0, user.bytes, name, &mut id)
            })?,
            TypeClass::Vlen { element } => {
                let element = types.id(*element).ok_or_else(unknown)?;
                // SAFETY: the name is NUL-terminated and `id` valid for the result.
                self.call(&action, || unsafe {
                    nc::nc_def_vlen(group.0, name, element, &mut id)
                })?;
            }
        }
        types.user_types.push(user.clone());
        types.ids.push(id);
        Ok(())
    }

    /// Defines a variable of any type.
    pub(in crate::netcdf) fn define_variable_of_type(
        &self,
        group: NcGroup,
        name: &str,
        (kind, types): (VariableType, &TypeTable),
        dimensions: &[c_int],
    ) -> Result<NcVariable> {
        let kind = types.id(kind).ok_or_else(|| FormatError::InvalidOption {
            option: "the type of a variable",
            value: name.to_owned(),
            allowed: "a type of the schema",
        })?;
        self.define_with_nc_type(group, name, kind, dimensions)
    }
}
