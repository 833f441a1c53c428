//! What becomes of a variable.

use super::coordinates::{self, Known, Role};
use crate::dataset::{self, DatasetSource, VariableSchema};
use crate::grib::calendar::parse_units;
use crate::grib::encode::FramePlace;
use crate::grib::place::{FrameTime, LatLonGrid, irregular, seconds};
use crate::grib::{GribGrid, GribOptions};
use crate::{Attributes, Coordinate, FormatError, Result};

/// A variable whose frames become messages.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its index in the schema.
    pub(super) variable: usize,
    pub(super) name: String,
    /// Its own, and those of the file that concern every message.
    pub(super) attributes: Attributes,
    pub(super) grid: LatLonGrid,
    /// The dimensions before rows and columns.
    pub(super) leading: Vec<usize>,
    numbers: (Option<usize>, Option<Vec<i64>>),
    times: (Option<usize>, Vec<i64>),
    steps: (Option<usize>, Vec<i64>),
    /// Where values are about periods.
    starts: Option<(Option<usize>, Vec<i64>)>,
    levels: (Option<usize>, Vec<f64>),
}

impl Plan {
    /// The plan of a variable of this role in its file, or the reason why it is left out.
    pub(super) fn of(
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
        let known = coordinates::of_variable(schema, variable);
        let find = |role| known.iter().find(|known| known.role == role);
        if *role == dataset::VariableRole::Spectral {
            return Err(refuse(SPECTRAL));
        }
        let by_index = options.grid == GribGrid::Index;
        let latitude = find(Role::Latitude).filter(|known| !known.dimensions.is_empty());
        let positions = latitude.zip(find(Role::Longitude));
        let is_list = |(a, b): &(&Known, &Known)| {
            a.dimensions == b.dimensions
                && a.dimensions.len() == 1
                && a.dimensions.last() == variable.dimensions.last()
        };
        // Why not, where the grid is none that can be written.
        let reason = || match unwritable(&variable.attributes) {
            Some(problem) => Some(problem),
            None if positions.as_ref().is_some_and(is_list) => Some(POINTS),
            None => positions.map(|_| PROJECTED),
        };
        let [leading @ .., y, x] = variable.dimensions.as_slice() else {
            return reason().map_or(Ok(Err(NO_GRID)), |problem| Err(refuse(problem)));
        };
        let is_regular = |(latitude, longitude): &(&Known, &Known)| {
            latitude.dimensions == [*y] && longitude.dimensions == [*x]
        };
        let axes = positions.filter(is_regular);
        let Some((latitude, longitude)) =
            axes.or(known.first().zip(known.first()).filter(|_| by_index))
        else {
            return reason().map_or(Ok(Err(NO_GRID)), |problem| Err(refuse(problem)));
        };
        if !variable.kind.is_float() {
            return Err(refuse("its values are no floating-point numbers"));
        }
        for (attribute, neutral) in [("scale_factor", 1.0), ("add_offset", 0.0)] {
            let value = variable.attributes.number(attribute);
            if value.is_some_and(|value| value != neutral) {
                return Err(refuse("its values are packed"));
            }
        }
        let grid = if by_index {
            let len = |id: &usize| schema.dimensions.get(*id).map_or(0, |d| d.len);
            LatLonGrid::of_indices(len(y), len(x))
        } else {
            grid(source, variable, latitude, longitude)
        };
        let wrap = |error: FormatError| FormatError::UnsupportedInGrib {
            variable: name.clone(),
            problem: "its grid is not one of GRIB's",
            source: Some(Box::new(error)),
        };
        let grid = grid.map_err(wrap)?;
        if grid.latitudes.count == 0 || grid.longitudes.count == 0 {
            return Err(refuse("its frames are empty"));
        }
        let roles = [Role::Number, Role::Time, Role::Step, Role::Level];
        let is_meant = |id: &usize| {
            let along = |role| axis(&known, role, *id);
            roles.iter().filter(|role| along(**role).is_some()).count() == 1
                || find(Role::Time).is_none() && along(Role::ValidTime).is_some()
        };
        if !leading.iter().all(is_meant) {
            return Err(refuse(
                "a dimension before latitude and longitude is no member, time, step or level",
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
        let get = |role| Axis::read(source, leading, find(role));
        // A time without a forecast is the time that values are about.
        let time = match get(Role::Time)? {
            None => get(Role::ValidTime)?.filter(|axis| axis.coordinate.dimensions.len() < 2),
            some => some,
        };
        let has_reference = find(Role::Time).is_some();
        let times = match &time {
            None => (None, vec![0]),
            Some(axis) => {
                let len = axis.coordinate.values.len();
                let seconds = seconds(&axis.coordinate, len);
                (
                    axis.at,
                    seconds.ok_or_else(|| refuse("its times are no dates"))?,
                )
            }
        };
        let steps = get(Role::Step)?.filter(|_| has_reference);
        let starts = get(Role::StepStart)?.filter(|_| has_reference);
        let number = get(Role::Number)?;
        let level = get(Role::Level)?;
        let kind = attributes.text("GRIB_dataType").unwrap_or_default();
        let is_ensemble = ["cf", "pf"].contains(&kind);
        let in_range = |number: &f64| number.fract() == 0.0 && (0.0..1e6).contains(number);
        let numbers = match number {
            Some(axis) => {
                let numbers = axis.numbers();
                if !numbers.iter().all(in_range) {
                    return Err(refuse("its members are not counted from 0"));
                }
                let is_meant = axis.at.is_some() || is_ensemble || numbers != [0.0];
                let numbers = numbers.iter().map(|&number| number as i64).collect();
                (axis.at, Some(numbers).filter(|_| is_meant))
            }
            None => (None, None),
        };
        let levels = level.map_or((None, vec![0.0]), |axis| (axis.at, axis.numbers()));
        if !levels.1.iter().all(|level| level.is_finite()) {
            return Err(refuse("it has levels that are not finite"));
        }
        let steps = steps.map_or(Some((None, vec![0])), |axis| {
            Some((axis.at, axis.durations()?))
        });
        let steps = steps.ok_or_else(|| refuse("its steps are no durations of up to a century"))?;
        let starts = match starts {
            None => None,
            Some(axis) => Some((
                axis.at,
                axis.durations()
                    .ok_or_else(|| refuse("its periods do not begin at a step"))?,
            )),
        };
        Ok(Ok(Self {
            variable: index,
            attributes,
            grid,
            leading: leading.to_vec(),
            numbers,
            times,
            steps,
            starts,
            levels,
            name,
        }))
    }

    /// What the message at a place of the leading dimensions is about.
    pub(super) fn place(&self, place: &[usize]) -> FramePlace {
        let at = |axis: Option<usize>| axis.and_then(|axis| place.get(axis)).copied().unwrap_or(0);
        let whole = |(axis, numbers): &(Option<usize>, Vec<i64>)| {
            numbers.get(at(*axis)).copied().unwrap_or(0)
        };
        let step = whole(&self.steps);
        let number = self.numbers.1.as_ref();
        let level = self.levels.1.get(at(self.levels.0));
        FramePlace {
            number: number.and_then(|numbers| numbers.get(at(self.numbers.0)).copied()),
            member: at(self.numbers.0),
            time: FrameTime {
                reference: whole(&self.times),
                step,
                step_start: self.starts.as_ref().map_or(step, whole).clamp(0, step),
            },
            level: level.copied().unwrap_or(0.0),
            has_levels: self.levels.0.is_some(),
        }
    }
}

const SPECTRAL: &str = "it holds spectral coefficients, and GRIB is written of regular and regular Gaussian \
     grids only; transform it to one, or write NetCDF";
const PROJECTED: &str = "its grid is projected, rotated or uneven, and GRIB is written of regular and regular \
     Gaussian grids only; interpolate it to one, or write NetCDF";
const POINTS: &str = "its points are a list, of a reduced or unstructured grid, and GRIB is written of regular and \
     regular Gaussian grids only; interpolate it to one, or write NetCDF";
const NO_GRID: &str = "it has no latitudes and longitudes along its last two dimensions; give it some with units such \
     as degrees_north, or write NetCDF";

/// The reason why a variable cannot be written, by the name that ecCodes gives the grid that it came from.
fn unwritable(attributes: &Attributes) -> Option<&'static str> {
    match attributes.text("GRIB_gridType")? {
        "regular_ll" | "regular_gg" => None,
        kind if kind.starts_with("reduced_") || kind.starts_with("unstructured") => Some(POINTS),
        "healpix" | "triangular_grid" => Some(POINTS),
        _ => Some(PROJECTED),
    }
}

fn axis(known: &[Known], role: Role, id: usize) -> Option<&Known> {
    known
        .iter()
        .find(|known| known.role == role && known.dimensions == [id])
}

/// A coordinate, and its place among the leading dimensions; a scalar has none.
struct Axis {
    at: Option<usize>,
    coordinate: Coordinate,
}

impl Axis {
    fn read(
        source: &dyn DatasetSource,
        leading: &[usize],
        known: Option<&Known>,
    ) -> Result<Option<Self>> {
        let Some(known) = known else { return Ok(None) };
        let at = match known.dimensions.as_slice() {
            [] => None,
            [id] => match leading.iter().position(|other| other == id) {
                None => return Ok(None),
                some => some,
            },
            _ => return Ok(None),
        };
        Ok(Some(Self {
            at,
            coordinate: coordinates::read(source, known.variable)?,
        }))
    }

    fn numbers(&self) -> Vec<f64> {
        self.coordinate.values.to_f64()
    }

    /// In seconds; of no unit, hours. `None` for what is no time from 0 on to a century.
    fn durations(&self) -> Option<Vec<i64>> {
        let units = self.coordinate.attributes.text("units").unwrap_or("hours");
        let (scale, _) = parse_units(&format!("{units} since 1970-01-01"))?;
        self.numbers()
            .into_iter()
            .map(|number| (number * scale).round())
            .map(|seconds| (0.0..=3.2e9).contains(&seconds).then_some(seconds as i64))
            .collect()
    }
}

fn grid(
    source: &dyn DatasetSource,
    variable: &VariableSchema,
    latitude: &Known,
    longitude: &Known,
) -> Result<LatLonGrid> {
    let latitude = coordinates::read(source, latitude.variable)?;
    let longitude = coordinates::read(source, longitude.variable)?;
    let number = variable.attributes.number("GRIB_N");
    let is_gaussian = variable.attributes.text("GRIB_gridType") == Some("regular_gg");
    let gaussian = match number.filter(|_| is_gaussian) {
        Some(number) if !(1.0..1e5).contains(&number) => {
            return Err(irregular(&latitude, "its Gaussian grid has no such number"));
        }
        number => number.map(|number| number as i64),
    };
    LatLonGrid::of_axes(&latitude, &longitude, gaussian)
}
