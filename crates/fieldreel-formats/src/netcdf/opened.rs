//! Files that this crate opened, and their variables.

use super::library::{Dataset, Group, Header, Variable};
use super::read::{Opened, Stored};
use super::select::Found;
use super::unpack::Packed;
use crate::{Attributes, Limits, Result};

/// A variable of an open file.
pub(super) struct InDataset<'a> {
    dataset: &'a Dataset,
    variable: Variable,
    header: Header,
}

impl<'a> InDataset<'a> {
    /// The variable that was found.
    pub(super) fn found(dataset: &'a Dataset, found: &Found) -> Self {
        Self {
            dataset,
            variable: found.variable,
            header: found.header.clone(),
        }
    }
}

impl Stored for InDataset<'_> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn attributes(&self, limits: &Limits) -> Result<Attributes> {
        let (root, variable) = (self.dataset.root(), Some(self.variable));
        let attributes = self.dataset.attributes(root, variable, limits)?;
        Ok(attributes.into_iter().collect())
    }

    fn values<T: Packed>(&self, len: usize) -> Result<Vec<T>> {
        self.dataset.values(self.variable, len)
    }
}

impl<'a> Opened for &'a Dataset {
    type Group = Group;
    type Variable = InDataset<'a>;

    fn root(&self) -> Option<Group> {
        Some(Dataset::root(self))
    }

    fn group(&self, parent: &Group, name: &str) -> Option<Group> {
        // Classic files take any name of a group for themselves.
        self.is_hdf5()
            .then(|| Dataset::group(self, *parent, name))?
    }

    fn variable(&self, group: &Group, name: &str) -> Result<Option<InDataset<'a>>> {
        for variable in self.variables(*group)? {
            let header = self.header(variable)?;
            if header.name == name {
                return Ok(Some(InDataset {
                    dataset: self,
                    variable,
                    header,
                }));
            }
        }
        Ok(None)
    }

    fn file_attributes(&self, limits: &Limits) -> Result<Attributes> {
        let attributes = self.attributes(Dataset::root(self), None, limits)?;
        Ok(attributes.into_iter().collect())
    }
}
