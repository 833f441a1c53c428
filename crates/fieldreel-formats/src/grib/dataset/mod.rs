//! A GRIB file as a whole: its messages grouped into variables, as cfgrib groups them.
//!
//! | stage | module |
//! |---|---|
//! | what does a message say of its place? | `facts` |
//! | which messages make one variable? | `group` |
//! | where are they along member, time, step and level? | `cube` |
//! | their grid | `layout`, `mapping` |
//! | names and attributes | `build`, `attributes` |
//! | values | `read`, `area` |

mod attributes;
mod content;
mod grid_layout;
mod grid_mapping;
mod group;
mod hypercube;
mod hyperslab;
mod message_index;
mod read;
mod schema_builder;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use self::content::{FileGrid, MessageArray, VariableContent};
use self::grid_layout::GridLayout;
use self::group::{DuplicateEntries, MessageGroup, MessageGrouper};
use self::hypercube::Hypercube;
pub(super) use self::hyperslab::hyperslab_indices;
use self::schema_builder::SchemaBuilder;
use super::decode::file_changed;
use super::keys::ProductKeys;
use super::library::{GribMessage, Library, MessageReader};
use crate::dataset::{Schema, Source, Values};
use crate::{FormatError, Limits, Result};

/// A GRIB file, edition 1 or 2, as variables that are read part by part.
///
/// **Variables.** One for each parameter, level type, step type, kind of data (analysis, forecast, members), centre and
/// grid. Its name is ecCodes' `cfVarName` (`t2m`), else its `shortName`. Of several with one name, the first in the file has
/// it; the next are `t_surface` (its level type), `t_max` (its step type), then `t_2` and so on, whichever is free. Only
/// where two messages would otherwise have the same place, they are parted further, by whether they sum up from the start of
/// the forecast, by the lower edge of a layer, by percentile, and by direction and frequency of waves.
///
/// **Dimensions.** In this order, each where there is more than one: `number`, `time` (the start of the forecast), `step`,
/// the level by its type (`isobaricInhPa`); then those of the grid, whatever their lengths: `latitude`, `longitude` for
/// regular and regular Gaussian grids; `y`, `x` for projected and rotated ones, with latitudes and longitudes along both;
/// `values` for reduced and other grids. Variables with equal coordinates share dimensions; others with the same name get
/// `time_1`, `time_2`, …, and grids a number behind all their names. What has no dimension is a scalar coordinate, named in
/// the attribute `coordinates` with `valid_time` and whatever else is no axis. Members, times and steps rise, and so do
/// levels, except pressure, which falls. Rows and columns are in the order of storage from the first point.
///
/// **Coordinates.** `time` and `valid_time` in seconds since 1970-01-01, 64-bit integers; `step` in hours, and `step_start`,
/// where values are about the period from there; `number` as 64-bit integers; levels, latitudes and longitudes as `f64`.
/// Projections that CF knows have a variable with their parameters, named in `grid_mapping`.
///
/// **Values.** `f32`, or `f64` in variables with messages of more than 24 bits per value. NaN, which is the `_FillValue`
/// too, where there is no value and where there is no message.
///
/// **Memory.** A few words a message, one decoded message, and one coordinate of a grid. The file stays open.
#[derive(Debug)]
pub struct GribDataset {
    path: PathBuf,
    file: File,
    limits: Limits,
    schema: Schema,
    /// For each variable of the schema.
    contents: Vec<VariableContent>,
    grids: Vec<FileGrid>,
    read_cache: Mutex<read::ReadCache>,
}

impl GribDataset {
    /// Opens a file, and goes once through its messages without decoding values. Only single arrays are held against
    /// `limits`: a message's grid on opening, and the boxes that are read.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the file cannot be read.
    /// - [`FormatError::NotThisFormat`], [`Truncated`](FormatError::Truncated), [`Damaged`](FormatError::Damaged): it is no
    ///   GRIB, ends within a message, or contradicts itself.
    /// - [`FormatError::DuplicateMessages`]: two messages have the same place in a variable.
    /// - [`FormatError::TooLarge`]: a grid over the limits, or a variable of more values than can be counted.
    pub fn open(path: impl AsRef<Path>, limits: &Limits) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|source| FormatError::io(path, "open", source))?;
        let library = Library::lock();
        let groups = group_messages(&library, &file, path)?;
        let mut dataset_builder = DatasetBuilder {
            library: &library,
            file: &file,
            path,
            limits,
            builder: SchemaBuilder::new(),
            grids: HashMap::new(),
        };
        dataset_builder.build(&groups)?;
        let SchemaBuilder {
            schema,
            contents,
            grids,
            ..
        } = dataset_builder.builder;
        drop(library);
        Ok(Self {
            path: path.to_path_buf(),
            file,
            limits: *limits,
            schema,
            contents,
            grids,
            read_cache: Mutex::default(),
        })
    }
}

