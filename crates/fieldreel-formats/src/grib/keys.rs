//! Keys that a message keeps from GRIB to attributes and back.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};

use super::library::Message;
use super::message::Keys;
use crate::{AttributeValue, Attributes};

/// Keys of sections 1 and 4 that say how a field was made. Messages of one variable may differ in them by ensemble member.
const KEYS: [&CStr; 11] = [
    c"tablesVersion",
    c"significanceOfReferenceTime",
    c"productionStatusOfProcessedData",
    c"typeOfProcessedData",
    c"typeOfGeneratingProcess",
    c"backgroundProcess",
    c"generatingProcessIdentifier",
    c"hoursAfterDataCutoff",
    c"minutesAfterDataCutoff",
    c"typeOfEnsembleForecast",
    c"typeOfTimeIncrement",
];

/// Keys of section 3 that say what the Earth is, and which way vectors point.
const GRID: [&CStr; 8] = [
    c"shapeOfTheEarth",
    c"scaleFactorOfRadiusOfSphericalEarth",
    c"scaledValueOfRadiusOfSphericalEarth",
    c"scaleFactorOfEarthMajorAxis",
    c"scaledValueOfEarthMajorAxis",
    c"scaleFactorOfEarthMinorAxis",
    c"scaledValueOfEarthMinorAxis",
    c"resolutionAndComponentFlags",
];

/// Values of [`KEYS`], each `None` where a message has none.
type Values = [Option<i64>; KEYS.len()];

/// The values of the keys in the messages of one variable, by ensemble member.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Kept {
    of_member: BTreeMap<i64, Values>,
    /// Keys in which messages of one member differ.
    mixed: [bool; KEYS.len()],
}

impl Kept {
    /// Those of a message. Edition 1 calls other things so.
    pub(super) fn of(message: &Message<'_>) -> Self {
        let values = match message.long(c"edition") {
            Some(2) => KEYS.map(|key| message.long(key)),
            _ => [None; KEYS.len()],
        };
        let member = message.long(c"number").unwrap_or(0);
        Self {
            of_member: [(member, values)].into(),
            ..Self::default()
        }
    }

    /// Adds those of more messages of the variable.
    pub(super) fn add(&mut self, other: Self) {
        for (member, values) in other.of_member {
            let known = *self.of_member.entry(member).or_insert(values);
            let all = self.mixed.iter_mut().zip(known.iter().zip(&values));
            for (mixed, (a, b)) in all {
                *mixed |= a != b;
            }
        }
    }

    /// One number for each key that all messages agree in, or one for each member, in order.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (String, AttributeValue)> {
        let all = KEYS.iter().enumerate().zip(self.mixed);
        all.filter(|(_, mixed)| !mixed)
            .filter_map(|((at, key), _)| {
                let members = self.of_member.values();
                let mut values: Vec<i64> =
                    members.map(|values| values[at]).collect::<Option<_>>()?;
                if values.iter().all(|value| Some(value) == values.first()) {
                    values.truncate(1);
                }
                Some((name(key), values.into()))
            })
    }
}

/// The attributes for the grid of a message of edition 2.
pub(super) fn of_grid(message: &Message<'_>) -> impl Iterator<Item = (String, AttributeValue)> {
    let is_second = message.long(c"edition") == Some(2);
    let keys = GRID.iter().filter(move |_| is_second);
    keys.filter_map(|key| Some((name(key), vec![message.long(key)?].into())))
}

/// The keys of a product and their values by a variable's attributes, of the member at this place of its dimension.
pub(super) fn of_product(
    attributes: &Attributes,
    member: usize,
) -> impl Iterator<Item = (CString, i64)> {
    keys_of(attributes, &KEYS, member)
}

/// The keys of a grid and their values by a variable's attributes.
pub(super) fn of_earth(attributes: &Attributes) -> impl Iterator<Item = (CString, i64)> {
    keys_of(attributes, &GRID, 0)
}

fn keys_of(
    attributes: &Attributes,
    keys: &'static [&CStr],
    member: usize,
) -> impl Iterator<Item = (CString, i64)> {
    keys.iter().filter_map(move |&key| {
        let values = attributes.get(&name(key))?.to_numbers();
        let value = match values.as_slice() {
            [one] => one,
            many => many.get(member)?,
        };
        Some((key.to_owned(), *value as i64))
    })
}

fn name(key: &CStr) -> String {
    format!("GRIB_{}", key.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(member: i64, kind: i64) -> Kept {
        let mut values = [None; KEYS.len()];
        values[9] = Some(kind);
        Kept {
            of_member: [(member, values)].into(),
            ..Kept::default()
        }
    }

    fn attribute(messages: &[(i64, i64)]) -> Option<Vec<f64>> {
        let mut all = Kept::default();
        for (member, kind) in messages {
            all.add(kept(*member, *kind));
        }
        let found: Vec<_> = all.attributes().collect();
        let (name, value) = found.first()?;
        assert_eq!((found.len(), &**name), (1, "GRIB_typeOfEnsembleForecast"));
        Some(value.to_numbers())
    }

    #[test]
    fn members_may_differ_and_messages_of_one_may_not() {
        assert_eq!(attribute(&[(0, 3), (1, 3), (0, 3)]), Some(vec![3.0]));
        assert_eq!(
            attribute(&[(2, 3), (0, 1), (1, 3)]),
            Some(vec![1.0, 3.0, 3.0])
        );
        assert_eq!(attribute(&[(0, 3), (1, 3), (0, 4)]), None);
        let attributes: Attributes = [("GRIB_typeOfEnsembleForecast", vec![1_i64, 3])]
            .into_iter()
            .collect();
        let of = |member| {
            of_product(&attributes, member)
                .next()
                .map(|(_, value)| value)
        };
        assert_eq!([of(0), of(1), of(2)], [Some(1), Some(3), None]);
    }
}
