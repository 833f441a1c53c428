mod scan;
mod text;

use crate::{Float, QuantError};

/// The least and the greatest value of a field: where code 0 and the largest code lie.
///
/// Both are finite, `min ≤ max`, and kept to the bit, the sign of a zero included. As text (`Display`, `FromStr`) a
/// range is `MIN..MAX` with the shortest decimals that give the same bits back, as in `-5.8925..5.0215`. `==` compares
/// numbers: ranges that differ in the sign of a zero are equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueRange<T> {
    min: T,
    max: T,
}

impl<T: Float> ValueRange<T> {
    /// The range `min..=max`; the two may be equal.
    ///
    /// # Errors
    ///
    /// [`QuantError::Range`] if a bound is NaN or infinite, or `min > max`.
    pub fn new(min: T, max: T) -> Result<Self, QuantError> {
        if min.is_finite() && max.is_finite() && min <= max {
            Ok(Self { min, max })
        } else {
            Err(QuantError::Range {
                min: min.to_f64(),
                max: max.to_f64(),
            })
        }
    }

    /// The lower bound, inclusive.
    #[must_use]
    pub fn min(&self) -> T {
        self.min
    }

    /// The upper bound, inclusive.
    #[must_use]
    pub fn max(&self) -> T {
        self.max
    }

    /// Whether `min ≤ value ≤ max`; false for NaN.
    #[must_use]
    pub fn contains(&self, value: T) -> bool {
        (value >= self.min) & (value <= self.max)
    }

    /// The largest magnitude in the range as the farther bound, made positive.
    pub(crate) fn farthest_from_zero(&self) -> T {
        if self.max.to_f64() >= -self.min.to_f64() {
            self.max
        } else {
            -self.min
        }
    }

    /// The smallest magnitude in the range: 0 or the nearer bound, made positive.
    pub(crate) fn nearest_to_zero(&self) -> T {
        let zero = T::default();
        if self.min > zero {
            self.min
        } else if self.max < zero {
            -self.max
        } else {
            zero
        }
    }
}
