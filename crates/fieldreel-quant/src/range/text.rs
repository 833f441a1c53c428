//! The text form of a range.

use std::fmt;
use std::str::FromStr;

use fieldreel_core::ParseError;

use super::ValueRange;
use crate::{Float, QuantError};

/// Writes `MIN..MAX`, with each bound in the form of [`Float::to_text`].
impl<T: Float> fmt::Display for ValueRange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.min.to_text(), self.max.to_text())
    }
}

impl<T: Float> FromStr for ValueRange<T> {
    type Err = QuantError;

    /// Parses `MIN..MAX`. The inverse of `Display`, exact to the bit.
    ///
    /// # Errors
    ///
    /// - [`QuantError::Parse`] if `text` is not two finite numbers separated by `..`;
    /// - [`QuantError::Range`] if the first number is larger than the second.
    fn from_str(text: &str) -> Result<Self, QuantError> {
        let (min, max) = text
            .split_once("..")
            .ok_or_else(|| ParseError::new("a range", text))?;
        Self::new(T::from_text(min)?, T::from_text(max)?)
    }
}
