//! A field as GRIB 2 messages.

use std::ffi::CStr;
use std::io::{BufWriter, Write};
use std::path::Path;

use fieldreel_file::PendingFile;
use ndarray::Axis as ArrayAxis;

use super::calendar::Moment;
use super::library::{Library, Message};
use super::place::{FrameTime, LatLonGrid, Leading, step_unit};
use crate::{Field, FieldValues, FormatError, LibraryError, Result};

/// How values become bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GribPacking {
    /// `grid_ccsds`: integers, compressed without loss by CCSDS 121.0-B (libaec).
    #[default]
    Ccsds,
    /// `grid_simple`: integers, as they are.
    Simple,
}

/// Where the points of a frame are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GribGrid {
    /// At the field's 1-D latitudes (last dimension but one) and longitudes (last dimension), known
    /// by their units; as [`Index`](Self::Index) when it has none.
    #[default]
    FromCoordinates,
    /// Row and column numbers, as thousandths of a degree north and east of 0°N 0°E (millionths in
    /// frames of more than 90,001 rows or 359,001 columns).
    Index,
}

/// How a GRIB file is written. Default: CCSDS, 16 bits per value, at the field's coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GribOptions {
    /// Bits of the integers that a message's values become, 1 to 32. The step between them is the
    /// message's range over 2^bits − 1, rounded up to a power of two.
    pub bits_per_value: u8,
    /// How these are stored.
    pub packing: GribPacking,
    /// Where the points are.
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
    /// These options with another [`bits_per_value`](Self::bits_per_value).
    #[must_use]
    pub fn with_bits_per_value(mut self, bits: u8) -> Self {
        self.bits_per_value = bits;
        self
    }

    /// These options with another [`packing`](Self::packing).
    #[must_use]
    pub fn with_packing(mut self, packing: GribPacking) -> Self {
        self.packing = packing;
        self
    }

    /// These options with another [`grid`](Self::grid).
    #[must_use]
    pub fn with_grid(mut self, grid: GribGrid) -> Self {
        self.grid = grid;
        self
    }
}

/// Writes a field as GRIB 2, one message for each frame, in the order of the frames.
///
/// The file appears whole or not at all: it is written under a temporary name in the same folder,
/// then renamed over what was there.
///
/// **Parameter and level.** As the `GRIB_*` attributes of a field from [`read_grib`](super::read_grib)
/// say; where GRIB 2 ties a level to a parameter (2 m to `2t`), that level. Without them, the
/// parameter of `standard_name` for wind, temperature and the like, else an unknown one (discipline
/// 0, category and number 255); level 0 at the surface. A third leading dimension is the level: its
/// coordinate where it is of whole numbers, else its index.
///
/// **Time.** The coordinate of the time dimension, to the second, with the steps of
/// `forecast_reference_time` if there is one. Where there are no dates (no units, or a calendar that
/// GRIB does not have) the frames are an hour apart from 1970-01-01 on. A dimension with a time
/// coordinate is the time, else one of that name, else the first.
///
/// **Missing.** NaN goes into a bitmap.
///
/// # Errors
///
/// - [`FormatError::RankTooLow`], [`FormatError::ShapeMismatch`], [`FormatError::InvalidOption`]: a
///   field that is no set of frames, an empty frame, or bits outside 1 to 32.
/// - [`FormatError::IrregularGrid`]: latitudes and longitudes that are no regular grid; write with
///   [`GribGrid::Index`] instead.
/// - [`FormatError::Unpackable`]: infinite values.
/// - [`FormatError::Unrepresentable`]: a `GRIB_*` attribute that GRIB 2 cannot say, or a packing that
///   ecCodes was built without.
/// - [`FormatError::Io`]: the folder cannot be written. [`FormatError::Library`]: ecCodes refused.
pub fn write_grib(path: impl AsRef<Path>, field: &Field, options: &GribOptions) -> Result<()> {
    let path = path.as_ref();
    field.validate()?;
    if !(1..=32).contains(&options.bits_per_value) {
        return Err(FormatError::InvalidOption {
            option: "bits_per_value",
            value: options.bits_per_value.to_string(),
            allowed: "1 to 32",
        });
    }
    let grid = LatLonGrid::of(field, options.grid)?;
    if grid.latitudes.count == 0 || grid.longitudes.count == 0 {
        return Err(FormatError::InvalidOption {
            option: "the size of a frame",
            value: format!("{}×{}", grid.latitudes.count, grid.longitudes.count),
            allowed: "one point or more",
        });
    }
    check_packable(&field.values)?;
    let leading = Leading::of(field)?;
    let io = |source| FormatError::io(path, "write", source);
    let pending = PendingFile::create(path).map_err(io)?;
    let mut file = BufWriter::new(pending.open().map_err(io)?);
    let library = Library::lock();
    let writer = Writer {
        field,
        options,
        grid,
        path,
    };
    for index in 0..frame_count(field) {
        let message = writer.message(&library, &leading, index)?;
        let bytes = message
            .bytes()
            .map_err(|source| writer.refused("encode a message", source))?;
        file.write_all(bytes).map_err(io)?;
    }
    file.into_inner().map_err(|error| io(error.into_error()))?;
    pending.commit().map_err(io)
}

