//! Bounds of the error of every value.

use std::fmt;
use std::str::FromStr;

use super::number::parse_number;
use crate::ReelError;

/// The largest error that any decoded value may have.
///
/// Encoding checks the bound on every valid value, in the type of the caller's array, and fails
/// rather than exceed it. Missing values always come back with the same bits.
///
/// A bound is written as text in the form that [`FromStr`] reads and [`fmt::Display`] writes:
/// `abs:0.05`, `rel:1e-3`, `pointwise:1e-3` or `lossless`.
///
/// ```
/// use fieldreel_reel::ErrorBound;
///
/// let bound: ErrorBound = "rel:0.001".parse()?;
/// assert_eq!(bound, ErrorBound::RangeRelative(1e-3));
/// assert_eq!(bound.to_string(), "rel:1e-3");
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
///
/// The bound holds for the exact difference between the two numbers, not for a difference that is
/// rounded to the type of the array or to `f64`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorBound {
    /// `|x − x̂| ≤ e`, in the unit of the field. The number is finite, and positive or 0.
    Absolute(f64),
    /// `|x − x̂| ≤ r · (max − min)` over the valid values of the field. The number is greater than
    /// 0 and less than 1.
    RangeRelative(f64),
    /// `|x − x̂| ≤ r · |x|`: zeros and signs are exact. The number is greater than 0 and less than
    /// 1.
    PointwiseRelative(f64),
    /// The same bits, including those of negative zeros and of NaN.
    Lossless,
}

impl ErrorBound {
    /// Checks that the number of the bound is in the range that its variant states.
    ///
    /// ```
    /// use fieldreel_reel::ErrorBound;
    ///
    /// assert!(ErrorBound::Absolute(0.0).check().is_ok());
    /// assert!(ErrorBound::RangeRelative(1.0).check().is_err());
    /// ```
    ///
    /// # Errors
    /// [`ReelError::InvalidCriterion`] if the number is out of range.
    pub fn check(self) -> Result<(), ReelError> {
        let is_valid = match self {
            Self::Absolute(epsilon) => epsilon.is_finite() && epsilon >= 0.0,
            Self::RangeRelative(part) | Self::PointwiseRelative(part) => part > 0.0 && part < 1.0,
            Self::Lossless => true,
        };
        match is_valid {
            true => Ok(()),
            false => Err(ReelError::InvalidCriterion {
                criterion: self.into(),
            }),
        }
    }

    /// Returns the range that the number must be in, for messages.
    pub(super) const fn valid_range(self) -> &'static str {
        match self {
            Self::Absolute(_) => "it must be finite, and positive or 0",
            Self::RangeRelative(_) | Self::PointwiseRelative(_) => {
                "it must be greater than 0 and less than 1"
            }
            Self::Lossless => "it has no number",
        }
    }
}

impl fmt::Display for ErrorBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match self {
            Self::Absolute(epsilon) => format!("abs:{epsilon:e}"),
            Self::RangeRelative(part) => format!("rel:{part:e}"),
            Self::PointwiseRelative(part) => format!("pointwise:{part:e}"),
            Self::Lossless => "lossless".to_owned(),
        })
    }
}

impl FromStr for ErrorBound {
    type Err = ReelError;

    /// Reads `abs:E`, `rel:R`, `pointwise:R` or `lossless`.
    ///
    /// # Errors
    /// [`ReelError::UnknownCriterion`] if the text has another form;
    /// [`ReelError::InvalidCriterion`] if the number is out of range.
    fn from_str(text: &str) -> Result<Self, ReelError> {
        let bound = match text.split_once(':') {
            Some(("abs", number)) => Self::Absolute(parse_number(text, number)?),
            Some(("rel", number)) => Self::RangeRelative(parse_number(text, number)?),
            Some(("pointwise", number)) => Self::PointwiseRelative(parse_number(text, number)?),
            None if text == "lossless" => Self::Lossless,
            _ => {
                return Err(ReelError::UnknownCriterion {
                    text: text.to_owned(),
                });
            }
        };
        bound.check().map(|()| bound)
    }
}
