//! The error that a caller allows.

use std::fmt;

use crate::ReelError;

/// The largest error of a decoded value.
///
/// The first three and `Lossless` hold for every valid value, checked in the caller's type, or
/// encoding fails. The two targets choose an absolute bound that reaches them; the segment's
/// certificate states it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Bound {
    /// At most this far, in the field's unit; over 0, or 0 for equal values.
    Absolute(f64),
    /// At most this part of the range (maximum − minimum of the valid values); over 0, under 1.
    Relative(f64),
    /// At most this part of the value itself: `|x − x̂| ≤ r·|x|`. Zeros and signs are exact. Over 0,
    /// under 1.
    Pointwise(f64),
    /// A peak signal-to-noise ratio of at least this many dB, `20·log10(range / RMSE)`; over 0, at
    /// most 300.
    Psnr(f64),
    /// At least this many times smaller than the array; over 1.
    Ratio(f64),
    /// The same bits, those of negative zeros and of NaN included.
    Lossless,
}

impl Bound {
    /// Returns whether this is a target, which an absolute bound is chosen to reach.
    pub(crate) const fn is_target(self) -> bool {
        matches!(self, Self::Psnr(_) | Self::Ratio(_))
    }

    /// Checks that the number is one that its variant takes.
    ///
    /// # Errors
    /// [`ReelError::InvalidBound`] if the number is outside of what its variant states.
    pub fn check(self) -> Result<(), ReelError> {
        let valid = match self {
            Self::Absolute(epsilon) => epsilon.is_finite() && epsilon >= 0.0,
            Self::Relative(part) | Self::Pointwise(part) => part > 0.0 && part < 1.0,
            Self::Psnr(decibels) => decibels > 0.0 && decibels <= 300.0,
            Self::Ratio(ratio) => ratio > 1.0 && ratio.is_finite(),
            Self::Lossless => true,
        };
        valid
            .then_some(())
            .ok_or(ReelError::InvalidBound { bound: self })
    }
}

impl Bound {
    /// Returns the condition that its number must meet, for messages.
    pub(crate) const fn valid(self) -> &'static str {
        match self {
            Self::Absolute(_) => "it must be finite, and positive or 0",
            Self::Relative(_) | Self::Pointwise(_) => "it must be positive and less than 1",
            Self::Psnr(_) => "it must be positive and at most 300",
            Self::Ratio(_) => "it must be finite and greater than 1",
            Self::Lossless => "it has no number",
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(epsilon) => write!(f, "absolute {epsilon:e}"),
            Self::Relative(part) => write!(f, "relative {part:e}"),
            Self::Pointwise(part) => write!(f, "pointwise {part:e}"),
            Self::Psnr(decibels) => write!(f, "PSNR {decibels} dB"),
            Self::Ratio(ratio) => write!(f, "ratio {ratio}"),
            Self::Lossless => f.write_str("lossless"),
        }
    }
}
