//! Coordinates of frames: the grid, time, level and ensemble member that a field's coordinates
//! define.

use super::calendar::{DateTime, parse_time_units};
use super::write::GribGrid;
use crate::dataset::conventions::{is_latitude, is_longitude};
use crate::{Attributes, Coordinate, Field, FormatError, Result};

/// A grid of latitudes and longitudes, evenly spaced except for the rows of a Gaussian grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LatLonGrid {
    pub(super) latitudes: DegreeAxis,
    pub(super) longitudes: DegreeAxis,
    /// The rows of a Gaussian grid, in place of evenly spaced latitudes.
    pub(super) gaussian: Option<GaussianRows>,
}

/// The rows of a Gaussian grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GaussianRows {
    /// The number of latitudes between a pole and the equator.
    pub(super) number: i64,
    /// Latitudes in degrees.
    pub(super) latitudes: Vec<f64>,
}

/// An axis of `count` points from `first` to `last`, in degrees.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DegreeAxis {
    pub(super) first: f64,
    pub(super) last: f64,
    pub(super) count: usize,
}

impl DegreeAxis {
    /// Returns the distance between neighboring points, 0 if there is only one.
    pub(super) fn increment(&self) -> f64 {
        match self.count {
            0 | 1 => 0.0,
            count => (self.last - self.first).abs() / (count - 1) as f64,
        }
    }

    /// Returns the axis that has point `index` at `index` thousandths of a degree, or at `index`
    /// millionths if thousandths exceed `limit` degrees. Returns `None` if millionths do so too.
    fn from_indices(count: usize, limit: f64) -> Option<Self> {
        let last = count.saturating_sub(1) as f64;
        [1e-3, 1e-6]
            .into_iter()
            .map(|step| Self {
                first: 0.0,
                last: last * step,
                count,
            })
            .find(|axis| axis.last <= limit)
    }
}

impl LatLonGrid {
    /// Returns the grid of a field's last two dimensions.
    pub(super) fn from_field(field: &Field, choice: GribGrid) -> Result<Self> {
        let [.., y, x] = field.dimensions.as_slice() else {
            return Err(FormatError::RankTooLow {
                name: field.name.clone(),
                rank: field.dimensions.len(),
            });
        };
        if choice == GribGrid::Index {
            return Self::from_indices(y.len, x.len);
        }
        let (latitude, longitude) = (
            find_coordinate(field, is_latitude),
            find_coordinate(field, is_longitude),
        );
        let (Some(latitude), Some(longitude)) = (latitude, longitude) else {
            return Self::from_indices(y.len, x.len);
        };
        for coordinate in [latitude, longitude] {
            if coordinate.dimensions.len() == 2 {
                return Err(irregular_grid(coordinate, "it has two dimensions"));
            }
        }
        if !latitude.dimension_names().eq([y.name.as_str()])
            || !longitude.dimension_names().eq([x.name.as_str()])
        {
            return Self::from_indices(y.len, x.len);
        }
        Self::from_axes(latitude, longitude, None)
    }

    /// Returns the grid of two axes. `gaussian` is the number N of a Gaussian grid.
    pub(super) fn from_axes(
        latitude: &Coordinate,
        longitude: &Coordinate,
        gaussian: Option<i64>,
    ) -> Result<Self> {
        let (latitudes, gaussian) = match gaussian {
            None => (regular_axis(latitude)?, None),
            Some(number) => {
                let (latitudes, axis) = degrees_with_range(latitude)?;
                (axis, Some(GaussianRows { number, latitudes }))
            }
        };
        let longitudes = regular_axis(longitude)?;
        if latitudes.first.abs().max(latitudes.last.abs()) > 90.0 + 1e-6 {
            return Err(irregular_grid(latitude, "it extends beyond a pole"));
        }
        if (longitudes.last - longitudes.first).abs() > 360.0 + 1e-6 {
            return Err(irregular_grid(longitude, "it spans more than 360 degrees"));
        }
        Ok(Self {
            latitudes,
            longitudes,
            gaussian,
        })
    }

    /// Returns the grid of [`GribGrid::Index`], in which row and column numbers stand for degrees.
    pub(super) fn from_indices(rows: usize, columns: usize) -> Result<Self> {
        let too_large = || FormatError::InvalidOption {
            option: "the size of a frame",
            value: format!("{rows}×{columns}"),
            allowed: "at most 90 million rows and 359 million columns",
        };
        Ok(Self {
            latitudes: DegreeAxis::from_indices(rows, 90.0).ok_or_else(too_large)?,
            longitudes: DegreeAxis::from_indices(columns, 359.0).ok_or_else(too_large)?,
            gaussian: None,
        })
    }
}

