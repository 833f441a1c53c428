//! Reading and writing of attributes.

use std::ffi::{CStr, c_char, c_int};
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::{
    NameBuffer, NcFile, NcGroup, NcNumber, NcVariable, classify_nc_type, text_in_buffer,
    text_to_c_string, with_library_lock,
};
use crate::limits::checked_len;
use crate::{AttributeValue, Limits, NumericArray, Result};

impl NcFile {
    /// Returns the attributes of a variable, or of a group for `None`, in order. Attributes of
    /// user-defined types are omitted.
    pub(in crate::netcdf) fn attributes(
        &self,
        group: NcGroup,
        variable: Option<NcVariable>,
        limits: &Limits,
    ) -> Result<Vec<(String, AttributeValue)>> {
        let NcVariable { group: ncid, id } = variable.unwrap_or(group.global());
        let mut attributes = Vec::new();
        for buffer in self.attribute_name_buffers(NcVariable { group: ncid, id })? {
            if let Some(value) = self.attribute(ncid, id, &buffer, limits)? {
                attributes.push((text_in_buffer(&buffer), value));
            }
        }
        Ok(attributes)
    }

    /// Returns the names of the attributes of a variable or group, in order, each with true if the
    /// attribute is of a user-defined type.
    pub(in crate::netcdf) fn attribute_names(
        &self,
        owner: NcVariable,
    ) -> Result<Vec<(String, bool)>> {
        let names = self.attribute_name_buffers(owner)?.into_iter();
        names
            .map(|buffer| {
                let mut kind = 0;
                // SAFETY: the name is NUL-terminated and the pointer valid for the result.
                self.call("read attributes", || unsafe {
                    nc::nc_inq_atttype(owner.group, owner.id, buffer.as_ptr(), &mut kind)
                })?;
                Ok((text_in_buffer(&buffer), classify_nc_type(kind).0.is_none()))
            })
            .collect()
    }

    /// Returns the names of the attributes of a variable or group, in order, as exact bytes: a
    /// name need not be UTF-8.
    fn attribute_name_buffers(
        &self,
        NcVariable { group, id }: NcVariable,
    ) -> Result<Vec<NameBuffer>> {
        let mut count = 0;
        // SAFETY: the pointer is valid for the result.
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
        // SAFETY: the name is NUL-terminated and the pointers valid for the results.
        self.call("read attributes", || unsafe {
            nc::nc_inq_att(ncid, id, name.as_ptr(), &mut kind, &mut len)
        })?;
        checked_len(limits, "an attribute", &[len])?;
        let location = (ncid, id, name, len);
        Ok(Some(match kind {
            nc::NC_CHAR => AttributeValue::Text(self.attribute_text(location)?),
            nc::NC_STRING => AttributeValue::Texts(self.attribute_texts(location)?),
            nc::NC_BYTE => NumericArray::I8(self.attribute_numbers(location)?).into(),
            nc::NC_UBYTE => NumericArray::U8(self.attribute_numbers(location)?).into(),
            nc::NC_SHORT => NumericArray::I16(self.attribute_numbers(location)?).into(),
            nc::NC_USHORT => NumericArray::U16(self.attribute_numbers(location)?).into(),
            nc::NC_INT => NumericArray::I32(self.attribute_numbers(location)?).into(),
            nc::NC_UINT => NumericArray::U32(self.attribute_numbers(location)?).into(),
            nc::NC_INT64 => NumericArray::I64(self.attribute_numbers(location)?).into(),
            nc::NC_UINT64 => NumericArray::U64(self.attribute_numbers(location)?).into(),
            nc::NC_FLOAT => NumericArray::F32(self.attribute_numbers(location)?).into(),
            nc::NC_DOUBLE => NumericArray::F64(self.attribute_numbers(location)?).into(),
            _ => return Ok(None),
        }))
    }

    /// Reads an attribute of numbers. `T` must be the type of the attribute.
    fn attribute_numbers<T: NcNumber>(
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
        Ok(self.take_texts(pointers))
    }

    /// Copies texts that netcdf-c allocated, and frees them.
    pub(super) fn take_texts(&self, mut pointers: Vec<*mut c_char>) -> Vec<String> {
        let texts = pointers
            .iter()
            .map(|&pointer| {
                if pointer.is_null() {
                    return String::new();
                }
                // SAFETY: netcdf-c returned a NUL-terminated string that lives until it is freed
                // below.
                unsafe { CStr::from_ptr(pointer) }
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        // SAFETY: the pointers come from netcdf-c and are not used after this.
        with_library_lock(|| unsafe { nc::nc_free_string(pointers.len(), pointers.as_mut_ptr()) });
        texts
    }

    /// Copies an attribute of another open file byte by byte.
    pub(in crate::netcdf) fn copy_attribute(
        &self,
        from: NcVariable,
        name: &str,
        to: NcVariable,
    ) -> Result<()> {
        let c_name = text_to_c_string(name)?;
        // SAFETY: both files are open and the name is NUL-terminated.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_copy_att(from.group, from.id, c_name.as_ptr(), to.group, to.id)
        })
    }

    /// Writes an attribute of a variable or a group.
    pub(in crate::netcdf) fn put_attribute(
        &self,
        variable: NcVariable,
        name: &str,
        value: &AttributeValue,
    ) -> Result<()> {
        let target = (variable, name);
        match value {
            AttributeValue::Text(text) => self.put_text(target, text),
            AttributeValue::Texts(texts) => self.put_texts(target, texts),
            AttributeValue::Numbers(numbers) => match numbers {
                NumericArray::I8(values) => self.put_numbers(target, values),
                NumericArray::U8(values) => self.put_numbers(target, values),
                NumericArray::I16(values) => self.put_numbers(target, values),
                NumericArray::U16(values) => self.put_numbers(target, values),
                NumericArray::I32(values) => self.put_numbers(target, values),
                NumericArray::U32(values) => self.put_numbers(target, values),
                NumericArray::I64(values) => self.put_numbers(target, values),
                NumericArray::U64(values) => self.put_numbers(target, values),
                NumericArray::F32(values) => self.put_numbers(target, values),
                NumericArray::F64(values) => self.put_numbers(target, values),
            },
        }
    }

    fn put_numbers<T: NcNumber>(
        &self,
        (NcVariable { group, id }, name): (NcVariable, &str),
        values: &[T],
    ) -> Result<()> {
        let c_name = text_to_c_string(name)?;
        // SAFETY: the length is that of `values`, whose type is `T::NC_TYPE`.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att(
                group,
                id,
                c_name.as_ptr(),
                T::NC_TYPE,
                values.len(),
                values.as_ptr().cast(),
            )
        })
    }

    fn put_text(
        &self,
        (NcVariable { group, id }, name): (NcVariable, &str),
        text: &str,
    ) -> Result<()> {
        let c_name = text_to_c_string(name)?;
        // SAFETY: the length is that of `text`; no NUL is needed.
        self.call(&format!("write attribute {name:?}"), || unsafe {
            nc::nc_put_att_text(group, id, c_name.as_ptr(), text.len(), text.as_ptr().cast())
        })
    }

    fn put_texts(
        &self,
        (NcVariable { group, id }, name): (NcVariable, &str),
        texts: &[String],
    ) -> Result<()> {
        let c_name = text_to_c_string(name)?;
        let c_texts = texts
            .iter()
            .map(|text| text_to_c_string(text))
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
