//! Roles of the variables of a file: data, or metadata such as coordinates and flags.

use std::collections::HashMap;
use std::fmt;

use super::conventions::{
    is_angular_coordinate, is_categorical, is_coordinate, is_spectral, is_topology, references,
};
use super::{Schema, VariableSchema};

/// The role of a variable in its file, determined by its name, dimensions and attributes, and by
/// the attributes of all other variables.
///
/// Roles follow CF 1.12, UGRID 1.0 and SGRID 0.3. A default error bound applies to
/// [`VariableRole::Data`] only: a range-relative bound makes no sense for the other roles.
///
/// ```
/// use fieldreel_formats::dataset::{
///     DatasetDimension, GroupSchema, Schema, VariableRole, VariableSchema, VariableType,
/// };
///
/// let mut schema = Schema::default();
/// schema.groups.push(GroupSchema::default());
/// schema.dimensions.push(DatasetDimension::new("lat", 73));
/// schema.variables.push(VariableSchema::new("lat", VariableType::F64, &[0]));
/// schema.variables.push(VariableSchema::new("wind", VariableType::F32, &[0]));
/// assert_eq!(schema.roles(), [VariableRole::Coordinate, VariableRole::Data]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum VariableRole {
    /// A field of values, which has none of the roles below.
    Data,
    /// A coordinate: a variable that has the name of one of its dimensions, an `axis` or a
    /// `calendar`, the unit or the standard name of a latitude, a longitude or a time, or the
    /// standard name of a vertical or projection coordinate or of the area of cells.
    Coordinate,
    /// A variable that an attribute of another variable, or of a group, names.
    Named {
        /// The name of the attribute, such as `formula_terms`.
        attribute: String,
        /// The name of the variable that has the attribute; empty for an attribute of a group.
        by: String,
    },
    /// The bounds of a variable that is not [`Data`](Self::Data), identified by their name, such
    /// as `lat_bnds`.
    BoundsOf {
        /// The name of the variable with these bounds.
        variable: String,
    },
    /// The parameters of a map projection.
    GridMapping,
    /// The topology of a mesh or a staggered grid, or an identifier (`cf_role`).
    Topology,
    /// Coefficients of spherical harmonics or Fourier series, or complex numbers as pairs.
    Spectral,
    /// Flags, masks, and numbers of categories.
    Classes,
}

impl fmt::Display for VariableRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data => f.write_str("data"),
            Self::Coordinate => f.write_str("coordinate"),
            Self::Named { attribute, by } if by.is_empty() => write!(f, "{attribute} of the file"),
            Self::Named { attribute, by } => write!(f, "{attribute} of {by}"),
            Self::BoundsOf { variable } => write!(f, "bounds of {variable}"),
            Self::GridMapping => f.write_str("grid mapping"),
            Self::Topology => f.write_str("topology"),
            Self::Spectral => f.write_str("spectral"),
            Self::Classes => f.write_str("flags or classes"),
        }
    }
}

/// The suffixes by which the name of bounds extends the name of their variable.
const BOUNDS_SUFFIXES: [&str; 5] = ["_bnds", "_bounds", "_bnd", "_vertices", "_edges"];

impl Schema {
    /// Returns the role of each variable, in the order of [`variables`](Self::variables).
    #[must_use]
    pub fn roles(&self) -> Vec<VariableRole> {
        let scopes = Scopes::new(self);
        let mut named: Vec<Option<VariableRole>> = vec![None; self.variables.len()];
        let variable_attributes = self.variables.iter().enumerate();
        let variable_attributes =
            variable_attributes.map(|(at, v)| (Some(at), v.group, &v.attributes));
        let group_attributes = self.groups.iter().enumerate();
        let group_attributes = group_attributes.map(|(at, group)| (None, at, &group.attributes));
        for (by, group, attributes) in variable_attributes.chain(group_attributes) {
            for (attribute, name) in references(attributes) {
                for target in scopes.find(group, name) {
                    if let Some(role @ None) = named.get_mut(target)
                        && by != Some(target)
                    {
                        let by = by.and_then(|by| self.variables.get(by));
                        *role = Some(VariableRole::Named {
                            attribute: attribute.to_owned(),
                            by: by.map(|by| self.full_name(by)).unwrap_or_default(),
                        });
                    }
                }
            }
        }
        let pairs = self.variables.iter().zip(named);
        let mut roles: Vec<VariableRole> = pairs.map(|(v, named)| self.role(v, named)).collect();
        for (at, variable) in self.variables.iter().enumerate() {
            let stem = BOUNDS_SUFFIXES
                .iter()
                .find_map(|end| variable.name.strip_suffix(end));
            let stem = stem.and_then(|stem| scopes.find(variable.group, stem).first().copied());
            let base =
                stem.filter(|&base| !matches!(roles.get(base), None | Some(VariableRole::Data)));
            if let (Some(role @ VariableRole::Data), Some(base)) = (roles.get_mut(at), base) {
                *role = VariableRole::BoundsOf {
                    variable: self.full_name(&self.variables[base]),
                };
            }
        }
        roles
    }

