//! A NetCDF file of any kind as a [`Source`].

use std::collections::HashSet;
use std::path::Path;

use super::super::library::{self, Dataset, Types};
use super::super::open;
use crate::dataset::{DatasetDimension, Group, Kind, Schema, Source, Values, Variable};
use crate::limits::checked_len;
use crate::{Attributes, FormatError, Limits, Result};

/// Groups nested deeper than this are an error: a damaged file may nest without end.
const MAX_DEPTH: usize = 32;

/// A NetCDF file: classic, 64-bit or NetCDF-4 with groups. Values are given as they are stored.
pub struct NetcdfDataset {
    pub(super) dataset: Dataset,
    pub(super) limits: Limits,
    schema: Schema,
    pub(super) groups: Vec<library::Group>,
    pub(super) types: Types,
    pub(super) variables: Vec<library::Variable>,
}

impl NetcdfDataset {
    /// Opens a file and reads all but its values.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`], [`FormatError::WrongFormat`], [`FormatError::Truncated`], [`FormatError::Damaged`],
    ///   [`FormatError::Library`]: it cannot be read, is not NetCDF, or damaged.
    /// - [`FormatError::UnsupportedHdf5Type`]: a dataset or an attribute is of a type that netcdf-c leaves out.
    /// - [`FormatError::TooLarge`]: an attribute is over the limits.
    pub fn open(path: impl AsRef<Path>, limits: &Limits) -> Result<Self> {
        let this = Self::all_of(open::open(path.as_ref())?, limits)?;
        this.check_all_seen()?;
        Ok(this)
    }

    /// All but the values of a file that is open.
    pub(super) fn all_of(dataset: Dataset, limits: &Limits) -> Result<Self> {
        let mut this = Self {
            limits: *limits,
            schema: Schema::default(),
            groups: Vec::new(),
            types: Types::default(),
            variables: Vec::new(),
            dataset,
        };
        let mut ids = Vec::new();
        let root = this.dataset.root();
        this.collect(root, String::new(), None, 0, &mut ids)?;
        this.schema.types.clone_from(&this.types.known);
        Ok(this)
    }

    /// Those of a type that the file defines are left out.
    fn attributes(
        &self,
        group: library::Group,
        variable: Option<library::Variable>,
    ) -> Result<Attributes> {
        let all = self.dataset.attributes(group, variable, &self.limits)?;
        Ok(all.into_iter().collect())
    }

