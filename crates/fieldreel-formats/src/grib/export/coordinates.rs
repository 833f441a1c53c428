//! The coordinates of a variable, and what they mean.

use std::collections::HashSet;

use crate::dataset::conventions::{is_latitude, is_longitude};
use crate::dataset::{DatasetSource, Schema, VariableSchema, VariableValues};
use crate::{Coordinate, FormatError, Result};

/// What a coordinate is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Number,
    /// The start of the forecast.
    Time,
    Step,
    /// The start of the period that values are about.
    StepStart,
    /// The time that values are about.
    ValidTime,
    Level,
    Latitude,
    Longitude,
}

/// A coordinate of a variable, without its values.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) role: Role,
    /// Its index in the schema.
    pub(super) variable: usize,
    pub(super) dimensions: Vec<usize>,
}

/// The coordinates of a variable that mean something here: those named in its `coordinates`, and those of its dimensions.
pub(super) fn of_variable(schema: &Schema, variable: &VariableSchema) -> Vec<Known> {
    let named = variable.attributes.text("coordinates").unwrap_or_default();
    let named: HashSet<&str> = named.split_whitespace().collect();
    let level = variable.attributes.text("GRIB_typeOfLevel");
    let belongs = |other: &VariableSchema| {
        let is_axis = is_axis(schema, other);
        let along = |id: &usize| variable.dimensions.contains(id);
        (is_axis || named.contains(other.name.as_str())) && other.dimensions.iter().all(along)
    };
    schema
        .variables
        .iter()
        .enumerate()
        .filter(|(_, other)| belongs(other))
        .filter_map(|(index, other)| {
            Some(Known {
                role: role(other, level)?,
                variable: index,
                dimensions: other.dimensions.clone(),
            })
        })
        .collect()
}

/// Whether a variable is the coordinate of a dimension of its name.
pub(super) fn is_axis(schema: &Schema, variable: &VariableSchema) -> bool {
    match variable.dimensions.as_slice() {
        [id] => schema
            .dimensions
            .get(*id)
            .is_some_and(|dimension| dimension.name == variable.name),
        _ => false,
    }
}

/// What a coordinate means by its attributes, else by its name, which may end in a number.
fn role(variable: &VariableSchema, level: Option<&str>) -> Option<Role> {
    let text = |name| variable.attributes.text(name);
    let end = variable.name.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = match end.strip_suffix('_') {
        Some(base) if end.len() < variable.name.len() => base,
        _ => variable.name.as_str(),
    };
    if is_latitude(&variable.attributes) {
        return Some(Role::Latitude);
    }
    if is_longitude(&variable.attributes) {
        return Some(Role::Longitude);
    }
    match (text("standard_name"), base) {
        (Some("realization"), _) | (_, "number") => Some(Role::Number),
        (Some("forecast_reference_time"), _) => Some(Role::Time),
        (Some("forecast_period"), _) | (_, "step") => Some(Role::Step),
        (_, "step_start") => Some(Role::StepStart),
        (Some("time"), _) | (_, "valid_time") => Some(Role::ValidTime),
        (_, "time") => Some(Role::Time),
        (_, name) if Some(name) == level || name == "level" => Some(Role::Level),
        _ if text("positive").is_some() || text("axis") == Some("Z") => Some(Role::Level),
        _ => None,
    }
}

/// The values of a coordinate of one dimension or none.
pub(super) fn read(source: &dyn DatasetSource, index: usize) -> Result<Coordinate> {
    let schema = source.schema();
    let missing = || FormatError::IndexOutOfRange {
        dimension: "variables".to_owned(),
        index,
        len: schema.variables.len(),
    };
    let variable = schema.variables.get(index).ok_or_else(missing)?;
    let shape = schema.shape(variable);
    let not_for_grib = |problem| FormatError::UnsupportedInGrib {
        variable: schema.full_name(variable),
        problem,
        source: None,
    };
    let VariableValues::Numbers(numbers) = source.read(index, &vec![0; shape.len()], &shape)?
    else {
        return Err(not_for_grib("it is a coordinate without numbers"));
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
            "it has not as many values as its dimensions make",
        ));
    }
    coordinate.attributes = variable.attributes.clone();
    Ok(coordinate)
}
