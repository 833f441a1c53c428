//! A field as a new NetCDF-4 file.

use std::ffi::c_int;
use std::path::Path;

use super::library::Dataset;
use super::plan::{self, Planned, Target};
use super::unpack::Packed;
use crate::{AttributeValue, Field, FormatError, Result};

/// How a variable's values are compressed: without loss, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetcdfCompression {
    /// Not at all.
    None,
    /// HDF5's deflate filter.
    Deflate {
        /// 0 (stored) to 9 (smallest).
        level: u8,
        /// Whether bytes of equal weight are put together first: smaller for floats.
        shuffle: bool,
    },
}

/// How a NetCDF file is written. Default: deflate at level 4 with shuffle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetcdfOptions {
    /// The compression of the field's values. Coordinates are never compressed.
    pub compression: NetcdfCompression,
}

impl Default for NetcdfOptions {
    fn default() -> Self {
        Self::deflate(4)
    }
}

impl NetcdfOptions {
    /// Without compression.
    #[must_use]
    pub fn uncompressed() -> Self {
        Self {
            compression: NetcdfCompression::None,
        }
    }

    /// Deflate at a level from 0 to 9, with shuffle.
    #[must_use]
    pub fn deflate(level: u8) -> Self {
        Self {
            compression: NetcdfCompression::Deflate {
                level,
                shuffle: true,
            },
        }
    }
}

/// Writes a field, its coordinates and attributes as a NetCDF-4 file.
///
/// The file appears whole or not at all, over what was there, and keeps its permissions; a symbolic link is followed.
///
/// Values are written unpacked, in their own precision. NaN is written as the field's fill value, else
/// its first `missing_value`, else as NaN; `_FillValue` always says which. A sentinel that equals a
/// real value is not used, so that no value turns into a missing one.
///
/// # Errors
///
/// - [`FormatError::ShapeMismatch`]: dimensions or coordinates disagree with the values.
/// - [`FormatError::InvalidOption`]: a level over 9, or a name with a NUL.
/// - [`FormatError::Io`]: the file cannot be written: the disk is full, the folder must not be written, the path is that of a
///   FIFO or a device.
/// - [`FormatError::Library`]: netcdf-c refused, such as a name with `/`.
pub fn write_netcdf(path: impl AsRef<Path>, field: &Field, options: &NetcdfOptions) -> Result<()> {
    plan::check(field, options)?;
    let path = path.as_ref();
    let mut writer = Writer {
        dataset: Dataset::create(path)?,
        dimensions: Vec::new(),
    };
    plan::put(&mut writer, field, options)?;
    let pending = writer.dataset.close()?;
    let unwritable = |source| FormatError::io(path, "write", source);
    pending.commit().map_err(unwritable)
}

/// A new file, and netcdf-c's numbers of its dimensions by their names.
struct Writer {
    dataset: Dataset,
    dimensions: Vec<(String, c_int)>,
}

impl Target for Writer {
    fn dimension(&mut self, name: &str, len: usize, unlimited: bool) -> Result<bool> {
        // To netcdf-c, length 0 means that the dimension may grow.
        let unlimited = unlimited || len == 0;
        let root = self.dataset.root();
        let id = self.dataset.define_dimension(root, name, len, unlimited)?;
        self.dimensions.push((name.to_owned(), id));
        Ok(unlimited)
    }

    fn variable<T: Packed>(&mut self, planned: &Planned<'_, T>) -> Result<()> {
        let dataset = &self.dataset;
        let ids: Vec<c_int> = planned
            .dimensions
            .iter()
            .filter_map(|own| self.dimensions.iter().find(|(name, _)| name == own))
            .map(|(_, id)| *id)
            .collect();
        let variable = dataset.define_variable::<T>(dataset.root(), planned.name, &ids)?;
        if let Some(chunk) = &planned.chunk {
            dataset.chunk(variable, chunk)?;
        }
        if let Some((level, shuffle)) = planned.deflate {
            dataset.deflate(variable, shuffle, level)?;
        }
        if let Some(fill) = planned.fill {
            dataset.set_fill(variable, fill)?;
        }
        for (name, value) in &planned.attributes {
            dataset.put_attribute(variable, name, value)?;
        }
        dataset.put_values(variable, planned.shape, &planned.values)
    }

    fn file_attribute(&mut self, name: &str, value: &AttributeValue) -> Result<()> {
        let file = self.dataset.root().global();
        self.dataset.put_attribute(file, name, value)
    }
}