fn frame_count(field: &Field) -> usize {
    let shape = field.shape();
    shape[..shape.len() - 2].iter().product()
}

fn check_packable(values: &FieldValues) -> Result<()> {
    fn beyond(values: impl Iterator<Item = f64>) -> Result<()> {
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
    match values {
        FieldValues::F32(values) => beyond(values.iter().map(|&value| f64::from(value))),
        FieldValues::F64(values) => beyond(values.iter().copied()),
    }
}

/// What marks missing points while ecCodes encodes: beyond any value that passes the check above.
const ABSENT: f64 = f64::MIN;

/// Discipline 0 with category and number "missing": ecCodes calls it unknown.
const UNKNOWN: i64 = 255;

/// CF standard names whose ECMWF parameter is the same quantity on any level.
const PARAMETERS: [(&str, i64); 8] = [
    ("air_temperature", 130),
    ("eastward_wind", 131),
    ("northward_wind", 132),
    ("specific_humidity", 133),
    ("lagrangian_tendency_of_air_pressure", 135),
    ("geopotential", 129),
    ("geopotential_height", 156),
    ("relative_humidity", 157),
];

struct Writer<'a> {
    field: &'a Field,
    options: &'a GribOptions,
    grid: LatLonGrid,
    path: &'a Path,
}

