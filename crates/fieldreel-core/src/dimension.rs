//! Dimensions: named axes, and the frames that arrays of any rank are coded as.

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

/// Returns the shape `(time, y, x)` as which an array of these dimensions, slowest first, is coded.
///
/// The last two dimensions are those of a frame, and all dimensions before them are folded into
/// time. An array of one dimension is a frame of one row, and a scalar a frame of one value. Returns
/// `None` if the number of values exceeds `isize::MAX`.
///
/// ```
/// use fieldreel_core::dimension::folded_shape;
///
/// assert_eq!(folded_shape(&[2, 3, 60, 90]), Some([6, 60, 90]));
/// assert_eq!(folded_shape(&[90]), Some([1, 1, 90]));
/// assert_eq!(folded_shape(&[]), Some([1, 1, 1]));
/// assert_eq!(folded_shape(&[usize::MAX, 1, 2]), None);
/// ```
#[must_use]
pub fn folded_shape(lengths: &[usize]) -> Option<[usize; 3]> {
    let values = lengths
        .iter()
        .try_fold(1_usize, |product, &length| product.checked_mul(length))?;
    isize::try_from(values).ok()?;
    Some(match *lengths {
        [] => [1; 3],
        [width] => [1, 1, width],
        // If another length is 0, the product of these may still be too large.
        [ref leading @ .., height, width] => {
            let frames = leading
                .iter()
                .try_fold(1_usize, |product, &length| product.checked_mul(length))?;
            [frames, height, width]
        }
    })
}
