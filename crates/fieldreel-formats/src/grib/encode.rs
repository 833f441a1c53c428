//! Encoding: a frame as a GRIB 2 message.

use std::ffi::CStr;
use std::path::Path;

use super::calendar::DateTime;
use super::frame_coordinates::{FrameTime, GaussianRows, LatLonGrid, step_unit};
use super::keys;
use super::library::{GribMessage, Library};
use super::message::MessageKeys;
use super::write::{GribOptions, GribPacking};
use crate::{Attributes, FormatError, LibraryError, Result};

/// The number that marks points without a value for ecCodes. It is outside the range that
/// [`check_packable`](super::write::check_packable) accepts.
const ENCODED_MISSING: f64 = f64::MIN;

/// The key that tells a stored level of zero from a missing level.
pub(super) const ZERO_LEVEL: &str = "scaleFactorOfFirstFixedSurface";

/// The code for a missing category or number, which together with discipline 0 is ecCodes' unknown
/// parameter. It is also the code of an unknown center.
const UNKNOWN_CODE: i64 = 255;

/// CF standard names and the ECMWF parameter numbers of the same quantity, valid on any level.
const PARAMETER_IDS: [(&str, i64); 8] = [
    ("air_temperature", 130),
    ("eastward_wind", 131),
    ("northward_wind", 132),
    ("specific_humidity", 133),
    ("lagrangian_tendency_of_air_pressure", 135),
    ("geopotential", 129),
    ("geopotential_height", 156),
    ("relative_humidity", 157),
];

/// The coordinates of a frame within its variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameCoordinates {
    pub(super) member: Option<i64>,
    /// The index of the member in its dimension.
    pub(super) member_index: usize,
    pub(super) time: FrameTime,
    pub(super) level: f64,
    /// True if the variable has a level dimension.
    pub(super) has_levels: bool,
}

/// An encoder for the messages of one variable.
pub(super) struct MessageEncoder<'a> {
    pub(super) attributes: &'a Attributes,
    pub(super) options: &'a GribOptions,
    pub(super) grid: LatLonGrid,
    pub(super) path: &'a Path,
}

