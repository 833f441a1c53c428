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
    /// The ensemble members, if the messages have any.
    members: Option<AxisNumbers<i64>>,
    times: AxisNumbers<i64>,
    steps: AxisNumbers<i64>,
    /// The starts of the periods that the values describe, if there are any.
    step_starts: Option<AxisNumbers<i64>>,
    levels: AxisNumbers<f64>,
}

/// The numbers of a coordinate.
#[derive(Debug)]
struct AxisNumbers<T> {
    /// The index of the coordinate's dimension among the leading dimensions; `None` for a scalar.
    dimension: Option<usize>,
    /// One number for each index of the dimension.
    numbers: Vec<T>,
}

impl<T: Copy> AxisNumbers<T> {
    fn scalar(number: T) -> Self {
        Self {
            dimension: None,
            numbers: vec![number],
        }
    }

    /// Returns the index along the coordinate's dimension, 0 for a scalar.
    fn index(&self, leading_index: &[usize]) -> usize {
        let index = self.dimension.and_then(|axis| leading_index.get(axis));
        index.copied().unwrap_or(0)
    }

    /// Returns the number at an index of the leading dimensions.
    fn at(&self, leading_index: &[usize]) -> Option<T> {
        self.numbers.get(self.index(leading_index)).copied()
    }
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
        let unsupported = |problem| FormatError::UnsupportedInGrib {
            variable: name.clone(),
            problem,
            source: None,
        };
        let coordinates = coordinates::recognized_coordinates(schema, variable);
        // Without any recognized coordinate, an array that cannot be written may be no field at
        // all: it is left out, so that the others can be written.
        let not_written = |problem| match coordinates.as_slice() {
            [] => Ok(Err(problem)),
            _ => Err(unsupported(problem)),
        };
        let find = |role| {
            coordinates
                .iter()
                .find(|coordinate| coordinate.role == role)
        };
        if *role == dataset::VariableRole::Spectral {
            return Err(unsupported(PROBLEM_SPECTRAL));
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
        let grid_problem = || match problem_of_grid_type(&variable.attributes) {
            Some(problem) => Some(problem),
            None if latitude_and_longitude.as_ref().is_some_and(is_point_list) => {
                Some(PROBLEM_POINT_LIST)
            }
            None => latitude_and_longitude.map(|_| PROBLEM_PROJECTED),
        };
        let without_grid = || match grid_problem() {
            Some(problem) => Err(unsupported(problem)),
            None => Ok(Err(PROBLEM_NO_GRID)),
        };
        let [leading @ .., y, x] = variable.dimensions.as_slice() else {
            return without_grid();
        };
        let is_regular =
            |(latitude, longitude): &(&RecognizedCoordinate, &RecognizedCoordinate)| {
                latitude.dimensions == [*y] && longitude.dimensions == [*x]
            };
        let axes = latitude_and_longitude.filter(is_regular);
        // Rows and columns can be numbered without coordinates, but a list of points has none.
        let has_rows = grid_problem() != Some(PROBLEM_POINT_LIST);
        if axes.is_none() && !(by_index && has_rows) {
            return without_grid();
        }
        if !variable.kind.is_float() {
            return not_written("its values are not floating-point numbers");
        }
        for (attribute, neutral) in [("scale_factor", 1.0), ("add_offset", 0.0)] {
            let value = variable.attributes.number(attribute);
            if value.is_some_and(|value| value != neutral) {
                return not_written(
                    "its values are packed (scale_factor, add_offset); unpack them first",
                );
            }
        }
        let grid = match axes.filter(|_| !by_index) {
            Some((latitude, longitude)) => read_grid(source, variable, latitude, longitude),
            None => {
                let len = |id: &usize| schema.dimensions.get(*id).map_or(0, |d| d.len);
                LatLonGrid::from_indices(len(y), len(x))
            }
        };
        let grid_error = |error: FormatError| FormatError::UnsupportedInGrib {
            variable: name.clone(),
            problem: "its grid cannot be represented in GRIB 2",
            source: Some(Box::new(error)),
        };
        let grid = grid.map_err(grid_error)?;
        if grid.latitudes.count == 0 || grid.longitudes.count == 0 {
            return not_written("its frames are empty");
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
            return not_written(
                "a dimension before rows and columns is not a member, time, step or level",
            );
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
            None => AxisNumbers::scalar(0),
            Some(axis) => {
                let len = axis.coordinate.values.len();
                let seconds = seconds_since_1970(&axis.coordinate, len);
                AxisNumbers {
                    dimension: axis.dimension,
                    numbers: seconds.ok_or_else(|| unsupported("its times are not dates"))?,
                }
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
                    return Err(unsupported(
                        "its ensemble members are not integers from 0 to 999999",
                    ));
                }
                let has_members = axis.dimension.is_some() || is_ensemble || numbers != [0.0];
                let members = AxisNumbers {
                    dimension: axis.dimension,
                    numbers: numbers.iter().map(|&member| member as i64).collect(),
                };
                Some(members).filter(|_| has_members)
            }
            None => None,
        };
        let levels = level.map_or(AxisNumbers::scalar(0.0), |axis| AxisNumbers {
            dimension: axis.dimension,
            numbers: axis.values(),
        });
        if !levels.numbers.iter().all(|level| level.is_finite()) {
            return Err(unsupported("it has levels that are not finite"));
        }
        let steps = steps.map_or(Some(AxisNumbers::scalar(0)), |axis| axis.durations());
        let steps = steps
            .ok_or_else(|| unsupported("its steps are not durations between zero and a century"))?;
        let step_starts = match step_starts {
            None => None,
            Some(axis) => Some(axis.durations().ok_or_else(|| {
                unsupported("its periods do not start at durations between zero and a century")
            })?),
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
        let members = self.members.as_ref();
        let step = self.steps.at(leading_index).unwrap_or(0);
        let step_starts = self.step_starts.as_ref();
        FrameCoordinates {
            member: members.and_then(|members| members.at(leading_index)),
            member_index: members.map_or(0, |members| members.index(leading_index)),
            time: FrameTime {
                reference: self.times.at(leading_index).unwrap_or(0),
                step,
                step_start: step_starts
                    .map_or(step, |starts| starts.at(leading_index).unwrap_or(0))
                    .clamp(0, step),
            },
            level: self.levels.at(leading_index).unwrap_or(0.0),
            has_levels: self.levels.dimension.is_some(),
        }
    }
}

