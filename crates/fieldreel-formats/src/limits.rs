//! How much a file may ask for.

use crate::{FormatError, Result};

/// Limits on what a reader allocates. A header is a claim: every size in it is checked against these
/// before memory is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLimits {
    /// The most values that one array (a field, or one of its coordinates) may have. Default 2³¹.
    pub max_values: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            max_values: 1 << 31,
        }
    }
}

impl ReadLimits {
    /// These limits with another [`max_values`](Self::max_values).
    #[must_use]
    pub fn with_max_values(mut self, max_values: u64) -> Self {
        self.max_values = max_values;
        self
    }

    /// The number of values of an array of this shape.
    ///
    /// # Errors
    ///
    /// [`FormatError::TooLarge`] when it is over the limit, or no `usize`.
    pub fn checked_len(&self, what: &str, shape: &[usize]) -> Result<usize> {
        // A zero anywhere makes an empty array, however large the other lengths claim to be.
        if shape.contains(&0) {
            return Ok(0);
        }
        let values = shape
            .iter()
            .fold(1u64, |product, &len| product.saturating_mul(len as u64));
        match usize::try_from(values) {
            Ok(len) if values <= self.max_values => Ok(len),
            _ => Err(FormatError::TooLarge {
                what: what.to_owned(),
                values,
                limit: self.max_values,
            }),
        }
    }
}