impl MessageEncoder<'_> {
    /// Encodes a frame. `values` are in row-major order.
    pub(super) fn encode<'l>(
        &self,
        library: &'l Library,
        frame: FrameCoordinates,
        values: Vec<f64>,
    ) -> Result<GribMessage<'l>> {
        let mut message = GribMessage::new_grib2(library, self.path)?;
        self.set_origin(&mut message)?;
        self.set_template(&mut message, frame.member)?;
        self.set_time(&mut message, frame.time)?;
        self.set_level(&mut message, frame.level, frame.has_levels)?;
        self.set_hybrid_coefficients(&mut message)?;
        self.set_parameter(&mut message)?;
        for (key, value) in keys::product_keys(self.attributes, frame.member_index) {
            // Ensemble and time-interval keys exist only in the corresponding product templates.
            if message.array_len(&key).is_some() {
                self.set_long(&mut message, &key, value)?;
            }
        }
        self.set_grid(&mut message)?;
        self.set_values(&mut message, values)?;
        // The check comes last, because only now the message has as many values as its grid has
        // points.
        if let Some(gaussian) = &self.grid.gaussian {
            check_gaussian(&message, gaussian)?;
        }
        Ok(message)
    }

    fn set_origin(&self, message: &mut GribMessage<'_>) -> Result<()> {
        match self.attributes.text("GRIB_centre") {
            Some(center) => self.set_text(message, c"centre", center)?,
            None => self.set_long(message, c"centre", UNKNOWN_CODE)?,
        }
        if let Some(sub_center) = self.attributes.number("GRIB_subCentre") {
            self.set_long(message, c"subCentre", sub_center as i64)?;
        }
        if let Some(data_type) = self.attributes.text("GRIB_dataType") {
            // ECMWF defines more data types than GRIB 2 has, so this may fail.
            let _ = message.set_text(c"dataType", data_type);
        }
        Ok(())
    }

    /// Sets the product definition template: for an instant or a period, and for a single forecast
    /// or an ensemble member.
    fn set_template(&self, message: &mut GribMessage<'_>, member: Option<i64>) -> Result<()> {
        let step_type = self.attributes.text("GRIB_stepType").unwrap_or("instant");
        if let Some(member) = member {
            let template = if step_type == "instant" { 1 } else { 11 };
            self.set_long(message, c"productDefinitionTemplateNumber", template)?;
            self.set_long(message, c"perturbationNumber", member)?;
            if let Some(total) = self.attributes.number("GRIB_totalNumber") {
                self.set_long(message, c"numberOfForecastsInEnsemble", total as i64)?;
            }
        }
        if step_type != "instant" {
            self.set_text(message, c"stepType", step_type)?;
        }
        Ok(())
    }

    fn set_time(&self, message: &mut GribMessage<'_>, time: FrameTime) -> Result<()> {
        let reference = DateTime::from_seconds(time.reference);
        let seconds = reference.second_of_day;
        self.set_long(
            message,
            c"dataDate",
            reference.year * 10_000 + reference.month * 100 + reference.day,
        )?;
        self.set_long(
            message,
            c"dataTime",
            seconds / 3600 * 100 + seconds / 60 % 60,
        )?;
        self.set_long(message, c"second", seconds % 60)?;
        let (unit_code, unit) = step_unit([time.step, time.step_start]);
        let (from, to) = (time.step_start / unit, time.step / unit);
        if to > 0 {
            if unit != 3600 {
                self.set_long(message, c"indicatorOfUnitOfTimeRange", unit_code)?;
                self.set_long(message, c"stepUnits", unit_code)?;
            }
            let range = if from == to {
                to.to_string()
            } else {
                format!("{from}-{to}")
            };
            self.set_text(message, c"stepRange", &range)?;
        }
        Ok(())
    }

    fn set_level(&self, message: &mut GribMessage<'_>, level: f64, is_axis: bool) -> Result<()> {
        let default = if is_axis {
            "generalVertical"
        } else {
            "surface"
        };
        let level_type = self.attributes.text("GRIB_typeOfLevel").unwrap_or(default);
        self.set_text(message, c"typeOfLevel", level_type)?;
        if level.fract() != 0.0 {
            return self.set_fractional_level(message, level, level_type);
        }
        if level != 0.0 || is_axis {
            self.set_long(message, c"level", level as i64)?;
        } else if let Some(scale) = self.attributes.number(&format!("GRIB_{ZERO_LEVEL}")) {
            self.set_long(message, c"scaleFactorOfFirstFixedSurface", scale as i64)?;
            self.set_long(message, c"scaledValueOfFirstFixedSurface", 0)?;
        }
        Ok(())
    }

    /// Sets the coefficients of hybrid levels.
    fn set_hybrid_coefficients(&self, message: &mut GribMessage<'_>) -> Result<()> {
        let Some(coefficients) = self.attributes.get("GRIB_pv") else {
            return Ok(());
        };
        self.set_long(message, c"PVPresent", 1)?;
        message
            .set_doubles(c"pv", &coefficients.to_numbers())
            .map_err(|source| self.eccodes_error("write the coefficients of hybrid levels", source))
    }

    /// Sets a level that is not an integer, as a scaled integer and a decimal scale factor.
    fn set_fractional_level(
        &self,
        message: &mut GribMessage<'_>,
        level: f64,
        level_type: &str,
    ) -> Result<()> {
        // Pressure is stored in pascals.
        let unit = if level_type == "isobaricInhPa" {
            100.0
        } else {
            1.0
        };
        let scaled = (0..=9)
            .map(|digits| (digits, level * unit * 10f64.powi(digits)))
            .find(|(_, scaled)| (scaled - scaled.round()).abs() < 1e-6);
        let key = c"scaledValueOfFirstFixedSurface";
        let Some((digits, scaled)) = scaled.filter(|(_, scaled)| scaled.abs() < 4e9) else {
            return Err(FormatError::Unrepresentable {
                key: "level".to_owned(),
                value: level.to_string(),
                source: None,
            });
        };
        self.set_long(message, c"scaleFactorOfFirstFixedSurface", digits.into())?;
        self.set_long(message, key, scaled.round() as i64)
    }

    /// Sets the parameter. The level must be set before, because a parameter such as `2t` implies
    /// its level.
    fn set_parameter(&self, message: &mut GribMessage<'_>) -> Result<()> {
        let attributes = &self.attributes;
        let number = |key| attributes.number(key).map(|number| number as i64);
        let standard_id = attributes
            .text("standard_name")
            .and_then(|name| {
                PARAMETER_IDS
                    .iter()
                    .find(|(standard_name, _)| *standard_name == name)
            })
            .map(|(_, id)| *id);
        let codes = [
            (c"discipline", number("GRIB_discipline")),
            (c"parameterCategory", number("GRIB_parameterCategory")),
            (c"parameterNumber", number("GRIB_parameterNumber")),
        ];
        let param_id = number("GRIB_paramId");
        if let Some(id) = param_id
            .filter(|id| *id != 0)
            .or(standard_id.filter(|_| param_id.is_none()))
        {
            return self.set_long(message, c"paramId", id);
        }
        for (key, value) in codes {
            let unknown = if key == c"discipline" {
                0
            } else {
                UNKNOWN_CODE
            };
            self.set_long(message, key, value.unwrap_or(unknown))?;
        }
        Ok(())
    }

    fn set_grid(&self, message: &mut GribMessage<'_>) -> Result<()> {
        let LatLonGrid {
            latitudes,
            longitudes,
            gaussian,
        } = &self.grid;
        match gaussian {
            None => self.set_text(message, c"gridType", "regular_ll")?,
            Some(gaussian) => {
                self.set_text(message, c"gridType", "regular_gg")?;
                self.set_long(message, c"N", gaussian.number)?;
            }
        }
        self.set_long(message, c"Ni", longitudes.count as i64)?;
        self.set_long(message, c"Nj", latitudes.count as i64)?;
        self.set_long(
            message,
            c"iScansNegatively",
            i64::from(longitudes.last < longitudes.first),
        )?;
        self.set_long(
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
            (
                c"iDirectionIncrementInDegrees",
                self.degrees_of_attribute(
                    "GRIB_iDirectionIncrementInDegrees",
                    longitudes.increment(),
                ),
            ),
            (c"jDirectionIncrementInDegrees", latitudes.increment()),
        ] {
            if gaussian.is_some() && key == c"jDirectionIncrementInDegrees" {
                continue;
            }
            message
                .set_double(key, degrees)
                .map_err(|source| unrepresentable(key, &degrees.to_string(), source))?;
        }
        for (key, value) in keys::grid_keys(self.attributes) {
            self.set_long(message, &key, value)?;
        }
        Ok(())
    }

    /// Returns the number in `attribute` if it differs from `degrees` by less than 0.001, because
    /// GRIB 1 rounds increments to thousandths of a degree; otherwise `degrees`.
    fn degrees_of_attribute(&self, attribute: &str, degrees: f64) -> f64 {
        let stored = self.attributes.number(attribute);
        stored
            .filter(|stored| (stored - degrees).abs() < 1e-3)
            .unwrap_or(degrees)
    }

    fn set_values(&self, message: &mut GribMessage<'_>, mut values: Vec<f64>) -> Result<()> {
        let mut has_missing = false;
        for value in &mut values {
            if value.is_nan() {
                *value = ENCODED_MISSING;
                has_missing = true;
            }
        }
        self.set_long(message, c"bitmapPresent", i64::from(has_missing))?;
        if has_missing {
            message
                .set_double(c"missingValue", ENCODED_MISSING)
                .map_err(|source| self.eccodes_error("set the marker of missing values", source))?;
        }
        let packing = match self.options.packing {
            GribPacking::Ccsds => "grid_ccsds",
            GribPacking::Simple => "grid_simple",
        };
        self.set_text(message, c"packingType", packing)?;
        self.set_long(
            message,
            c"bitsPerValue",
            i64::from(self.options.bits_per_value),
        )?;
        message
            .set_doubles(c"values", &values)
            .map_err(|source| self.eccodes_error("pack the values", source))
    }

    fn set_long(&self, message: &mut GribMessage<'_>, key: &CStr, value: i64) -> Result<()> {
        message
            .set_long(key, value)
            .map_err(|source| unrepresentable(key, &value.to_string(), source))
    }

    fn set_text(&self, message: &mut GribMessage<'_>, key: &CStr, value: &str) -> Result<()> {
        message
            .set_text(key, value)
            .map_err(|source| unrepresentable(key, value, source))
    }

    pub(super) fn eccodes_error(&self, action: &str, source: LibraryError) -> FormatError {
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

/// Checks that the latitudes of the rows are those of the message's Gaussian grid.
fn check_gaussian(message: &GribMessage<'_>, gaussian: &GaussianRows) -> Result<()> {
    let expected = &gaussian.latitudes;
    let mut found = message
        .doubles(c"distinctLatitudes", expected.len())
        .unwrap_or_default();
    found.sort_by(f64::total_cmp);
    if expected.first() > expected.last() {
        found.reverse();
    }
    let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-3;
    if found.len() == expected.len() && found.iter().zip(expected).all(is_near) {
        return Ok(());
    }
    Err(FormatError::IrregularGrid {
        coordinate: "latitude".to_owned(),
        problem: "its values are not the latitudes of its Gaussian grid",
    })
}
