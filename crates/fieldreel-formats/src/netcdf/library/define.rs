//! Definition of groups, dimensions and variables, and of their storage.

use std::ffi::c_int;
use std::ptr::null;

use netcdf_sys as nc;

use super::{NcFile, NcGroup, NcNumber, NcVariable, text_to_c_string};
use crate::Result;

impl NcFile {
    /// Defines a group in another group.
    pub(in crate::netcdf) fn define_group(&self, parent: NcGroup, name: &str) -> Result<NcGroup> {
        let c_name = text_to_c_string(name)?;
        let mut id = 0;
        // SAFETY: the name is NUL-terminated and `id` valid for the result.
        self.call(&format!("define group {name:?}"), || unsafe {
            nc::nc_def_grp(parent.0, c_name.as_ptr(), &mut id)
        })?;
        Ok(NcGroup(id))
    }

    pub(in crate::netcdf) fn define_dimension(
        &self,
        group: NcGroup,
        name: &str,
        len: usize,
        unlimited: bool,
    ) -> Result<c_int> {
        let c_name = text_to_c_string(name)?;
        let len = if unlimited { nc::NC_UNLIMITED } else { len };
        let mut id = 0;
        // SAFETY: the name is NUL-terminated and `id` valid for the result.
        self.call(&format!("define dimension {name:?}"), || unsafe {
            nc::nc_def_dim(group.0, c_name.as_ptr(), len, &mut id)
        })?;
        Ok(id)
    }

    /// Defines a variable of numbers of type `T`.
    pub(in crate::netcdf) fn define_variable<T: NcNumber>(
        &self,
        group: NcGroup,
        name: &str,
        dimensions: &[c_int],
    ) -> Result<NcVariable> {
        self.define_with_nc_type(group, name, T::NC_TYPE, dimensions)
    }

    pub(super) fn define_with_nc_type(
        &self,
        group: NcGroup,
        name: &str,
        kind: nc::nc_type,
        dimensions: &[c_int],
    ) -> Result<NcVariable> {
        let c_name = text_to_c_string(name)?;
        let rank = c_int::try_from(dimensions.len()).unwrap_or(c_int::MAX);
        let mut id = 0;
        // SAFETY: the name is NUL-terminated, and the array holds `rank` dimensions.
        self.call(&format!("define variable {name:?}"), || unsafe {
            nc::nc_def_var(
                group.0,
                c_name.as_ptr(),
                kind,
                rank,
                dimensions.as_ptr(),
                &mut id,
            )
        })?;
        Ok(NcVariable { group: group.0, id })
    }

    pub(in crate::netcdf) fn set_deflate(
        &self,
        variable: NcVariable,
        shuffle: bool,
        level: u8,
    ) -> Result<()> {
        let NcVariable { group, id } = variable;
        // SAFETY: all arguments are plain numbers.
        self.call("set the compression", || unsafe {
            nc::nc_def_var_deflate(group, id, c_int::from(shuffle), 1, c_int::from(level))
        })
    }

    /// Stores the numbers of a variable in big-endian order.
    pub(in crate::netcdf) fn set_big_endian(&self, variable: NcVariable) -> Result<()> {
        let NcVariable { group, id } = variable;
        // SAFETY: all arguments are plain numbers.
        self.call("set the byte order", || unsafe {
            nc::nc_def_var_endian(group, id, nc::NC_ENDIAN_BIG)
        })
    }

    /// Stores a variable through a filter that is registered with HDF5.
    pub(in crate::netcdf) fn set_filter(
        &self,
        variable: NcVariable,
        filter: u32,
        parameters: &[u32],
    ) -> Result<()> {
        self.call("set the filter", || {
            define_filter(variable, filter, parameters)
        })
    }

    /// Ends the definitions. HDF5 sees them only now.
    pub(in crate::netcdf) fn end_definitions(&self) -> Result<()> {
        // SAFETY: the argument is a plain number.
        self.call("end the definitions", || unsafe {
            nc::nc_enddef(self.ncid)
        })
    }

    /// Sets the chunk shape. `chunk` has a length for each dimension, or is empty for contiguous
    /// storage.
    pub(in crate::netcdf) fn set_chunks(
        &self,
        variable: NcVariable,
        chunk: &[usize],
    ) -> Result<()> {
        let NcVariable { group, id } = variable;
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
        // SAFETY: there is a length for each dimension, by contract; none are read for contiguous
        // storage.
        self.call("set the chunks", || unsafe {
            nc::nc_def_var_chunking(group, id, storage, lengths)
        })
    }

    pub(in crate::netcdf) fn set_fill<T: NcNumber>(
        &self,
        variable: NcVariable,
        fill: T,
    ) -> Result<()> {
        let NcVariable { group, id } = variable;
        // SAFETY: the pointer is to a value of the variable's type, because both come from `T`.
        self.call("set the fill value", || unsafe {
            nc::nc_def_var_fill(group, id, nc::NC_FILL, (&raw const fill).cast())
        })
    }
}

/// Stores a variable of an open file through a filter, and returns netcdf-c's code. The caller
/// must hold the lock.
pub(in crate::netcdf) fn define_filter(
    variable: NcVariable,
    filter: u32,
    parameters: &[u32],
) -> c_int {
    let NcVariable { group, id } = variable;
    // SAFETY: the length is that of `parameters`.
    unsafe { nc::nc_def_var_filter(group, id, filter, parameters.len(), parameters.as_ptr()) }
}
