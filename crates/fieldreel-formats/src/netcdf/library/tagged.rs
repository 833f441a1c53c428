//! The variable of any open file that has a certain attribute.

use std::ffi::{CStr, CString, c_int};
use std::path::Path;
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::super::select::MAX_DEPTH;
use super::define::define_filter;
use super::{NcVariable, check_code, text_to_c_string, with_library_lock};
use crate::Result;

/// netcdf-c numbers open files from 1, in the upper half of what it calls an ncid, and their groups in the lower.
const FILE_NUMBERS: std::ops::RangeInclusive<u32> = 1..=0xFFFF;

/// A variable with an attribute that marks it, which goes away with this.
pub(in crate::netcdf) struct TaggedVariable {
    variable: NcVariable,
    tag: CString,
}

impl TaggedVariable {
    /// The variable of any open file that has an attribute of this name.
    pub(in crate::netcdf) fn find(tag: &str) -> Result<Option<Self>> {
        let tag = text_to_c_string(tag)?;
        let mut files = FILE_NUMBERS.map(|file| (file << 16) as c_int);
        // The lock is held throughout: no file is opened or closed meanwhile.
        let found = with_library_lock(|| files.find_map(|ncid| find_in_group(ncid, &tag, 0)));
        Ok(found.map(|variable| Self { variable, tag }))
    }

    /// Stores the variable through a filter.
    pub(in crate::netcdf) fn define_filter(
        &self,
        path: &Path,
        filter: u32,
        parameters: &[u32],
    ) -> Result<()> {
        let code = with_library_lock(|| define_filter(self.variable, filter, parameters));
        check_code(path, "set the filter", code)
    }
}

impl Drop for TaggedVariable {
    fn drop(&mut self) {
        let NcVariable { group, id } = self.variable;
        // SAFETY: the name is NUL-terminated; numbers that are not of an open file are an error.
        with_library_lock(|| unsafe { nc::nc_del_att(group, id, self.tag.as_ptr()) });
    }
}

/// The variable with the mark in a group, or in one of its groups. The lock is held.
fn find_in_group(ncid: c_int, tag: &CStr, depth: usize) -> Option<NcVariable> {
    let mut count = 0;
    // SAFETY: the place is valid for the result; a number that is not of an open file is an error.
    if unsafe { nc::nc_inq_nvars(ncid, &mut count) } != nc::NC_NOERR {
        return None;
    }
    let is_tagged = |&id: &c_int| {
        // SAFETY: the name is NUL-terminated, and null asks for no number.
        let code = unsafe { nc::nc_inq_attid(ncid, id, tag.as_ptr(), null_mut()) };
        code == nc::NC_NOERR
    };
    if let Some(id) = (0..count).find(is_tagged) {
        return Some(NcVariable { group: ncid, id });
    }
    let mut count = 0;
    // SAFETY: a null array asks for the count alone.
    let code = unsafe { nc::nc_inq_grps(ncid, &mut count, null_mut()) };
    if code != nc::NC_NOERR || depth == MAX_DEPTH {
        return None;
    }
    let mut groups = vec![0; usize::try_from(count).unwrap_or(0)];
    // SAFETY: the array has the length that netcdf-c gave, and the lock is held.
    unsafe { nc::nc_inq_grps(ncid, null_mut(), groups.as_mut_ptr()) };
    groups
        .into_iter()
        .find_map(|group| find_in_group(group, tag, depth + 1))
}
