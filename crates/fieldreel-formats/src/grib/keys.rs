//! GRIB keys that are preserved as attributes, and written from them.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};

use super::library::GribMessage;
use super::message::MessageKeys;
use crate::{AttributeValue, Attributes};

/// Keys of sections 1 and 4 about the production of a field. Messages of one variable may differ
/// in them between ensemble members.
const PRODUCT_KEYS: [&CStr; 11] = [
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

/// Keys of section 3 for the shape of the Earth and the direction of vector components.
const GRID_KEYS: [&CStr; 8] = [
    c"shapeOfTheEarth",
    c"scaleFactorOfRadiusOfSphericalEarth",
    c"scaledValueOfRadiusOfSphericalEarth",
    c"scaleFactorOfEarthMajorAxis",
    c"scaledValueOfEarthMajorAxis",
    c"scaleFactorOfEarthMinorAxis",
    c"scaledValueOfEarthMinorAxis",
    c"resolutionAndComponentFlags",
];

/// The values of [`PRODUCT_KEYS`]; `None` if a message does not have the key.
type ProductKeyValues = [Option<i64>; PRODUCT_KEYS.len()];

/// The values of the product keys in the messages of one variable, by ensemble member.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ProductKeys {
    by_member: BTreeMap<i64, ProductKeyValues>,
    /// True for keys in which messages of the same member differ.
    differs: [bool; PRODUCT_KEYS.len()],
}

impl ProductKeys {
    /// Returns the values of a message. They are all `None` in edition 1, where the same names
    /// have other meanings.
    pub(super) fn from_message(message: &GribMessage<'_>) -> Self {
        let values = match message.long(c"edition") {
            Some(2) => PRODUCT_KEYS.map(|key| message.long(key)),
            _ => [None; PRODUCT_KEYS.len()],
        };
        let member = message.long(c"number").unwrap_or(0);
        Self {
            by_member: [(member, values)].into(),
            ..Self::default()
        }
    }

    /// Adds the values of other messages of the variable.
    pub(super) fn merge(&mut self, other: Self) {
        for (member, values) in other.by_member {
            let first = *self.by_member.entry(member).or_insert(values);
            let pairs = self.differs.iter_mut().zip(first.iter().zip(&values));
            for (differs, (a, b)) in pairs {
                *differs |= a != b;
            }
        }
    }

    /// Returns an attribute for each key whose value is the same in all messages of a member: one
    /// number if all members agree, else one for each member in ascending order.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (String, AttributeValue)> {
        let keys = PRODUCT_KEYS.iter().enumerate().zip(self.differs);
        keys.filter(|(_, differs)| !differs)
            .filter_map(|((index, key), _)| {
                let members = self.by_member.values();
                let mut values: Vec<i64> =
                    members.map(|values| values[index]).collect::<Option<_>>()?;
                if values.iter().all(|value| Some(value) == values.first()) {
                    values.truncate(1);
                }
                Some((attribute_name(key), values.into()))
            })
    }
}

/// Returns the attributes for the grid of a message, none for edition 1.
pub(super) fn grid_attributes(
    message: &GribMessage<'_>,
) -> impl Iterator<Item = (String, AttributeValue)> {
    let is_edition2 = message.long(c"edition") == Some(2);
    let keys = GRID_KEYS.iter().filter(move |_| is_edition2);
    keys.filter_map(|key| Some((attribute_name(key), vec![message.long(key)?].into())))
}

/// Returns the product keys in a variable's attributes with their values for the member of index
/// `member`.
pub(super) fn product_keys(
    attributes: &Attributes,
    member: usize,
) -> impl Iterator<Item = (CString, i64)> {
    keys_from_attributes(attributes, &PRODUCT_KEYS, member)
}

/// Returns the grid keys in a variable's attributes with their values.
pub(super) fn grid_keys(attributes: &Attributes) -> impl Iterator<Item = (CString, i64)> {
    keys_from_attributes(attributes, &GRID_KEYS, 0)
}

fn keys_from_attributes(
    attributes: &Attributes,
    keys: &'static [&CStr],
    member: usize,
) -> impl Iterator<Item = (CString, i64)> {
    keys.iter().filter_map(move |&key| {
        let values = attributes.get(&attribute_name(key))?.to_numbers();
        let value = match values.as_slice() {
            [value] => value,
            values => values.get(member)?,
        };
        Some((key.to_owned(), *value as i64))
    })
}

fn attribute_name(key: &CStr) -> String {
    format!("GRIB_{}", key.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message_keys(member: i64, value: i64) -> ProductKeys {
        let mut values = [None; PRODUCT_KEYS.len()];
        values[9] = Some(value);
        ProductKeys {
            by_member: [(member, values)].into(),
            ..ProductKeys::default()
        }
    }

    fn attribute(messages: &[(i64, i64)]) -> Option<Vec<f64>> {
        let mut merged = ProductKeys::default();
        for (member, value) in messages {
            merged.merge(message_keys(*member, *value));
        }
        let found: Vec<_> = merged.attributes().collect();
        let (name, value) = found.first()?;
        assert_eq!((found.len(), &**name), (1, "GRIB_typeOfEnsembleForecast"));
        Some(value.to_numbers())
    }

    #[test]
    fn keys_may_differ_between_members_but_not_within_one() {
        assert_eq!(attribute(&[(0, 3), (1, 3), (0, 3)]), Some(vec![3.0]));
        assert_eq!(
            attribute(&[(2, 3), (0, 1), (1, 3)]),
            Some(vec![1.0, 3.0, 3.0])
        );
        assert_eq!(attribute(&[(0, 3), (1, 3), (0, 4)]), None);
        let attributes: Attributes = [("GRIB_typeOfEnsembleForecast", vec![1_i64, 3])]
            .into_iter()
            .collect();
        let value_of = |member| {
            product_keys(&attributes, member)
                .next()
                .map(|(_, value)| value)
        };
        assert_eq!(
            [value_of(0), value_of(1), value_of(2)],
            [Some(1), Some(3), None]
        );
    }
}
