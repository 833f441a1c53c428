//! What the CF conventions say of attributes.

use crate::Attributes;

/// Units of latitudes (CF 1.11, section 4.1).
const NORTH: [&str; 6] = [
    "degrees_north",
    "degree_north",
    "degree_N",
    "degrees_N",
    "degreeN",
    "degreesN",
];

/// Units of longitudes (section 4.2).
const EAST: [&str; 6] = [
    "degrees_east",
    "degree_east",
    "degree_E",
    "degrees_E",
    "degreeE",
    "degreesE",
];

/// CF knows a latitude by its unit.
pub(crate) fn is_latitude(attributes: &Attributes) -> bool {
    attributes
        .text("units")
        .is_some_and(|unit| NORTH.contains(&unit))
}

/// And a longitude.
pub(crate) fn is_longitude(attributes: &Attributes) -> bool {
    attributes
        .text("units")
        .is_some_and(|unit| EAST.contains(&unit))
}

/// Whether these are attributes of a latitude, a longitude, a time, or an axis.
pub(crate) fn is_place_or_time(attributes: &Attributes) -> bool {
    let is_time = attributes
        .text("units")
        .is_some_and(|unit| unit.contains(" since "));
    is_time
        || is_latitude(attributes)
        || is_longitude(attributes)
        || attributes.get("axis").is_some()
}

/// The names in an attribute that is a list of names; the long form of some is "key: name name".
pub(crate) fn names_in<'a>(attributes: &'a Attributes, key: &str) -> impl Iterator<Item = &'a str> {
    let words = attributes.text(key).unwrap_or_default().split_whitespace();
    words.map(|name| name.trim_end_matches(':'))
}

/// The names of the variables that a variable's attributes point to, for coordinates and grids.
pub(crate) fn referenced(attributes: &Attributes) -> impl Iterator<Item = &str> {
    ["coordinates", "bounds", "climatology", "grid_mapping"]
        .into_iter()
        .flat_map(|key| names_in(attributes, key))
}
