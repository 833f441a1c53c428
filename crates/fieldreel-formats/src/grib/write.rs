//! Writing: a field as GRIB 2 messages.

use std::io::{BufWriter, Write};
use std::path::Path;

use fieldreel_core::Element;
use fieldreel_core::files::SequentialFile;
use ndarray::Axis as ArrayAxis;

use super::encode::{FrameCoordinates, MessageEncoder};
use super::frame_coordinates::{LatLonGrid, LeadingAxes};
use super::library::Library;
use crate::{Field, FieldValues, FormatError, Result, with_values};

/// The packing of values.
///
/// ```
/// use fieldreel_formats::{Field, GribOptions, GribPacking, read_grib, write_grib};
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("air.grib2");
/// let mut air = Field::new("t", ArrayD::<f32>::ones(vec![1, 3, 4]), &["time", "y", "x"])?;
/// air.attributes.insert("standard_name", "air_temperature");
/// write_grib(&path, &air, &GribOptions::default().with_packing(GribPacking::Simple))?;
/// let attributes = read_grib(&path, Some("t"))?.attributes;
/// assert_eq!(attributes.text("GRIB_packingType"), Some("grid_simple"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GribPacking {
    /// `grid_ccsds`: integers, compressed losslessly by CCSDS 121.0-B (libaec).
    #[default]
    Ccsds,
    /// `grid_simple`: uncompressed integers.
    Simple,
}

/// The grid of a frame.
///
/// ```
/// use fieldreel_formats::{Field, GribGrid, GribOptions, read_grib, write_grib};
/// use ndarray::ArrayD;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("air.grib2");
/// let mut air = Field::new("t", ArrayD::<f32>::ones(vec![1, 3, 4]), &["time", "y", "x"])?;
/// air.attributes.insert("standard_name", "air_temperature");
/// write_grib(&path, &air, &GribOptions::default().with_grid(GribGrid::Index))?;
/// let air = read_grib(&path, Some("t"))?;
/// let rows = air.coordinate("latitude").ok_or("no latitude")?;
/// assert_eq!(rows.values.to_f64(), [0.0, 0.001, 0.002]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GribGrid {
    /// The field's 1-D latitudes (second to last dimension) and longitudes (last dimension), which
    /// are recognized by their units; the same as [`Index`](Self::Index) if the field has none.
    #[default]
    FromCoordinates,
    /// Row and column numbers, as thousandths of a degree north and east of 0°N 0°E (millionths in
    /// frames of more than 90,001 rows or 359,001 columns).
    Index,
}

/// Options for writing GRIB. The defaults are CCSDS packing, 16 bits per value, and the field's
/// coordinates.
///
/// ```
/// use fieldreel_formats::{GribOptions, GribPacking};
///
/// let options = GribOptions::default().with_bits_per_value(24).with_packing(GribPacking::Simple);
/// assert_eq!((options.bits_per_value, options.packing), (24, GribPacking::Simple));
/// assert_eq!(GribOptions::default().bits_per_value, 16);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GribOptions {
    /// The number of bits of the integers that a message's values are quantized to, 1 to 32. The
    /// quantization step is the message's range over 2^bits − 1, rounded up to a power of two.
    pub bits_per_value: u8,
    /// The packing of these integers.
    pub packing: GribPacking,
    /// The grid of each frame.
    pub grid: GribGrid,
}

impl Default for GribOptions {
    fn default() -> Self {
        Self {
            bits_per_value: 16,
            packing: GribPacking::default(),
            grid: GribGrid::default(),
        }
    }
}

impl GribOptions {
    /// Returns these options with another [`bits_per_value`](Self::bits_per_value).
    #[must_use]
    pub fn with_bits_per_value(mut self, bits: u8) -> Self {
        self.bits_per_value = bits;
        self
    }

    /// Returns these options with another [`packing`](Self::packing).
    #[must_use]
    pub fn with_packing(mut self, packing: GribPacking) -> Self {
        self.packing = packing;
        self
    }

    /// Returns these options with another [`grid`](Self::grid).
    #[must_use]
    pub fn with_grid(mut self, grid: GribGrid) -> Self {
        self.grid = grid;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        if !(1..=32).contains(&self.bits_per_value) {
            return Err(FormatError::InvalidOption {
                option: "bits_per_value",
                value: self.bits_per_value.to_string(),
                allowed: "1 to 32",
            });
        }
        Ok(())
    }
}

