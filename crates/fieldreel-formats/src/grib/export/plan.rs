//! Export plans: the mapping of a variable to GRIB messages.

use super::coordinates::{self, CoordinateRole, RecognizedCoordinate};
use crate::dataset::{self, DatasetSource, VariableSchema};
use crate::grib::calendar::parse_time_units;
use crate::grib::encode::FrameCoordinates;
use crate::grib::frame_coordinates::{FrameTime, LatLonGrid, irregular_grid, seconds_since_1970};
use crate::grib::{GribGrid, GribOptions};
use crate::{Attributes, Coordinate, FormatError, Result};

/// The plan by which the frames of a variable become messages.
#[derive(Debug)]
pub(super) struct GribExportPlan {
    /// The index of the variable in the schema.
    pub(super) variable: usize,
    pub(super) name: String,
    /// The attributes of the variable, and those of the file that apply to every message.
    pub(super) attributes: Attributes,
    pub(super) grid: LatLonGrid,
    /// The dimensions before rows and columns.
    pub(super) leading: Vec<usize>,
    /// The index of the members among the leading dimensions, `None` for a single member, and the
    /// members, if the messages have any. The pairs below are of the same form.
    members: (Option<usize>, Option<Vec<i64>>),
    times: (Option<usize>, Vec<i64>),
    steps: (Option<usize>, Vec<i64>),
    /// The starts of the periods that the values describe, if there are any.
    step_starts: Option<(Option<usize>, Vec<i64>)>,
    levels: (Option<usize>, Vec<f64>),
}

