//! Dimensions: named axes.

/// A named axis of a field or a file.
///
/// ```
/// use fieldreel_core::Dimension;
///
/// let dimensions = [Dimension::unlimited("time"), Dimension::new("latitude", 73)];
/// assert!(dimensions[0].is_unlimited);
/// assert_eq!(dimensions.map(|dimension| dimension.len), [0, 73]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Dimension {
    /// The name.
    pub name: String,
    /// The length; for an unlimited dimension, its current length, which is 0 before values are
    /// written.
    pub len: usize,
    /// True if the dimension may grow as values are appended.
    pub is_unlimited: bool,
}

impl Dimension {
    /// Creates a dimension of fixed length.
    #[must_use]
    pub fn new(name: impl Into<String>, len: usize) -> Self {
        Self {
            name: name.into(),
            len,
            is_unlimited: false,
        }
    }

    /// Creates an unlimited dimension of length 0.
    #[must_use]
    pub fn unlimited(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            len: 0,
            is_unlimited: true,
        }
    }
}
