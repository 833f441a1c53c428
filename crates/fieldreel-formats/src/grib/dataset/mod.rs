//! GRIB files as datasets: messages grouped into variables as cfgrib groups them.
//!
//! | task | module |
//! |---|---|
//! | keys and coordinates of messages | `message_index` |
//! | grouping of messages into variables | `group` |
//! | arrangement along member, time, step and level | `hypercube` |
//! | grids | `grid_layout`, `grid_mapping` |
//! | names and attributes | `schema_builder`, `attributes` |
//! | values | `content`, `read`, `hyperslab` |

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
use crate::dataset::{DatasetSource, Schema, VariableValues};
use crate::{FormatError, Limits, Result};

/// A GRIB file, edition 1 or 2, as a dataset whose variables are read part by part.
///
/// **Variables.** There is one variable for each parameter, level type, step type, data type
/// (analysis, forecast, ensemble member), center and grid. Its name is ecCodes' `cfVarName`
/// (`t2m`), else its `shortName`. If several variables would have the same name, the first in the
/// file gets it; the next ones get the first free name of `t_surface` (with the level type),
/// `t_max` (with the step type), `t_2`, `t_3`, …. Messages that would otherwise have the same
/// coordinates are split further, by whether they accumulate from the reference time, by the lower
/// edge of a layer, by percentile, and by direction and frequency of waves.
///
/// **Dimensions.** The dimensions before those of the grid are, in this order and only if they are
/// longer than 1: `number`, `time` (the reference time), `step`, and the level, named by its type
/// (`isobaricInhPa`). The dimensions of the grid follow, whatever their lengths: `latitude`,
/// `longitude` for regular and regular Gaussian grids; `y`, `x` for projected and rotated grids,
/// with 2-D latitudes and longitudes; `values` for reduced and other grids. Variables with equal
/// coordinates share dimensions. Different coordinates of the same name become `time_1`, `time_2`,
/// …, and all names of a further grid have the same number appended. An axis of length 1 is a
/// scalar coordinate, named in the attribute `coordinates` together with `valid_time` and the
/// other coordinates that are not axes. Members, times, steps and levels are in ascending order,
/// except that pressure is in descending order. Rows and columns start at the first stored point.
///
/// **Coordinates.** `time` and `valid_time` are in seconds since 1970-01-01, as 64-bit integers.
/// `step` is in hours, and so is `step_start`, the start of the period that the values describe,
/// where it differs from the step. `number` is a 64-bit integer; levels, latitudes and longitudes
/// are `f64`. A projection that CF defines has a variable with its parameters, named in
/// `grid_mapping`.
///
/// **Values.** The type is `f32`, or `f64` for variables with messages of more than 24 bits per
/// value. NaN, which is also the `_FillValue`, marks points without a value and points of absent
/// messages.
///
/// **Memory.** The keys of each message, one decoded message, and one coordinate of a grid are
/// kept in memory. The file stays open.
///
/// ```
/// use fieldreel_formats::dataset::{DatasetSource, VariableValues};
/// use fieldreel_formats::{GribDataset, Limits};
/// # use fieldreel_formats::{Field, GribOptions, write_grib};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("wind.grib2");
/// # let values = ndarray::Array3::from_shape_fn((2, 3, 4), |(t, y, x)| (t + y + x) as f32);
/// # let mut wind = Field::new("u", values.into_dyn(), &["time", "y", "x"])?;
/// # wind.attributes.insert("standard_name", "eastward_wind");
/// # write_grib(&path, &wind, &GribOptions::default())?;
/// // The file has two messages of wind on 3×4 points. Each value is the sum of its indices.
/// let file = GribDataset::open(&path, &Limits::default())?;
/// let schema = file.schema();
/// let number = schema.variables.iter().position(|variable| variable.name == "u").ok_or("no u")?;
/// assert_eq!(schema.shape(&schema.variables[number]), [2, 3, 4]);
/// let last = file.read(number, &[1, 2, 3], &[1, 1, 1])?;
/// assert_eq!(last, VariableValues::Numbers([6.0_f32].into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct GribDataset {
    path: PathBuf,
    file: File,
    limits: Limits,
    schema: Schema,
    /// The content of each variable of the schema.
    contents: Vec<VariableContent>,
    grids: Vec<FileGrid>,
    read_cache: Mutex<read::ReadCache>,
}

impl GribDataset {
    /// Opens a file and reads the keys of its messages once, without decoding values. Only single
    /// arrays are checked against `limits`: the grid of a message on opening, and each hyperslab
    /// on reading.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the file cannot be read.
    /// - [`FormatError::WrongFormat`], [`Truncated`](FormatError::Truncated),
    ///   [`Damaged`](FormatError::Damaged): the file is not GRIB, ends within a message, or is
    ///   inconsistent.
    /// - [`FormatError::DuplicateMessages`]: two messages have the same coordinates in a variable.
    /// - [`FormatError::TooLarge`]: a grid exceeds the limits, or the size of a variable overflows
    ///   `usize`.
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

impl DatasetSource for GribDataset {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Reads a hyperslab. See [`DatasetSource::read`].
    ///
    /// # Errors
    ///
    /// In addition to the errors listed there, [`FormatError::TooLarge`] if the hyperslab exceeds
    /// the limits, [`FormatError::UndecodablePacking`], [`FormatError::Damaged`], and
    /// [`FormatError::Io`].
    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<VariableValues> {
        let found = hyperslab::checked_variable(&self.schema, variable, start, count)?;
        self.read_hyperslab(variable, found, start, count)
    }
}

/// Reads the keys of all messages of a file, and groups the messages into variables.
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
        return Err(FormatError::WrongFormat {
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

/// The state of opening a file: the schema built so far, and the file that it is built from.
struct DatasetBuilder<'a> {
    library: &'a Library,
    file: &'a File,
    path: &'a Path,
    limits: &'a Limits,
    builder: SchemaBuilder,
    /// Indices of the schema builder's grids by digest.
    grids: HashMap<String, usize>,
}

impl DatasetBuilder<'_> {
    /// Adds all coordinates first, then the variables in file order.
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
            item: format!("variable {:?}", group.key.short_name),
            bytes: u64::MAX,
            limit: usize::MAX as u64,
        }
    }
}