fn find_coordinate(field: &Field, matches: fn(&Attributes) -> bool) -> Option<&Coordinate> {
    field
        .coordinates
        .iter()
        .find(|c| !c.dimensions.is_empty() && matches(&c.attributes))
}

/// Returns the degrees of a coordinate, and the axis from the first to the last of them.
fn degrees_with_range(coordinate: &Coordinate) -> Result<(Vec<f64>, DegreeAxis)> {
    let degrees = coordinate.values.to_f64();
    let (Some(&first), Some(&last)) = (degrees.first(), degrees.last()) else {
        return Err(irregular_grid(coordinate, "it is empty"));
    };
    let count = degrees.len();
    Ok((degrees, DegreeAxis { first, last, count }))
}

/// Returns the axis of a coordinate after checking that its values are finite and evenly spaced.
fn regular_axis(coordinate: &Coordinate) -> Result<DegreeAxis> {
    let (degrees, axis) = degrees_with_range(coordinate)?;
    let DegreeAxis { first, last, .. } = axis;
    let step = (last - first) / degrees.len().saturating_sub(1).max(1) as f64;
    let tolerance = step.abs() * 1e-3 + 1e-5;
    let is_regular =
        |(index, &value): (usize, &f64)| (first + step * index as f64 - value).abs() <= tolerance;
    if !degrees.iter().all(|value| value.is_finite()) {
        Err(irregular_grid(
            coordinate,
            "it has values that are not finite",
        ))
    } else if degrees.len() > 1 && step.abs() < 1e-6 || !degrees.iter().enumerate().all(is_regular)
    {
        Err(irregular_grid(coordinate, "its spacing varies"))
    } else {
        Ok(axis)
    }
}

pub(super) fn irregular_grid(coordinate: &Coordinate, problem: &'static str) -> FormatError {
    FormatError::IrregularGrid {
        coordinate: coordinate.name.clone(),
        problem,
    }
}

/// The times of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameTime {
    /// The reference time, in seconds since 1970.
    pub(super) reference: i64,
    /// Seconds from the reference time to the valid time.
    pub(super) step: i64,
    /// Seconds from the reference time to the start of an accumulation.
    pub(super) step_start: i64,
}

/// The axes before `y` and `x`, each with its index among the field's dimensions and its values.
pub(super) struct LeadingAxes {
    pub(super) member: Option<(usize, Vec<i64>)>,
    pub(super) time: (Option<usize>, Vec<FrameTime>),
    pub(super) level: (Option<usize>, Vec<i64>),
}

const SECONDS_PER_HOUR: i64 = 3600;

impl LeadingAxes {
    pub(super) fn from_field(field: &Field) -> Result<Self> {
        let count = field.dimensions.len().saturating_sub(2);
        let mut unassigned: Vec<usize> = (0..count).collect();
        let mut take_axis = |matches: &dyn Fn(&str) -> bool| {
            let position = unassigned
                .iter()
                .position(|&axis| matches(&field.dimensions[axis].name))?;
            Some(unassigned.remove(position))
        };
        let member =
            take_axis(&|name| ["number", "realization", "member", "ensemble"].contains(&name));
        let time = take_axis(&|name| field.coordinate(name).is_some_and(is_time))
            .or_else(|| take_axis(&|name| name.eq_ignore_ascii_case("time")))
            .or_else(|| take_axis(&|name| name != "level"));
        let level = take_axis(&|_| true);
        if !unassigned.is_empty() {
            return Err(FormatError::InvalidOption {
                option: "the number of dimensions",
                value: field.dimensions.len().to_string(),
                allowed: "at most 5: a member, a time and a level before y and x",
            });
        }
        let len = |axis: Option<usize>| axis.map_or(1, |axis| field.dimensions[axis].len);
        let times = frame_times(field, time, len(time));
        Ok(Self {
            member: member.map(|axis| (axis, integers_along(field, axis))),
            time: (time, times),
            level: (
                level,
                match level {
                    Some(axis) => integers_along(field, axis),
                    None => vec![scalar_level(field)],
                },
            ),
        })
    }
}

