//! Selection of the variable to read.

use std::collections::HashSet;
use std::path::Path;

use super::VariableInfo;
use super::library::{NcFile, NcGroup, NcVariable, VariableHeader};
use crate::dataset::conventions::coordinate_references;
use crate::{Attributes, DEFAULT_LIMITS, Dimension, FormatError, Result};

/// A variable with its location in the file.
pub(super) struct LocatedVariable {
    pub(super) variable: NcVariable,
    pub(super) header: VariableHeader,
    /// The groups that enclose the variable, the root first.
    pub(super) groups: Vec<NcGroup>,
    /// The path of the group: `/a/b`, or empty for the root.
    prefix: String,
}

impl LocatedVariable {
    /// Returns the name by which a caller selects the variable.
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

/// Returns the dimensions of a variable, slowest first.
pub(super) fn dimensions(header: &VariableHeader) -> Vec<Dimension> {
    header
        .dimensions
        .iter()
        .map(|(name, len, is_unlimited)| {
            let mut dimension = Dimension::new(name, *len);
            dimension.is_unlimited = *is_unlimited;
            dimension
        })
        .collect()
}

/// The maximum depth of nested groups. Deeper groups are skipped, because a damaged file may nest
/// groups endlessly.
pub(super) const MAX_DEPTH: usize = 32;

/// Returns all variables in file order. The variables of a group precede those of its subgroups.
pub(super) fn all_variables(file: &NcFile) -> Result<Vec<LocatedVariable>> {
    let mut found = Vec::new();
    collect(file, &[file.root()], "", &mut found)?;
    Ok(found)
}

fn collect(
    file: &NcFile,
    groups: &[NcGroup],
    prefix: &str,
    found: &mut Vec<LocatedVariable>,
) -> Result<()> {
    let Some(&group) = groups.last() else {
        return Ok(());
    };
    for variable in file.variables(group)? {
        found.push(LocatedVariable {
            variable,
            header: file.header(variable)?,
            groups: groups.to_vec(),
            prefix: prefix.to_owned(),
        });
    }
    if groups.len() < MAX_DEPTH {
        for (name, child) in file.groups(group)? {
            let path = [groups, &[child]].concat();
            collect(file, &path, &format!("{prefix}/{name}"), found)?;
        }
    }
    Ok(())
}

/// Returns the variable of this name, or for `None` the one that
/// [`read_netcdf`](super::read_netcdf) selects.
pub(super) fn find_variable(
    file: &NcFile,
    path: &Path,
    name: Option<&str>,
) -> Result<LocatedVariable> {
    let mut variables = all_variables(file)?;
    let position = match name {
        Some(name) => variables.iter().position(|found| is_named(found, name)),
        None => default_position(file, &variables)?,
    };
    match position {
        Some(position) => Ok(variables.swap_remove(position)),
        None => {
            let available = variables.iter().map(LocatedVariable::full_name).collect();
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

/// Returns true if a variable has this name. A leading `/` is optional.
fn is_named(found: &LocatedVariable, name: &str) -> bool {
    found.full_name().trim_start_matches('/') == name.trim_start_matches('/')
}

/// Returns the index of the variable that is read if the caller names none.
fn default_position(file: &NcFile, variables: &[LocatedVariable]) -> Result<Option<usize>> {
    let mut references = HashSet::new();
    for found in variables {
        let group = found.groups.last().copied().unwrap_or(file.root());
        let attributes: Attributes = file
            .attributes(group, Some(found.variable), &DEFAULT_LIMITS)?
            .into_iter()
            .collect();
        references.extend(coordinate_references(&attributes).map(str::to_owned));
    }
    let candidates = |rank: usize| {
        variables.iter().position(|found| {
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