impl Source for GribDataset {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    /// See [`Source::read`].
    ///
    /// # Errors
    ///
    /// Also [`FormatError::TooLarge`] for a box over the limits, [`FormatError::UndecodablePacking`],
    /// [`FormatError::Damaged`], and [`FormatError::Io`].
    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<Values> {
        let found = hyperslab::checked_variable(&self.schema, variable, start, count)?;
        self.read_hyperslab(variable, found, start, count)
    }
}

/// The messages of a file, grouped.
fn group_messages(library: &Library, file: &File, path: &Path) -> Result<Vec<MessageGroup>> {
    let mut messages = MessageReader::from_offset(library, file, path, 0)?;
    let mut groups = MessageGrouper::default();
    let mut index = 0;
    while let Some(message) = messages.next()? {
        let (key, entry) =
            message_index::index_message(&message, index, messages.location(), path)?;
        groups.add(key, entry, ProductKeys::from_message(&message));
        index += 1;
    }
    if index == 0 {
        return Err(FormatError::NotThisFormat {
            path: path.to_path_buf(),
            format: "GRIB",
        });
    }
    groups.finish().map_err(
        |DuplicateEntries {
             variable,
             first,
             second,
         }| FormatError::DuplicateMessages {
            path: path.to_path_buf(),
            variable,
            first: first + 1,
            second: second + 1,
        },
    )
}

/// What opening has at hand.
struct DatasetBuilder<'a> {
    library: &'a Library,
    file: &'a File,
    path: &'a Path,
    limits: &'a Limits,
    builder: SchemaBuilder,
    /// Grids of the builder by their digests.
    grids: HashMap<String, usize>,
}

impl DatasetBuilder<'_> {
    /// Coordinates first, then the variables in the order of the file.
    fn build(&mut self, groups: &[MessageGroup]) -> Result<()> {
        let mut variables = Vec::with_capacity(groups.len());
        let mut description = None;
        for group in groups {
            let location = group.entries.first().map(|entry| entry.location);
            let location = location.ok_or_else(|| file_changed(self.path))?;
            let message = MessageReader::read_at(self.library, self.file, self.path, location)?
                .ok_or_else(|| file_changed(self.path))?;
            description = description.or_else(|| attributes::center_description(&message));
            let is_decreasing = attributes::is_decreasing(&group.key.type_of_level);
            let hypercube = Hypercube::from_entries(&group.entries, is_decreasing)
                .ok_or_else(|| self.too_large(group))?;
            let leading = self.builder.leading_coordinates(group, &hypercube);
            let grid = self.add_grid(group, &message, location)?;
            let data = MessageArray {
                is_double: group.entries.iter().any(|entry| entry.is_double),
                grid,
                hypercube,
            };
            let points = self
                .builder
                .grids
                .get(grid)
                .map_or(1, |grid| grid.layout.len());
            let values = data.hypercube.shape().iter().product::<usize>();
            values
                .checked_mul(points)
                .ok_or_else(|| self.too_large(group))?;
            let attributes = attributes::variable_attributes(&message, group, data.is_double);
            variables.push((data, leading, attributes));
        }
        let variable_attributes: Vec<&_> = variables
            .iter()
            .map(|(_, _, attributes)| attributes)
            .collect();
        let file_attributes = attributes::file_attributes(description, &variable_attributes);
        for (group, (data, leading, attributes)) in groups.iter().zip(variables) {
            self.builder
                .add_message_variable(group, data, leading, attributes);
        }
        if let Some(root) = self.builder.schema.groups.first_mut() {
            root.attributes = file_attributes;
        }
        Ok(())
    }

    fn add_grid(
        &mut self,
        group: &MessageGroup,
        message: &GribMessage<'_>,
        location: super::framing::MessageLocation,
    ) -> Result<usize> {
        let digest = &group.key.grid_digest;
        if let Some(&index) = self.grids.get(digest) {
            return Ok(index);
        }
        let layout = GridLayout::from_message(message, self.path, self.limits)?;
        let mapping = grid_mapping::grid_mapping_attributes(message, &group.key.grid_type);
        let index = self.builder.add_grid(digest, location, layout, mapping);
        self.grids.insert(digest.clone(), index);
        Ok(index)
    }

    fn too_large(&self, group: &MessageGroup) -> FormatError {
        FormatError::TooLarge {
            what: format!("the variable of {:?}", group.key.short_name),
            bytes: u64::MAX,
            limit: usize::MAX as u64,
        }
    }
}
