//! Where messages are along member, time and level.

use std::collections::HashMap;
use std::path::Path;

use super::header::Header;
use super::select::distinct;
use crate::{Coordinate, FormatError, Result};

/// The axes that the messages of one parameter make together, and the place of each message.
pub(super) struct Axes {
    /// Sorted.
    numbers: Vec<i64>,
    /// Seconds since 1970, sorted: `(valid, reference, start step in hours)`.
    times: Vec<(i64, i64, i64)>,
    /// In file order.
    levels: Vec<f64>,
    type_of_level: String,
    /// From a message's position in the file to its place, row-major in `(number, time, level)`.
    places: HashMap<usize, usize>,
}

impl Axes {
    /// The axes of at least one message.
    pub(super) fn of(headers: &[Header], path: &Path) -> Result<Self> {
        let variable = headers
            .first()
            .map(|h| h.short_name.clone())
            .unwrap_or_default();
        let same = |key: &'static str, of: fn(&Header) -> &String| {
            let values = distinct(headers.iter().map(|header| of(header).clone()));
            if values.len() <= 1 {
                return Ok(());
            }
            Err(FormatError::MixedMessages {
                path: path.to_path_buf(),
                variable: variable.clone(),
                key,
                values,
            })
        };
        same("md5GridSection", |header| &header.grid)?;
        same("typeOfLevel", |header| &header.type_of_level)?;
        same("stepType", |header| &header.step_type)?;
        let mut numbers: Vec<i64> = headers.iter().map(|header| header.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut levels: Vec<f64> = Vec::new();
        let mut moments: Vec<(i64, i64, i64)> = Vec::new();
        for header in headers {
            if !levels
                .iter()
                .any(|level| level.total_cmp(&header.level).is_eq())
            {
                levels.push(header.level);
            }
            let (reference, valid) = header.times.ok_or_else(|| FormatError::Damaged {
                path: path.to_path_buf(),
                problem: "a message has a date that is not in the calendar",
            })?;
            moments.push((valid, reference, header.start_step));
        }
        let message_times: Vec<i64> = moments.iter().map(|(valid, ..)| *valid).collect();
        let mut times = moments;
        times.sort_unstable();
        times.dedup_by_key(|(valid, ..)| *valid);
        let mut axes = Self {
            numbers,
            times,
            levels,
            type_of_level: headers
                .first()
                .map(|h| h.type_of_level.clone())
                .unwrap_or_default(),
            places: HashMap::new(),
        };
        let mut taken: HashMap<usize, usize> = HashMap::new();
        for (header, valid) in headers.iter().zip(message_times) {
            let place = axes.place(header, valid);
            if let Some(first) = taken.insert(place, header.position) {
                return Err(FormatError::DuplicateMessages {
                    path: path.to_path_buf(),
                    variable,
                    first: first + 1,
                    second: header.position + 1,
                });
            }
            axes.places.insert(header.position, place);
        }
        if taken.len() != axes.message_count() {
            return Err(FormatError::MissingMessages {
                path: path.to_path_buf(),
                variable,
                expected: axes.message_count(),
                found: taken.len(),
            });
        }
        Ok(axes)
    }

    fn place(&self, header: &Header, valid: i64) -> usize {
        let number = self
            .numbers
            .partition_point(|number| *number < header.number);
        let time = self.times.partition_point(|(time, ..)| *time < valid);
        let level = self
            .levels
            .iter()
            .position(|level| level.total_cmp(&header.level).is_eq())
            .unwrap_or(0);
        (number * self.times.len() + time) * self.levels.len() + level
    }

    fn message_count(&self) -> usize {
        self.numbers
            .len()
            .saturating_mul(self.times.len())
            .saturating_mul(self.levels.len())
    }

    /// The place of the message at a position in the file, when it is one of these.
    pub(super) fn place_of(&self, position: usize) -> Option<usize> {
        self.places.get(&position).copied()
    }

    /// Names and lengths, slowest first. `time` is always there, the others when they are longer
    /// than one.
    pub(super) fn dimensions(&self) -> Vec<(&'static str, usize)> {
        let mut dimensions = Vec::new();
        if self.numbers.len() > 1 {
            dimensions.push(("number", self.numbers.len()));
        }
        dimensions.push(("time", self.times.len()));
        if self.levels.len() > 1 {
            dimensions.push(("level", self.levels.len()));
        }
        dimensions
    }

    /// The coordinates of these dimensions, and of the forecast where it has a length.
    pub(super) fn coordinates(&self) -> Vec<Coordinate> {
        let mut coordinates = Vec::new();
        let since_1970 = |name: &str, seconds: Vec<f64>| {
            Coordinate::along(name, "time", seconds)
                .with_attribute("standard_name", name)
                .with_attribute("units", "seconds since 1970-01-01T00:00:00")
                .with_attribute("calendar", "proleptic_gregorian")
        };
        let along_time = |of: fn(&(i64, i64, i64)) -> i64| -> Vec<f64> {
            self.times.iter().map(|time| of(time) as f64).collect()
        };
        coordinates.push(since_1970("time", along_time(|(valid, ..)| *valid)));
        if self
            .times
            .iter()
            .any(|(valid, reference, _)| valid != reference)
        {
            let reference = along_time(|(_, reference, _)| *reference);
            coordinates.push(since_1970("forecast_reference_time", reference));
            let step = along_time(|(valid, reference, _)| valid - reference);
            let step = step
                .into_iter()
                .map(|seconds| seconds / 3600.0)
                .collect::<Vec<f64>>();
            coordinates.push(
                Coordinate::along("step", "time", step)
                    .with_attribute("standard_name", "forecast_period")
                    .with_attribute("units", "hours"),
            );
            let start = along_time(|(_, _, start)| *start);
            coordinates.push(
                Coordinate::along("step_start", "time", start)
                    .with_attribute("long_name", "start of the period that a value is about")
                    .with_attribute("units", "hours"),
            );
        }
        let numbers: Vec<f64> = self.numbers.iter().map(|&number| number as f64).collect();
        if numbers != [0.0] {
            coordinates.push(
                along("number", numbers)
                    .with_attribute("standard_name", "realization")
                    .with_attribute("units", "1"),
            );
        }
        let mut level = along("level", self.levels.clone());
        if let Some(units) = units_of_level(&self.type_of_level) {
            level.attributes.insert("units", units);
        }
        level
            .attributes
            .insert("long_name", self.type_of_level.as_str());
        coordinates.push(level);
        coordinates
    }
}

/// An axis, or a scalar when there is one number.
fn along(name: &str, numbers: Vec<f64>) -> Coordinate {
    match numbers.as_slice() {
        [one] => Coordinate::new(name, &[], *one),
        _ => Coordinate::axis(name, numbers),
    }
}

pub(super) fn units_of_level(type_of_level: &str) -> Option<&'static str> {
    match type_of_level {
        "isobaricInhPa" => Some("hPa"),
        "isobaricInPa" => Some("Pa"),
        "heightAboveGround" | "heightAboveSea" | "depthBelowSea" => Some("m"),
        _ => None,
    }
}
