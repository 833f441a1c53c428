//! Attributes of an open file, in and out.

use std::ffi::{CStr, c_char, c_int};
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::{Dataset, Group, NameBuffer, Number, Variable, classify, locked, text_of, text_to_c};
use crate::limits::checked_len;
use crate::{AttributeValue, Limits, NumericArray, Result};

impl Dataset {
    /// The attributes of a variable, or of a group for `None`, in order. Those of a user-defined
    /// type are left out.
    pub(in crate::netcdf) fn attributes(
        &self,
        group: Group,
        variable: Option<Variable>,
        limits: &Limits,
    ) -> Result<Vec<(String, AttributeValue)>> {
        let Variable { group: ncid, id } = variable.unwrap_or(group.global());
        let mut attributes = Vec::new();
        for buffer in self.names_of_attributes(Variable { group: ncid, id })? {
            if let Some(value) = self.attribute(ncid, id, &buffer, limits)? {
                attributes.push((text_of(&buffer), value));
            }
        }
        Ok(attributes)
    }

    /// The names of the attributes of a variable or a group, in order, and whether each is of a user-defined type.
    pub(in crate::netcdf) fn attribute_names(
        &self,
        place: Variable,
    ) -> Result<Vec<(String, bool)>> {
        let names = self.names_of_attributes(place)?.into_iter();
        names
            .map(|buffer| {
                let mut kind = 0;
                // SAFETY: the name is NUL-terminated and the place valid for the result.
                self.call("read attributes", || unsafe {
                    nc::nc_inq_atttype(place.group, place.id, buffer.as_ptr(), &mut kind)
                })?;
                Ok((text_of(&buffer), classify(kind).0.is_none()))
            })
            .collect()
    }

    /// The names of the attributes of a variable or a group, in order, with the exact bytes: a name need not be UTF-8.
    fn names_of_attributes(&self, Variable { group, id }: Variable) -> Result<Vec<NameBuffer>> {
        let mut count = 0;
        // SAFETY: the place is valid for the result.
        self.call("read attributes", || unsafe {
            nc::nc_inq_varnatts(group, id, &mut count)
        })?;
        (0..count)
            .map(|number| {
                let mut buffer: NameBuffer = [0; _];
                // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
                self.call("read attributes", || unsafe {
                    nc::nc_inq_attname(group, id, number, buffer.as_mut_ptr())
                })?;
                Ok(buffer)
            })
            .collect()
    }

    fn attribute(
        &self,
        ncid: c_int,
        id: c_int,
        name: &NameBuffer,
        limits: &Limits,
    ) -> Result<Option<AttributeValue>> {
        let (mut kind, mut len) = (0, 0);
        // SAFETY: the name is NUL-terminated and the places valid for the results.
        self.call("read attributes", || unsafe {
            nc::nc_inq_att(ncid, id, name.as_ptr(), &mut kind, &mut len)
        })?;
        checked_len(limits, "an attribute", &[len])?;
        let place = (ncid, id, name, len);
        Ok(Some(match kind {
            nc::NC_CHAR => AttributeValue::Text(self.attribute_text(place)?),
            nc::NC_STRING => AttributeValue::Texts(self.attribute_texts(place)?),
            nc::NC_BYTE => NumericArray::I8(self.attribute_numbers(place)?).into(),
            nc::NC_UBYTE => NumericArray::U8(self.attribute_numbers(place)?).into(),
            nc::NC_SHORT => NumericArray::I16(self.attribute_numbers(place)?).into(),
            nc::NC_USHORT => NumericArray::U16(self.attribute_numbers(place)?).into(),
            nc::NC_INT => NumericArray::I32(self.attribute_numbers(place)?).into(),
            nc::NC_UINT => NumericArray::U32(self.attribute_numbers(place)?).into(),
            nc::NC_INT64 => NumericArray::I64(self.attribute_numbers(place)?).into(),
            nc::NC_UINT64 => NumericArray::U64(self.attribute_numbers(place)?).into(),
            nc::NC_FLOAT => NumericArray::F32(self.attribute_numbers(place)?).into(),
            nc::NC_DOUBLE => NumericArray::F64(self.attribute_numbers(place)?).into(),
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
        Ok(self.texts_of(pointers))
    }

    /// The texts that netcdf-c allocated, which are given back.
    pub(super) fn texts_of(&self, mut pointers: Vec<*mut c_char>) -> Vec<String> {
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
        locked(|| unsafe { nc::nc_free_string(pointers.len(), pointers.as_mut_ptr()) });
        texts
    }

    /// Copies an attribute of another file, which is open, byte by byte.
    pub(in crate::netcdf) fn copy_attribute(
        &self,
        from: Variable,
        name: &str,
        to: Variable,
    ) -> Result<()> {
        let c_name = text_to_c(name)?;
        // SAFETY: both files are open and the name is NUL-terminated.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_copy_att(from.group, from.id, c_name.as_ptr(), to.group, to.id)
        })
    }

    /// Writes an attribute of a variable or a group.
    pub(in crate::netcdf) fn put_attribute(
        &self,
        variable: Variable,
        name: &str,
        value: &AttributeValue,
    ) -> Result<()> {
        let place = (variable, name);
        match value {
            AttributeValue::Text(text) => self.put_text(place, text),
            AttributeValue::Texts(texts) => self.put_texts(place, texts),
            AttributeValue::Numbers(numbers) => match numbers {
                NumericArray::I8(values) => self.put_numbers(place, values),
                NumericArray::U8(values) => self.put_numbers(place, values),
                NumericArray::I16(values) => self.put_numbers(place, values),
                NumericArray::U16(values) => self.put_numbers(place, values),
                NumericArray::I32(values) => self.put_numbers(place, values),
                NumericArray::U32(values) => self.put_numbers(place, values),
                NumericArray::I64(values) => self.put_numbers(place, values),
                NumericArray::U64(values) => self.put_numbers(place, values),
                NumericArray::F32(values) => self.put_numbers(place, values),
                NumericArray::F64(values) => self.put_numbers(place, values),
            },
        }
    }

    fn put_numbers<T: Number>(
        &self,
        (Variable { group, id }, name): (Variable, &str),
        values: &[T],
    ) -> Result<()> {
        let c_name = text_to_c(name)?;
        // SAFETY: `values` holds as many values of `T::TYPE` as its length says.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att(
                group,
                id,
                c_name.as_ptr(),
                T::TYPE,
                values.len(),
                values.as_ptr().cast(),
            )
        })
    }

    fn put_text(&self, (Variable { group, id }, name): (Variable, &str), text: &str) -> Result<()> {
        let c_name = text_to_c(name)?;
        // SAFETY: `text` holds as many bytes as its length says; no NUL is needed.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att_text(group, id, c_name.as_ptr(), text.len(), text.as_ptr().cast())
        })
    }

    fn put_texts(
        &self,
        (Variable { group, id }, name): (Variable, &str),
        texts: &[String],
    ) -> Result<()> {
        let c_name = text_to_c(name)?;
        let c_texts = texts
            .iter()
            .map(|text| text_to_c(text))
            .collect::<Result<Vec<_>>>()?;
        let mut pointers: Vec<*const c_char> = c_texts.iter().map(|text| text.as_ptr()).collect();
        // SAFETY: the pointers are to NUL-terminated strings that outlive the call.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att_string(
                group,
                id,
                c_name.as_ptr(),
                pointers.len(),
                pointers.as_mut_ptr().cast(),
            )
        })
    }
}