/// Writes a field as GRIB 2, one message for each frame, in the order of the frames.
///
/// The file is written atomically: it appears complete or not at all. It replaces an existing
/// file, whose permissions are preserved. Symbolic links are followed, and a FIFO or a device is
/// written to directly.
///
/// **Parameter and level.** Parameter and level come from the `GRIB_*` attributes of a field from
/// [`read_grib`](super::read_grib). If GRIB 2 ties a parameter to a level (`2t` to 2 m), that
/// level is used. Without these attributes, the parameter is that of the `standard_name` for wind,
/// temperature and similar quantities, else an unknown one (discipline 0, category and number
/// 255), and the level is 0 at the surface. A leading dimension other than member and time is the
/// level: its coordinate if that consists of integers, else its index.
///
/// **Time.** Valid times are the coordinate of the time dimension, rounded to the second, and
/// steps are counted from `forecast_reference_time` if it exists. If the coordinate has no dates
/// (no units, or a calendar that GRIB does not support), the frames are one hour apart from
/// 1970-01-01 on. The time dimension is the one that has a time coordinate, else the one called
/// `time`, else the first.
///
/// **Missing values.** NaN is stored in a bitmap.
///
/// ```
/// use fieldreel_formats::{Coordinate, Field, GribOptions, read_grib, write_grib};
/// use ndarray::Array3;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("air.grib2");
/// let values = Array3::from_shape_fn((2, 3, 4), |(t, y, x)| 280.0 + (t + y + x) as f32);
/// let mut air = Field::new("t", values.into_dyn(), &["time", "lat", "lon"])?;
/// air.attributes.insert("standard_name", "air_temperature");
/// let latitudes = Coordinate::axis("lat", [60.0, 50.0, 40.0]);
/// air.coordinates.push(latitudes.with_attribute("units", "degrees_north"));
/// let longitudes = Coordinate::axis("lon", [0.0, 10.0, 20.0, 30.0]);
/// air.coordinates.push(longitudes.with_attribute("units", "degrees_east"));
/// write_grib(&path, &air, &GribOptions::default())?;
/// assert_eq!(read_grib(&path, Some("t"))?.values, air.values);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// - [`FormatError::RankTooLow`], [`FormatError::ShapeMismatch`], [`FormatError::InvalidOption`]:
///   the field does not consist of frames, a frame is empty, or the bits are outside 1 to 32.
/// - [`FormatError::IrregularGrid`]: the latitudes and longitudes do not form a regular grid.
///   Write with [`GribGrid::Index`] instead.
/// - [`FormatError::Unpackable`]: there are infinite values.
/// - [`FormatError::Unrepresentable`]: GRIB 2 cannot represent a `GRIB_*` attribute, or ecCodes
///   was built without the packing.
/// - [`FormatError::Io`]: the file cannot be written.
/// - [`FormatError::Library`]: ecCodes reported an error.
pub fn write_grib(path: impl AsRef<Path>, field: &Field, options: &GribOptions) -> Result<()> {
    let path = path.as_ref();
    field.validate()?;
    options.check()?;
    let grid = LatLonGrid::from_field(field, options.grid)?;
    if grid.latitudes.count == 0 || grid.longitudes.count == 0 {
        return Err(FormatError::InvalidOption {
            option: "the size of a frame",
            value: format!("{}×{}", grid.latitudes.count, grid.longitudes.count),
            allowed: "at least one point",
        });
    }
    check_packable(&field.values)?;
    let leading = LeadingAxes::from_field(field)?;
    let io = |source| FormatError::io(path, "write", source);
    let mut file = BufWriter::new(SequentialFile::create(path).map_err(io)?);
    let library = Library::lock();
    let encoder = MessageEncoder {
        attributes: &field.attributes,
        options,
        grid,
        path,
    };
    for index in 0..frame_count(field) {
        let leading_index = unravel_index(field, index);
        let values = frame_values(&field.values, &leading_index);
        let message = encoder.encode(
            &library,
            coordinates_of_frame(field, &leading, &leading_index),
            values,
        )?;
        let bytes = message
            .bytes()
            .map_err(|source| encoder.eccodes_error("encode a message", source))?;
        file.write_all(bytes).map_err(io)?;
    }
    let file = file.into_inner().map_err(|error| io(error.into_error()))?;
    file.commit().map_err(io)
}

fn frame_count(field: &Field) -> usize {
    let shape = field.shape();
    shape[..shape.len() - 2].iter().product()
}

/// Returns the index of frame `index` along each leading dimension, in row-major order.
fn unravel_index(field: &Field, mut index: usize) -> Vec<usize> {
    let shape = &field.shape()[..field.shape().len() - 2];
    let mut leading_index = vec![0; shape.len()];
    for (axis, &len) in shape.iter().enumerate().rev() {
        leading_index[axis] = index % len;
        index /= len;
    }
    leading_index
}

fn coordinates_of_frame(
    field: &Field,
    leading: &LeadingAxes,
    leading_index: &[usize],
) -> FrameCoordinates {
    let scalar_member = || {
        let members = field.coordinate("number")?.values.to_f64();
        members.first().map(|&member| member as i64)
    };
    let member = leading.member.as_ref();
    let (time_axis, times) = &leading.time;
    let (level_axis, levels) = &leading.level;
    FrameCoordinates {
        member: member
            .map(|(axis, members)| members[leading_index[*axis]])
            .or_else(scalar_member),
        member_index: member.map_or(0, |(axis, _)| leading_index[*axis]),
        time: times[time_axis.map_or(0, |axis| leading_index[axis])],
        level: levels[level_axis.map_or(0, |axis| leading_index[axis])] as f64,
        has_levels: level_axis.is_some(),
    }
}

/// Checks that all values are within the range of GRIB's packing.
pub(super) fn check_packable(values: &FieldValues) -> Result<()> {
    fn check_range(values: impl Iterator<Item = f64>) -> Result<()> {
        let mut unpackable = values
            .enumerate()
            .filter(|(_, value)| value.abs() > f64::from(f32::MAX));
        match unpackable.next() {
            None => Ok(()),
            Some((first, _)) => Err(FormatError::Unpackable {
                count: 1 + unpackable.count(),
                first,
            }),
        }
    }
    with_values!(FieldValues, values, values => check_range(values.iter().map(|value| value.to_f64())))
}

/// Returns the values of the frame at an index of the leading dimensions, in row-major order.
fn frame_values(values: &FieldValues, leading_index: &[usize]) -> Vec<f64> {
    with_values!(FieldValues, values, values => {
        let mut view = values.view();
        for &index in leading_index {
            view.index_axis_inplace(ArrayAxis(0), index);
        }
        view.iter().map(|value| value.to_f64()).collect()
    })
}
