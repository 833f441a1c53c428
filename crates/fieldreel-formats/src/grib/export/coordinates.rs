//! Recognition of the coordinates of a variable.

use std::collections::HashSet;

use crate::dataset::conventions::{is_latitude, is_longitude};
use crate::dataset::{DatasetSource, Schema, VariableSchema, VariableValues};
use crate::{Coordinate, FormatError, Result};

/// The meaning of a coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CoordinateRole {
    Member,
    /// The reference time.
    ReferenceTime,
    Step,
    /// The start of the period that the values describe.
    StepStart,
    /// The valid time.
    ValidTime,
    Level,
    Latitude,
    Longitude,
}

/// A coordinate of a variable, without its values.
#[derive(Debug, Clone)]
pub(super) struct RecognizedCoordinate {
    pub(super) role: CoordinateRole,
    /// The index of the coordinate variable in the schema.
    pub(super) variable: usize,
    pub(super) dimensions: Vec<usize>,
}

/// Returns the coordinates of a variable whose meaning is recognized: those named in its attribute
/// `coordinates`, and those of its dimensions.
pub(super) fn recognized_coordinates(
    schema: &Schema,
    variable: &VariableSchema,
) -> Vec<RecognizedCoordinate> {
    let names = variable.attributes.text("coordinates").unwrap_or_default();
    let names: HashSet<&str> = names.split_whitespace().collect();
    let level = variable.attributes.text("GRIB_typeOfLevel");
    let is_related = |other: &VariableSchema| {
        let is_axis = is_axis(schema, other);
        let is_shared = |id: &usize| variable.dimensions.contains(id);
        (is_axis || names.contains(other.name.as_str())) && other.dimensions.iter().all(is_shared)
    };
    schema
        .variables
        .iter()
        .enumerate()
        .filter(|(_, other)| is_related(other))
        .filter_map(|(index, other)| {
            Some(RecognizedCoordinate {
                role: coordinate_role(other, level)?,
                variable: index,
                dimensions: other.dimensions.clone(),
            })
        })
        .collect()
}

/// Returns true if a variable is the coordinate of the dimension with its name.
pub(super) fn is_axis(schema: &Schema, variable: &VariableSchema) -> bool {
    match variable.dimensions.as_slice() {
        [id] => schema
            .dimensions
            .get(*id)
            .is_some_and(|dimension| dimension.name == variable.name),
        _ => false,
    }
}

/// Returns the role of a coordinate by its attributes, else by its name, which may end in a
/// number.
fn coordinate_role(variable: &VariableSchema, level: Option<&str>) -> Option<CoordinateRole> {
    let text = |name| variable.attributes.text(name);
    let stem = variable.name.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = match stem.strip_suffix('_') {
        Some(base) if stem.len() < variable.name.len() => base,
        _ => variable.name.as_str(),
    };
    if is_latitude(&variable.attributes) {
        return Some(CoordinateRole::Latitude);
    }
    if is_longitude(&variable.attributes) {
        return Some(CoordinateRole::Longitude);
    }
    match (text("standard_name"), base) {
        (Some("realization"), _) | (_, "number") => Some(CoordinateRole::Member),
        (Some("forecast_reference_time"), _) => Some(CoordinateRole::ReferenceTime),
        (Some("forecast_period"), _) | (_, "step") => Some(CoordinateRole::Step),
        (_, "step_start") => Some(CoordinateRole::StepStart),
        (Some("time"), _) | (_, "valid_time") => Some(CoordinateRole::ValidTime),
        (_, "time") => Some(CoordinateRole::ReferenceTime),
        (_, name) if Some(name) == level || name == "level" => Some(CoordinateRole::Level),
        _ if text("positive").is_some() || text("axis") == Some("Z") => Some(CoordinateRole::Level),
        _ => None,
    }
}

/// Reads a coordinate of at most one dimension.
pub(super) fn read_coordinate(source: &dyn DatasetSource, index: usize) -> Result<Coordinate> {
    let schema = source.schema();
    let out_of_range = || FormatError::IndexOutOfRange {
        dimension: "variables".to_owned(),
        index,
        len: schema.variables.len(),
    };
    let variable = schema.variables.get(index).ok_or_else(out_of_range)?;
    let shape = schema.shape(variable);
    let not_for_grib = |problem| FormatError::UnsupportedInGrib {
        variable: schema.full_name(variable),
        problem,
        source: None,
    };
    let VariableValues::Numbers(numbers) = source.read(index, &vec![0; shape.len()], &shape)?
    else {
        return Err(not_for_grib("it is a coordinate that is not numeric"));
    };
    let dimensions: Vec<(&str, usize)> = variable
        .dimensions
        .iter()
        .filter_map(|&id| schema.dimensions.get(id))
        .map(|dimension| (dimension.name.as_str(), dimension.len))
        .collect();
    let mut coordinate = Coordinate::new(variable.name.as_str(), &dimensions, numbers);
    if !coordinate.is_consistent() {
        return Err(not_for_grib(
            "the number of its values differs from the product of its dimensions",
        ));
    }
    coordinate.attributes = variable.attributes.clone();
    Ok(coordinate)
}