const PROBLEM_SPECTRAL: &str = "it holds spectral coefficients, but only regular and regular \
     Gaussian grids can be written; transform it to such a grid, or write NetCDF";
const PROBLEM_PROJECTED: &str = "its grid is projected, rotated or unevenly spaced, but only \
     regular and regular Gaussian grids can be written; interpolate it to such a grid, or write \
     NetCDF";
const PROBLEM_POINT_LIST: &str = "its points are a list (a reduced or unstructured grid), but \
     only regular and regular Gaussian grids can be written; interpolate it to such a grid, or \
     write NetCDF";
const PROBLEM_NO_GRID: &str = "it has no latitudes and longitudes along its last two dimensions; \
     add coordinates with units such as degrees_north, or write NetCDF";

/// Returns the reason why a grid of this type, by ecCodes' name, cannot be written.
fn problem_of_grid_type(attributes: &Attributes) -> Option<&'static str> {
    match attributes.text("GRIB_gridType")? {
        "regular_ll" | "regular_gg" => None,
        grid_type if grid_type.starts_with("reduced_") || grid_type.starts_with("unstructured") => {
            Some(PROBLEM_POINT_LIST)
        }
        "healpix" | "triangular_grid" => Some(PROBLEM_POINT_LIST),
        _ => Some(PROBLEM_PROJECTED),
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
    fn durations(&self) -> Option<AxisNumbers<i64>> {
        let units = self.coordinate.attributes.text("units").unwrap_or("hours");
        let (scale, _) = parse_time_units(&format!("{units} since 1970-01-01"))?;
        let numbers = self
            .values()
            .into_iter()
            .map(|number| (number * scale).round())
            .map(|seconds| (0.0..=3.2e9).contains(&seconds).then_some(seconds as i64))
            .collect::<Option<_>>()?;
        Some(AxisNumbers {
            dimension: self.dimension,
            numbers,
        })
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
