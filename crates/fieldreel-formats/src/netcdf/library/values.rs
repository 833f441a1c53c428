//! Reading and writing of values.

use std::ffi::{CString, c_char};
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::{NcFile, NcNumber, NcVariable, VariableHeader, text_to_c_string};
use crate::Result;
use crate::dataset::VariableType;
use crate::limits::try_with_capacity;

/// A hyperslab of a variable: the variable, and the start and the count along each dimension.
pub(super) type Hyperslab<'a> = (NcVariable, &'a [usize], &'a [usize]);

impl NcFile {
    /// Returns all values of a variable as stored. `T` must be its type, and `len` the product of
    /// its dimensions.
    pub(in crate::netcdf) fn read_all<T: NcNumber>(
        &self,
        variable: NcVariable,
        len: usize,
    ) -> Result<Vec<T>> {
        let shape: Vec<usize> = self.shape(variable)?;
        self.read_hyperslab((variable, &vec![0; shape.len()], &shape), len)
    }

    /// Returns the values of a hyperslab as stored. `T` must be the variable's type, and `len` the
    /// product of the counts.
    pub(in crate::netcdf) fn read_hyperslab<T: NcNumber>(
        &self,
        hyperslab: Hyperslab<'_>,
        len: usize,
    ) -> Result<Vec<T>> {
        self.check_type_and_bounds(hyperslab, T::VARIABLE_TYPE, len)?;
        let mut values = try_with_capacity(&self.path, len)?;
        values.resize(len, T::default());
        let (NcVariable { group, id }, start, count) = hyperslab;
        if len > 0 {
            // SAFETY: the buffer holds `len` values of the variable's type, and the hyperslab has
            // `len` values; both were checked.
            self.call("read the values", || unsafe {
                nc::nc_get_vara(
                    group,
                    id,
                    start.as_ptr(),
                    count.as_ptr(),
                    values.as_mut_ptr().cast(),
                )
            })?;
        }
        Ok(values)
    }

    /// Returns the values of a hyperslab of single bytes of text.
    pub(in crate::netcdf) fn read_chars(
        &self,
        hyperslab: Hyperslab<'_>,
        len: usize,
    ) -> Result<Vec<u8>> {
        self.check_type_and_bounds(hyperslab, VariableType::Char, len)?;
        let mut bytes = try_with_capacity(&self.path, len)?;
        bytes.resize(len, 0_u8);
        let (NcVariable { group, id }, start, count) = hyperslab;
        if len > 0 {
            // SAFETY: the buffer holds `len` bytes, and the hyperslab has `len` values, which was
            // checked.
            self.call("read the values", || unsafe {
                nc::nc_get_vara_text(
                    group,
                    id,
                    start.as_ptr(),
                    count.as_ptr(),
                    bytes.as_mut_ptr().cast(),
                )
            })?;
        }
        Ok(bytes)
    }

    /// Returns the values of a hyperslab of texts.
    pub(in crate::netcdf) fn read_texts(
        &self,
        hyperslab: Hyperslab<'_>,
        len: usize,
    ) -> Result<Vec<String>> {
        self.check_type_and_bounds(hyperslab, VariableType::Text, len)?;
        let mut pointers: Vec<*mut c_char> = try_with_capacity(&self.path, len)?;
        pointers.resize(len, null_mut());
        let (NcVariable { group, id }, start, count) = hyperslab;
        if len > 0 {
            // SAFETY: the buffer holds `len` pointers, and the hyperslab has `len` values, which
            // was checked.
            self.call("read the values", || unsafe {
                nc::nc_get_vara_string(
                    group,
                    id,
                    start.as_ptr(),
                    count.as_ptr(),
                    pointers.as_mut_ptr(),
                )
            })?;
        }
        Ok(self.take_texts(pointers))
    }

    fn shape(&self, variable: NcVariable) -> Result<Vec<usize>> {
        let header = self.header(variable)?;
        Ok(header.dimensions.iter().map(|(_, len, _)| *len).collect())
    }

