//! Grouping of messages into variables.

use std::collections::HashMap;

use super::message_index::{DISCRIMINATORS, MessageEntry, VariableKey};
use crate::grib::keys::ProductKeys;

/// The messages of one variable, at least one, in file order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MessageGroup {
    pub(super) key: VariableKey,
    /// The discriminators that separate these messages from others with the same key, as indices
    /// into [`DISCRIMINATORS`].
    pub(super) discriminators: Vec<usize>,
    pub(super) entries: Vec<MessageEntry>,
    /// The keys about the production of the messages.
    pub(super) product_keys: ProductKeys,
}

/// Two messages with the same coordinates in a variable, as indices of messages in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DuplicateEntries {
    pub(super) variable: String,
    pub(super) first: usize,
    pub(super) second: usize,
}

/// A grouping of messages by key, in the order of insertion.
#[derive(Debug, Default)]
pub(super) struct MessageGrouper {
    by_key: HashMap<VariableKey, usize>,
    groups: Vec<MessageGroup>,
}

impl MessageGrouper {
    pub(super) fn add(&mut self, key: VariableKey, entry: MessageEntry, product_keys: ProductKeys) {
        if let Some(group) = self
            .by_key
            .get(&key)
            .and_then(|&index| self.groups.get_mut(index))
        {
            group.entries.push(entry);
            group.product_keys.merge(product_keys);
            return;
        }
        self.by_key.insert(key.clone(), self.groups.len());
        self.groups.push(MessageGroup {
            key,
            discriminators: Vec::new(),
            entries: vec![entry],
            product_keys,
        });
    }

    /// Splits groups until all messages of a group have distinct coordinates. Returns the groups
    /// in the order of their first messages.
    pub(super) fn finish(self) -> Result<Vec<MessageGroup>, DuplicateEntries> {
        let mut finished = Vec::new();
        let mut pending: Vec<MessageGroup> = self.groups;
        while let Some(group) = pending.pop() {
            let Some((first, second)) = find_duplicate(&group.entries) else {
                finished.push(group);
                continue;
            };
            let differs = |discriminator: &usize| {
                first.discriminators.get(*discriminator)
                    != second.discriminators.get(*discriminator)
            };
            let Some(discriminator) = (0..DISCRIMINATORS.len()).find(differs) else {
                return Err(DuplicateEntries {
                    variable: group.key.short_name.clone(),
                    first: first.index,
                    second: second.index,
                });
            };
            // Each new group has a single value of the discriminator, so the loop terminates.
            pending.extend(split_by_discriminator(group, discriminator));
        }
        finished.sort_by_key(|group| group.entries.first().map(|entry| entry.index));
        Ok(finished)
    }
}

/// Returns two messages with the same coordinates, if there are any.
fn find_duplicate(entries: &[MessageEntry]) -> Option<(&MessageEntry, &MessageEntry)> {
    let mut seen: HashMap<_, &MessageEntry> = HashMap::with_capacity(entries.len());
    entries.iter().find_map(|entry| {
        let member = entry.member.unwrap_or(0);
        let coordinates = (member, entry.time, entry.step, entry.level.to_bits());
        Some((seen.insert(coordinates, entry)?, entry))
    })
}

/// Splits a group by the values of a discriminator.
fn split_by_discriminator(group: MessageGroup, discriminator: usize) -> Vec<MessageGroup> {
    let mut by_value: HashMap<Option<i64>, usize> = HashMap::new();
    let mut parts: Vec<MessageGroup> = Vec::new();
    for entry in group.entries {
        let next = parts.len();
        let index = *by_value
            .entry(entry.discriminators.get(discriminator).copied())
            .or_insert(next);
        if let Some(part) = parts.get_mut(index) {
            part.entries.push(entry);
            continue;
        }
        let mut discriminators = group.discriminators.clone();
        discriminators.push(discriminator);
        parts.push(MessageGroup {
            key: group.key.clone(),
            discriminators,
            entries: vec![entry],
            product_keys: group.product_keys.clone(),
        });
    }
    parts
}
