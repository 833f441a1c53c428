//! Groups, variables and dimensions of an open file.

use std::ffi::{CString, c_int};
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::{Dataset, Group, Header, Variable, classify, locked};
use crate::Result;

impl Dataset {
    /// The group of this name in another, if there is one.
    pub(in crate::netcdf) fn group(&self, parent: Group, name: &str) -> Option<Group> {
        let name = CString::new(name).ok()?;
        let mut ncid = 0;
        // SAFETY: the name is NUL-terminated and `ncid` a valid place for the result.
        let code = locked(|| unsafe { nc::nc_inq_grp_ncid(parent.0, name.as_ptr(), &mut ncid) });
        (code == nc::NC_NOERR).then_some(Group(ncid))
    }

    /// The groups directly in another, with their names.
    pub(in crate::netcdf) fn groups(&self, parent: Group) -> Result<Vec<(String, Group)>> {
        let mut count = 0;
        // SAFETY: a null array asks for the count alone.
        self.call("list groups", || unsafe {
            nc::nc_inq_grps(parent.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c gave.
        self.call("list groups", || unsafe {
            nc::nc_inq_grps(parent.0, null_mut(), ids.as_mut_ptr())
        })?;
        ids.into_iter()
            .map(|id| {
                // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
                let name = self.name("list groups", |buffer| unsafe {
                    nc::nc_inq_grpname(id, buffer)
                })?;
                Ok((name, Group(id)))
            })
            .collect()
    }

    /// The variables directly in a group, in file order.
    pub(in crate::netcdf) fn variables(&self, group: Group) -> Result<Vec<Variable>> {
        let mut count = 0;
        // SAFETY: a null array asks for the count alone.
        self.call("list variables", || unsafe {
            nc::nc_inq_varids(group.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c gave.
        self.call("list variables", || unsafe {
            nc::nc_inq_varids(group.0, null_mut(), ids.as_mut_ptr())
        })?;
        Ok(ids
            .into_iter()
            .map(|id| Variable { group: group.0, id })
            .collect())
    }

    /// Name, type and dimensions of a variable.
    pub(in crate::netcdf) fn header(&self, variable: Variable) -> Result<Header> {
        let Variable { group, id } = variable;
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
        let name = self.name("read a name", |buffer| unsafe {
            nc::nc_inq_varname(group, id, buffer)
        })?;
        let (mut kind, mut rank) = (0, 0);
        // SAFETY: both places are valid for the results.
        self.call("read a type", || unsafe {
            nc::nc_inq_vartype(group, id, &mut kind)
        })?;
        // SAFETY: as above.
        self.call("read a rank", || unsafe {
            nc::nc_inq_varndims(group, id, &mut rank)
        })?;
        let mut ids = vec![0; usize::try_from(rank).unwrap_or(0)];
        // SAFETY: the array has the rank that netcdf-c gave.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_vardimid(group, id, ids.as_mut_ptr())
        })?;
        let dimensions = ids
            .into_iter()
            .map(|dimension| self.dimension(Group(group), dimension))
            .collect::<Result<_>>()?;
        let (stored, type_name) = classify(kind);
        Ok(Header {
            name,
            stored,
            type_name,
            dimensions,
        })
    }

    fn dimension(&self, group: Group, id: c_int) -> Result<(String, usize, bool)> {
        // SAFETY: a name of NC_MAX_NAME and its NUL fit the buffer.
        let name = self.name("read dimensions", |buffer| unsafe {
            nc::nc_inq_dimname(group.0, id, buffer)
        })?;
        let (mut len, mut unlimited) = (0, -1);
        // SAFETY: the place is valid for the result.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_dimlen(group.0, id, &mut len)
        })?;
        let mut count = 0;
        // SAFETY: a null array asks for the count alone.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_unlimdims(group.0, &mut count, null_mut())
        })?;
        let mut ids = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the array has the length that netcdf-c gave.
        self.call("read dimensions", || unsafe {
            nc::nc_inq_unlimdims(group.0, null_mut(), ids.as_mut_ptr())
        })?;
        if ids.is_empty() {
            // In a group, only the root knows of its unlimited dimensions in some versions.
            // SAFETY: the place is valid for the result.
            locked(|| unsafe { nc::nc_inq_unlimdim(group.0, &mut unlimited) });
        }
        Ok((name, len, ids.contains(&id) || unlimited == id))
    }
}
