//! Groups, variables and dimensions of an open file.

use std::ffi::{CString, c_int};
use std::iter::successors;
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::{NcFile, NcGroup, NcVariable, VariableHeader, classify_nc_type, with_library_lock};
use crate::Result;
use crate::dataset::VariableType;

impl NcFile {
    /// Returns the child of a group with this name, if there is one.
    pub(in crate::netcdf) fn group(&self, parent: NcGroup, name: &str) -> Option<NcGroup> {
        let name = CString::new(name).ok()?;
        let mut ncid = 0;
        // SAFETY: the name is NUL-terminated and `ncid` valid for the result.
        let code = with_library_lock(|| unsafe {
            nc::nc_inq_grp_ncid(parent.0, name.as_ptr(), &mut ncid)
        });
        (code == nc::NC_NOERR).then_some(NcGroup(ncid))
    }

    /// Returns the children of a group, with their names.
    pub(in crate::netcdf) fn groups(&self, parent: NcGroup) -> Result<Vec<(String, NcGroup)>> {
        let mut count = 0;
        // SAFETY: only the count is requested if the array is null.
        self.call("list groups", || unsafe {
            nc::nc_inq_grps(parent.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c returned.
        self.call("list groups", || unsafe {
            nc::nc_inq_grps(parent.0, null_mut(), ids.as_mut_ptr())
        })?;
        ids.into_iter()
            .map(|id| {
                // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
                let name = self.name("list groups", |buffer| unsafe {
                    nc::nc_inq_grpname(id, buffer)
                })?;
                Ok((name, NcGroup(id)))
            })
            .collect()
    }

    /// Returns the variables of a group, in file order.
    pub(in crate::netcdf) fn variables(&self, group: NcGroup) -> Result<Vec<NcVariable>> {
        let mut count = 0;
        // SAFETY: only the count is requested if the array is null.
        self.call("list variables", || unsafe {
            nc::nc_inq_varids(group.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c returned.
        self.call("list variables", || unsafe {
            nc::nc_inq_varids(group.0, null_mut(), ids.as_mut_ptr())
        })?;
        Ok(ids
            .into_iter()
            .map(|id| NcVariable { group: group.0, id })
            .collect())
    }

    /// Returns the name, type and dimensions of a variable.
    pub(in crate::netcdf) fn header(&self, variable: NcVariable) -> Result<VariableHeader> {
        let NcVariable { group, id } = variable;
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
        let name = self.name("read a name", |buffer| unsafe {
            nc::nc_inq_varname(group, id, buffer)
        })?;
        let mut kind = 0;
        // SAFETY: the pointer is valid for the result.
        self.call("read a type", || unsafe {
            nc::nc_inq_vartype(group, id, &mut kind)
        })?;
        let dimensions = self
            .dimension_ids(variable)?
            .into_iter()
            .map(|dimension| self.dimension(NcGroup(group), dimension))
            .collect::<Result<_>>()?;
        let type_id = kind;
        let (kind, type_name) = classify_nc_type(type_id);
        Ok(VariableHeader {
            name,
            kind,
            type_id,
            type_name,
            dimensions,
        })
    }

    /// Returns netcdf-c's IDs of a variable's dimensions, slowest first.
    pub(in crate::netcdf) fn dimension_ids(&self, variable: NcVariable) -> Result<Vec<c_int>> {
        let NcVariable { group, id } = variable;
        let mut rank = 0;
        // SAFETY: the pointer is valid for the result.
        self.call("read a rank", || unsafe {
            nc::nc_inq_varndims(group, id, &mut rank)
        })?;
        let mut ids = vec![0; usize::try_from(rank).unwrap_or(0)];
        // SAFETY: the length of the array is the rank that netcdf-c returned.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_vardimid(group, id, ids.as_mut_ptr())
        })?;
        Ok(ids)
    }

    /// Returns the dimensions that a group defines, in order: netcdf-c's ID, the name, the length,
    /// and true if the dimension is unlimited.
    pub(in crate::netcdf) fn dimensions(
        &self,
        group: NcGroup,
    ) -> Result<Vec<(c_int, String, usize, bool)>> {
        let mut count = 0;
        // SAFETY: only the count is requested if the array is null.
        self.call("list dimensions", || unsafe {
            nc::nc_inq_dimids(group.0, &mut count, null_mut(), 0)
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c returned.
        self.call("list dimensions", || unsafe {
            nc::nc_inq_dimids(group.0, &mut count, ids.as_mut_ptr(), 0)
        })?;
        ids.into_iter()
            .map(|id| {
                let (name, len, is_unlimited) = self.dimension(group, id)?;
                Ok((id, name, len, is_unlimited))
            })
            .collect()
    }

    /// Returns the chunk shape of a variable; `None` if it is not chunked.
    pub(in crate::netcdf) fn chunk_lengths(
        &self,
        variable: NcVariable,
    ) -> Result<Option<Vec<usize>>> {
        let NcVariable { group, id } = variable;
        let mut lengths = vec![0; self.dimension_ids(variable)?.len()];
        let mut storage = 0;
        // SAFETY: the array has an element for each of the variable's dimensions.
        self.call("read the chunks", || unsafe {
            nc::nc_inq_var_chunking(group, id, &mut storage, lengths.as_mut_ptr())
        })?;
        Ok((storage == nc::NC_CHUNKED && !lengths.is_empty()).then_some(lengths))
    }

    /// Returns true if the numbers of a variable were defined as big-endian. In classic files, all
    /// numbers are big-endian, so this is false for them.
    pub(in crate::netcdf) fn is_big_endian(
        &self,
        variable: NcVariable,
        kind: VariableType,
    ) -> bool {
        let NcVariable { group, id } = variable;
        if kind.bytes() < 2
            || matches!(kind, VariableType::Text | VariableType::User { .. })
            || !self.is_hdf5()
        {
            return false;
        }
        let mut order = nc::NC_ENDIAN_NATIVE;
        // SAFETY: the pointer is valid for the result.
        let code = with_library_lock(|| unsafe { nc::nc_inq_var_endian(group, id, &mut order) });
        code == nc::NC_NOERR && order == nc::NC_ENDIAN_BIG
    }

    /// Returns true if the file is an HDF5 file.
    pub(in crate::netcdf) fn is_hdf5(&self) -> bool {
        let mut format = 0;
        // SAFETY: the pointer is valid for the result.
        let code = with_library_lock(|| unsafe { nc::nc_inq_format(self.ncid, &mut format) });
        let formats = [nc::NC_FORMAT_NETCDF4, nc::NC_FORMAT_NETCDF4_CLASSIC];
        code == nc::NC_NOERR && formats.contains(&format)
    }

    /// Returns the parameters of a filter for a variable; `None` if the variable is not stored
    /// through the filter of this ID.
    pub(in crate::netcdf) fn filter_parameters(
        &self,
        variable: NcVariable,
        filter: u32,
    ) -> Result<Option<Vec<u32>>> {
        let NcVariable { group, id } = variable;
        let mut count = 0;
        // SAFETY: only the count is requested if the array is null.
        let code = with_library_lock(|| unsafe {
            nc::nc_inq_var_filter_info(group, id, filter, &mut count, null_mut())
        });
        if code != nc::NC_NOERR {
            // The variable does not have this filter, or files of this format have no filters.
            return Ok(None);
        }
        let mut parameters = vec![0; count];
        // SAFETY: the array has the length that netcdf-c returned.
        self.call("read a filter", || unsafe {
            nc::nc_inq_var_filter_info(group, id, filter, &mut count, parameters.as_mut_ptr())
        })?;
        Ok(Some(parameters))
    }

    fn dimension(&self, group: NcGroup, id: c_int) -> Result<(String, usize, bool)> {
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
        let name = self.name("read dimensions", |buffer| unsafe {
            nc::nc_inq_dimname(group.0, id, buffer)
        })?;
        let mut len = 0;
        // SAFETY: the pointer is valid for the result.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_dimlen(group.0, id, &mut len)
        })?;
        // A group lists only its own unlimited dimensions, but a variable may have one of an outer
        // group.
        for group in successors(Some(group), |group| self.parent(*group)) {
            if self.unlimited_dimensions(group)?.contains(&id) {
                return Ok((name, len, true));
            }
        }
        Ok((name, len, false))
    }

    /// Returns netcdf-c's IDs of the unlimited dimensions of a group.
    fn unlimited_dimensions(&self, group: NcGroup) -> Result<Vec<c_int>> {
        let mut count = 0;
        // SAFETY: only the count is requested if the array is null.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_unlimdims(group.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c returned.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_unlimdims(group.0, null_mut(), ids.as_mut_ptr())
        })?;
        Ok(ids)
    }

    /// Returns the parent of a group; `None` for the root.
    fn parent(&self, group: NcGroup) -> Option<NcGroup> {
        let mut ncid = 0;
        // SAFETY: the pointer is valid for the result.
        let code = with_library_lock(|| unsafe { nc::nc_inq_grp_parent(group.0, &mut ncid) });
        (code == nc::NC_NOERR && ncid != group.0).then_some(NcGroup(ncid))
    }
}
