//! Which messages make one variable.

use std::collections::HashMap;

use super::facts::{Entry, FACETS, Key};
use crate::grib::keys::Kept;

/// Messages of one variable, at least one, in file order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) key: Key,
    /// The facets that part these messages from others of the same key: indices into [`FACETS`].
    pub(super) facets: Vec<usize>,
    pub(super) entries: Vec<Entry>,
    /// The keys that say how they were made.
    pub(super) kept: Kept,
}

/// Two messages that have the same place in a variable, counted from 0 in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) variable: String,
    pub(super) first: usize,
    pub(super) second: usize,
}

/// Messages by their keys, as they come.
#[derive(Debug, Default)]
pub(super) struct Groups {
    of_key: HashMap<Key, usize>,
    groups: Vec<Group>,
}

impl Groups {
    pub(super) fn add(&mut self, key: Key, entry: Entry, kept: Kept) {
        if let Some(group) = self
            .of_key
            .get(&key)
            .and_then(|&at| self.groups.get_mut(at))
        {
            group.entries.push(entry);
            group.kept.add(kept);
            return;
        }
        self.of_key.insert(key.clone(), self.groups.len());
        self.groups.push(Group {
            key,
            facets: Vec::new(),
            entries: vec![entry],
            kept,
        });
    }

    /// Groups in which every message has a place of its own, in the order of their first messages.
    pub(super) fn finish(self) -> Result<Vec<Group>, Clash> {
        let mut apart = Vec::new();
        let mut rest: Vec<Group> = self.groups;
        while let Some(group) = rest.pop() {
            let Some((first, second)) = clash(&group.entries) else {
                apart.push(group);
                continue;
            };
            let differs = |facet: &usize| first.facets.get(*facet) != second.facets.get(*facet);
            let Some(facet) = (0..FACETS.len()).find(differs) else {
                return Err(Clash {
                    variable: group.key.short_name.clone(),
                    first: first.position,
                    second: second.position,
                });
            };
            // Each part has one value of the facet, so this ends.
            rest.extend(part(group, facet));
        }
        apart.sort_by_key(|group| group.entries.first().map(|entry| entry.position));
        Ok(apart)
    }
}

/// Two messages of the same place.
fn clash(entries: &[Entry]) -> Option<(&Entry, &Entry)> {
    let mut taken: HashMap<_, &Entry> = HashMap::with_capacity(entries.len());
    entries.iter().find_map(|entry| {
        let number = entry.number.unwrap_or(0);
        let place = (number, entry.time, entry.step, entry.level.to_bits());
        Some((taken.insert(place, entry)?, entry))
    })
}

/// A group for each value of a facet.
fn part(group: Group, facet: usize) -> Vec<Group> {
    let mut of_value: HashMap<Option<i64>, usize> = HashMap::new();
    let mut parts: Vec<Group> = Vec::new();
    for entry in group.entries {
        let next = parts.len();
        let at = *of_value
            .entry(entry.facets.get(facet).copied())
            .or_insert(next);
        if let Some(part) = parts.get_mut(at) {
            part.entries.push(entry);
            continue;
        }
        let mut facets = group.facets.clone();
        facets.push(facet);
        parts.push(Group {
            key: group.key.clone(),
            facets,
            entries: vec![entry],
            kept: group.kept.clone(),
        });
    }
    parts
}
