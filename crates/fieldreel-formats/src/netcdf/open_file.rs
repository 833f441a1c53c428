//! Files that this crate opened through netcdf-c, and their variables.

use super::library::{NcFile, NcGroup, NcVariable, VariableHeader};
use super::read::{OpenFile, VariableReader};
use super::select::LocatedVariable;
use super::unpack::StoredNumber;
use crate::{Attributes, Limits, Result};

/// A variable of an open file.
pub(super) struct LibraryVariable<'a> {
    file: &'a NcFile,
    variable: NcVariable,
    header: VariableHeader,
}

impl<'a> LibraryVariable<'a> {
    /// Creates a reader of the variable that was found.
    pub(super) fn new(file: &'a NcFile, found: &LocatedVariable) -> Self {
        Self {
            file,
            variable: found.variable,
            header: found.header.clone(),
        }
    }
}

impl VariableReader for LibraryVariable<'_> {
    fn header(&self) -> &VariableHeader {
        &self.header
    }

    fn attributes(&self, limits: &Limits) -> Result<Attributes> {
        let (root, variable) = (self.file.root(), Some(self.variable));
        let attributes = self.file.attributes(root, variable, limits)?;
        Ok(attributes.into_iter().collect())
    }

    fn values<T: StoredNumber>(&self, len: usize) -> Result<Vec<T>> {
        self.file.read_all(self.variable, len)
    }
}

impl<'a> OpenFile for &'a NcFile {
    type Group = NcGroup;
    type Variable = LibraryVariable<'a>;

    fn root(&self) -> Option<NcGroup> {
        Some(NcFile::root(self))
    }

    fn group(&self, parent: &NcGroup, name: &str) -> Option<NcGroup> {
        // For classic files, netcdf-c returns the root for any group name.
        self.is_hdf5().then(|| NcFile::group(self, *parent, name))?
    }

    fn variable(&self, group: &NcGroup, name: &str) -> Result<Option<LibraryVariable<'a>>> {
        for variable in self.variables(*group)? {
            let header = self.header(variable)?;
            if header.name == name {
                return Ok(Some(LibraryVariable {
                    file: self,
                    variable,
                    header,
                }));
            }
        }
        Ok(None)
    }

    fn file_attributes(&self, limits: &Limits) -> Result<Attributes> {
        let attributes = self.attributes(NcFile::root(self), None, limits)?;
        Ok(attributes.into_iter().collect())
    }
}
