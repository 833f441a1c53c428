//! A map from names to attribute values that keeps the order of insertion.

use std::collections::HashMap;

use super::AttributeValue;

/// An ordered map from names to attribute values.
///
/// Inserting a name again replaces its value and keeps its position. Arrays and iterators of pairs
/// convert into it.
///
/// ```
/// use fieldreel_core::Attributes;
///
/// let mut attributes = Attributes::from([("units", "K"), ("long_name", "air temperature")]);
/// attributes.insert("valid_range", [150.0_f32, 350.0]);
/// assert_eq!(attributes.text("units"), Some("K"));
/// assert_eq!(attributes.len(), 3);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Attributes(Vec<(String, AttributeValue)>);

impl Attributes {
    /// Creates an empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the value of the attribute of this name, or `None` if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Returns the text of an attribute, or `None` if it is missing or not a single text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(AttributeValue::as_text)
    }

    /// Returns the number of an attribute, or `None` if it is missing or not a single number.
    ///
    /// ```
    /// use fieldreel_core::Attributes;
    ///
    /// let attributes = Attributes::from([("scale_factor", 0.01)]);
    /// assert_eq!(attributes.number("scale_factor"), Some(0.01));
    /// assert_eq!(attributes.number("add_offset"), None);
    /// ```
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(AttributeValue::as_number)
    }

    /// Sets the value of an attribute, and returns its old value.
    ///
    /// A new attribute is appended at the end.
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

    /// Removes an attribute, and returns its value. The other attributes keep their order.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        let position = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(position).1)
    }

    /// Returns an iterator over all attributes in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the number of attributes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if there are no attributes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Inserts many attributes in linear time.
///
/// Repeated calls of [`insert`](Attributes::insert) take quadratic time, and a file may have
/// thousands of attributes.
impl<N: Into<String>, V: Into<AttributeValue>> Extend<(N, V)> for Attributes {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        let mut entries = std::mem::take(&mut self.0);
        entries.extend(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into())),
        );
        let mut index_by_name = HashMap::with_capacity(entries.len());
        let indices: Vec<usize> = entries
            .iter()
            .map(|(name, _)| {
                let next = index_by_name.len();
                *index_by_name.entry(name.as_str()).or_insert(next)
            })
            .collect();
        for ((name, value), index) in entries.into_iter().zip(indices) {
            match self.0.get_mut(index) {
                Some((_, old)) => *old = value,
                None => self.0.push((name, value)),
            }
        }
    }
}

/// Collects attributes in linear time, as [`extend`](Attributes::extend) does.
impl<N: Into<String>, V: Into<AttributeValue>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::new();
        attributes.extend(pairs);
        attributes
    }
}

impl<N: Into<String>, V: Into<AttributeValue>, const LEN: usize> From<[(N, V); LEN]>
    for Attributes
{
    fn from(pairs: [(N, V); LEN]) -> Self {
        pairs.into_iter().collect()
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

    fn insert_each(pairs: &[(String, i32)]) -> Attributes {
        let mut attributes = Attributes::new();
        for (name, value) in pairs {
            attributes.insert(name, *value);
        }
        attributes
    }

    proptest! {
        #[test]
        fn extending_is_the_same_as_inserting_each_attribute(first in pairs(), later in pairs()) {
            let mut attributes: Attributes = first.iter().cloned().collect();
            prop_assert_eq!(&attributes, &insert_each(&first));
            attributes.extend(later.iter().cloned());
            prop_assert_eq!(&attributes, &insert_each(&[first, later].concat()));
            prop_assert_eq!(attributes.iter().len(), attributes.len());
            for (name, value) in attributes.clone() {
                prop_assert_eq!(attributes.get(&name), Some(&value));
            }
        }
    }

    #[test]
    fn an_attribute_keeps_its_position() {
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
