//! A new NetCDF-4 file, after a [`Schema`].

use std::collections::HashSet;
use std::path::Path;

use fieldreel_file::PendingFile;

use super::super::library::{self, Dataset, Types};
use super::chunks::ChunkWriter;
use super::index;
use super::source::NetcdfDataset;
use crate::dataset::{Schema, Source, Values};
use crate::{Attributes, FormatError, Numbers, Result};

/// How the values of a variable are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// As they are, in one piece. Where a dimension may grow, netcdf-c chooses chunks.
    Plain,
    /// As they are, in chunks.
    Chunks {
        /// A length for each dimension.
        chunk: Vec<usize>,
    },
    /// Through HDF5's deflate, with shuffle.
    Deflate {
        /// 0 (stored) to 9 (smallest).
        level: u8,
        /// A length for each dimension.
        chunk: Vec<usize>,
    },
    /// Through another filter, which is known to HDF5.
    Filter {
        /// The filter's number.
        id: u32,
        /// What it is told.
        parameters: Vec<u32>,
        /// A length for each dimension.
        chunk: Vec<usize>,
    },
}

/// A group, and a variable in it whose attributes are meant rather than those of the group.
type Place = (library::Group, Option<library::Variable>);

/// Writes a NetCDF-4 file, which appears whole when it is [finished](Self::finish) or not at all.
pub struct NetcdfWriter {
    dataset: Dataset,
    pending: PendingFile,
    schema: Schema,
    types: Types,
    variables: Vec<library::Variable>,
}

impl Storage {
    /// The lengths of its chunks, if it is in chunks of a known shape.
    #[must_use]
    pub fn chunk(&self) -> Option<&[usize]> {
        match self {
            Self::Plain => None,
            Self::Chunks { chunk } | Self::Deflate { chunk, .. } | Self::Filter { chunk, .. } => {
                Some(chunk)
            }
        }
    }
}

impl NetcdfWriter {
    /// Creates a file with all that `schema` says, and no values; `storage` has one for each variable. Attributes that are the
    /// same in `like`, in the same place of its schema, are copied byte by byte, whatever their encoding, and so are those of
    /// types that `like` defines.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the folder cannot be written.
    /// - [`FormatError::ShapeMismatch`]: there are not as many storages as variables.
    /// - [`FormatError::InvalidOption`]: a name with a NUL.
    /// - [`FormatError::Library`]: netcdf-c refused, such as a filter that HDF5 does not know.
    pub fn create(
        path: impl AsRef<Path>,
        schema: &Schema,
        storage: &[Storage],
        like: Option<&NetcdfDataset>,
    ) -> Result<Self> {
        let path = path.as_ref();
        if storage.len() != schema.variables.len() {
            return Err(FormatError::ShapeMismatch {
                what: "the list of storages".to_owned(),
                expected: vec![schema.variables.len()],
                found: vec![storage.len()],
            });
        }
        let pending =
            PendingFile::create(path).map_err(|source| FormatError::io(path, "write", source))?;
        // In a file that is opened again, netcdf-c puts a fill value of a type of its own behind the attribute after it.
        let branching = if like.is_some_and(NetcdfDataset::has_user_fill_first) {
            None
        } else {
            index::branching(schema, storage)
        };
        let dataset = Dataset::create_with_index(pending.path(), branching)?;
        let mut writer = Self {
            dataset,
            pending,
            schema: schema.clone(),
            types: Types::default(),
            variables: Vec::new(),
        };
        writer.define(storage, like)?;
        writer.dataset.end_definitions()?;
        Ok(writer)
    }

    fn define(&mut self, storage: &[Storage], like: Option<&NetcdfDataset>) -> Result<()> {
        let schema = &self.schema;
        let mut groups = Vec::new();
        for group in &schema.groups {
            let parent = group.parent.and_then(|parent| groups.get(parent));
            let id = match parent {
                Some(&parent) => self.dataset.define_group(parent, &group.name)?,
                None => self.dataset.root(),
            };
            groups.push(id);
        }
        let group_of = |number: usize| groups.get(number).copied().unwrap_or(self.dataset.root());
        for user in &schema.types {
            let group = group_of(user.group);
            self.dataset.define_type(group, user, &mut self.types)?;
        }
        for (number, group) in schema.groups.iter().enumerate() {
            let from = like.and_then(|like| {
                let known = like.schema().groups.get(number)?;
                let place = (*like.groups.get(number)?, None);
                Some((like, place, &known.attributes))
            });
            self.attributes(group_of(number).global(), &group.attributes, from)?;
        }
        let mut dimensions = Vec::new();
        for dimension in &schema.dimensions {
            let (group, len) = (group_of(dimension.group), dimension.len);
            dimensions.push(self.dataset.define_dimension(
                group,
                &dimension.name,
                len,
                dimension.is_unlimited,
            )?);
        }
        for (number, (variable, storage)) in schema.variables.iter().zip(storage).enumerate() {
            let own = variable.dimensions.iter();
            let own: Vec<_> = own.filter_map(|&at| dimensions.get(at).copied()).collect();
            let group = group_of(variable.group);
            let kind = (variable.kind, &self.types);
            let id = self
                .dataset
                .define_variable_of(group, &variable.name, kind, &own)?;
            if variable.is_big_endian {
                self.dataset.set_big_endian(id)?;
            }
            if let Some(chunk) = storage.chunk() {
                self.dataset.chunk(id, chunk)?;
            }
            match storage {
                Storage::Plain | Storage::Chunks { .. } => {}
                Storage::Deflate { level, .. } => self.dataset.deflate(id, true, *level)?,
                Storage::Filter {
                    id: filter,
                    parameters,
                    ..
                } => self.dataset.filter(id, *filter, parameters)?,
            }
            let from = like.and_then(|like| {
                let known = like.schema().variables.get(number)?;
                let group = *like.groups.get(known.group)?;
                let place = (group, Some(*like.variables.get(number)?));
                Some((like, place, &known.attributes))
            });
            self.attributes(id, &variable.attributes, from)?;
            self.variables.push(id);
        }
        Ok(())
    }

