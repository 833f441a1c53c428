//! Definition of the groups, types, dimensions, variables and attributes of a new file.

use std::collections::HashSet;
use std::path::Path;

use super::super::library::{self, NcFile, TypeTable};
use super::chunk_index;
use super::source::NetcdfDataset;
use super::writer::VariableStorage;
use crate::dataset::{DatasetSource, Schema};
use crate::{Attributes, DEFAULT_LIMITS, FormatError, Result};

/// The number of attributes that HDF5 stores in an object header (compact storage); further ones
/// are stored elsewhere.
const MAX_COMPACT_ATTRIBUTES: usize = 8;

/// The number of attributes that netcdf-c itself may add to a variable.
const LIBRARY_ATTRIBUTES: usize = 3;

/// The owner of attributes: a group, or a variable in it.
type AttributeOwner = (library::NcGroup, Option<library::NcVariable>);

/// A file that is open for writing, complete except for its values.
pub(super) struct FileDefinition {
    pub(super) file: NcFile,
    pub(super) types: TypeTable,
    groups: Vec<library::NcGroup>,
    pub(super) variables: Vec<library::NcVariable>,
}

/// Returns true if the chunk indexes of a file can be smaller than HDF5's default: no variable is
/// big-endian, and no variable or group has more attributes than its object header stores.
pub(super) fn allows_small_indexes(schema: &Schema) -> bool {
    let groups = schema.groups.iter().map(|group| &group.attributes);
    let variables = schema.variables.iter().map(|variable| &variable.attributes);
    // netcdf-c 4.9.0 writes big-endian variables of a reopened file in native order.
    let has_big_endian = schema
        .variables
        .iter()
        .any(|variable| variable.is_big_endian);
    !has_big_endian
        && groups
            .chain(variables)
            .all(|attributes| attributes.len() + LIBRARY_ATTRIBUTES <= MAX_COMPACT_ATTRIBUTES)
}

impl FileDefinition {
    /// Creates a file whose chunk indexes are as small as its number of chunks allows.
    ///
    /// netcdf-c cannot set the size of chunk indexes, but it can continue with a file that HDF5
    /// created. It then does not track the creation order of attributes, so that they may come
    /// back in another order. Therefore the file is opened again, and if the order has changed, it
    /// is created anew with the default indexes.
    pub(super) fn create(
        path: &Path,
        schema: &Schema,
        storage: &[VariableStorage],
        template: Option<&NetcdfDataset>,
    ) -> Result<Self> {
        if allows_small_indexes(schema)
            && let Some(half_rank) = chunk_index::half_rank(schema, storage)
        {
            let file = NcFile::create_with_chunk_index(path, half_rank)?;
            let small = Self::with_file(file, schema, storage, template)?.reopen()?;
            if let Some(small) = small {
                return Ok(small);
            }
        }
        Self::with_file(NcFile::create(path)?, schema, storage, template)
    }

    fn with_file(
        file: NcFile,
        schema: &Schema,
        storage: &[VariableStorage],
        template: Option<&NetcdfDataset>,
    ) -> Result<Self> {
        let mut definition = Self {
            file,
            types: TypeTable::default(),
            groups: Vec::new(),
            variables: Vec::new(),
        };
        definition.define(storage, template, schema)?;
        definition.file.end_definitions()?;
        Ok(definition)
    }

    /// Returns the names of the attributes of all groups, then of all variables, in order, each
    /// with true if the attribute is of a user-defined type.
    fn attribute_names(&self) -> Result<Vec<Vec<(String, bool)>>> {
        let groups = self.groups.iter().map(|group| group.global());
        let owners = groups.chain(self.variables.iter().copied());
        owners
            .map(|owner| self.file.attribute_names(owner))
            .collect()
    }

    /// Closes the file and opens it again; returns `None` if the order of attributes has changed.
    fn reopen(self) -> Result<Option<Self>> {
        let names = self.attribute_names()?;
        let file = NcFile::open_again(self.file.close()?)?;
        let reopened = NetcdfDataset::from_open_file(file, &DEFAULT_LIMITS)?;
        let reopened = Self {
            file: reopened.file,
            types: reopened.types,
            groups: reopened.groups,
            variables: reopened.variables,
        };
        Ok((reopened.attribute_names()? == names).then_some(reopened))
    }

