//! Targets that a whole segment reaches.

use std::fmt;
use std::str::FromStr;

use super::number::parse_number;
use crate::ReelError;

/// A property that each encoded segment has as a whole.
///
/// Encoding searches for the widest absolute bound that reaches the target, and fails with
/// [`ReelError::TargetUnreachable`] if none does. The certificate of the segment states the
/// errors.
///
/// A target is written as text in the form that [`FromStr`] reads and [`fmt::Display`] writes:
/// `psnr:60` or `ratio:20`.
///
/// ```
/// use fieldreel_reel::Target;
///
/// assert_eq!("psnr:60".parse::<Target>()?, Target::Psnr(60.0));
/// assert_eq!(Target::Ratio(20.0).to_string(), "ratio:20");
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// A peak signal-to-noise ratio of at least this many dB, `20 · log₁₀(range / RMSE)`. The
    /// number is greater than 0 and at most 300.
    Psnr(f64),
    /// A compression ratio, bytes of the array over bytes of the segment, of at least this much.
    /// The number is finite and greater than 1.
    Ratio(f64),
}

impl Target {
    /// Checks that the number of the target is in the range that its variant states.
    ///
    /// # Errors
    /// [`ReelError::InvalidCriterion`] if the number is out of range.
    pub fn check(self) -> Result<(), ReelError> {
        let is_valid = match self {
            Self::Psnr(decibels) => decibels > 0.0 && decibels <= 300.0,
            Self::Ratio(ratio) => ratio > 1.0 && ratio.is_finite(),
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
            Self::Psnr(_) => "it must be greater than 0 and at most 300",
            Self::Ratio(_) => "it must be finite and greater than 1",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match self {
            Self::Psnr(decibels) => format!("psnr:{decibels}"),
            Self::Ratio(ratio) => format!("ratio:{ratio}"),
        })
    }
}

impl FromStr for Target {
    type Err = ReelError;

    /// Reads `psnr:DB` or `ratio:X`.
    ///
    /// # Errors
    /// [`ReelError::UnknownCriterion`] if the text has another form;
    /// [`ReelError::InvalidCriterion`] if the number is out of range.
    fn from_str(text: &str) -> Result<Self, ReelError> {
        let target = match text.split_once(':') {
            Some(("psnr", number)) => Self::Psnr(parse_number(text, number)?),
            Some(("ratio", number)) => Self::Ratio(parse_number(text, number)?),
            _ => {
                return Err(ReelError::UnknownCriterion {
                    text: text.to_owned(),
                });
            }
        };
        target.check().map(|()| target)
    }
}