    /// Writes attributes, in the order of those that they are copied from.
    fn attributes(
        &self,
        to: library::Variable,
        attributes: &Attributes,
        from: Option<(&NetcdfDataset, Place, &Attributes)>,
    ) -> Result<()> {
        let mut written = HashSet::new();
        if let Some((like, (group, variable), known)) = from {
            let place = variable.unwrap_or(group.global());
            for (name, is_user) in like.dataset.attribute_names(place)? {
                let name = name.as_str();
                match attributes.get(name) {
                    _ if is_user => self.copy_user(like, place, name, to)?,
                    Some(value) if known.get(name) == Some(value) => {
                        self.dataset.copy_attribute(place, name, to)?;
                    }
                    Some(value) => self.dataset.put_attribute(to, name, value)?,
                    None => {}
                }
                written.insert(name.to_owned());
            }
        }
        for (name, value) in attributes.iter() {
            if !written.contains(name) {
                self.dataset.put_attribute(to, name, value)?;
            }
        }
        Ok(())
    }

    fn copy_user(
        &self,
        like: &NetcdfDataset,
        place: library::Variable,
        name: &str,
        to: library::Variable,
    ) -> Result<()> {
        if self.schema.types != like.schema().types {
            return Err(FormatError::InvalidOption {
                option: "the types of the schema",
                value: format!("{} others", self.schema.types.len()),
                allowed: "those of the file that attributes are copied from",
            });
        }
        self.dataset.copy_user_attribute(
            (&like.dataset, place, &like.types),
            name,
            (to, &self.types),
            &like.limits,
        )
    }

    /// Writes a box of a variable, as [`Source::read`] gives it.
    ///
    /// # Errors
    ///
    /// - [`FormatError::IndexOutOfRange`]: the box is not in the variable.
    /// - [`FormatError::ShapeMismatch`]: the values are not as many, or not of the variable's type.
    /// - [`FormatError::Library`]: netcdf-c refused, such as where the disk is full.
    pub fn write(
        &self,
        variable: usize,
        start: &[usize],
        count: &[usize],
        values: &Values,
    ) -> Result<()> {
        let header = self.schema.check_box(variable, start, count)?;
        let expected: usize = count.iter().product();
        let id = self.variables.get(variable).copied();
        let (Some(id), true) = (id, values.len() == expected && values.kind() == header.kind)
        else {
            return Err(FormatError::ShapeMismatch {
                what: format!("the values of {:?}", header.name),
                expected: count.to_vec(),
                found: vec![values.len()],
            });
        };
        let place = (id, start, count);
        match values {
            Values::Chars(bytes) => self.dataset.put_box_of_chars(place, bytes),
            Values::Texts(texts) => self.dataset.put_box_of_texts(place, texts),
            Values::User(values) => self.dataset.put_box_of_user(place, values, &self.types),
            Values::Numbers(numbers) => match numbers {
                Numbers::I8(values) => self.dataset.put_box(place, values),
                Numbers::U8(values) => self.dataset.put_box(place, values),
                Numbers::I16(values) => self.dataset.put_box(place, values),
                Numbers::U16(values) => self.dataset.put_box(place, values),
                Numbers::I32(values) => self.dataset.put_box(place, values),
                Numbers::U32(values) => self.dataset.put_box(place, values),
                Numbers::I64(values) => self.dataset.put_box(place, values),
                Numbers::U64(values) => self.dataset.put_box(place, values),
                Numbers::F32(values) => self.dataset.put_box(place, values),
                Numbers::F64(values) => self.dataset.put_box(place, values),
            },
        }
    }

    /// Goes on with chunks that are compressed already.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`].
    pub fn into_chunks(self) -> Result<ChunkWriter> {
        self.dataset.close()?;
        ChunkWriter::open(self.pending, self.schema)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// [`FormatError::Library`], [`FormatError::Io`]: the disk is full, or a folder has that name.
    pub fn finish(self) -> Result<()> {
        self.dataset.close()?;
        let path = self.pending.path().to_path_buf();
        self.pending
            .commit()
            .map_err(|source| FormatError::io(&path, "write", source))
    }
}
