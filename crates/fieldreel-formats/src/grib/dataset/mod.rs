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

mod area;
mod attributes;
mod build;
mod content;
mod cube;
mod facts;
mod group;
mod layout;
mod mapping;
mod read;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

pub(super) use self::area::places;
use self::build::Builder;
use self::content::{Content, Data, GridOfFile};
use self::cube::Cube;
use self::group::{Clash, Group, Groups};
use self::layout::Layout;
use super::decode::changed;
use super::keys::Kept;
use super::library::{Library, Message, Messages};
use crate::dataset::{DatasetSource, Schema, VariableValues};
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
    contents: Vec<Content>,
    grids: Vec<GridOfFile>,
    kept: Mutex<read::Kept>,
}

impl GribDataset {
    /// Opens a file, and goes once through its messages without decoding values. Only single arrays are held against
    /// `limits`: a message's grid on opening, and the boxes that are read.
    ///
    /// # Errors
    ///
    /// - [`FormatError::Io`]: the file cannot be read.
    /// - [`FormatError::WrongFormat`], [`Truncated`](FormatError::Truncated), [`Damaged`](FormatError::Damaged): it is no
    ///   GRIB, ends within a message, or contradicts itself.
    /// - [`FormatError::DuplicateMessages`]: two messages have the same place in a variable.
    /// - [`FormatError::TooLarge`]: a grid over the limits, or a variable of more values than can be counted.
    pub fn open(path: impl AsRef<Path>, limits: &Limits) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|source| FormatError::io(path, "open", source))?;
        let library = Library::lock();
        let groups = groups(&library, &file, path)?;
        let mut opening = Opening {
            library: &library,
            file: &file,
            path,
            limits,
            builder: Builder::new(),
            grids: HashMap::new(),
        };
        opening.build(&groups)?;
        let Builder {
            schema,
            contents,
            grids,
            ..
        } = opening.builder;
        drop(library);
        Ok(Self {
            path: path.to_path_buf(),
            file,
            limits: *limits,
            schema,
            contents,
            grids,
            kept: Mutex::default(),
        })
    }
}

impl DatasetSource for GribDataset {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    /// See [`DatasetSource::read`].
    ///
    /// # Errors
    ///
    /// Also [`FormatError::TooLarge`] for a box over the limits, [`FormatError::UndecodablePacking`],
    /// [`FormatError::Damaged`], and [`FormatError::Io`].
    fn read(&self, variable: usize, start: &[usize], count: &[usize]) -> Result<VariableValues> {
        let found = area::checked(&self.schema, variable, start, count)?;
        self.values(variable, found, start, count)
    }
}

/// The messages of a file, grouped.
fn groups(library: &Library, file: &File, path: &Path) -> Result<Vec<Group>> {
    let mut messages = Messages::within(library, file, path, 0)?;
    let mut groups = Groups::default();
    let mut position = 0;
    while let Some(message) = messages.next()? {
        let (key, entry) = facts::facts(&message, position, messages.location(), path)?;
        groups.add(key, entry, Kept::of(&message));
        position += 1;
    }
    if position == 0 {
        return Err(FormatError::WrongFormat {
            path: path.to_path_buf(),
            format: "GRIB",
        });
    }
    groups.finish().map_err(
        |Clash {
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
struct Opening<'a> {
    library: &'a Library,
    file: &'a File,
    path: &'a Path,
    limits: &'a Limits,
    builder: Builder,
    /// Grids of the builder by their digests.
    grids: HashMap<String, usize>,
}

impl Opening<'_> {
    /// Coordinates first, then the variables in the order of the file.
    fn build(&mut self, groups: &[Group]) -> Result<()> {
        let mut parts = Vec::with_capacity(groups.len());
        let mut description = None;
        for group in groups {
            let location = group.entries.first().map(|entry| entry.location);
            let location = location.ok_or_else(|| changed(self.path))?;
            let message = Messages::at(self.library, self.file, self.path, location)?
                .ok_or_else(|| changed(self.path))?;
            description = description.or_else(|| attributes::centre(&message));
            let falling = attributes::falls(&group.key.type_of_level);
            let cube = Cube::of(&group.entries, falling).ok_or_else(|| self.too_large(group))?;
            let leading = self.builder.leading(group, &cube);
            let grid = self.grid(group, &message, location)?;
            let data = Data {
                is_double: group.entries.iter().any(|entry| entry.is_double),
                grid,
                cube,
            };
            let points = self
                .builder
                .grids
                .get(grid)
                .map_or(1, |grid| grid.layout.len());
            let values = data.cube.shape().iter().product::<usize>();
            values
                .checked_mul(points)
                .ok_or_else(|| self.too_large(group))?;
            let attributes = attributes::of_variable(&message, group, data.is_double);
            parts.push((data, leading, attributes));
        }
        let all: Vec<&_> = parts.iter().map(|(_, _, attributes)| attributes).collect();
        let of_file = attributes::of_file(description, &all);
        for (group, (data, leading, attributes)) in groups.iter().zip(parts) {
            self.builder.data(group, data, leading, attributes);
        }
        if let Some(root) = self.builder.schema.groups.first_mut() {
            root.attributes = of_file;
        }
        Ok(())
    }

    fn grid(
        &mut self,
        group: &Group,
        message: &Message<'_>,
        location: super::framing::Location,
    ) -> Result<usize> {
        let digest = &group.key.grid;
        if let Some(&index) = self.grids.get(digest) {
            return Ok(index);
        }
        let layout = Layout::of(message, self.path, self.limits)?;
        let mapping = mapping::mapping(message, &group.key.grid_type);
        let index = self.builder.grid(digest, location, layout, mapping);
        self.grids.insert(digest.clone(), index);
        Ok(index)
    }

    fn too_large(&self, group: &Group) -> FormatError {
        FormatError::TooLarge {
            item: format!("the variable of {:?}", group.key.short_name),
            bytes: u64::MAX,
            limit: usize::MAX as u64,
        }
    }
}
