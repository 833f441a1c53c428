//! Reading of variables and groups through the `netcdf` crate.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use ::netcdf::types::{FloatType, IntType, NcVariableType};
use ::netcdf::{Dimension, File, Group, Variable};
use netcdf_sys as nc;

use super::super::library::{VariableHeader, classify_nc_type, silence_hdf5_errors};
use super::super::read;
use super::super::select::MAX_DEPTH;
use super::super::unpack::StoredNumber;
use super::{UNNAMED, attributes, crate_error, is_safe_name};
use crate::limits::try_with_capacity;
use crate::{Attributes, Limits, Result};

/// A variable of the `netcdf` crate, with its name, type and dimensions.
pub(super) struct CrateVariable<'f, 'p> {
    variable: Variable<'f>,
    header: VariableHeader,
    path: &'p Path,
}

impl<'f, 'p> CrateVariable<'f, 'p> {
    /// Creates a reader of a variable whose file is unknown.
    pub(super) fn without_file(variable: &Variable<'f>, path: &'p Path) -> Self {
        silence_hdf5_errors();
        Self::new(variable.clone(), path, |dimension| dimension.is_unlimited())
    }

    fn new(
        variable: Variable<'f>,
        path: &'p Path,
        is_unlimited: impl Fn(&Dimension<'_>) -> bool,
    ) -> Self {
        let type_id = nc_type_of(&variable.vartype());
        let (kind, type_name) = classify_nc_type(type_id);
        let dimensions = variable.dimensions().iter();
        let header = VariableHeader {
            name: variable.name(),
            kind,
            type_id,
            type_name,
            dimensions: dimensions
                .map(|dimension| (dimension.name(), dimension.len(), is_unlimited(dimension)))
                .collect(),
        };
        Self {
            variable,
            header,
            path,
        }
    }
}

impl read::VariableReader for CrateVariable<'_, '_> {
    fn header(&self) -> &VariableHeader {
        &self.header
    }

    fn attributes(&self, _limits: &Limits) -> Result<Attributes> {
        attributes::read(self.variable.attributes(), self.path)
    }

    fn values<T: StoredNumber>(&self, len: usize) -> Result<Vec<T>> {
        let mut values = try_with_capacity(self.path, len)?;
        values.resize(len, T::default());
        if len > 0 {
            let read = self.variable.get_values_into(&mut values, ..);
            read.map_err(crate_error(self.path, "read the values"))?;
        }
        Ok(values)
    }
}

/// An open file of the `netcdf` crate.
pub(super) struct CrateFile<'f> {
    file: &'f File,
    path: PathBuf,
}

impl<'f> CrateFile<'f> {
    pub(super) fn new(file: &'f File) -> Self {
        silence_hdf5_errors();
        let path = file.path().unwrap_or_else(|_| UNNAMED.into());
        Self { file, path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the variable of this name in an existing group.
    pub(super) fn find(&self, group: &str, name: &str) -> Option<CrateVariable<'f, '_>> {
        if !is_safe_name(name) {
            return None;
        }
        let variable = self.file.variable(&join_path(group, name))?;
        Some(CrateVariable::new(variable, &self.path, |dimension| {
            dimension.is_unlimited() || self.has_unlimited(group, &dimension.name())
        }))
    }

    /// Returns true if the dimension of this name is unlimited in the innermost enclosing group
    /// that defines one. The dimensions of a variable do not tell this if an outer group defines
    /// them.
    fn has_unlimited(&self, mut group: &str, name: &str) -> bool {
        while !group.is_empty() {
            let found = self.file.group(group).ok().flatten();
            if let Some(unlimited) = found.and_then(|group| is_unlimited(group.dimensions(), name))
            {
                return unlimited;
            }
            group = group.rsplit_once('/').map_or("", |(outer, _)| outer);
        }
        is_unlimited(self.file.dimensions(), name).unwrap_or(false)
    }

    /// Returns the names of all variables, in the form in which a caller selects them.
    pub(super) fn names(&self) -> Vec<String> {
        let root = self.file.variables();
        let mut names: Vec<String> = root.map(|variable| variable.name()).collect();
        for group in self.file.groups().into_iter().flatten() {
            collect_names(&group, "", 1, &mut names);
        }
        names
    }
}

/// Returns true if the dimension of this name is unlimited, false if it is not, and `None` if
/// there is no such dimension.
fn is_unlimited<'a>(
    mut dimensions: impl Iterator<Item = Dimension<'a>>,
    name: &str,
) -> Option<bool> {
    let found = dimensions.find(|dimension| dimension.name() == name);
    found.map(|dimension| dimension.is_unlimited())
}

/// Adds the names of the variables in a group and its subgroups.
fn collect_names(group: &Group<'_>, prefix: &str, depth: usize, names: &mut Vec<String>) {
    let prefix = format!("{prefix}/{}", group.name());
    let variables = group.variables();
    names.extend(variables.map(|variable| format!("{prefix}/{}", variable.name())));
    if depth < MAX_DEPTH {
        for child in group.groups() {
            collect_names(&child, &prefix, depth + 1, names);
        }
    }
}

/// Returns the path of an object in a group in the form of the crate, without a leading `/`.
fn join_path(group: &str, name: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{group}/{name}")
    }
}