impl Writer<'_> {
    /// The message of frame `index`, counted row-major over the leading dimensions.
    fn message<'l>(
        &self,
        library: &'l Library,
        leading: &Leading,
        index: usize,
    ) -> Result<Message<'l>> {
        let place = self.unravel(index);
        let mut message = Message::grib2(library, self.path)?;
        let number = leading
            .number
            .as_ref()
            .map(|(axis, numbers)| numbers[place[*axis]]);
        let (time_axis, times) = &leading.time;
        let (level_axis, levels) = &leading.level;
        let time = times[time_axis.map_or(0, |axis| place[axis])];
        let level = levels[level_axis.map_or(0, |axis| place[axis])];
        self.set_origin(&mut message)?;
        self.set_template(&mut message, number)?;
        self.set_time(&mut message, time)?;
        self.set_level(&mut message, level, level_axis.is_some())?;
        self.set_parameter(&mut message)?;
        self.set_grid(&mut message)?;
        self.set_values(&mut message, &place)?;
        Ok(message)
    }

    fn unravel(&self, mut index: usize) -> Vec<usize> {
        let leading = &self.field.shape()[..self.field.shape().len() - 2];
        let mut place = vec![0; leading.len()];
        for (axis, &len) in leading.iter().enumerate().rev() {
            place[axis] = index % len;
            index /= len;
        }
        place
    }

    fn set_origin(&self, message: &mut Message<'_>) -> Result<()> {
        match self.field.attributes.text("GRIB_centre") {
            Some(centre) => self.text(message, c"centre", centre)?,
            None => self.long(message, c"centre", UNKNOWN)?,
        }
        if let Some(kind) = self.field.attributes.text("GRIB_dataType") {
            // Kinds of ECMWF's own are more than GRIB 2 has.
            let _ = message.set_text(c"dataType", kind);
        }
        Ok(())
    }

    /// The product definition template: at a time or over a period, of one run or a member.
    fn set_template(&self, message: &mut Message<'_>, number: Option<i64>) -> Result<()> {
        let number = number.or_else(|| {
            let number = self
                .field
                .coordinate("number")?
                .values
                .to_f64()
                .iter()
                .copied()
                .next()?;
            Some(number as i64)
        });
        let step_type = self
            .field
            .attributes
            .text("GRIB_stepType")
            .unwrap_or("instant");
        if let Some(number) = number {
            let template = if step_type == "instant" { 1 } else { 11 };
            self.long(message, c"productDefinitionTemplateNumber", template)?;
            self.long(message, c"perturbationNumber", number)?;
        }
        if step_type != "instant" {
            self.text(message, c"stepType", step_type)?;
        }
        Ok(())
    }

    fn set_time(&self, message: &mut Message<'_>, time: FrameTime) -> Result<()> {
        let start = Moment::from_seconds(time.reference);
        let seconds = start.second_of_day;
        self.long(
            message,
            c"dataDate",
            start.year * 10_000 + start.month * 100 + start.day,
        )?;
        self.long(
            message,
            c"dataTime",
            seconds / 3600 * 100 + seconds / 60 % 60,
        )?;
        self.long(message, c"second", seconds % 60)?;
        let (unit_code, unit) = step_unit([time.step, time.step_start]);
        let (from, to) = (time.step_start / unit, time.step / unit);
        if to > 0 {
            if unit != 3600 {
                self.long(message, c"indicatorOfUnitOfTimeRange", unit_code)?;
                self.long(message, c"stepUnits", unit_code)?;
            }
            let range = if from == to {
                to.to_string()
            } else {
                format!("{from}-{to}")
            };
            self.text(message, c"stepRange", &range)?;
        }
        Ok(())
    }

    fn set_level(&self, message: &mut Message<'_>, level: i64, is_axis: bool) -> Result<()> {
        let default = if is_axis {
            "generalVertical"
        } else {
            "surface"
        };
        let kind = self
            .field
            .attributes
            .text("GRIB_typeOfLevel")
            .unwrap_or(default);
        self.text(message, c"typeOfLevel", kind)?;
        if level != 0 || is_axis {
            self.long(message, c"level", level)?;
        }
        Ok(())
    }

    /// After the level: a parameter such as `2t` brings its own.
    fn set_parameter(&self, message: &mut Message<'_>) -> Result<()> {
        let attributes = &self.field.attributes;
        let number = |key| attributes.number(key).map(|number| number as i64);
        let standard = attributes
            .text("standard_name")
            .and_then(|name| PARAMETERS.iter().find(|(known, _)| *known == name))
            .map(|(_, id)| *id);
        let triple = [
            (c"discipline", number("GRIB_discipline")),
            (c"parameterCategory", number("GRIB_parameterCategory")),
            (c"parameterNumber", number("GRIB_parameterNumber")),
        ];
        let from_grib = number("GRIB_paramId");
        if let Some(id) = from_grib
            .filter(|id| *id != 0)
            .or(standard.filter(|_| from_grib.is_none()))
        {
            return self.long(message, c"paramId", id);
        }
        for (key, value) in triple {
            let unknown = if key == c"discipline" { 0 } else { UNKNOWN };
            self.long(message, key, value.unwrap_or(unknown))?;
        }
        Ok(())
    }

    fn set_grid(&self, message: &mut Message<'_>) -> Result<()> {
        let LatLonGrid {
            latitudes,
            longitudes,
        } = &self.grid;
        self.text(message, c"gridType", "regular_ll")?;
        self.long(message, c"Ni", longitudes.count as i64)?;
        self.long(message, c"Nj", latitudes.count as i64)?;
        self.long(
            message,
            c"iScansNegatively",
            i64::from(longitudes.last < longitudes.first),
        )?;
        self.long(
            message,
            c"jScansPositively",
            i64::from(latitudes.last > latitudes.first),
        )?;
        for (key, degrees) in [
            (c"latitudeOfFirstGridPointInDegrees", latitudes.first),
            (
                c"longitudeOfFirstGridPointInDegrees",
                longitudes.first.rem_euclid(360.0),
            ),
            (c"latitudeOfLastGridPointInDegrees", latitudes.last),
            (
                c"longitudeOfLastGridPointInDegrees",
                longitudes.last.rem_euclid(360.0),
            ),
            (c"iDirectionIncrementInDegrees", longitudes.increment()),
            (c"jDirectionIncrementInDegrees", latitudes.increment()),
        ] {
            message
                .set_double(key, degrees)
                .map_err(|source| unrepresentable(key, &degrees.to_string(), source))?;
        }
        Ok(())
    }

    fn set_values(&self, message: &mut Message<'_>, place: &[usize]) -> Result<()> {
        let mut values = frame(&self.field.values, place);
        let mut has_missing = false;
        for value in &mut values {
            if value.is_nan() {
                *value = ABSENT;
                has_missing = true;
            }
        }
        self.long(message, c"bitmapPresent", i64::from(has_missing))?;
        if has_missing {
            message
                .set_double(c"missingValue", ABSENT)
                .map_err(|source| self.refused("mark missing points", source))?;
        }
        let packing = match self.options.packing {
            GribPacking::Ccsds => "grid_ccsds",
            GribPacking::Simple => "grid_simple",
        };
        self.text(message, c"packingType", packing)?;
        self.long(
            message,
            c"bitsPerValue",
            i64::from(self.options.bits_per_value),
        )?;
        message
            .set_values(&values)
            .map_err(|source| self.refused("pack the values", source))
    }

    fn long(&self, message: &mut Message<'_>, key: &CStr, value: i64) -> Result<()> {
        message
            .set_long(key, value)
            .map_err(|source| unrepresentable(key, &value.to_string(), source))
    }

    fn text(&self, message: &mut Message<'_>, key: &CStr, value: &str) -> Result<()> {
        message
            .set_text(key, value)
            .map_err(|source| unrepresentable(key, value, source))
    }

    fn refused(&self, action: &str, source: LibraryError) -> FormatError {
        FormatError::Library {
            path: self.path.to_path_buf(),
            action: action.to_owned(),
            source,
        }
    }
}

fn unrepresentable(key: &CStr, value: &str, source: LibraryError) -> FormatError {
    FormatError::Unrepresentable {
        key: key.to_string_lossy().into_owned(),
        value: value.to_owned(),
        source: Some(source),
    }
}

/// The values of the frame at a place of the leading dimensions, row-major.
fn frame(values: &FieldValues, place: &[usize]) -> Vec<f64> {
    match values {
        FieldValues::F32(values) => {
            let mut view = values.view();
            for &index in place {
                view.index_axis_inplace(ArrayAxis(0), index);
            }
            view.iter().map(|&value| f64::from(value)).collect()
        }
        FieldValues::F64(values) => {
            let mut view = values.view();
            for &index in place {
                view.index_axis_inplace(ArrayAxis(0), index);
            }
            view.iter().copied().collect()
        }
    }
}