fn is_time(coordinate: &Coordinate) -> bool {
    coordinate
        .attributes
        .text("units")
        .is_some_and(|units| parse_time_units(units).is_some())
}

/// Returns the times of `len` frames from the coordinates, or hourly times from 1970-01-01 on if
/// the coordinates have no dates.
fn frame_times(field: &Field, axis: Option<usize>, len: usize) -> Vec<FrameTime> {
    let hourly_times = || {
        let at_hour = |index| FrameTime {
            reference: index as i64 * SECONDS_PER_HOUR,
            step: 0,
            step_start: 0,
        };
        (0..len).map(at_hour).collect()
    };
    let name = axis.map_or("time", |axis| field.dimensions[axis].name.as_str());
    let Some(valid) = field
        .coordinate(name)
        .and_then(|c| seconds_since_1970(c, len))
    else {
        return hourly_times();
    };
    let reference = field
        .coordinate("forecast_reference_time")
        .and_then(|c| seconds_since_1970(c, len));
    let start = field
        .coordinate("step_start")
        .map(|c| {
            c.values
                .to_f64()
                .into_iter()
                .map(|hours| (hours * SECONDS_PER_HOUR as f64) as i64)
        })
        .map(Iterator::collect::<Vec<_>>)
        .filter(|start| start.len() == len);
    (0..len)
        .map(|index| {
            let reference = reference
                .as_ref()
                .map_or(valid[index], |reference| reference[index]);
            let step = valid[index] - reference;
            // A valid time before the reference time is no forecast, so the reference time is
            // ignored.
            if step < 0 {
                return FrameTime {
                    reference: valid[index],
                    step: 0,
                    step_start: 0,
                };
            }
            let step_start = start
                .as_ref()
                .map_or(step, |start| start[index])
                .clamp(0, step);
            FrameTime {
                reference,
                step,
                step_start,
            }
        })
        .collect()
}

/// Returns the times of a coordinate, rounded to the second, or `None` if GRIB cannot represent
/// them.
pub(super) fn seconds_since_1970(coordinate: &Coordinate, len: usize) -> Option<Vec<i64>> {
    let calendar = coordinate.attributes.text("calendar").unwrap_or("standard");
    if !["standard", "gregorian", "proleptic_gregorian"].contains(&calendar) {
        return None;
    }
    let (unit, origin) = parse_time_units(coordinate.attributes.text("units")?)?;
    let seconds: Vec<i64> = coordinate
        .values
        .to_f64()
        .into_iter()
        .map(|value| (value * unit).round())
        .map(|value| (value.abs() < 1e12).then_some(origin + value as i64))
        .collect::<Option<_>>()?;
    let in_range = |&seconds: &i64| (1..=9999).contains(&DateTime::from_seconds(seconds).year);
    (seconds.len() == len && seconds.iter().all(in_range)).then_some(seconds)
}

/// Returns the coordinate of a dimension if it consists of integers that GRIB can store, else 0,
/// 1, 2, ….
fn integers_along(field: &Field, axis: usize) -> Vec<i64> {
    let dimension = &field.dimensions[axis];
    field
        .coordinate(&dimension.name)
        .map(|coordinate| {
            coordinate
                .values
                .to_f64()
                .into_iter()
                .map(to_integer)
                .collect()
        })
        .and_then(|numbers: Vec<Option<i64>>| numbers.into_iter().collect::<Option<Vec<i64>>>())
        .filter(|numbers| numbers.len() == dimension.len)
        .unwrap_or_else(|| (0..dimension.len as i64).collect())
}

fn scalar_level(field: &Field) -> i64 {
    field
        .coordinate("level")
        .filter(|level| level.values.len() == 1)
        .and_then(|level| level.values.to_f64().first().copied())
        .and_then(to_integer)
        .unwrap_or(0)
}

fn to_integer(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && (0.0..1e6).contains(&number)).then_some(number as i64)
}

/// Returns the code of the largest time unit of GRIB 2 (code table 4.4: hour, minute or second) in
/// which all of `seconds` are integers, and its length in seconds.
pub(super) fn step_unit(seconds: [i64; 2]) -> (i64, i64) {
    [(1, SECONDS_PER_HOUR), (0, 60)]
        .into_iter()
        .find(|(_, unit)| seconds.iter().all(|seconds| seconds % unit == 0))
        .unwrap_or((13, 1))
}
