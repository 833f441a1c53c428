//! Grouping, on made-up headers.

use std::collections::HashMap;

use proptest::prelude::*;

use super::cube::Cube;
use super::facts::{Entry, FACETS, Key};
use super::group::{Clash, Group, Groups};
use crate::grib::framing::Location;
use crate::grib::keys::Kept;

/// Of a message: its parameter, then member, time, step, level and facets.
type Made = (i64, (i64, i64, i64, i64), [i64; FACETS.len()]);

fn entry(position: usize, (_, (number, time, step, level), facets): Made) -> Entry {
    Entry {
        position,
        location: Location {
            offset: position as u64,
            field: 0,
        },
        number: Some(number),
        time: time * 86_400,
        step: step * 3600,
        level: level as f64 / 2.0,
        start: 0,
        facets,
        is_double: false,
    }
}

fn grouped(made: &[Made]) -> Result<Vec<Group>, Clash> {
    let mut groups = Groups::default();
    for (position, made) in made.iter().enumerate() {
        let key = Key {
            param_id: made.0,
            ..Key::default()
        };
        groups.add(key, entry(position, *made), Kept::default());
    }
    groups.finish()
}

fn messages() -> impl Strategy<Value = Vec<Made>> {
    let place = (0i64..3, 0i64..3, 0i64..3, -2i64..3);
    let facets = prop::array::uniform5(prop_oneof![4 => Just(0i64), 1 => 0i64..3]);
    prop::collection::vec((0i64..3, place, facets), 1..40)
}

proptest! {
    #[test]
    fn every_message_has_a_place_of_its_own(made in messages(), falling: bool) {
        let groups = match grouped(&made) {
            Ok(groups) => groups,
            Err(Clash { first, second, .. }) => {
                // Only messages that are the same in everything clash.
                prop_assert!(first < second);
                prop_assert_eq!(made[first], made[second]);
                return Ok(());
            }
        };
        let mut seen = vec![0; made.len()];
        for group in &groups {
            let cube = Cube::of(&group.entries, falling).unwrap();
            let mut places: HashMap<u64, [usize; 4]> = HashMap::new();
            let shape = cube.shape();
            for n in 0..shape[0] { for t in 0..shape[1] { for s in 0..shape[2] { for l in 0..shape[3] {
                if let Some(location) = cube.message([n, t, s, l]) {
                    places.insert(location.offset, [n, t, s, l]);
                }
            } } } }
            prop_assert_eq!(places.len(), group.entries.len());
            for entry in &group.entries {
                seen[entry.position] += 1;
                prop_assert_eq!(group.key.param_id, made[entry.position].0);
                let [n, t, s, l] = places[&entry.location.offset];
                prop_assert_eq!(Some(cube.numbers[n]), entry.number);
                prop_assert_eq!(cube.times[t], entry.time);
                prop_assert_eq!(cube.steps[s], entry.step);
                prop_assert_eq!(cube.levels[l], entry.level);
            }
            prop_assert!(cube.times.is_sorted() && cube.steps.is_sorted() && cube.numbers.is_sorted());
            prop_assert!(cube.levels.windows(2).all(|pair| (pair[0] > pair[1]) == falling));
        }
        prop_assert!(seen.iter().all(|&count| count == 1));
        let firsts: Vec<usize> = groups.iter().map(|group| group.entries[0].position).collect();
        prop_assert!(firsts.is_sorted());
    }

    #[test]
    fn messages_with_places_of_their_own_are_not_parted(made in messages()) {
        let mut made = made;
        made.sort_unstable();
        made.dedup_by_key(|made| (made.0, made.1));
        let groups = grouped(&made).unwrap();
        let mut parameters: Vec<i64> = made.iter().map(|made| made.0).collect();
        parameters.dedup();
        prop_assert_eq!(groups.len(), parameters.len());
    }
}
