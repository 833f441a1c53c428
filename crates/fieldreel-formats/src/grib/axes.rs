//! Axes: the frame index of each message along ensemble member, time and level.

use std::collections::HashMap;
use std::path::Path;

use super::header::MessageHeader;
use super::select::distinct;
use crate::{Coordinate, FormatError, Result};

/// The axes that the messages of one parameter span, and the index of each message on them.
pub(super) struct MessageAxes {
    /// Ensemble members, ascending.
    members: Vec<i64>,
    /// `(valid time, reference time, start step)` in ascending order of valid time. Times are in
    /// seconds since 1970, start steps in hours.
    times: Vec<(i64, i64, i64)>,
    /// Levels in file order.
    levels: Vec<f64>,
    type_of_level: String,
    /// Frame index, row-major in `(number, time, level)`, by the index of the message in the file.
    frame_indices: HashMap<usize, usize>,
}

impl MessageAxes {
    /// Returns the axes of the messages with these headers, of which there is at least one.
    pub(super) fn from_headers(headers: &[MessageHeader], path: &Path) -> Result<Self> {
        let variable = headers
            .first()
            .map(|h| h.short_name.clone())
            .unwrap_or_default();
        let require_equal = |key: &'static str, value: fn(&MessageHeader) -> &String| {
            let values = distinct(headers.iter().map(|header| value(header).clone()));
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
        require_equal("md5GridSection", |header| &header.grid_digest)?;
        require_equal("typeOfLevel", |header| &header.type_of_level)?;
        require_equal("stepType", |header| &header.step_type)?;
        let mut members: Vec<i64> = headers.iter().map(|header| header.member).collect();
        members.sort_unstable();
        members.dedup();
        let mut levels: Vec<f64> = Vec::new();
        let mut message_times: Vec<(i64, i64, i64)> = Vec::new();
        for header in headers {
            if !levels
                .iter()
                .any(|level| level.total_cmp(&header.level).is_eq())
            {
                levels.push(header.level);
            }
            let (reference, valid) = header.times.ok_or_else(|| FormatError::Damaged {
                path: path.to_path_buf(),
                problem: "a message has an invalid date or time",
            })?;
            message_times.push((valid, reference, header.start_step));
        }
        let valid_times: Vec<i64> = message_times.iter().map(|(valid, ..)| *valid).collect();
        let mut times = message_times;
        times.sort_unstable();
        times.dedup_by_key(|(valid, ..)| *valid);
        let mut axes = Self {
            members,
            times,
            levels,
            type_of_level: headers
                .first()
                .map(|h| h.type_of_level.clone())
                .unwrap_or_default(),
            frame_indices: HashMap::new(),
        };
        let mut occupied: HashMap<usize, usize> = HashMap::new();
        for (header, valid) in headers.iter().zip(valid_times) {
            let frame_index = axes.compute_frame_index(header, valid);
            if let Some(first) = occupied.insert(frame_index, header.index) {
                return Err(FormatError::DuplicateMessages {
                    path: path.to_path_buf(),
                    variable,
                    first: first + 1,
                    second: header.index + 1,
                });
            }
            axes.frame_indices.insert(header.index, frame_index);
        }
        if occupied.len() != axes.frame_count() {
            return Err(FormatError::MissingMessages {
                path: path.to_path_buf(),
                variable,
                expected: axes.frame_count(),
                found: occupied.len(),
            });
        }
        Ok(axes)
    }

    fn compute_frame_index(&self, header: &MessageHeader, valid: i64) -> usize {
        let member = self
            .members
            .partition_point(|member| *member < header.member);
        let time = self.times.partition_point(|(time, ..)| *time < valid);
        let level = self
            .levels
            .iter()
            .position(|level| level.total_cmp(&header.level).is_eq())
            .unwrap_or(0);
        (member * self.times.len() + time) * self.levels.len() + level
    }

    fn frame_count(&self) -> usize {
        self.members
            .len()
            .saturating_mul(self.times.len())
            .saturating_mul(self.levels.len())
    }

    /// Returns the frame index of a message of the file, or `None` if the message is not part of
    /// the field.
    pub(super) fn frame_index(&self, message_index: usize) -> Option<usize> {
        self.frame_indices.get(&message_index).copied()
    }

    /// Returns names and lengths, slowest axis first. `time` is always present, the other axes
    /// only if they are longer than 1.
    pub(super) fn dimensions(&self) -> Vec<(&'static str, usize)> {
        let mut dimensions = Vec::new();
        if self.members.len() > 1 {
            dimensions.push(("number", self.members.len()));
        }
        dimensions.push(("time", self.times.len()));
        if self.levels.len() > 1 {
            dimensions.push(("level", self.levels.len()));
        }
        dimensions
    }

    /// Returns the coordinates along these dimensions, and those of the forecast if any valid time
    /// differs from its reference time.
    pub(super) fn coordinates(&self) -> Vec<Coordinate> {
        let mut coordinates = Vec::new();
        let since_1970 = |name: &str, seconds: Vec<f64>| {
            Coordinate::along(name, "time", seconds)
                .with_attribute("standard_name", name)
                .with_attribute("units", "seconds since 1970-01-01T00:00:00")
                .with_attribute("calendar", "proleptic_gregorian")
        };
        let along_time = |value: fn(&(i64, i64, i64)) -> i64| -> Vec<f64> {
            self.times.iter().map(|time| value(time) as f64).collect()
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
                    .with_attribute("long_name", "start of the period that the values describe")
                    .with_attribute("units", "hours"),
            );
        }
        let members: Vec<f64> = self.members.iter().map(|&member| member as f64).collect();
        if members != [0.0] {
            coordinates.push(
                axis_or_scalar("number", members)
                    .with_attribute("standard_name", "realization")
                    .with_attribute("units", "1"),
            );
        }
        let mut level = axis_or_scalar("level", self.levels.clone());
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

/// Returns an axis, or a scalar coordinate if there is only one number.
fn axis_or_scalar(name: &str, numbers: Vec<f64>) -> Coordinate {
    match numbers.as_slice() {
        [value] => Coordinate::new(name, &[], *value),
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
