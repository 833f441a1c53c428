//! Attributes of variables and of the file, by cfgrib's names.

use std::ffi::CString;

use super::group::MessageGroup;
use super::message_index::DISCRIMINATORS;
use crate::grib::axes::units_of_level;
use crate::grib::encode::ZERO_LEVEL;
use crate::grib::keys;
use crate::grib::library::GribMessage;
use crate::grib::message::MessageKeys;
use crate::{AttributeValue, Attributes};

/// The text keys that become attributes of a variable, as in cfgrib.
const TEXT_KEYS: [&str; 12] = [
    "shortName",
    "name",
    "units",
    "cfName",
    "cfVarName",
    "typeOfLevel",
    "dataType",
    "stepType",
    "gridType",
    "gridDefinitionDescription",
    "packingType",
    "centre",
];

/// The integer keys that become attributes of a variable, as in cfgrib.
const INTEGER_KEYS: [&str; 13] = [
    "edition",
    "subCentre",
    "paramId",
    "discipline",
    "parameterCategory",
    "parameterNumber",
    "numberOfPoints",
    "totalNumber",
    "numberOfDirections",
    "numberOfFrequencies",
    "NV",
    "stepUnits",
    "bitsPerValue",
];

/// The integer keys that cfgrib reads from every grid. Keys that a message does not have are left
/// out.
const GRID_INTEGER_KEYS: [&str; 12] = [
    "Nx",
    "Ny",
    "Ni",
    "Nj",
    "N",
    "M",
    "K",
    "J",
    "iScansNegatively",
    "jScansPositively",
    "jPointsAreConsecutive",
    "uvRelativeToGrid",
];

/// The floating-point keys that cfgrib reads from every grid.
const GRID_REAL_KEYS: [&str; 16] = [
    "iDirectionIncrementInDegrees",
    "jDirectionIncrementInDegrees",
    "latitudeOfFirstGridPointInDegrees",
    "latitudeOfLastGridPointInDegrees",
    "longitudeOfFirstGridPointInDegrees",
    "longitudeOfLastGridPointInDegrees",
    "latitudeOfSouthernPoleInDegrees",
    "longitudeOfSouthernPoleInDegrees",
    "angleOfRotationInDegrees",
    "LaDInDegrees",
    "LoVInDegrees",
    "Latin1InDegrees",
    "Latin2InDegrees",
    "orientationOfTheGridInDegrees",
    "DxInMetres",
    "DyInMetres",
];

/// Returns the value of a key as text, or `None` if it is absent, empty or unknown.
fn known_text(message: &GribMessage<'_>, key: &str) -> Option<String> {
    message
        .text(&CString::new(key).ok()?)
        .filter(|text| !["", "unknown", "undef"].contains(&text.as_str()))
}

fn integer(message: &GribMessage<'_>, key: &str) -> Option<i64> {
    message.long(&CString::new(key).ok()?)
}

/// Returns the attributes of the variable of `group`, whose first message is `message`.
pub(super) fn variable_attributes(
    message: &GribMessage<'_>,
    group: &MessageGroup,
    is_double: bool,
) -> Attributes {
    let fill: AttributeValue = if is_double {
        f64::NAN.into()
    } else {
        f32::NAN.into()
    };
    let mut pairs: Vec<(String, AttributeValue)> = vec![("_FillValue".to_owned(), fill)];
    let mut add = |name: &str, value: AttributeValue| pairs.push((name.to_owned(), value));
    let param_id = group.key.param_id;
    let long_name = known_text(message, "name");
    add(
        "long_name",
        long_name
            .unwrap_or_else(|| format!("original GRIB paramId: {param_id}"))
            .into(),
    );
    let units = known_text(message, "units").unwrap_or_else(|| "1".to_owned());
    add("units", units.into());
    if let Some(name) = known_text(message, "cfName") {
        add("standard_name", name.into());
    }
    for key in INTEGER_KEYS.iter().chain(&GRID_INTEGER_KEYS) {
        if let Some(number) = integer(message, key) {
            add(&format!("GRIB_{key}"), number.into());
        }
    }
    for key in TEXT_KEYS {
        if let Some(text) = known_text(message, key) {
            add(&format!("GRIB_{key}"), text.into());
        }
    }
    for key in GRID_REAL_KEYS {
        let number = CString::new(key).ok().and_then(|key| message.double(&key));
        if let Some(number) = number.filter(|number| number.is_finite()) {
            add(&format!("GRIB_{key}"), number.into());
        }
    }
    if let Some(rows) = message
        .array_len(c"pl")
        .filter(|_| integer(message, "PLPresent") == Some(1))
        && let Ok(points) = message.doubles(c"pl", rows)
    {
        let points: Vec<i64> = points.into_iter().map(|points| points as i64).collect();
        add("GRIB_pl", points.into());
    }
    if let Some(count) = message
        .array_len(c"pv")
        .filter(|_| integer(message, "PVPresent") == Some(1))
        && let Ok(coefficients) = message.doubles(c"pv", count)
    {
        add("GRIB_pv", coefficients.into());
    }
    for (name, value) in group
        .product_keys
        .attributes()
        .chain(keys::grid_attributes(message))
    {
        add(&name, value);
    }
    // A level of zero may be stored as a number or as missing.
    if message.double(c"level") == Some(0.0)
        && let Some(scale) = integer(message, ZERO_LEVEL)
    {
        add(&format!("GRIB_{ZERO_LEVEL}"), scale.into());
    }
    // The discriminators distinguish this variable from others of the same parameter.
    let first = group.entries.first();
    for &discriminator in &group.discriminators {
        let value = first.and_then(|first| first.discriminators.get(discriminator));
        // The discriminator for `startStep` only states whether it is zero; `step_start` has the
        // hours.
        if let (Some(name), Some(&value)) = (DISCRIMINATORS.get(discriminator), value)
            && *name != "startStep"
        {
            add(&format!("GRIB_{name}"), value.into());
        }
    }
    pairs.into_iter().collect()
}

