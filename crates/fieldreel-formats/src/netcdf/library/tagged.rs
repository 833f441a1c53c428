//! Search for a variable of any open file by a tag attribute.

use std::ffi::{CStr, CString, c_int};
use std::path::Path;
use std::ptr::null_mut;

use netcdf_sys as nc;

use super::super::select::MAX_DEPTH;
use super::define::define_filter;
use super::{NcVariable, check_code, text_to_c_string, with_library_lock};
use crate::Result;

/// The numbers of open files. An ncid has the number of the file in its upper half, counted from
/// 1, and the number of the group in its lower half.
const FILE_NUMBERS: std::ops::RangeInclusive<u32> = 1..=0xFFFF;

/// A variable with a tag attribute, which is deleted on drop.
pub(in crate::netcdf) struct TaggedVariable {
    variable: NcVariable,
    tag: CString,
}

impl TaggedVariable {
    /// Returns the variable of any open file that has an attribute of this name.
    pub(in crate::netcdf) fn find(tag: &str) -> Result<Option<Self>> {
        let tag = text_to_c_string(tag)?;
        let mut files = FILE_NUMBERS.map(|file| (file << 16) as c_int);
        // The lock is held throughout, so that no file is opened or closed meanwhile.
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
        // SAFETY: the name is NUL-terminated; IDs that are not of an open file give an error.
        with_library_lock(|| unsafe { nc::nc_del_att(group, id, self.tag.as_ptr()) });
    }
}

/// Returns the tagged variable of a group or its subgroups. The caller must hold the lock.
fn find_in_group(ncid: c_int, tag: &CStr, depth: usize) -> Option<NcVariable> {
    let mut count = 0;
    // SAFETY: the pointer is valid for the result; an ID that is not of an open file gives an
    // error.
    if unsafe { nc::nc_inq_nvars(ncid, &mut count) } != nc::NC_NOERR {
        return None;
    }
    let is_tagged = |&id: &c_int| {
        // SAFETY: the name is NUL-terminated, and no number is requested if the pointer is null.
        let code = unsafe { nc::nc_inq_attid(ncid, id, tag.as_ptr(), null_mut()) };
        code == nc::NC_NOERR
    };
    if let Some(id) = (0..count).find(is_tagged) {
        return Some(NcVariable { group: ncid, id });
    }
    let mut count = 0;
    // SAFETY: only the count is requested if the array is null.
    let code = unsafe { nc::nc_inq_grps(ncid, &mut count, null_mut()) };
    if code != nc::NC_NOERR || depth == MAX_DEPTH {
        return None;
    }
    let mut groups = vec![0; usize::try_from(count).unwrap_or(0)];
    // SAFETY: the array has the length that netcdf-c returned, and the lock is held.
    unsafe { nc::nc_inq_grps(ncid, null_mut(), groups.as_mut_ptr()) };
    groups
        .into_iter()
        .find_map(|group| find_in_group(group, tag, depth + 1))
}