/// Groups are represented by their paths, without a leading `/`, because the crate's groups cannot
/// outlive the group that they were obtained from.
impl<'a> read::OpenFile for &'a CrateFile<'_> {
    type Group = String;
    type Variable = CrateVariable<'a, 'a>;

    fn root(&self) -> Option<String> {
        Some(String::new())
    }

    fn group(&self, parent: &String, name: &str) -> Option<String> {
        let path = Some(join_path(parent, name)).filter(|_| is_safe_name(name))?;
        // For classic files, netcdf-c returns the root for any group name.
        let is_there = self.file.root().is_some() && matches!(self.file.group(&path), Ok(Some(_)));
        is_there.then_some(path)
    }

    fn variable(&self, group: &String, name: &str) -> Result<Option<CrateVariable<'a, 'a>>> {
        Ok(self.find(group, name))
    }

    fn file_attributes(&self, _limits: &Limits) -> Result<Attributes> {
        attributes::read(self.file.attributes(), &self.path)
    }
}

/// The file of a variable if nothing is known about it.
#[derive(Clone, Copy)]
pub(super) struct UnknownFile;

impl read::OpenFile for UnknownFile {
    type Group = Infallible;
    type Variable = CrateVariable<'static, 'static>;

    fn root(&self) -> Option<Infallible> {
        None
    }

    fn group(&self, parent: &Infallible, _name: &str) -> Option<Infallible> {
        match *parent {}
    }

    fn variable(&self, group: &Infallible, _name: &str) -> Result<Option<Self::Variable>> {
        match *group {}
    }

    fn file_attributes(&self, _limits: &Limits) -> Result<Attributes> {
        Ok(Attributes::new())
    }
}

/// Returns netcdf-c's ID of a type; 0 for a type that a file defines.
fn nc_type_of(kind: &NcVariableType) -> nc::nc_type {
    match kind {
        NcVariableType::Int(kind) => match kind {
            IntType::I8 => nc::NC_BYTE,
            IntType::U8 => nc::NC_UBYTE,
            IntType::I16 => nc::NC_SHORT,
            IntType::U16 => nc::NC_USHORT,
            IntType::I32 => nc::NC_INT,
            IntType::U32 => nc::NC_UINT,
            IntType::I64 => nc::NC_INT64,
            IntType::U64 => nc::NC_UINT64,
        },
        NcVariableType::Float(FloatType::F32) => nc::NC_FLOAT,
        NcVariableType::Float(FloatType::F64) => nc::NC_DOUBLE,
        NcVariableType::Char => nc::NC_CHAR,
        NcVariableType::String => nc::NC_STRING,
        NcVariableType::Compound(_)
        | NcVariableType::Opaque(_)
        | NcVariableType::Enum(_)
        | NcVariableType::Vlen(_) => nc::NC_NAT,
    }
}
