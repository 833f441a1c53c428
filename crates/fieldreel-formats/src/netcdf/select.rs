//! Which variable of a file is meant.

use std::collections::HashSet;
use std::path::Path;

use super::VariableInfo;
use super::library::{Dataset, Group, Header, Variable};
use crate::dataset::conventions::referenced;
use crate::{Attributes, DEFAULT_LIMITS, Dimension, FormatError, Result};

/// A variable, and where it was found.
pub(super) struct Found {
    pub(super) variable: Variable,
    pub(super) header: Header,
    /// The groups that hold it, the root first.
    pub(super) groups: Vec<Group>,
    /// `/a/b`, empty for the root.
    prefix: String,
}

impl Found {
    /// The name by which a caller asks for it.
    pub(super) fn full_name(&self) -> String {
        if self.prefix.is_empty() {
            self.header.name.clone()
        } else {
            format!("{}/{}", self.prefix, self.header.name)
        }
    }

    pub(super) fn info(&self) -> VariableInfo {
        VariableInfo {
            name: self.full_name(),
            type_name: self.header.type_name,
            numeric: self.header.numeric().is_some(),
            dimensions: dimensions(&self.header),
        }
    }
}

/// The dimensions of a variable, slowest first.
pub(super) fn dimensions(header: &Header) -> Vec<Dimension> {
    header
        .dimensions
        .iter()
        .map(|(name, len, unlimited)| Dimension {
            name: name.clone(),
            len: *len,
            unlimited: *unlimited,
        })
        .collect()
}

/// Groups nested deeper than this are left out: a damaged file may nest without end.
pub(super) const MAX_DEPTH: usize = 32;

/// Every variable, in file order, groups after what is beside them.
pub(super) fn all_variables(dataset: &Dataset) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    collect(dataset, &[dataset.root()], "", &mut found)?;
    Ok(found)
}

fn collect(
    dataset: &Dataset,
    groups: &[Group],
    prefix: &str,
    found: &mut Vec<Found>,
) -> Result<()> {
    let Some(&group) = groups.last() else {
        return Ok(());
    };
    for variable in dataset.variables(group)? {
        found.push(Found {
            variable,
            header: dataset.header(variable)?,
            groups: groups.to_vec(),
            prefix: prefix.to_owned(),
        });
    }
    if groups.len() < MAX_DEPTH {
        for (name, child) in dataset.groups(group)? {
            let path = [groups, &[child]].concat();
            collect(dataset, &path, &format!("{prefix}/{name}"), found)?;
        }
    }
    Ok(())
}

/// The variable of this name, or the one that [`read_netcdf`](super::read_netcdf) promises for
/// `None`.
pub(super) fn variable(dataset: &Dataset, path: &Path, name: Option<&str>) -> Result<Found> {
    let mut all = all_variables(dataset)?;
    let position = match name {
        Some(name) => all.iter().position(|found| is_named(found, name)),
        None => default_position(dataset, &all)?,
    };
    match position {
        Some(position) => Ok(all.swap_remove(position)),
        None => {
            let available = all.iter().map(Found::full_name).collect();
            let path = path.to_path_buf();
            Err(match name {
                Some(name) => FormatError::VariableNotFound {
                    path,
                    variable: name.to_owned(),
                    available,
                },
                None => FormatError::NoField { path, available },
            })
        }
    }
}

/// A leading `/` may be given or not.
fn is_named(found: &Found, name: &str) -> bool {
    found.full_name().trim_start_matches('/') == name.trim_start_matches('/')
}

fn default_position(dataset: &Dataset, all: &[Found]) -> Result<Option<usize>> {
    let mut references = HashSet::new();
    for found in all {
        let group = found.groups.last().copied().unwrap_or(dataset.root());
        let attributes: Attributes = dataset
            .attributes(group, Some(found.variable), &DEFAULT_LIMITS)?
            .into_iter()
            .collect();
        references.extend(referenced(&attributes).map(str::to_owned));
    }
    let candidates = |rank: usize| {
        all.iter().position(|found| {
            let header = &found.header;
            header.numeric().is_some()
                && header.dimensions.len() >= rank
                && !references.contains(&header.name)
                && !header
                    .dimensions
                    .iter()
                    .any(|(name, ..)| *name == header.name)
        })
    };
    Ok(candidates(3).or_else(|| candidates(2)))
}
