//! A NetCDF file of any kind as a [`Source`].

use std::path::Path;

use super::super::library::{self, Dataset};
use super::super::open;
use crate::dataset::{DatasetDimension, Group, Kind, Schema, Source, Values, Variable};
use crate::{FormatError, ReadLimits, Result};

/// Groups nested deeper than this are an error: a damaged file may nest without end.
const MAX_DEPTH: usize = 32;

/// A NetCDF file: classic, 64-bit or NetCDF-4 with groups. Values are given as they are stored.
pub struct NetcdfDataset {
    dataset: Dataset,
    limits: ReadLimits,
    schema: Schema,
    pub(super) groups: Vec<library::Group>,
    pub(super) variables: Vec<library::Variable>,
}

impl NetcdfDataset {
    /// Opens a file and reads all but its values.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`], [`FormatError::NotThisFormat`], [`FormatError::Truncated`], [`FormatError::Damaged`],
    ///   [`FormatError::Library`]: it cannot be read, is not NetCDF, or damaged.
    /// - [`FormatError::UserDefinedType`]: a variable or an attribute is of a type that the file defines.
    /// - [`FormatError::TooLarge`]: an attribute is over the limits.
    pub fn open(path: impl AsRef<Path>, limits: &ReadLimits) -> Result<Self> {
        let dataset = open::open(path.as_ref())?;
        let mut this = Self {
            limits: *limits,
            schema: Schema::default(),
            groups: Vec::new(),
            variables: Vec::new(),
            dataset,
        };
        let mut ids = Vec::new();
        let root = this.dataset.root();
        this.collect(root, String::new(), None, 0, &mut ids)?;
        Ok(this)
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
        let attributes = self.dataset.all_attributes(group, None, &self.limits)?;
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
            let Some(kind) = header.kind else {
                return Err(FormatError::UserDefinedType {
                    path: self.dataset.path().to_path_buf(),
                    name: header.name,
                });
            };
            let position = |id| ids.iter().position(|&known| known == id);
            let dimensions = self.dataset.dimension_ids(variable)?;
            let dimensions: Option<Vec<usize>> = dimensions.into_iter().map(position).collect();
            let Some(dimensions) = dimensions else {
                return Err(self
                    .dataset
                    .damaged("a variable has a dimension of another group"));
            };
            let attributes = self
                .dataset
                .all_attributes(group, Some(variable), &self.limits)?;
            self.variables.push(variable);
            self.schema.variables.push(Variable {
                name: header.name,
                group: number,
                kind,
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
        let len = self.limits.checked_len(&header.name, count)?;
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
        })
    }
}
