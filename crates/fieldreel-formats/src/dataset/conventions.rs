//! Interpretation of attributes by the CF, UGRID and SGRID conventions.

use crate::{AttributeValue, Attributes};

/// The units of latitudes (CF 1.12, section 4.1).
const LATITUDE_UNITS: [&str; 6] = [
    "degrees_north",
    "degree_north",
    "degree_N",
    "degrees_N",
    "degreeN",
    "degreesN",
];

/// The units of longitudes (CF 1.12, section 4.2).
const LONGITUDE_UNITS: [&str; 6] = [
    "degrees_east",
    "degree_east",
    "degree_E",
    "degrees_E",
    "degreeE",
    "degreesE",
];

/// Returns true if the attributes are those of a latitude, which CF identifies by its unit.
pub(crate) fn is_latitude(attributes: &Attributes) -> bool {
    attributes
        .text("units")
        .is_some_and(|unit| LATITUDE_UNITS.contains(&unit))
}

/// Returns true if the attributes are those of a longitude, which CF identifies by its unit.
pub(crate) fn is_longitude(attributes: &Attributes) -> bool {
    attributes
        .text("units")
        .is_some_and(|unit| LONGITUDE_UNITS.contains(&unit))
}

/// The standard names of coordinates and of cell areas. Standard names of vertical and projection
/// coordinates end in `_coordinate` instead.
const COORDINATE_STANDARD_NAMES: [&str; 8] = [
    "latitude",
    "longitude",
    "grid_latitude",
    "grid_longitude",
    "time",
    "forecast_reference_time",
    "forecast_period",
    "cell_area",
];

/// Returns true if the attributes are those of a latitude, a longitude, a time, another axis, or
/// the area of cells.
pub(super) fn is_coordinate(attributes: &Attributes) -> bool {
    let is_time = attributes
        .text("units")
        .is_some_and(|unit| unit.contains(" since "));
    let standard = attributes.text("standard_name").unwrap_or_default();
    is_time
        || is_latitude(attributes)
        || is_longitude(attributes)
        || COORDINATE_STANDARD_NAMES.contains(&standard)
        || standard.ends_with("_coordinate")
        || ["axis", "calendar"]
            .iter()
            .any(|key| attributes.get(key).is_some())
}

/// Returns true if a variable is a latitude or a longitude by its name and an angular unit, such
/// as `grid_corner_lat` in radians, as SCRIP and ICON write them.
pub(super) fn is_angular_coordinate(name: &str, attributes: &Attributes) -> bool {
    let unit = attributes
        .text("units")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_angle = ["degree", "degrees", "radian", "radians", "rad"].contains(&unit.as_str());
    let is_horizontal = |word: String| {
        let short = word.strip_prefix(['c', 'v', 'e']).unwrap_or(&word);
        ["lat", "lon", "latitude", "longitude"]
            .iter()
            .any(|known| word == *known || short == *known)
    };
    is_angle && words(name).any(is_horizontal)
}

/// Returns true if the attributes are those of a mesh, a staggered grid, their connectivity, or an
/// identifier.
pub(super) fn is_topology(attributes: &Attributes) -> bool {
    ["cf_role", "topology_dimension", "start_index"]
        .iter()
        .any(|key| attributes.get(key).is_some())
}

/// Returns true if a variable holds coefficients of spherical harmonics or Fourier series, or
/// complex numbers as pairs, by the grid names of ecCodes and CDO and by the names of its
/// dimensions.
pub(super) fn is_spectral(attributes: &Attributes, dimensions: &[(&str, usize)]) -> bool {
    let is_grid = |key: &&str| {
        let grid = attributes.text(key).unwrap_or_default();
        let grid = grid.to_ascii_lowercase();
        ["sh", "spectral", "fourier"].contains(&grid.as_str())
            || ["_sh", "_bf"].iter().any(|suffix| grid.ends_with(suffix))
    };
    let is_dimension = |&(name, len): &(&str, usize)| {
        let name = name.to_ascii_lowercase();
        let complex_axes = ["complex", "nc2", "ri", "re_im", "reim", "real_imag"];
        ["nsp", "nspec", "spectral"].contains(&name.as_str())
            || len == 2
                && (complex_axes.contains(&name.as_str()) || name.starts_with("_pfnc_complex"))
    };
    let mut keys = ["GRIB_gridType", "CDI_grid_type", "grid_type", "gridType"].iter();
    keys.any(is_grid) || dimensions.iter().any(is_dimension)
}

