//! Attributes by their names, in the order of the file.

use std::collections::HashMap;

use super::AttributeValue;

/// Named attribute values, each name once, in the order in which they came.
///
/// Of a name that comes again, the place is the first one and the value the last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes(Vec<(String, AttributeValue)>);

impl Attributes {
    /// No attributes.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The attribute of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The text of this name: `None` when it is absent or not one text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(AttributeValue::as_text)
    }

    /// The number of this name: `None` when it is absent or not one number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(AttributeValue::as_number)
    }

    /// Sets an attribute, in its place if it is there, else at the end. Gives what was there.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        value: impl Into<AttributeValue>,
    ) -> Option<AttributeValue> {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// Takes an attribute out; the others stay in their order.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        let position = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(position).1)
    }

    /// Every attribute, in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// In linear time, unlike one [`insert`](Attributes::insert) after another: a file may name thousands.
impl<N: Into<String>, V: Into<AttributeValue>> Extend<(N, V)> for Attributes {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        let mut all = std::mem::take(&mut self.0);
        all.extend(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into())),
        );
        let mut places = HashMap::with_capacity(all.len());
        let places: Vec<usize> = all
            .iter()
            .map(|(name, _)| {
                let end = places.len();
                *places.entry(name.as_str()).or_insert(end)
            })
            .collect();
        for ((name, value), place) in all.into_iter().zip(places) {
            match self.0.get_mut(place) {
                Some((_, old)) => *old = value,
                None => self.0.push((name, value)),
            }
        }
    }
}

/// In linear time, as [`extend`](Attributes::extend).
impl<N: Into<String>, V: Into<AttributeValue>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::new();
        attributes.extend(pairs);
        attributes
    }
}

impl IntoIterator for Attributes {
    type Item = (String, AttributeValue);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs() -> impl Strategy<Value = Vec<(String, i32)>> {
        prop::collection::vec(("[a-c]{0,2}", any::<i32>()), 0..20)
    }

    fn one_by_one(pairs: &[(String, i32)]) -> Attributes {
        let mut attributes = Attributes::new();
        for (name, value) in pairs {
            attributes.insert(name, *value);
        }
        attributes
    }

    proptest! {
        #[test]
        fn all_at_once_is_one_by_one(first in pairs(), later in pairs()) {
            let mut all: Attributes = first.iter().cloned().collect();
            prop_assert_eq!(&all, &one_by_one(&first));
            all.extend(later.iter().cloned());
            prop_assert_eq!(&all, &one_by_one(&[first, later].concat()));
            prop_assert_eq!(all.iter().len(), all.len());
            for (name, value) in all.clone() {
                prop_assert_eq!(all.get(&name), Some(&value));
            }
        }
    }

    #[test]
    fn an_attribute_keeps_its_place() {
        let mut attributes = Attributes::from_iter([("a", 1), ("b", 2), ("c", 3)]);
        assert_eq!(attributes.insert("b", "two"), Some(2.into()));
        assert_eq!(attributes.insert("d", 4.5), None);
        let names = |attributes: &Attributes| -> Vec<String> {
            attributes.iter().map(|(name, _)| name.to_owned()).collect()
        };
        assert_eq!(names(&attributes), ["a", "b", "c", "d"]);
        assert_eq!(
            (attributes.text("b"), attributes.number("b")),
            (Some("two"), None)
        );
        assert_eq!(
            (attributes.text("d"), attributes.number("d")),
            (None, Some(4.5))
        );

        assert_eq!(attributes.remove("b"), Some("two".into()));
        assert_eq!(attributes.remove("b"), None);
        assert_eq!(names(&attributes), ["a", "c", "d"]);
        assert!(!attributes.is_empty() && Attributes::new().is_empty());
    }
}
