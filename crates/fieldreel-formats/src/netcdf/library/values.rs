//! Values of an open file, in and out.

use netcdf_sys as nc;

use super::{Dataset, Number, Variable};
use crate::{FormatError, Result};

impl Dataset {
    /// All values of a variable, as stored. `T` must be its type, and `len` the product of its
    /// dimensions.
    pub(in crate::netcdf) fn values<T: Number>(
        &self,
        variable: Variable,
        len: usize,
    ) -> Result<Vec<T>> {
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

    /// Writes all of a variable. `values` is row-major and as long as `shape` says.
    pub(in crate::netcdf) fn put_values<T: Number>(
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
}
