//! The places of a variable's messages.

use super::message_index::MessageEntry;
use crate::grib::framing::MessageLocation;

/// What a variable's messages are along member, time, step and level, and where each one is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hypercube {
    /// Ensemble members, rising; empty when messages name none.
    pub(super) members: Vec<i64>,
    /// Starts of forecasts in seconds since 1970, rising.
    pub(super) times: Vec<i64>,
    /// Seconds from there, rising.
    pub(super) steps: Vec<i64>,
    /// Rising, or falling where pressure is meant.
    pub(super) levels: Vec<f64>,
    /// Hours from the start of a forecast to the start of the period of each step, where that is another and the same for
    /// all messages of the step.
    pub(super) step_starts: Option<Vec<i64>>,
    /// Row-major places and the messages there, by place.
    messages: Vec<(usize, MessageLocation)>,
}

impl Hypercube {
    /// The cube of messages that have places of their own. `None` if it has more places than can be counted.
    pub(super) fn from_entries(entries: &[MessageEntry], decreasing: bool) -> Option<Self> {
        let mut levels: Vec<f64> = entries.iter().map(|entry| entry.level).collect();
        levels.sort_by(|a, b| compare_levels(decreasing, *a, *b));
        levels.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let has_members = entries.iter().any(|entry| entry.number.is_some());
        let members = entries
            .iter()
            .filter(|_| has_members)
            .map(|entry| entry.number.unwrap_or(0));
        let mut hypercube = Self {
            members: sorted_unique(members),
            times: sorted_unique(entries.iter().map(|entry| entry.time)),
            steps: sorted_unique(entries.iter().map(|entry| entry.step)),
            levels,
            step_starts: None,
            messages: Vec::new(),
        };
        hypercube
            .shape()
            .iter()
            .try_fold(1usize, |product, &len| product.checked_mul(len))?;
        let mut step_starts = vec![None; hypercube.steps.len()];
        let mut is_consistent = true;
        hypercube.messages = Vec::with_capacity(entries.len());
        for entry in entries {
            let step = hypercube.steps.partition_point(|&step| step < entry.step);
            let member = entry.number.unwrap_or(0);
            let index = [
                hypercube.members.partition_point(|&other| other < member),
                hypercube.times.partition_point(|&time| time < entry.time),
                step,
                hypercube.levels.partition_point(|&level| {
                    compare_levels(decreasing, level, entry.level).is_lt()
                }),
            ];
            if let Some(start) = step_starts.get_mut(step) {
                is_consistent &= start.is_none_or(|start| start == entry.step_start);
                *start = Some(entry.step_start);
            }
            hypercube
                .messages
                .push((hypercube.flat_index(index), entry.location));
        }
        hypercube.messages.sort_unstable_by_key(|(index, _)| *index);
        let step_starts: Vec<i64> = step_starts.into_iter().flatten().collect();
        let start_at_steps = step_starts
            .iter()
            .zip(&hypercube.steps)
            .all(|(start, step)| start * 3600 == *step);
        hypercube.step_starts = Some(step_starts).filter(|_| is_consistent && !start_at_steps);
        Some(hypercube)
    }

    /// Lengths along member, time, step and level; at least 1 each.
    pub(super) fn shape(&self) -> [usize; 4] {
        let members = self.members.len().max(1);
        [
            members,
            self.times.len(),
            self.steps.len(),
            self.levels.len(),
        ]
    }

    fn flat_index(&self, index: [usize; 4]) -> usize {
        self.shape()
            .iter()
            .zip(index)
            .fold(0, |flat, (len, index)| flat * len + index)
    }

    /// The message at a place along member, time, step and level, which must be in the cube.
    pub(super) fn location(&self, index: [usize; 4]) -> Option<MessageLocation> {
        let flat = self.flat_index(index);
        let found = self
            .messages
            .binary_search_by_key(&flat, |(index, _)| *index);
        self.messages
            .get(found.ok()?)
            .map(|(_, location)| *location)
    }
}

fn compare_levels(decreasing: bool, a: f64, b: f64) -> std::cmp::Ordering {
    if decreasing {
        b.total_cmp(&a)
    } else {
        a.total_cmp(&b)
    }
}

fn sorted_unique(numbers: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
