//! NetCDF files of any kind as a [`DatasetSource`].

use std::collections::HashSet;
use std::path::Path;

use super::super::library::{self, NcFile, TypeTable};
use super::super::open;
use crate::dataset::{
    DatasetDimension, DatasetSource, GroupSchema, Schema, VariableSchema, VariableType,
    VariableValues,
};
use crate::limits::checked_len;
use crate::{Attributes, FormatError, Limits, Result};

/// The maximum depth of nested groups. Deeper groups are an error, because a damaged file may nest
/// groups endlessly.
const MAX_DEPTH: usize = 32;

/// A NetCDF file, classic, 64-bit or NetCDF-4 with groups. Values are returned as stored.
///
/// ```
/// use fieldreel_formats::dataset::{DatasetSource, VariableValues};
/// use fieldreel_formats::{Limits, NetcdfDataset};
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
/// let file = NetcdfDataset::open(sample, &Limits::default())?;
/// let schema = file.schema();
/// assert_eq!(schema.variables[0].name, "FNOCX");
/// assert_eq!(schema.shape(&schema.variables[3]), [60, 73, 144]);
/// // The first variable contains the longitudes.
/// let expected = VariableValues::Numbers([20.0, 22.5, 25.0].into());
/// assert_eq!(file.read(0, &[0], &[3])?, expected);
/// # Ok::<(), fieldreel_formats::FormatError>(())
/// ```
pub struct NetcdfDataset {
    pub(super) file: NcFile,
    pub(super) limits: Limits,
    schema: Schema,
    pub(super) groups: Vec<library::NcGroup>,
    pub(super) types: TypeTable,
    pub(super) variables: Vec<library::NcVariable>,
}

impl NetcdfDataset {
    /// Opens a file and reads its schema.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`], [`FormatError::WrongFormat`], [`FormatError::Truncated`],
    ///   [`FormatError::Damaged`], [`FormatError::Library`]: the file cannot be read, is not
    ///   NetCDF, or is damaged.
    /// - [`FormatError::UnsupportedHdf5Type`]: a dataset or an attribute is of a type that
    ///   netcdf-c skips.
    /// - [`FormatError::TooLarge`]: an attribute exceeds the limits.
    pub fn open(path: impl AsRef<Path>, limits: &Limits) -> Result<Self> {
        let dataset = Self::from_open_file(open::open(path.as_ref())?, limits)?;
        dataset.check_nothing_hidden()?;
        Ok(dataset)
    }

    /// Reads the schema of an open file.
    pub(super) fn from_open_file(file: NcFile, limits: &Limits) -> Result<Self> {
        let mut dataset = Self {
            limits: *limits,
            schema: Schema::default(),
            groups: Vec::new(),
            types: TypeTable::default(),
            variables: Vec::new(),
            file,
        };
        let mut ids = Vec::new();
        let root = dataset.file.root();
        dataset.collect(root, String::new(), None, 0, &mut ids)?;
        dataset.schema.types.clone_from(&dataset.types.user_types);
        Ok(dataset)
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Returns attributes, except those of user-defined types.
    fn attributes(
        &self,
        group: library::NcGroup,
        variable: Option<library::NcVariable>,
    ) -> Result<Attributes> {
        let attributes = self.file.attributes(group, variable, &self.limits)?;
        Ok(attributes.into_iter().collect())
    }

    /// Checks that netcdf-c lists every dataset and attribute of an HDF5 file.
    fn check_nothing_hidden(&self) -> Result<()> {
        if !self.file.is_hdf5() {
            return Ok(());
        }
        let names = |owner| -> Result<HashSet<String>> {
            let names = self.file.attribute_names(owner)?.into_iter();
            Ok(names.map(|(name, _)| name).collect())
        };
        let mut visible = Vec::new();
        for (group_index, group) in self.groups.iter().enumerate() {
            visible.push(library::VisibleObjects {
                path: self.schema.path(group_index),
                attributes: names(group.global())?,
                ..library::VisibleObjects::default()
            });
        }
        for (variable, id) in self.schema.variables.iter().zip(&self.variables) {
            if let Some(group) = visible.get_mut(variable.group) {
                let name = variable.name.clone();
                group.variables.insert(name, names(*id)?);
            }
        }
        for dimension in &self.schema.dimensions {
            if let Some(group) = visible.get_mut(dimension.group) {
                group.dimensions.insert(dimension.name.clone());
            }
        }
        match library::find_hidden_object(self.file.path(), &visible)? {
            Some(name) => Err(FormatError::UnsupportedHdf5Type {
                path: self.file.path().to_path_buf(),
                name,
            }),
            None => Ok(()),
        }
    }

    /// Adds a group and its subgroups to the schema. `ids` are netcdf-c's IDs of the dimensions
    /// found so far.
    fn collect(
        &mut self,
        group: library::NcGroup,
        name: String,
        parent: Option<usize>,
        depth: usize,
        ids: &mut Vec<i32>,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(self.file.damaged("groups are nested too deeply"));
        }
        let group_index = self.schema.groups.len();
        self.file.read_types(group, group_index, &mut self.types)?;
        let attributes = self.attributes(group, None)?;
        self.groups.push(group);
        self.schema.groups.push(GroupSchema {
            name,
            parent,
            attributes,
        });
        for (id, name, len, is_unlimited) in self.file.dimensions(group)? {
            ids.push(id);
            self.schema.dimensions.push(DatasetDimension {
                name,
                group: group_index,
                len,
                is_unlimited,
            });
        }
        for variable in self.file.variables(group)? {
            let header = self.file.header(variable)?;
            let kind = self.types.kind(header.type_id);
            let kind = kind.ok_or_else(|| self.file.damaged("a variable is of an unknown type"))?;
            let position = |id| ids.iter().position(|&known| known == id);
            let dimensions = self.file.dimension_ids(variable)?;
            let dimensions: Option<Vec<usize>> = dimensions.into_iter().map(position).collect();
            let Some(dimensions) = dimensions else {
                return Err(self
                    .file
                    .damaged("a variable has a dimension that no enclosing group defines"));
            };
            let attributes = self.attributes(group, Some(variable))?;
            self.variables.push(variable);
            self.schema.variables.push(VariableSchema {
                name: header.name,
                group: group_index,
                kind,
                is_big_endian: self.file.is_big_endian(variable, kind),
                dimensions,
                attributes,
            });
        }
        for (name, child) in self.file.groups(group)? {
            self.collect(child, name, Some(group_index), depth + 1, ids)?;
        }
        Ok(())
    }