/// Words in the names of variables whose numbers have no order, so that an error would change
/// their meaning.
const CATEGORY_WORDS: [&str; 12] = [
    "mask", "masks", "flag", "flags", "type", "category", "class", "basin", "basins", "region",
    "regions", "qc",
];

/// Returns true if a variable holds flags, a mask or numbers of categories: by its `flag_*`
/// attributes, its standard name, a unit that is a code table, or, if it has no unit, by the first
/// or last word of its name or long name, unless the same text names a quantity, such as a
/// fraction.
pub(super) fn is_categorical(name: &str, attributes: &Attributes) -> bool {
    let text = |key| attributes.text(key).unwrap_or_default();
    let standard = text("standard_name");
    let unit = text("units").to_ascii_lowercase();
    let is_by_standard_name = ["_flag", "_mask", "_type", " status_flag"]
        .iter()
        .any(|suffix| standard.ends_with(suffix))
        || standard == "region";
    let dimensionless = ["", "1", "~", "-", "none", "unitless", "dimensionless"];
    let is_category_word =
        |word: &String| CATEGORY_WORDS.contains(&word.as_str()) || word.ends_with("mask");
    let is_quantity = |text: &str| {
        let quantities = ["fraction", "percent", "probability", "number", "area"];
        words(text).any(|word| quantities.iter().any(|quantity| word.starts_with(quantity)))
    };
    let names_category = |text: &str| {
        let (first, last) = (words(text).next(), words(text).last());
        first.as_ref().is_some_and(is_category_word) || last.as_ref().is_some_and(is_category_word)
    };
    ["flag_values", "flag_masks", "flag_meanings"]
        .iter()
        .any(|key| attributes.get(key).is_some())
        || is_by_standard_name
        || unit.contains("code table")
        || dimensionless.contains(&unit.as_str())
            && [name, text("long_name")]
                .iter()
                .any(|text| names_category(text) && !is_quantity(text))
}

/// Returns the words of a name in lower case, split at every character that is not a letter.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Attributes whose values are lists of variable names. Some have a long form, such as
/// `crs: x y`, whose keys are names of variables too.
const REFERENCE_LISTS: [&str; 18] = [
    "coordinates",
    "bounds",
    "climatology",
    "grid_mapping",
    "ancillary_variables",
    "geometry",
    "nodes",
    "node_count",
    "part_node_count",
    "interior_ring",
    "bounds_tie_points",
    "coordinate_interpolation",
    "tie_point_mapping",
    "quantization",
    "mesh",
    "grid",
    "location_index_set",
    "volume_shape_type",
];

/// Attributes of the form "term: variable term: variable".
const REFERENCE_TERMS: [&str; 4] = [
    "cell_measures",
    "formula_terms",
    "interpolation_parameters",
    "aggregated_data",
];

/// The suffixes of the UGRID and SGRID attributes that name variables, such as
/// `face_node_connectivity`, `edge1_coordinates` and `node_dimensions`.
const REFERENCE_SUFFIXES: [&str; 4] = ["_connectivity", "_coordinates", "_dimensions", "_links"];

/// Returns the names of variables in the attributes that refer to other variables, each with its
/// attribute.
pub(super) fn references(attributes: &Attributes) -> impl Iterator<Item = (&str, &str)> {
    attributes.iter().flat_map(|(key, value)| {
        let has_terms = REFERENCE_TERMS.contains(&key);
        let is_reference = has_terms
            || REFERENCE_LISTS.contains(&key)
            || REFERENCE_SUFFIXES
                .iter()
                .any(|suffix| key.len() > suffix.len() && key.ends_with(suffix));
        let texts: &[String] = match value {
            AttributeValue::Text(text) if is_reference => std::slice::from_ref(text),
            AttributeValue::Texts(texts) if is_reference => texts,
            _ => &[],
        };
        let words = texts.iter().flat_map(|text| text.split_whitespace());
        let names = words.map(move |word| match word.rsplit_once(':') {
            Some((_, name)) if has_terms => name,
            _ => word.trim_matches([':', ',', ';', '(', ')']),
        });
        names
            .filter(|name| !name.is_empty())
            .map(move |name| (key, name))
    })
}

/// Returns the names of the coordinates, bounds and grid mappings that a variable's attributes
/// refer to.
#[cfg(feature = "netcdf")]
pub(crate) fn coordinate_references(attributes: &Attributes) -> impl Iterator<Item = &str> {
    ["coordinates", "bounds", "climatology", "grid_mapping"]
        .into_iter()
        .flat_map(|key| {
            let words = attributes.text(key).unwrap_or_default().split_whitespace();
            words.map(|name| name.trim_end_matches(':'))
        })
}
