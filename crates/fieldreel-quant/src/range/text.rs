use std::fmt;
use std::str::FromStr;

use fieldreel_core::ParseError;

use super::ValueRange;
use crate::{Float, QuantError};

/// `MIN..MAX`, each bound as [`Float::to_text`] writes it.
impl<T: Float> fmt::Display for ValueRange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.min.to_text(), self.max.to_text())
    }
}

impl<T: Float> FromStr for ValueRange<T> {
    type Err = QuantError;

    /// The inverse of `Display`, to the bit.
    ///
    /// # Errors
    ///
    /// - [`QuantError::Parse`] if `text` is not two finite numbers with `..` between them;
    /// - [`QuantError::Range`] if the first number is the larger.
    fn from_str(text: &str) -> Result<Self, QuantError> {
        let (min, max) = text
            .split_once("..")
            .ok_or_else(|| ParseError::new("a range", text))?;
        Self::new(T::from_text(min)?, T::from_text(max)?)
    }
}
