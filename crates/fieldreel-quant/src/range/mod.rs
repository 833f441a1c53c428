//! The range of the values of a field.

mod scan;
mod text;

use crate::{Float, QuantError};

/// The smallest and the largest value of a field, which are the levels of code 0 and of the
/// largest code.
///
/// Both bounds are finite, `min ≤ max`, and all their bits are preserved, including the sign of a
/// zero. The text form (`Display`, `FromStr`) is `MIN..MAX`, with the shortest decimals that parse
/// to the same bits, such as `-5.8925..5.0215`. `==` compares numbers, so ranges that differ only
/// in the sign of a zero are equal.
///
/// ```
/// use fieldreel_quant::ValueRange;
///
/// let range = ValueRange::new(-5.8925_f32, 5.0215)?;
/// assert_eq!(range.to_string(), "-5.8925..5.0215");
/// assert_eq!("-5.8925..5.0215".parse(), Ok(range));
/// assert!(range.contains(0.0) && !range.contains(f32::NAN));
/// # Ok::<(), fieldreel_quant::QuantError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueRange<T> {
    min: T,
    max: T,
}

impl<T: Float> ValueRange<T> {
    /// Creates the range `min..=max`. The two bounds may be equal.
    ///
    /// # Errors
    ///
    /// [`QuantError::Range`] if a bound is NaN or infinite, or if `min > max`.
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

    /// Returns the lower bound, which is inclusive.
    #[must_use]
    pub fn min(&self) -> T {
        self.min
    }

    /// Returns the upper bound, which is inclusive.
    #[must_use]
    pub fn max(&self) -> T {
        self.max
    }

    /// Returns true if `min ≤ value ≤ max`, and false for NaN.
    #[must_use]
    pub fn contains(&self, value: T) -> bool {
        (value >= self.min) & (value <= self.max)
    }

    /// Returns the largest magnitude in the range: that of the bound farther from zero.
    pub(crate) fn max_magnitude(&self) -> T {
        if self.max.to_f64() >= -self.min.to_f64() {
            self.max
        } else {
            -self.min
        }
    }

    /// Returns the smallest magnitude in the range: 0, or that of the bound nearer to zero.
    pub(crate) fn min_magnitude(&self) -> T {
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
