//! Writing of a field to a new NetCDF-4 file.

use std::ffi::c_int;
use std::path::Path;

use super::library::NcFile;
use super::plan::{self, FieldSink, VariablePlan};
use super::unpack::StoredNumber;
use crate::{AttributeValue, Field, FormatError, Result};

/// The lossless compression of a variable's values.
///
/// ```
/// use fieldreel_formats::{NetcdfCompression, NetcdfOptions};
///
/// let deflate = NetcdfCompression::Deflate { level: 9, shuffle: true };
/// assert_eq!(NetcdfOptions::deflate(9).compression, deflate);
/// assert_eq!(NetcdfOptions::uncompressed().compression, NetcdfCompression::None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetcdfCompression {
    /// No compression.
    None,
    /// HDF5's deflate filter.
    Deflate {
        /// The level, from 0 (stored) to 9 (smallest).
        level: u8,
        /// True if the bytes of values are grouped by significance first, which compresses
        /// floating-point values better.
        shuffle: bool,
    },
}

/// Options for writing a NetCDF file. The default is deflate at level 4 with shuffle.
///
/// ```
/// use fieldreel_formats::{Field, NetcdfOptions, write_netcdf};
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let rain = Field::new("rain", ArrayD::<f32>::zeros(vec![10, 90, 80]), &["time", "y", "x"])?;
/// let [plain, small] = ["plain.nc", "small.nc"].map(|name| folder.path().join(name));
/// write_netcdf(&plain, &rain, &NetcdfOptions::uncompressed())?;
/// write_netcdf(&small, &rain, &NetcdfOptions::deflate(9))?;
/// assert!(small.metadata()?.len() < plain.metadata()?.len() / 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Returns options without compression.
    #[must_use]
    pub fn uncompressed() -> Self {
        Self {
            compression: NetcdfCompression::None,
        }
    }

    /// Returns options for deflate at a level from 0 to 9, with shuffle.
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

/// Writes a field, its coordinates and attributes to a NetCDF-4 file.
///
/// The file appears only when it is complete. It replaces an existing file and keeps the
/// permissions of that file; a symbolic link is followed.
///
/// Values are written unpacked, in their own precision. NaN is written as the field's fill value,
/// otherwise as its first `missing_value`, otherwise as NaN; the `_FillValue` attribute always has
/// that number. A fill value that equals a value of the field is not used, so that no valid value
/// becomes missing.
///
/// ```
/// use fieldreel_formats::{Field, Missing, NetcdfOptions, read_netcdf, write_netcdf};
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("air.nc");
/// let mut values = ArrayD::<f32>::ones(vec![2, 3, 4]);
/// values[[0, 1, 2]] = f32::NAN;
/// let mut air = Field::new("air", values, &["time", "y", "x"])?;
/// air.missing = Missing::default().with_fill_value(-999.0_f32);
/// write_netcdf(&path, &air, &NetcdfOptions::default())?;
/// let stored = read_netcdf(&path, Some("air"))?;
/// assert_eq!((stored.shape(), stored.values.missing_count()), (air.shape(), 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::ShapeMismatch`]: dimensions or coordinates disagree with the values.
/// - [`FormatError::InvalidOption`]: the level is above 9, or a name contains NUL.
/// - [`FormatError::Io`]: the file cannot be written, because the disk is full, the folder is
///   read-only, or the path is a FIFO or a device.
/// - [`FormatError::Library`]: netcdf-c returned an error, for example for a name that contains
///   `/`.
pub fn write_netcdf(path: impl AsRef<Path>, field: &Field, options: &NetcdfOptions) -> Result<()> {
    plan::check(field, options)?;
    let path = path.as_ref();
    let mut sink = NcFileSink {
        file: NcFile::create(path)?,
        dimensions: Vec::new(),
    };
    plan::write_field(&mut sink, field, options)?;
    let pending = sink.file.close()?;
    let unwritable = |source| FormatError::io(path, "write", source);
    pending.commit().map_err(unwritable)
}

/// A new file, with the dimension IDs of netcdf-c by name.
struct NcFileSink {
    file: NcFile,
    dimensions: Vec<(String, c_int)>,
}

impl FieldSink for NcFileSink {
    fn define_dimension(&mut self, name: &str, len: usize, unlimited: bool) -> Result<bool> {
        // netcdf-c interprets length 0 as unlimited.
        let unlimited = unlimited || len == 0;
        let root = self.file.root();
        let id = self.file.define_dimension(root, name, len, unlimited)?;
        self.dimensions.push((name.to_owned(), id));
        Ok(unlimited)
    }

    fn write_variable<T: StoredNumber>(&mut self, plan: &VariablePlan<'_, T>) -> Result<()> {
        let file = &self.file;
        let ids: Vec<c_int> = plan
            .dimensions
            .iter()
            .filter_map(|dimension| self.dimensions.iter().find(|(name, _)| name == dimension))
            .map(|(_, id)| *id)
            .collect();
        let variable = file.define_variable::<T>(file.root(), plan.name, &ids)?;
        if let Some(chunk) = &plan.chunk {
            file.set_chunks(variable, chunk)?;
        }
        if let Some((level, shuffle)) = plan.deflate {
            file.set_deflate(variable, shuffle, level)?;
        }
        if let Some(fill) = plan.fill {
            file.set_fill(variable, fill)?;
        }
        for (name, value) in &plan.attributes {
            file.put_attribute(variable, name, value)?;
        }
        file.write_all(variable, plan.shape, &plan.values)
    }

    fn write_file_attribute(&mut self, name: &str, value: &AttributeValue) -> Result<()> {
        let file = self.file.root().global();
        self.file.put_attribute(file, name, value)
    }
}