    /// Returns the owner and the name of the first attribute of a user-defined type, which schemas
    /// do not contain; `None` if there is none. The owner is a variable, or the path of a group.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`] if netcdf-c returned an error.
    pub fn user_attribute(&self) -> Result<Option<(String, String)>> {
        let groups = self.groups.iter().enumerate();
        let groups =
            groups.map(|(at, group)| (format!("{}/", self.schema.path(at)), group.global()));
        let variables = self.schema.variables.iter().zip(&self.variables);
        let variables = variables.map(|(variable, &id)| (self.schema.full_name(variable), id));
        for (owner, id) in groups.chain(variables) {
            let names = self.file.attribute_names(id)?;
            if let Some((name, _)) = names.into_iter().find(|(_, is_user)| *is_user) {
                return Ok(Some((owner, name)));
            }
        }
        Ok(None)
    }

    /// Returns the parameters of a filter for a variable; `None` if the variable is not stored
    /// through the filter of this ID.
    ///
    /// ```
    /// use fieldreel_formats::{Field, Limits, NetcdfDataset, NetcdfOptions, write_netcdf};
    /// use ndarray::ArrayD;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("air.nc");
    /// let air = Field::new("air", ArrayD::<f32>::zeros(vec![2, 3, 4]), &["time", "y", "x"])?;
    /// write_netcdf(&path, &air, &NetcdfOptions::deflate(6))?;
    /// let file = NetcdfDataset::open(&path, &Limits::default())?;
    /// // The ID of deflate is 1, and its parameter is the level.
    /// assert_eq!(file.filter_parameters(0, 1)?, Some(vec![6]));
    /// assert_eq!(file.chunk(0)?, Some(vec![2, 3, 4]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`] if netcdf-c returned an error.
    pub fn filter_parameters(&self, variable: usize, id: u32) -> Result<Option<Vec<u32>>> {
        match self.variables.get(variable) {
            Some(&variable) => self.file.filter_parameters(variable, id),
            None => Ok(None),
        }
    }

    /// Returns the chunk shape of a variable, a length for each dimension; `None` if the variable
    /// is not chunked.
    ///
    /// See the example of [`filter_parameters`](Self::filter_parameters).
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`] if netcdf-c returned an error.
    pub fn chunk(&self, variable: usize) -> Result<Option<Vec<usize>>> {
        match self.variables.get(variable) {
            Some(&id) => self.file.chunk_lengths(id),
            None => Ok(None),
        }
    }
}

impl DatasetSource for NetcdfDataset {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<VariableValues> {
        let header = self.schema.check_hyperslab(variable, start, count)?;
        let len = checked_len(&self.limits, &header.name, count)?;
        let Some(&id) = self.variables.get(variable) else {
            return Err(self.file.damaged("a variable is missing"));
        };
        let hyperslab = (id, start, count);
        let file = &self.file;
        Ok(match header.kind {
            VariableType::I8 => {
                VariableValues::Numbers(file.read_hyperslab::<i8>(hyperslab, len)?.into())
            }
            VariableType::U8 => {
                VariableValues::Numbers(file.read_hyperslab::<u8>(hyperslab, len)?.into())
            }
            VariableType::I16 => {
                VariableValues::Numbers(file.read_hyperslab::<i16>(hyperslab, len)?.into())
            }
            VariableType::U16 => {
                VariableValues::Numbers(file.read_hyperslab::<u16>(hyperslab, len)?.into())
            }
            VariableType::I32 => {
                VariableValues::Numbers(file.read_hyperslab::<i32>(hyperslab, len)?.into())
            }
            VariableType::U32 => {
                VariableValues::Numbers(file.read_hyperslab::<u32>(hyperslab, len)?.into())
            }
            VariableType::I64 => {
                VariableValues::Numbers(file.read_hyperslab::<i64>(hyperslab, len)?.into())
            }
            VariableType::U64 => {
                VariableValues::Numbers(file.read_hyperslab::<u64>(hyperslab, len)?.into())
            }
            VariableType::F32 => {
                VariableValues::Numbers(file.read_hyperslab::<f32>(hyperslab, len)?.into())
            }
            VariableType::F64 => {
                VariableValues::Numbers(file.read_hyperslab::<f64>(hyperslab, len)?.into())
            }
            VariableType::Char => VariableValues::Chars(file.read_chars(hyperslab, len)?),
            VariableType::Text => VariableValues::Texts(file.read_texts(hyperslab, len)?),
            kind @ VariableType::User { bytes, .. } => {
                checked_len(&self.limits, &header.name, &[len, bytes.div_ceil(8)])?;
                VariableValues::User(file.read_user_values(hyperslab, len, (kind, &self.types))?)
            }
        })
    }
}