impl GribExportPlan {
    /// Returns the plan of a variable, or the reason why the variable is left out.
    ///
    /// # Errors
    ///
    /// [`FormatError::UnsupportedInGrib`] if the variable has a grid but cannot be written; the
    /// errors of reading its coordinates.
    pub(super) fn new(
        source: &dyn DatasetSource,
        (index, variable): (usize, &VariableSchema),
        role: &dataset::VariableRole,
        options: &GribOptions,
    ) -> Result<std::result::Result<Self, &'static str>> {
        let schema = source.schema();
        let name = schema.full_name(variable);
        let refuse = |problem| FormatError::UnsupportedInGrib {
            variable: name.clone(),
            problem,
            source: None,
        };
        let coordinates = coordinates::recognized_coordinates(schema, variable);
        let find = |role| {
            coordinates
                .iter()
                .find(|coordinate| coordinate.role == role)
        };
        if *role == dataset::VariableRole::Spectral {
            return Err(refuse(REFUSED_SPECTRAL));
        }
        let by_index = options.grid == GribGrid::Index;
        let latitude =
            find(CoordinateRole::Latitude).filter(|latitude| !latitude.dimensions.is_empty());
        let latitude_and_longitude = latitude.zip(find(CoordinateRole::Longitude));
        let is_point_list = |(a, b): &(&RecognizedCoordinate, &RecognizedCoordinate)| {
            a.dimensions == b.dimensions
                && a.dimensions.len() == 1
                && a.dimensions.last() == variable.dimensions.last()
        };
        // The reason why the grid cannot be written, if the variable has a grid at all.
        let refusal = || match refusal_for_grid_type(&variable.attributes) {
            Some(problem) => Some(problem),
            None if latitude_and_longitude.as_ref().is_some_and(is_point_list) => {
                Some(REFUSED_POINT_LIST)
            }
            None => latitude_and_longitude.map(|_| REFUSED_PROJECTED),
        };
        let [leading @ .., y, x] = variable.dimensions.as_slice() else {
            return refusal().map_or(Ok(Err(REFUSED_NO_GRID)), |problem| Err(refuse(problem)));
        };
        let is_regular =
            |(latitude, longitude): &(&RecognizedCoordinate, &RecognizedCoordinate)| {
                latitude.dimensions == [*y] && longitude.dimensions == [*x]
            };
        let axes = latitude_and_longitude.filter(is_regular);
        // The coordinates are not read if the grid is one of indices, so any coordinate will do.
        let Some((latitude, longitude)) = axes.or(coordinates
            .first()
            .zip(coordinates.first())
            .filter(|_| by_index))
        else {
            return refusal().map_or(Ok(Err(REFUSED_NO_GRID)), |problem| Err(refuse(problem)));
        };
        if !variable.kind.is_float() {
            return Err(refuse("its values are not floating-point numbers"));
        }
        for (attribute, neutral) in [("scale_factor", 1.0), ("add_offset", 0.0)] {
            let value = variable.attributes.number(attribute);
            if value.is_some_and(|value| value != neutral) {
                return Err(refuse(
                    "its values are packed (scale_factor, add_offset); unpack them first",
                ));
            }
        }
        let grid = if by_index {
            let len = |id: &usize| schema.dimensions.get(*id).map_or(0, |d| d.len);
            LatLonGrid::from_indices(len(y), len(x))
        } else {
            read_grid(source, variable, latitude, longitude)
        };
        let grid_error = |error: FormatError| FormatError::UnsupportedInGrib {
            variable: name.clone(),
            problem: "its grid cannot be represented in GRIB 2",
            source: Some(Box::new(error)),
        };
        let grid = grid.map_err(grid_error)?;
        if grid.latitudes.count == 0 || grid.longitudes.count == 0 {
            return Err(refuse("its frames are empty"));
        }
        let roles = [
            CoordinateRole::Member,
            CoordinateRole::ReferenceTime,
            CoordinateRole::Step,
            CoordinateRole::Level,
        ];
        let is_recognized = |id: &usize| {
            let along = |role| coordinate_along(&coordinates, role, *id);
            roles.iter().filter(|role| along(**role).is_some()).count() == 1
                || find(CoordinateRole::ReferenceTime).is_none()
                    && along(CoordinateRole::ValidTime).is_some()
        };
        if !leading.iter().all(is_recognized) {
            return Err(refuse(
                "a dimension before latitude and longitude is not a member, time, step or level",
            ));
        }
        let mut attributes = variable.attributes.clone();
        if let Some(root) = schema.groups.first() {
            for key in ["GRIB_centre", "GRIB_subCentre"] {
                if let (None, Some(value)) = (attributes.get(key), root.attributes.get(key)) {
                    attributes.insert(key, value.clone());
                }
            }
        }
        let read_axis = |role| LeadingAxis::read(source, leading, find(role));
        // A time without a reference time is a valid time.
        let time = match read_axis(CoordinateRole::ReferenceTime)? {
            None => read_axis(CoordinateRole::ValidTime)?
                .filter(|axis| axis.coordinate.dimensions.len() < 2),
            some => some,
        };
        let has_reference = find(CoordinateRole::ReferenceTime).is_some();
        let times = match &time {
            None => (None, vec![0]),
            Some(axis) => {
                let len = axis.coordinate.values.len();
                let seconds = seconds_since_1970(&axis.coordinate, len);
                (
                    axis.dimension,
                    seconds.ok_or_else(|| refuse("its times are not dates"))?,
                )
            }
        };
        let steps = read_axis(CoordinateRole::Step)?.filter(|_| has_reference);
        let step_starts = read_axis(CoordinateRole::StepStart)?.filter(|_| has_reference);
        let member = read_axis(CoordinateRole::Member)?;
        let level = read_axis(CoordinateRole::Level)?;
        let data_type = attributes.text("GRIB_dataType").unwrap_or_default();
        let is_ensemble = ["cf", "pf"].contains(&data_type);
        let in_range = |number: &f64| number.fract() == 0.0 && (0.0..1e6).contains(number);
        let members = match member {
            Some(axis) => {
                let numbers = axis.values();
                if !numbers.iter().all(in_range) {
                    return Err(refuse(
                        "its ensemble members are not integers from 0 to 999999",
                    ));
                }
                let is_present = axis.dimension.is_some() || is_ensemble || numbers != [0.0];
                let members = numbers.iter().map(|&member| member as i64).collect();
                (axis.dimension, Some(members).filter(|_| is_present))
            }
            None => (None, None),
        };
        let levels = level.map_or((None, vec![0.0]), |axis| (axis.dimension, axis.values()));
        if !levels.1.iter().all(|level| level.is_finite()) {
            return Err(refuse("it has levels that are not finite"));
        }
        let steps = steps.map_or(Some((None, vec![0])), |axis| {
            Some((axis.dimension, axis.durations()?))
        });
        let steps = steps
            .ok_or_else(|| refuse("its steps are not durations between zero and a century"))?;
        let step_starts = match step_starts {
            None => None,
            Some(axis) => Some((
                axis.dimension,
                axis.durations().ok_or_else(|| {
                    refuse("its periods do not start at durations between zero and a century")
                })?,
            )),
        };
        Ok(Ok(Self {
            variable: index,
            attributes,
            grid,
            leading: leading.to_vec(),
            members,
            times,
            steps,
            step_starts,
            levels,
            name,
        }))
    }

    /// Returns the coordinates of the frame at an index of the leading dimensions.
    pub(super) fn frame_coordinates(&self, leading_index: &[usize]) -> FrameCoordinates {
        let index_along = |axis: Option<usize>| {
            axis.and_then(|axis| leading_index.get(axis))
                .copied()
                .unwrap_or(0)
        };
        let value_at = |(axis, numbers): &(Option<usize>, Vec<i64>)| {
            numbers.get(index_along(*axis)).copied().unwrap_or(0)
        };
        let step = value_at(&self.steps);
        let members = self.members.1.as_ref();
        let level = self.levels.1.get(index_along(self.levels.0));
        FrameCoordinates {
            member: members.and_then(|members| members.get(index_along(self.members.0)).copied()),
            member_index: index_along(self.members.0),
            time: FrameTime {
                reference: value_at(&self.times),
                step,
                step_start: self
                    .step_starts
                    .as_ref()
                    .map_or(step, value_at)
                    .clamp(0, step),
            },
            level: level.copied().unwrap_or(0.0),
            has_levels: self.levels.0.is_some(),
        }
    }
}