    /// Checks that a hyperslab is in a variable of this type and has `len` values.
    fn check_type_and_bounds(
        &self,
        hyperslab: Hyperslab<'_>,
        kind: VariableType,
        len: usize,
    ) -> Result<()> {
        match self.check_bounds(hyperslab, len)?.kind {
            Some(found) if found == kind => Ok(()),
            _ => Err(self.damaged("a variable changed while it was read")),
        }
    }

    /// Checks that a hyperslab is in a variable and has `len` values.
    pub(super) fn check_bounds(
        &self,
        (variable, start, count): Hyperslab<'_>,
        len: usize,
    ) -> Result<VariableHeader> {
        let header = self.header(variable)?;
        let is_inside = start.len() == count.len()
            && count.len() == header.dimensions.len()
            && count.iter().product::<usize>() == len
            && header.dimensions.iter().zip(start.iter().zip(count)).all(
                |((_, len, _), (&start, &count))| {
                    start.checked_add(count).is_some_and(|end| end <= *len)
                },
            );
        if is_inside {
            Ok(header)
        } else {
            Err(self.damaged("a variable changed while it was read"))
        }
    }

    /// Writes all values of a variable. `values` is row-major, with the length that follows from
    /// `shape`.
    pub(in crate::netcdf) fn write_all<T: NcNumber>(
        &self,
        variable: NcVariable,
        shape: &[usize],
        values: &[T],
    ) -> Result<()> {
        self.write_hyperslab((variable, &vec![0; shape.len()], shape), values)
    }

    /// Writes the values of a hyperslab. `values` is row-major, of the variable's type, and as
    /// long as the product of the counts; the hyperslab has a start and a count for each
    /// dimension.
    pub(in crate::netcdf) fn write_hyperslab<T: NcNumber>(
        &self,
        (variable, start, count): Hyperslab<'_>,
        values: &[T],
    ) -> Result<()> {
        debug_assert_eq!(count.iter().product::<usize>(), values.len());
        if values.is_empty() {
            return Ok(());
        }
        let NcVariable { group, id } = variable;
        // SAFETY: by contract, there are as many values as the hyperslab has, and they are of the
        // variable's type.
        self.call("write the values", || unsafe {
            nc::nc_put_vara(
                group,
                id,
                start.as_ptr(),
                count.as_ptr(),
                values.as_ptr().cast(),
            )
        })
    }

    /// Writes the values of a hyperslab of single bytes of text.
    pub(in crate::netcdf) fn write_chars(
        &self,
        (variable, start, count): Hyperslab<'_>,
        bytes: &[u8],
    ) -> Result<()> {
        debug_assert_eq!(count.iter().product::<usize>(), bytes.len());
        if bytes.is_empty() {
            return Ok(());
        }
        let NcVariable { group, id } = variable;
        // SAFETY: by contract, there are as many bytes as the hyperslab has values.
        self.call("write the values", || unsafe {
            nc::nc_put_vara_text(
                group,
                id,
                start.as_ptr(),
                count.as_ptr(),
                bytes.as_ptr().cast(),
            )
        })
    }

    /// Writes the values of a hyperslab of texts.
    pub(in crate::netcdf) fn write_texts(
        &self,
        (variable, start, count): Hyperslab<'_>,
        texts: &[String],
    ) -> Result<()> {
        debug_assert_eq!(count.iter().product::<usize>(), texts.len());
        if texts.is_empty() {
            return Ok(());
        }
        let c_texts: Vec<CString> = texts
            .iter()
            .map(|text| text_to_c_string(text))
            .collect::<Result<_>>()?;
        let mut pointers: Vec<*const c_char> = c_texts.iter().map(|text| text.as_ptr()).collect();
        let NcVariable { group, id } = variable;
        // SAFETY: by contract, there are as many pointers as the hyperslab has values. They point
        // to NUL-terminated strings that outlive the call.
        self.call("write the values", || unsafe {
            nc::nc_put_vara_string(
                group,
                id,
                start.as_ptr(),
                count.as_ptr(),
                pointers.as_mut_ptr(),
            )
        })
    }
}
