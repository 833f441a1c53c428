//! The places of a variable's messages.

use super::facts::Entry;
use crate::grib::framing::Location;

/// What a variable's messages are along member, time, step and level, and where each one is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cube {
    /// Ensemble members, rising; empty when messages name none.
    pub(super) numbers: Vec<i64>,
    /// Starts of forecasts in seconds since 1970, rising.
    pub(super) times: Vec<i64>,
    /// Seconds from there, rising.
    pub(super) steps: Vec<i64>,
    /// Rising, or falling where pressure is meant.
    pub(super) levels: Vec<f64>,
    /// Hours from the start of a forecast to the start of the period of each step, where that is another and the same for
    /// all messages of the step.
    pub(super) starts: Option<Vec<i64>>,
    /// Row-major places and the messages there, by place.
    places: Vec<(usize, Location)>,
}

impl Cube {
    /// The cube of messages that have places of their own. `None` if it has more places than can be counted.
    pub(super) fn of(entries: &[Entry], falling: bool) -> Option<Self> {
        let mut levels: Vec<f64> = entries.iter().map(|entry| entry.level).collect();
        levels.sort_by(|a, b| order(falling, *a, *b));
        levels.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let has_numbers = entries.iter().any(|entry| entry.number.is_some());
        let numbers = entries
            .iter()
            .filter(|_| has_numbers)
            .map(|entry| entry.number.unwrap_or(0));
        let mut cube = Self {
            numbers: distinct(numbers),
            times: distinct(entries.iter().map(|entry| entry.time)),
            steps: distinct(entries.iter().map(|entry| entry.step)),
            levels,
            starts: None,
            places: Vec::new(),
        };
        cube.shape()
            .iter()
            .try_fold(1usize, |product, &len| product.checked_mul(len))?;
        let mut starts = vec![None; cube.steps.len()];
        let mut same = true;
        cube.places = Vec::with_capacity(entries.len());
        for entry in entries {
            let step = cube.steps.partition_point(|&step| step < entry.step);
            let number = entry.number.unwrap_or(0);
            let place = [
                cube.numbers.partition_point(|&other| other < number),
                cube.times.partition_point(|&time| time < entry.time),
                step,
                cube.levels
                    .partition_point(|&level| order(falling, level, entry.level).is_lt()),
            ];
            if let Some(start) = starts.get_mut(step) {
                same &= start.is_none_or(|start| start == entry.start);
                *start = Some(entry.start);
            }
            cube.places.push((cube.flat(place), entry.location));
        }
        cube.places.sort_unstable_by_key(|(place, _)| *place);
        let starts: Vec<i64> = starts.into_iter().flatten().collect();
        let are_steps = starts
            .iter()
            .zip(&cube.steps)
            .all(|(start, step)| start * 3600 == *step);
        cube.starts = Some(starts).filter(|_| same && !are_steps);
        Some(cube)
    }

    /// Lengths along member, time, step and level; at least 1 each.
    pub(super) fn shape(&self) -> [usize; 4] {
        let numbers = self.numbers.len().max(1);
        [
            numbers,
            self.times.len(),
            self.steps.len(),
            self.levels.len(),
        ]
    }

    fn flat(&self, place: [usize; 4]) -> usize {
        self.shape()
            .iter()
            .zip(place)
            .fold(0, |flat, (len, place)| flat * len + place)
    }

    /// The message at a place along member, time, step and level, which must be in the cube.
    pub(super) fn message(&self, place: [usize; 4]) -> Option<Location> {
        let flat = self.flat(place);
        let at = self.places.binary_search_by_key(&flat, |(place, _)| *place);
        self.places.get(at.ok()?).map(|(_, location)| *location)
    }
}

fn order(falling: bool, a: f64, b: f64) -> std::cmp::Ordering {
    if falling {
        b.total_cmp(&a)
    } else {
        a.total_cmp(&b)
    }
}

fn distinct(numbers: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