/// Returns the file's attributes: those that `variables` have in common, and the description of
/// the center.
pub(super) fn file_attributes(
    description: Option<String>,
    variables: &[&Attributes],
) -> Attributes {
    let mut attributes = Attributes::new();
    let common = |name: &str| {
        let value = variables.first()?.get(name)?;
        variables
            .iter()
            .all(|other| other.get(name) == Some(value))
            .then(|| value.clone())
    };
    for name in ["GRIB_edition", "GRIB_centre"] {
        if let Some(value) = common(name) {
            attributes.insert(name, value);
        }
    }
    let description = description.filter(|_| common("GRIB_centre").is_some());
    if let Some(description) = &description {
        attributes.insert("GRIB_centreDescription", description.as_str());
    }
    if let Some(value) = common("GRIB_subCentre") {
        attributes.insert("GRIB_subCentre", value);
    }
    attributes.insert("Conventions", "CF-1.7");
    if let Some(description) = description {
        attributes.insert("institution", description);
    }
    attributes
}

/// Returns ecCodes' description of the center of a message.
pub(super) fn center_description(message: &GribMessage<'_>) -> Option<String> {
    known_text(message, "centreDescription")
}

const SINCE_1970: [(&str, &str); 2] = [
    ("units", "seconds since 1970-01-01T00:00:00"),
    ("calendar", "proleptic_gregorian"),
];

/// Returns the attributes of `number`, `time`, `step`, `step_start` or `valid_time`.
pub(super) fn axis_attributes(name: &str) -> Attributes {
    let pairs: &[(&str, &str)] = match name {
        "number" => &[
            ("standard_name", "realization"),
            ("long_name", "ensemble member numerical id"),
            ("units", "1"),
        ],
        "time" => &[
            ("standard_name", "forecast_reference_time"),
            ("long_name", "initial time of forecast"),
        ],
        "step" => &[
            ("standard_name", "forecast_period"),
            ("long_name", "time since forecast_reference_time"),
            ("units", "hours"),
        ],
        "step_start" => &[
            ("long_name", "start of the period that the values describe"),
            ("units", "hours"),
        ],
        _ => &[("standard_name", "time"), ("long_name", "time")],
    };
    let times: &[_] = if ["time", "valid_time"].contains(&name) {
        &SINCE_1970
    } else {
        &[]
    };
    pairs.iter().chain(times).copied().collect()
}

/// Returns true if levels of this type are in descending order, which are those of pressure, as in
/// cfgrib.
pub(super) fn is_decreasing(type_of_level: &str) -> bool {
    ["isobaricInhPa", "isobaricInPa"].contains(&type_of_level)
}

/// Returns the attributes of a level coordinate.
pub(super) fn level_attributes(name: &str) -> Attributes {
    let (long_name, units, positive, standard_name) = match name {
        "depthBelowLand" | "depthBelowLandLayer" => ("soil depth", "m", "down", "depth"),
        "hybrid" => (
            "hybrid level",
            "1",
            "down",
            "atmosphere_hybrid_sigma_pressure_coordinate",
        ),
        "heightAboveGround" => ("height above the surface", "m", "up", "height"),
        "isobaricInhPa" => ("pressure", "hPa", "down", "air_pressure"),
        "isobaricInPa" | "isobaricLayer" => ("pressure", "Pa", "down", "air_pressure"),
        _ => ("", units_of_level(name).unwrap_or("1"), "", ""),
    };
    let long_name = match long_name {
        "" => format!("original GRIB coordinate for key: level({name})"),
        known => known.to_owned(),
    };
    let mut attributes =
        Attributes::from_iter([("long_name", long_name.as_str()), ("units", units)]);
    if !positive.is_empty() {
        attributes.insert("positive", positive);
        attributes.insert("standard_name", standard_name);
    }
    if is_decreasing(name) {
        attributes.insert("stored_direction", "decreasing");
    }
    attributes
}