    /// Returns the role of a variable. `named` is its role if an attribute of another variable
    /// names it.
    fn role(&self, variable: &VariableSchema, named: Option<VariableRole>) -> VariableRole {
        let attributes = &variable.attributes;
        let dimensions = variable.dimensions.iter();
        let dimensions: Vec<(&str, usize)> = dimensions
            .filter_map(|&id| self.dimensions.get(id))
            .map(|dimension| (dimension.name.as_str(), dimension.len))
            .collect();
        let has_name_of_dimension = dimensions.iter().any(|(name, _)| *name == variable.name);
        if is_spectral(attributes, &dimensions) {
            VariableRole::Spectral
        } else if has_name_of_dimension
            || is_coordinate(attributes)
            || is_angular_coordinate(&variable.name, attributes)
        {
            VariableRole::Coordinate
        } else if attributes.get("grid_mapping_name").is_some() {
            VariableRole::GridMapping
        } else if is_topology(attributes) {
            VariableRole::Topology
        } else if let Some(named) = named {
            named
        } else if is_categorical(&variable.name, attributes) {
            VariableRole::Classes
        } else {
            VariableRole::Data
        }
    }
}

/// An index of variables and groups by name, to resolve the names in attributes.
struct Scopes<'a> {
    schema: &'a Schema,
    /// The index of each variable, by its group and its name.
    variables: HashMap<(usize, &'a str), usize>,
    /// The indices of all variables of a name, in any group.
    by_name: HashMap<&'a str, Vec<usize>>,
    /// The index of each group, by its parent and its name.
    groups: HashMap<(usize, &'a str), usize>,
}

impl<'a> Scopes<'a> {
    fn new(schema: &'a Schema) -> Self {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut variables = HashMap::new();
        for (at, variable) in schema.variables.iter().enumerate() {
            variables.insert((variable.group, variable.name.as_str()), at);
            by_name.entry(&variable.name).or_default().push(at);
        }
        let groups = schema.groups.iter().enumerate();
        let groups = groups
            .filter_map(|(at, group)| Some(((group.parent?, group.name.as_str()), at)))
            .collect();
        Self {
            schema,
            variables,
            by_name,
            groups,
        }
    }

    /// Returns the variables that a name in an attribute of a group, or of a variable in it,
    /// refers to (CF 1.12, section 2.7.1). A path leads to one variable, and a plain name to the
    /// variable of that name in the nearest enclosing group. If there is none, all variables of
    /// that name are returned, so that none of them is mistaken for data.
    fn find(&self, group: usize, name: &str) -> Vec<usize> {
        if let Some((path, last)) = name.rsplit_once('/') {
            let from = if name.starts_with('/') { 0 } else { group };
            let mut parts = path.split('/').filter(|part| !["", "."].contains(part));
            let group = parts.try_fold(from, |at, part| match part {
                ".." => self.schema.groups.get(at)?.parent,
                _ => self.groups.get(&(at, part)).copied(),
            });
            let found = group.and_then(|group| self.variables.get(&(group, last)));
            return found.copied().into_iter().collect();
        }
        let mut at = Some(group);
        while let Some(group) = at {
            if let Some(&found) = self.variables.get(&(group, name)) {
                return vec![found];
            }
            // Parents precede their children, so this loop ends.
            at = self.schema.groups.get(group).and_then(|group| group.parent);
        }
        self.by_name.get(name).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "roles_tests.rs"]
mod tests;
