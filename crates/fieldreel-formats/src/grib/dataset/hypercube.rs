//! Hypercubes: the arrangement of a variable's messages along member, time, step and level.

use super::message_index::MessageEntry;
use crate::grib::framing::MessageLocation;

/// The axes of a variable's messages, and the location of the message at each index.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hypercube {
    /// Ensemble members, ascending; empty if no message has a member.
    pub(super) members: Vec<i64>,
    /// Reference times in seconds since 1970, ascending.
    pub(super) times: Vec<i64>,
    /// Steps in seconds from the reference time, ascending.
    pub(super) steps: Vec<i64>,
    /// Levels, ascending, or descending for pressure.
    pub(super) levels: Vec<f64>,
    /// Hours from the reference time to the start of the period of each step. `None` if each
    /// period starts at its step, or if messages of the same step differ.
    pub(super) step_starts: Option<Vec<i64>>,
    /// Row-major flat indices and locations of the messages, sorted by index.
    messages: Vec<(usize, MessageLocation)>,
}

impl Hypercube {
    /// Returns the hypercube of messages with distinct coordinates, or `None` if its size
    /// overflows `usize`.
    pub(super) fn from_entries(entries: &[MessageEntry], decreasing: bool) -> Option<Self> {
        let mut levels: Vec<f64> = entries.iter().map(|entry| entry.level).collect();
        levels.sort_by(|a, b| compare_levels(decreasing, *a, *b));
        levels.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let has_members = entries.iter().any(|entry| entry.member.is_some());
        let members = entries
            .iter()
            .filter(|_| has_members)
            .map(|entry| entry.member.unwrap_or(0));
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
            let member = entry.member.unwrap_or(0);
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

    /// Returns the lengths along member, time, step and level, each at least 1.
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

    /// Returns the location of the message at an index along member, time, step and level, which
    /// must be within the shape, or `None` if there is no message.
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