    /// Checks that netcdf-c passes nothing over that is in an HDF5 file.
    fn check_all_seen(&self) -> Result<()> {
        if !self.dataset.is_hdf5() {
            return Ok(());
        }
        let names = |place| -> Result<HashSet<String>> {
            let names = self.dataset.attribute_names(place)?.into_iter();
            Ok(names.map(|(name, _)| name).collect())
        };
        let mut seen = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            seen.push(library::Seen {
                path: self.schema.path(number),
                attributes: names(group.global())?,
                ..library::Seen::default()
            });
        }
        for (variable, id) in self.schema.variables.iter().zip(&self.variables) {
            if let Some(group) = seen.get_mut(variable.group) {
                let name = variable.name.clone();
                group.variables.insert(name, names(*id)?);
            }
        }
        for dimension in &self.schema.dimensions {
            if let Some(group) = seen.get_mut(dimension.group) {
                group.dimensions.insert(dimension.name.clone());
            }
        }
        match library::unseen(self.dataset.path(), &seen)? {
            Some(name) => Err(FormatError::UnsupportedHdf5Type {
                path: self.dataset.path().to_path_buf(),
                name,
            }),
            None => Ok(()),
        }
    }

    /// Adds a group and those in it; `ids` are netcdf-c's numbers of the dimensions found.
    fn collect(
        &mut self,
        group: library::Group,
        name: String,
        parent: Option<usize>,
        depth: usize,
        ids: &mut Vec<i32>,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(self.dataset.damaged("groups are nested too deeply"));
        }
        let number = self.schema.groups.len();
        self.dataset.read_types(group, number, &mut self.types)?;
        let attributes = self.attributes(group, None)?;
        self.groups.push(group);
        self.schema.groups.push(Group {
            name,
            parent,
            attributes,
        });
        for (id, name, len, is_unlimited) in self.dataset.dimensions(group)? {
            ids.push(id);
            self.schema.dimensions.push(DatasetDimension {
                name,
                group: number,
                len,
                is_unlimited,
            });
        }
        for variable in self.dataset.variables(group)? {
            let header = self.dataset.header(variable)?;
            let kind = self.types.kind(header.type_id);
            let kind = kind.ok_or_else(|| {
                self.dataset
                    .damaged("a variable is of a type that is not known")
            })?;
            let position = |id| ids.iter().position(|&known| known == id);
            let dimensions = self.dataset.dimension_ids(variable)?;
            let dimensions: Option<Vec<usize>> = dimensions.into_iter().map(position).collect();
            let Some(dimensions) = dimensions else {
                return Err(self
                    .dataset
                    .damaged("a variable has a dimension of another group"));
            };
            let attributes = self.attributes(group, Some(variable))?;
            self.variables.push(variable);
            self.schema.variables.push(Variable {
                name: header.name,
                group: number,
                kind,
                is_big_endian: self.dataset.is_big_endian(variable, kind),
                dimensions,
                attributes,
            });
        }
        for (name, child) in self.dataset.groups(group)? {
            self.collect(child, name, Some(number), depth + 1, ids)?;
        }
        Ok(())
    }

    /// The numbers that a filter keeps with a variable; `None` if it is not stored through the filter of this id.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`].
    pub fn filter_parameters(&self, variable: usize, id: u32) -> Result<Option<Vec<u32>>> {
        match self.variables.get(variable) {
            Some(&variable) => self.dataset.filter_parameters(variable, id),
            None => Ok(None),
        }
    }

    /// The chunk of a variable, a length for each dimension; `None` if it is not in chunks.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`].
    pub fn chunk(&self, variable: usize) -> Result<Option<Vec<usize>>> {
        match self.variables.get(variable) {
            Some(&id) => self.dataset.chunk_of(id),
            None => Ok(None),
        }
    }
}

impl Source for NetcdfDataset {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<Values> {
        let header = self.schema.check_box(variable, start, count)?;
        let len = checked_len(&self.limits, &header.name, count)?;
        let Some(&id) = self.variables.get(variable) else {
            return Err(self.dataset.damaged("a variable is gone"));
        };
        let place = (id, start, count);
        let file = &self.dataset;
        Ok(match header.kind {
            Kind::I8 => Values::Numbers(file.box_of::<i8>(place, len)?.into()),
            Kind::U8 => Values::Numbers(file.box_of::<u8>(place, len)?.into()),
            Kind::I16 => Values::Numbers(file.box_of::<i16>(place, len)?.into()),
            Kind::U16 => Values::Numbers(file.box_of::<u16>(place, len)?.into()),
            Kind::I32 => Values::Numbers(file.box_of::<i32>(place, len)?.into()),
            Kind::U32 => Values::Numbers(file.box_of::<u32>(place, len)?.into()),
            Kind::I64 => Values::Numbers(file.box_of::<i64>(place, len)?.into()),
            Kind::U64 => Values::Numbers(file.box_of::<u64>(place, len)?.into()),
            Kind::F32 => Values::Numbers(file.box_of::<f32>(place, len)?.into()),
            Kind::F64 => Values::Numbers(file.box_of::<f64>(place, len)?.into()),
            Kind::Char => Values::Chars(file.box_of_chars(place, len)?),
            Kind::Text => Values::Texts(file.box_of_texts(place, len)?),
            kind @ Kind::User { bytes, .. } => {
                checked_len(&self.limits, &header.name, &[len, bytes.div_ceil(8)])?;
                Values::User(file.box_of_user(place, len, (kind, &self.types))?)
            }
        })
    }
}