const REFUSED_SPECTRAL: &str = "it holds spectral coefficients, but only regular and regular \
     Gaussian grids can be written; transform it to such a grid, or write NetCDF";
const REFUSED_PROJECTED: &str = "its grid is projected, rotated or unevenly spaced, but only \
     regular and regular Gaussian grids can be written; interpolate it to such a grid, or write \
     NetCDF";
const REFUSED_POINT_LIST: &str = "its points are a list (a reduced or unstructured grid), but only \
     regular and regular Gaussian grids can be written; interpolate it to such a grid, or write \
     NetCDF";
const REFUSED_NO_GRID: &str = "it has no latitudes and longitudes along its last two dimensions; \
     add coordinates with units such as degrees_north, or write NetCDF";

/// Returns the reason why a grid of this type, by ecCodes' name, cannot be written.
fn refusal_for_grid_type(attributes: &Attributes) -> Option<&'static str> {
    match attributes.text("GRIB_gridType")? {
        "regular_ll" | "regular_gg" => None,
        grid_type if grid_type.starts_with("reduced_") || grid_type.starts_with("unstructured") => {
            Some(REFUSED_POINT_LIST)
        }
        "healpix" | "triangular_grid" => Some(REFUSED_POINT_LIST),
        _ => Some(REFUSED_PROJECTED),
    }
}

fn coordinate_along(
    coordinates: &[RecognizedCoordinate],
    role: CoordinateRole,
    id: usize,
) -> Option<&RecognizedCoordinate> {
    coordinates
        .iter()
        .find(|coordinate| coordinate.role == role && coordinate.dimensions == [id])
}

/// A coordinate, and its index among the leading dimensions, `None` for a scalar.
struct LeadingAxis {
    dimension: Option<usize>,
    coordinate: Coordinate,
}

impl LeadingAxis {
    fn read(
        source: &dyn DatasetSource,
        leading: &[usize],
        coordinate: Option<&RecognizedCoordinate>,
    ) -> Result<Option<Self>> {
        let Some(coordinate) = coordinate else {
            return Ok(None);
        };
        let dimension = match coordinate.dimensions.as_slice() {
            [] => None,
            [id] => match leading.iter().position(|other| other == id) {
                None => return Ok(None),
                some => some,
            },
            _ => return Ok(None),
        };
        Ok(Some(Self {
            dimension,
            coordinate: coordinates::read_coordinate(source, coordinate.variable)?,
        }))
    }

    fn values(&self) -> Vec<f64> {
        self.coordinate.values.to_f64()
    }

    /// Returns the durations in seconds, or `None` if any is negative or longer than a century.
    /// The default unit is hours.
    fn durations(&self) -> Option<Vec<i64>> {
        let units = self.coordinate.attributes.text("units").unwrap_or("hours");
        let (scale, _) = parse_time_units(&format!("{units} since 1970-01-01"))?;
        self.values()
            .into_iter()
            .map(|number| (number * scale).round())
            .map(|seconds| (0.0..=3.2e9).contains(&seconds).then_some(seconds as i64))
            .collect()
    }
}

fn read_grid(
    source: &dyn DatasetSource,
    variable: &VariableSchema,
    latitude: &RecognizedCoordinate,
    longitude: &RecognizedCoordinate,
) -> Result<LatLonGrid> {
    let latitude = coordinates::read_coordinate(source, latitude.variable)?;
    let longitude = coordinates::read_coordinate(source, longitude.variable)?;
    let number = variable.attributes.number("GRIB_N");
    let is_gaussian = variable.attributes.text("GRIB_gridType") == Some("regular_gg");
    let gaussian = match number.filter(|_| is_gaussian) {
        Some(number) if !(1.0..1e5).contains(&number) => {
            return Err(irregular_grid(
                &latitude,
                "the number of its Gaussian grid (GRIB_N) is out of range",
            ));
        }
        number => number.map(|number| number as i64),
    };
    LatLonGrid::from_axes(&latitude, &longitude, gaussian)
}
