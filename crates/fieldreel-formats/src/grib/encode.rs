//! A frame as a GRIB 2 message.

use std::ffi::CStr;
use std::path::Path;

use super::calendar::Moment;
use super::keys;
use super::library::{Library, Message};
use super::message::Keys;
use super::place::{FrameTime, Gaussian, LatLonGrid, step_unit};
use super::write::{GribOptions, GribPacking};
use crate::{Attributes, FormatError, LibraryError, Result};

/// What marks missing points while ecCodes encodes: beyond any value that passes the check above.
const ABSENT: f64 = f64::MIN;

/// The key that says whether a level of zero is written.
pub(super) const ZERO_LEVEL: &str = "scaleFactorOfFirstFixedSurface";

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

/// Where a frame is among those of its variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct FramePlace {
    pub(super) number: Option<i64>,
    /// The place of the number in its dimension.
    pub(super) member: usize,
    pub(super) time: FrameTime,
    pub(super) level: f64,
    /// Whether there are several levels.
    pub(super) has_levels: bool,
}

/// What the messages of a variable have in common.
pub(super) struct Encoder<'a> {
    pub(super) attributes: &'a Attributes,
    pub(super) options: &'a GribOptions,
    pub(super) grid: LatLonGrid,
    pub(super) path: &'a Path,
}

impl Encoder<'_> {
    /// The message of a frame. `values` are row-major.
    pub(super) fn message<'l>(
        &self,
        library: &'l Library,
        place: FramePlace,
        values: Vec<f64>,
    ) -> Result<Message<'l>> {
        let mut message = Message::grib2(library, self.path)?;
        self.set_origin(&mut message)?;
        self.set_template(&mut message, place.number)?;
        self.set_time(&mut message, place.time)?;
        self.set_level(&mut message, place.level, place.has_levels)?;
        self.set_hybrid(&mut message)?;
        self.set_parameter(&mut message)?;
        for (key, value) in keys::of_product(self.attributes, place.member) {
            // Keys of ensembles and periods are of no other product.
            if message.len(&key).is_some() {
                self.long(&mut message, &key, value)?;
            }
        }
        self.set_grid(&mut message)?;
        self.set_values(&mut message, values)?;
        // With as many values as its grid has points.
        if let Some(gaussian) = &self.grid.gaussian {
            check_gaussian(&message, gaussian)?;
        }
        Ok(message)
    }

    fn set_origin(&self, message: &mut Message<'_>) -> Result<()> {
        match self.attributes.text("GRIB_centre") {
            Some(centre) => self.text(message, c"centre", centre)?,
            None => self.long(message, c"centre", UNKNOWN)?,
        }
        if let Some(sub_centre) = self.attributes.number("GRIB_subCentre") {
            self.long(message, c"subCentre", sub_centre as i64)?;
        }
        if let Some(kind) = self.attributes.text("GRIB_dataType") {
            // Kinds of ECMWF's own are more than GRIB 2 has.
            let _ = message.set_text(c"dataType", kind);
        }
        Ok(())
    }

    /// The product definition template: at a time or over a period, of one run or a member.
    fn set_template(&self, message: &mut Message<'_>, number: Option<i64>) -> Result<()> {
        let step_type = self.attributes.text("GRIB_stepType").unwrap_or("instant");
        if let Some(number) = number {
            let template = if step_type == "instant" { 1 } else { 11 };
            self.long(message, c"productDefinitionTemplateNumber", template)?;
            self.long(message, c"perturbationNumber", number)?;
            if let Some(total) = self.attributes.number("GRIB_totalNumber") {
                self.long(message, c"numberOfForecastsInEnsemble", total as i64)?;
            }
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

    fn set_level(&self, message: &mut Message<'_>, level: f64, is_axis: bool) -> Result<()> {
        let default = if is_axis {
            "generalVertical"
        } else {
            "surface"
        };
        let kind = self.attributes.text("GRIB_typeOfLevel").unwrap_or(default);
        self.text(message, c"typeOfLevel", kind)?;
        if level.fract() != 0.0 {
            return self.set_fraction(message, level, kind);
        }
        if level != 0.0 || is_axis {
            self.long(message, c"level", level as i64)?;
        } else if let Some(scale) = self.attributes.number(&format!("GRIB_{ZERO_LEVEL}")) {
            self.long(message, c"scaleFactorOfFirstFixedSurface", scale as i64)?;
            self.long(message, c"scaledValueOfFirstFixedSurface", 0)?;
        }
        Ok(())
    }

    /// The coefficients of hybrid levels.
    fn set_hybrid(&self, message: &mut Message<'_>) -> Result<()> {
        let Some(coefficients) = self.attributes.get("GRIB_pv") else {
            return Ok(());
        };
        self.long(message, c"PVPresent", 1)?;
        message
            .set_doubles(c"pv", &coefficients.to_numbers())
            .map_err(|source| self.refused("write the coefficients of hybrid levels", source))
    }

    /// A level that is no whole number, as an integer and a power of ten.
    fn set_fraction(&self, message: &mut Message<'_>, level: f64, kind: &str) -> Result<()> {
        // Pascals in the message.
        let unit = if kind == "isobaricInhPa" { 100.0 } else { 1.0 };
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
        self.long(message, c"scaleFactorOfFirstFixedSurface", digits.into())?;
        self.long(message, key, scaled.round() as i64)
    }

    /// After the level: a parameter such as `2t` brings its own.
    fn set_parameter(&self, message: &mut Message<'_>) -> Result<()> {
        let attributes = &self.attributes;
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
            gaussian,
        } = &self.grid;
        match gaussian {
            None => self.text(message, c"gridType", "regular_ll")?,
            Some(gaussian) => {
                self.text(message, c"gridType", "regular_gg")?;
                self.long(message, c"N", gaussian.number)?;
            }
        }
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
            (
                c"iDirectionIncrementInDegrees",
                self.rounded("GRIB_iDirectionIncrementInDegrees", longitudes.increment()),
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
        for (key, value) in keys::of_earth(self.attributes) {
            self.long(message, &key, value)?;
        }
        Ok(())
    }

    /// A number of degrees as an attribute has it, which GRIB may have rounded to a thousandth.
    fn rounded(&self, attribute: &str, degrees: f64) -> f64 {
        let known = self.attributes.number(attribute);
        known
            .filter(|known| (known - degrees).abs() < 1e-3)
            .unwrap_or(degrees)
    }

    fn set_values(&self, message: &mut Message<'_>, mut values: Vec<f64>) -> Result<()> {
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
            .set_doubles(c"values", &values)
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

    pub(super) fn refused(&self, action: &str, source: LibraryError) -> FormatError {
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

/// Checks that the rows are where the message's Gaussian grid has them.
fn check_gaussian(message: &Message<'_>, gaussian: &Gaussian) -> Result<()> {
    let wanted = &gaussian.latitudes;
    let mut found = message
        .doubles(c"distinctLatitudes", wanted.len())
        .unwrap_or_default();
    found.sort_by(f64::total_cmp);
    if wanted.first() > wanted.last() {
        found.reverse();
    }
    let is_near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-3;
    if found.len() == wanted.len() && found.iter().zip(wanted).all(is_near) {
        return Ok(());
    }
    Err(FormatError::IrregularGrid {
        coordinate: "latitude".to_owned(),
        problem: "it has not the rows of its Gaussian grid",
    })
}
