//! Coordinates: values along the dimensions of a field.

use std::ops::Range;

use crate::{AttributeValue, Attributes, NumericArray};

/// The values along some dimensions: an axis, a 2-D latitude, bounds, or a scalar.
///
/// ```
/// use fieldreel_core::Coordinate;
///
/// let latitudes = Coordinate::axis("latitude", [50.0, 50.5, 51.0])
///     .with_attribute("units", "degrees_north");
/// assert_eq!(latitudes.shape(), [3]);
/// assert_eq!(latitudes.attributes.text("units"), Some("degrees_north"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Coordinate {
    /// The name. The values of an axis have the name of its dimension.
    pub name: String,
    /// The names and lengths of the dimensions of `values`, slowest first; empty for a scalar.
    ///
    /// A dimension need not be one of the field, such as the vertices of bounds.
    pub dimensions: Vec<(String, usize)>,
    /// The values in row-major order, in the unit of the `units` attribute.
    ///
    /// Times are not decoded: see the `units` and `calendar` attributes.
    pub values: NumericArray,
    /// The attributes.
    pub attributes: Attributes,
}

impl Coordinate {
    /// Creates a coordinate without attributes.
    ///
    /// `dimensions` are names and lengths, slowest first; `values` are in row-major order.
    ///
    /// ```
    /// use fieldreel_core::Coordinate;
    ///
    /// // In a curvilinear grid of 2 rows and 3 columns, each cell has a latitude of its own.
    /// let values = [50.0, 50.1, 50.2, 51.0, 51.1, 51.2];
    /// let latitudes = Coordinate::new("latitude", &[("y", 2), ("x", 3)], values);
    /// assert_eq!(latitudes.shape(), [2, 3]);
    /// assert!(latitudes.is_consistent());
    /// ```
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

    /// Creates the values of an axis: a coordinate along the dimension of the same name.
    #[must_use]
    pub fn axis(dimension: impl Into<String>, values: impl Into<NumericArray>) -> Self {
        let name = dimension.into();
        Self::along(name.clone(), &name, values)
    }

    /// Creates a coordinate along one dimension.
    #[must_use]
    pub fn along(
        name: impl Into<String>,
        dimension: &str,
        values: impl Into<NumericArray>,
    ) -> Self {
        let values = values.into();
        Self::new(name, &[(dimension, values.len())], values)
    }

    /// Returns this coordinate with another attribute.
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

    /// Returns true if the number of values is the product of the lengths of the dimensions.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        let mut lengths = self.dimensions.iter().map(|&(_, len)| len);
        lengths.try_fold(1_usize, usize::checked_mul) == Some(self.values.len())
    }

    /// Returns the values at a range of indices of a dimension, or all values if the coordinate
    /// does not have that dimension.
    ///
    /// Returns `None` if the range is not within the dimension.
    ///
    /// ```
    /// use fieldreel_core::Coordinate;
    ///
    /// let longitudes = Coordinate::axis("longitude", [10.0, 10.5, 11.0, 11.5]);
    /// let inner = Coordinate::axis("longitude", [10.5, 11.0]);
    /// assert_eq!(longitudes.select("longitude", 1..3), Some(inner));
    /// assert_eq!(longitudes.select("longitude", 3..5), None);
    /// ```
    #[must_use]
    pub fn select(&self, dimension: &str, indices: Range<usize>) -> Option<Self> {
        let mut selected = self.clone();
        let mut inner = 1_usize;
        for (name, len) in selected.dimensions.iter_mut().rev() {
            if name == dimension {
                if indices.start > indices.end || indices.end > *len {
                    return None;
                }
                let range = indices.start.checked_mul(inner)?..indices.end.checked_mul(inner)?;
                let block_len = len.checked_mul(inner)?;
                selected.values = selected.values.select_in_blocks(block_len, range);
                *len = indices.len();
            }
            inner = inner.checked_mul(*len)?;
        }
        Some(selected)
    }

    /// Returns the values at one index of a dimension, which is dropped, or all values if the
    /// coordinate does not have that dimension.
    ///
    /// Returns `None` if the index is not within the dimension.
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
        /// The values are their own indices, so that each tells its position.
        #[test]
        fn a_selection_has_the_values_of_its_indices(
            shape in prop::collection::vec(0_usize..5, 1..4), axis: prop::sample::Index, ends: [u8; 2],
        ) {
            let names = ["a", "b", "c"];
            let dimensions: Vec<(&str, usize)> = names.into_iter().zip(shape.iter().copied()).collect();
            let values: Vec<i32> = (0..shape.iter().product::<usize>() as i32).collect();
            let coordinate = Coordinate::new("p", &dimensions, values);
            prop_assert!(coordinate.is_consistent());
            let axis = axis.index(shape.len());
            let [start, end] = ends.map(|end| usize::from(end) % 7);
            let part = coordinate.select(names[axis], start..end);
            prop_assert_eq!(part.is_some(), start <= end && end <= shape[axis]);
            let Some(part) = part else { return Ok(()) };
            prop_assert!(part.is_consistent());
            let inner: usize = shape[axis + 1..].iter().product();
            let expected: Vec<i32> = match &coordinate.values {
                NumericArray::I32(values) => values.clone(),
                _ => Vec::new(),
            };
            let expected: Vec<i32> = expected
                .into_iter()
                .filter(|&index| (start..end).contains(&(index as usize / inner % shape[axis])))
                .collect();
            prop_assert_eq!(&part.values, &NumericArray::I32(expected));
            if start + 1 == end {
                let at = coordinate.at(names[axis], start).unwrap();
                prop_assert_eq!(at.values, part.values);
                prop_assert_eq!(at.dimensions.len() + 1, shape.len());
            }
        }
    }

    #[test]
    fn selecting_along_another_dimension_returns_all_values() {
        let height = Coordinate::new("height", &[], 2.0).with_attribute("units", "m");
        assert_eq!(height.select("time", 3..7).as_ref(), Some(&height));
        assert_eq!(height.at("time", 3), Some(height));
    }

    #[test]
    fn a_coordinate_with_too_few_values_is_inconsistent() {
        let mut edges = Coordinate::new("edges", &[("x", 2), ("two", 2)], vec![0.0; 4]);
        assert_eq!((edges.is_consistent(), edges.shape()), (true, vec![2, 2]));
        edges.dimensions.push(("three".to_owned(), 3));
        assert!(!edges.is_consistent());
        edges.dimensions = vec![("x".to_owned(), usize::MAX), ("y".to_owned(), 2)];
        assert!(!edges.is_consistent());
        assert_eq!(edges.select("x", 0..1), None);
    }
}
