//! Numbers along the dimensions of a field.

use std::ops::Range;

use crate::{AttributeValue, Attributes, NumericArray};

/// Numbers along some dimensions: an axis, a 2-D latitude, bounds, or a scalar.
#[derive(Debug, Clone, PartialEq)]
pub struct Coordinate {
    /// Its name; that of a dimension when it is that axis.
    pub name: String,
    /// The dimensions of `values`, slowest first, each with its length here; none for a scalar. A dimension may be one
    /// that the field lacks (the vertices of bounds).
    pub dimensions: Vec<(String, usize)>,
    /// The numbers, row-major, in the unit of the `units` attribute. Time is not decoded: its `units` and `calendar` say
    /// how to.
    pub values: NumericArray,
    /// Everything else about it.
    pub attributes: Attributes,
}

impl Coordinate {
    /// A coordinate without attributes. `dimensions` are names and lengths, slowest first; `values` are row-major.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        dimensions: &[(&str, usize)],
        values: impl Into<NumericArray>,
    ) -> Self {
        Self {
            name: name.into(),
            dimensions: dimensions
                .iter()
                .map(|&(name, len)| (name.to_owned(), len))
                .collect(),
            values: values.into(),
            attributes: Attributes::new(),
        }
    }

    /// The values of an axis: a coordinate along the dimension of its own name.
    #[must_use]
    pub fn axis(dimension: impl Into<String>, values: impl Into<NumericArray>) -> Self {
        let name = dimension.into();
        Self::along(name.clone(), &name, values)
    }

    /// A coordinate along one dimension.
    #[must_use]
    pub fn along(
        name: impl Into<String>,
        dimension: &str,
        values: impl Into<NumericArray>,
    ) -> Self {
        let values = values.into();
        Self::new(name, &[(dimension, values.len())], values)
    }

    /// This coordinate with one more attribute.
    #[must_use]
    pub fn with_attribute(
        mut self,
        name: impl Into<String>,
        value: impl Into<AttributeValue>,
    ) -> Self {
        self.attributes.insert(name, value);
        self
    }

    /// Returns the names of the dimensions, slowest first.
    #[must_use]
    pub fn dimension_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.dimensions.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the lengths of the dimensions, slowest first.
    #[must_use]
    pub fn shape(&self) -> Vec<usize> {
        self.dimensions.iter().map(|&(_, len)| len).collect()
    }

    /// Returns true if there are as many values as the dimensions make.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        let mut lengths = self.dimensions.iter().map(|&(_, len)| len);
        lengths.try_fold(1_usize, usize::checked_mul) == Some(self.values.len())
    }

    /// Returns the part at some indices of a dimension; all of it if it is not along that dimension. `None` if the
    /// dimension has not so many indices here.
    #[must_use]
    pub fn select(&self, dimension: &str, indices: Range<usize>) -> Option<Self> {
        let mut selected = self.clone();
        let mut inner = 1_usize;
        for (name, len) in selected.dimensions.iter_mut().rev() {
            if name == dimension {
                if indices.start > indices.end || indices.end > *len {
                    return None;
                }
                let part = indices.start.checked_mul(inner)?..indices.end.checked_mul(inner)?;
                let block = len.checked_mul(inner)?;
                selected.values = selected.values.of_each_block(block, part);
                *len = indices.len();
            }
            inner = inner.checked_mul(*len)?;
        }
        Some(selected)
    }

    /// Returns the part at one index of a dimension, without that dimension; all of it if it is not along that dimension.
    /// `None` if the dimension has not so many indices here.
    #[must_use]
    pub fn at(&self, dimension: &str, index: usize) -> Option<Self> {
        let mut selected = self.select(dimension, index..index.checked_add(1)?)?;
        selected.dimensions.retain(|(name, _)| name != dimension);
        Some(selected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Each value says where it was.
        #[test]
        fn a_selection_has_the_values_of_its_indices(
            shape in prop::collection::vec(0_usize..5, 1..4), axis: prop::sample::Index, ends: [u8; 2],
        ) {
            let names = ["a", "b", "c"];
            let dimensions: Vec<(&str, usize)> = names.into_iter().zip(shape.iter().copied()).collect();
            let values: Vec<i32> = (0..shape.iter().product::<usize>() as i32).collect();
            let whole = Coordinate::new("p", &dimensions, values);
            prop_assert!(whole.is_consistent());
            let axis = axis.index(shape.len());
            let [start, end] = ends.map(|end| usize::from(end) % 7);
            let part = whole.select(names[axis], start..end);
            prop_assert_eq!(part.is_some(), start <= end && end <= shape[axis]);
            let Some(part) = part else { return Ok(()) };
            prop_assert!(part.is_consistent());
            let inner: usize = shape[axis + 1..].iter().product();
            let expected: Vec<i32> = match &whole.values {
                NumericArray::I32(values) => values.clone(),
                _ => Vec::new(),
            };
            let expected: Vec<i32> = expected
                .into_iter()
                .filter(|&place| (start..end).contains(&(place as usize / inner % shape[axis])))
                .collect();
            prop_assert_eq!(&part.values, &NumericArray::I32(expected));
            if start + 1 == end {
                let at = whole.at(names[axis], start).unwrap();
                prop_assert_eq!(at.values, part.values);
                prop_assert_eq!(at.dimensions.len() + 1, shape.len());
            }
        }
    }

    #[test]
    fn another_dimension_selects_all() {
        let height = Coordinate::new("height", &[], 2.0).with_attribute("units", "m");
        assert_eq!(height.select("time", 3..7).as_ref(), Some(&height));
        assert_eq!(height.at("time", 3), Some(height));
    }

    #[test]
    fn missing_values_are_noticed() {
        let mut edges = Coordinate::new("edges", &[("x", 2), ("two", 2)], vec![0.0; 4]);
        assert_eq!((edges.is_consistent(), edges.shape()), (true, vec![2, 2]));
        edges.dimensions.push(("three".to_owned(), 3));
        assert!(!edges.is_consistent());
        edges.dimensions = vec![("x".to_owned(), usize::MAX), ("y".to_owned(), 2)];
        assert!(!edges.is_consistent());
        assert_eq!(edges.select("x", 0..1), None);
    }
}
