//! Values of an open file, in and out.

use std::ffi::{CString, c_char};
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::{Dataset, Header, Number, Variable, text_to_c};
use crate::Result;
use crate::dataset::Kind;
use crate::limits::room;

/// A variable, and the box of it that is meant: its start and its lengths.
pub(super) type Place<'a> = (Variable, &'a [usize], &'a [usize]);

impl Dataset {
    /// All values of a variable, as stored. `T` must be its type, and `len` the product of its
    /// dimensions.
    pub(in crate::netcdf) fn values<T: Number>(
        &self,
        variable: Variable,
        len: usize,
    ) -> Result<Vec<T>> {
        let shape: Vec<usize> = self.shape(variable)?;
        self.box_of((variable, &vec![0; shape.len()], &shape), len)
    }

    /// The values of a box, as stored: `count` places from `start` on. `T` must be the variable's type, and `len` the
    /// product of `count`.
    pub(in crate::netcdf) fn box_of<T: Number>(
        &self,
        place: Place<'_>,
        len: usize,
    ) -> Result<Vec<T>> {
        self.check_box(place, T::KIND, len)?;
        let mut values = room(&self.path, len)?;
        values.resize(len, T::default());
        let (Variable { group, id }, start, count) = place;
        if len > 0 {
            // SAFETY: the buffer holds `len` values of the variable's own type, and the box is as many; both were checked.
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

    /// The same of single bytes of text.
    pub(in crate::netcdf) fn box_of_chars(&self, place: Place<'_>, len: usize) -> Result<Vec<u8>> {
        self.check_box(place, Kind::Char, len)?;
        let mut bytes = room(&self.path, len)?;
        bytes.resize(len, 0_u8);
        let (Variable { group, id }, start, count) = place;
        if len > 0 {
            // SAFETY: the buffer holds `len` bytes, and the box is as many, which was checked.
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

    /// The same of texts.
    pub(in crate::netcdf) fn box_of_texts(
        &self,
        place: Place<'_>,
        len: usize,
    ) -> Result<Vec<String>> {
        self.check_box(place, Kind::Text, len)?;
        let mut pointers: Vec<*mut c_char> = room(&self.path, len)?;
        pointers.resize(len, null_mut());
        let (Variable { group, id }, start, count) = place;
        if len > 0 {
            // SAFETY: there is room for `len` pointers, and the box is as many, which was checked.
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
        Ok(self.texts_of(pointers))
    }

    fn shape(&self, variable: Variable) -> Result<Vec<usize>> {
        let header = self.header(variable)?;
        Ok(header.dimensions.iter().map(|(_, len, _)| *len).collect())
    }

    /// Whether a box is in a variable of this type and has `len` places.
    fn check_box(&self, place: Place<'_>, kind: Kind, len: usize) -> Result<()> {
        match self.check_place(place, len)?.kind {
            Some(found) if found == kind => Ok(()),
            _ => Err(self.damaged("a variable changed while it was read")),
        }
    }

    /// Checks that a box is in a variable and has `len` places.
    pub(super) fn check_place(
        &self,
        (variable, start, count): Place<'_>,
        len: usize,
    ) -> Result<Header> {
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

    /// Writes all of a variable. `values` is row-major and as long as `shape` says.
    pub(in crate::netcdf) fn put_values<T: Number>(
        &self,
        variable: Variable,
        shape: &[usize],
        values: &[T],
    ) -> Result<()> {
        self.put_box((variable, &vec![0; shape.len()], shape), values)
    }

    /// Writes a box. `values` are of the variable's type, row-major and as many as the product of `count`; `start` and `count`
    /// have a number for each of its dimensions.
    pub(in crate::netcdf) fn put_box<T: Number>(
        &self,
        (variable, start, count): Place<'_>,
        values: &[T],
    ) -> Result<()> {
        debug_assert_eq!(count.iter().product::<usize>(), values.len());
        if values.is_empty() {
            return Ok(());
        }
        let Variable { group, id } = variable;
        // SAFETY: as many values as the box has, of the variable's type, by contract.
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

    /// The same of single bytes of text.
    pub(in crate::netcdf) fn put_box_of_chars(
        &self,
        (variable, start, count): Place<'_>,
        bytes: &[u8],
    ) -> Result<()> {
        debug_assert_eq!(count.iter().product::<usize>(), bytes.len());
        if bytes.is_empty() {
            return Ok(());
        }
        let Variable { group, id } = variable;
        // SAFETY: as many bytes as the box has, by contract.
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

    /// The same of texts.
    pub(in crate::netcdf) fn put_box_of_texts(
        &self,
        (variable, start, count): Place<'_>,
        texts: &[String],
    ) -> Result<()> {
        debug_assert_eq!(count.iter().product::<usize>(), texts.len());
        if texts.is_empty() {
            return Ok(());
        }
        let c_texts: Vec<CString> = texts
            .iter()
            .map(|text| text_to_c(text))
            .collect::<Result<_>>()?;
        let mut pointers: Vec<*const c_char> = c_texts.iter().map(|text| text.as_ptr()).collect();
        let Variable { group, id } = variable;
        // SAFETY: as many pointers as the box has, to NUL-terminated strings that outlive the call.
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