    fn define(
        &mut self,
        storage: &[VariableStorage],
        template: Option<&NetcdfDataset>,
        schema: &Schema,
    ) -> Result<()> {
        for group in &schema.groups {
            let parent = group.parent.and_then(|parent| self.groups.get(parent));
            let id = match parent {
                Some(&parent) => self.file.define_group(parent, &group.name)?,
                None => self.file.root(),
            };
            self.groups.push(id);
        }
        let groups = self.groups.clone();
        let group_of =
            |group_index: usize| groups.get(group_index).copied().unwrap_or(self.file.root());
        for user in &schema.types {
            let group = group_of(user.group);
            self.file.define_type(group, user, &mut self.types)?;
        }
        for (group_index, group) in schema.groups.iter().enumerate() {
            let from = template.and_then(|template| {
                let source = template.schema().groups.get(group_index)?;
                let owner = (*template.groups.get(group_index)?, None);
                Some((template, owner, &source.attributes))
            });
            self.attributes(group_of(group_index).global(), &group.attributes, from)?;
        }
        let mut dimensions = Vec::new();
        for dimension in &schema.dimensions {
            let (group, len) = (group_of(dimension.group), dimension.len);
            dimensions.push(self.file.define_dimension(
                group,
                &dimension.name,
                len,
                dimension.is_unlimited,
            )?);
        }
        for (variable_index, (variable, storage)) in
            schema.variables.iter().zip(storage).enumerate()
        {
            let ids = variable.dimensions.iter();
            let ids: Vec<_> = ids.filter_map(|&at| dimensions.get(at).copied()).collect();
            let group = group_of(variable.group);
            let kind = (variable.kind, &self.types);
            let id = self
                .file
                .define_variable_of_type(group, &variable.name, kind, &ids)?;
            if variable.is_big_endian {
                self.file.set_big_endian(id)?;
            }
            if let Some(chunk) = storage.chunk() {
                self.file.set_chunks(id, chunk)?;
            }
            match storage {
                VariableStorage::Plain | VariableStorage::Chunks { .. } => {}
                VariableStorage::Deflate { level, .. } => {
                    self.file.set_deflate(id, true, *level)?;
                }
                VariableStorage::Filter {
                    id: filter,
                    parameters,
                    ..
                } => self.file.set_filter(id, *filter, parameters)?,
            }
            let from = template.and_then(|template| {
                let source = template.schema().variables.get(variable_index)?;
                let group = *template.groups.get(source.group)?;
                let owner = (group, Some(*template.variables.get(variable_index)?));
                Some((template, owner, &source.attributes))
            });
            self.attributes(id, &variable.attributes, from)?;
            self.variables.push(id);
        }
        Ok(())
    }

    /// Writes attributes, in the order of the attributes that they are copied from.
    fn attributes(
        &self,
        to: library::NcVariable,
        attributes: &Attributes,
        from: Option<(&NetcdfDataset, AttributeOwner, &Attributes)>,
    ) -> Result<()> {
        let mut written = HashSet::new();
        if let Some((template, (group, variable), source)) = from {
            let owner = variable.unwrap_or(group.global());
            for (name, is_user) in template.file.attribute_names(owner)? {
                let name = name.as_str();
                match attributes.get(name) {
                    _ if is_user => self.copy_user_attribute(template, owner, name, to)?,
                    Some(value) if source.get(name) == Some(value) => {
                        self.file.copy_attribute(owner, name, to)?;
                    }
                    Some(value) => self.file.put_attribute(to, name, value)?,
                    None => {}
                }
                written.insert(name.to_owned());
            }
        }
        for (name, value) in attributes.iter() {
            if !written.contains(name) {
                self.file.put_attribute(to, name, value)?;
            }
        }
        Ok(())
    }

    fn copy_user_attribute(
        &self,
        template: &NetcdfDataset,
        owner: library::NcVariable,
        name: &str,
        to: library::NcVariable,
    ) -> Result<()> {
        if self.types.user_types != template.schema().types {
            return Err(FormatError::InvalidOption {
                option: "the type list of the schema",
                value: format!("a list of {} types", self.types.user_types.len()),
                allowed: "the type list of the file that attributes are copied from",
            });
        }
        self.file.copy_user_attribute(
            (&template.file, owner, &template.types),
            name,
            (to, &self.types),
            &template.limits,
        )
    }
}
