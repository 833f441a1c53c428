//! Tests of grouping, with generated headers.

use std::collections::HashMap;

use proptest::prelude::*;

use super::group::{DuplicateEntries, MessageGroup, MessageGrouper};
use super::hypercube::Hypercube;
use super::message_index::{DISCRIMINATORS, MessageEntry, VariableKey};
use crate::grib::framing::MessageLocation;
use crate::grib::keys::ProductKeys;

/// The parameter, the coordinates (member, time, step, level) and the discriminators of a message.
type TestMessage = (i64, (i64, i64, i64, i64), [i64; DISCRIMINATORS.len()]);

fn entry(
    index: usize,
    (_, (member, time, step, level), discriminators): TestMessage,
) -> MessageEntry {
    MessageEntry {
        index,
        location: MessageLocation {
            offset: index as u64,
            field: 0,
        },
        member: Some(member),
        time: time * 86_400,
        step: step * 3600,
        level: level as f64 / 2.0,
        step_start: 0,
        discriminators,
        is_double: false,
    }
}

fn group_messages(messages: &[TestMessage]) -> Result<Vec<MessageGroup>, DuplicateEntries> {
    let mut groups = MessageGrouper::default();
    for (index, message) in messages.iter().enumerate() {
        let key = VariableKey {
            param_id: message.0,
            ..VariableKey::default()
        };
        groups.add(key, entry(index, *message), ProductKeys::default());
    }
    groups.finish()
}

fn message_lists() -> impl Strategy<Value = Vec<TestMessage>> {
    let coordinates = (0i64..3, 0i64..3, 0i64..3, -2i64..3);
    let discriminators = prop::array::uniform5(prop_oneof![4 => Just(0i64), 1 => 0i64..3]);
    prop::collection::vec((0i64..3, coordinates, discriminators), 1..40)
}

proptest! {
    #[test]
    fn every_message_has_its_own_index(messages in message_lists(), is_decreasing: bool) {
        let groups = match group_messages(&messages) {
            Ok(groups) => groups,
            Err(DuplicateEntries { first, second, .. }) => {
                // Only identical messages are duplicates.
                prop_assert!(first < second);
                prop_assert_eq!(messages[first], messages[second]);
                return Ok(());
            }
        };
        let mut counts = vec![0; messages.len()];
        for group in &groups {
            let hypercube = Hypercube::from_entries(&group.entries, is_decreasing).unwrap();
            let mut indices: HashMap<u64, [usize; 4]> = HashMap::new();
            let shape = hypercube.shape();
            for n in 0..shape[0] { for t in 0..shape[1] { for s in 0..shape[2] { for l in 0..shape[3] {
                if let Some(location) = hypercube.location([n, t, s, l]) {
                    indices.insert(location.offset, [n, t, s, l]);
                }
            } } } }
            prop_assert_eq!(indices.len(), group.entries.len());
            for entry in &group.entries {
                counts[entry.index] += 1;
                prop_assert_eq!(group.key.param_id, messages[entry.index].0);
                let [n, t, s, l] = indices[&entry.location.offset];
                prop_assert_eq!(Some(hypercube.members[n]), entry.member);
                prop_assert_eq!(hypercube.times[t], entry.time);
                prop_assert_eq!(hypercube.steps[s], entry.step);
                prop_assert_eq!(hypercube.levels[l], entry.level);
            }
            prop_assert!(hypercube.times.is_sorted() && hypercube.steps.is_sorted() && hypercube.members.is_sorted());
            prop_assert!(hypercube.levels.windows(2).all(|pair| (pair[0] > pair[1]) == is_decreasing));
        }
        prop_assert!(counts.iter().all(|&count| count == 1));
        let firsts: Vec<usize> = groups.iter().map(|group| group.entries[0].index).collect();
        prop_assert!(firsts.is_sorted());
    }

    #[test]
    fn messages_with_distinct_coordinates_are_not_split(messages in message_lists()) {
        let mut messages = messages;
        messages.sort_unstable();
        messages.dedup_by_key(|message| (message.0, message.1));
        let groups = group_messages(&messages).unwrap();
        let mut parameters: Vec<i64> = messages.iter().map(|message| message.0).collect();
        parameters.dedup();
        prop_assert_eq!(groups.len(), parameters.len());
    }
}
