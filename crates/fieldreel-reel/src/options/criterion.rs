//! The condition that a decoded field meets.

use std::fmt;
use std::str::FromStr;

use super::{ErrorBound, Target};
use crate::ReelError;

/// The condition that a decoded field meets: an error bound on every value, or a target for each
/// segment.
///
/// Functions take `impl Into<Criterion>`, so that either can be passed directly.
///
/// ```
/// use fieldreel_reel::{Criterion, ErrorBound, Target};
///
/// assert_eq!("abs:0.5".parse::<Criterion>()?, ErrorBound::Absolute(0.5).into());
/// assert_eq!("psnr:60".parse::<Criterion>()?, Target::Psnr(60.0).into());
/// assert!("abs:-1".parse::<Criterion>().is_err());
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Criterion {
    /// A bound on the error of every value.
    Bound(ErrorBound),
    /// A target for each segment.
    Target(Target),
}

impl Criterion {
    /// Checks that the number of the criterion is in the range that its variant states.
    ///
    /// # Errors
    /// [`ReelError::InvalidCriterion`] if the number is out of range.
    pub fn check(self) -> Result<(), ReelError> {
        match self {
            Self::Bound(bound) => bound.check(),
            Self::Target(target) => target.check(),
        }
    }

    /// Returns the range that the number must be in, for messages.
    pub(crate) const fn valid_range(self) -> &'static str {
        match self {
            Self::Bound(bound) => bound.valid_range(),
            Self::Target(target) => target.valid_range(),
        }
    }
}

impl From<ErrorBound> for Criterion {
    fn from(bound: ErrorBound) -> Self {
        Self::Bound(bound)
    }
}

impl From<Target> for Criterion {
    fn from(target: Target) -> Self {
        Self::Target(target)
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound(bound) => bound.fmt(f),
            Self::Target(target) => target.fmt(f),
        }
    }
}

impl FromStr for Criterion {
    type Err = ReelError;

    /// Reads `abs:E`, `rel:R`, `pointwise:R`, `lossless`, `psnr:DB` or `ratio:X`.
    ///
    /// # Errors
    /// [`ReelError::UnknownCriterion`] if the text has another form;
    /// [`ReelError::InvalidCriterion`] if the number is out of range.
    fn from_str(text: &str) -> Result<Self, ReelError> {
        match text.starts_with("psnr:") || text.starts_with("ratio:") {
            true => text.parse().map(Self::Target),
            false => text.parse().map(Self::Bound),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_criterion() -> impl Strategy<Value = Criterion> {
        prop_oneof![
            (0.0_f64..1e300).prop_map(|e| ErrorBound::Absolute(e).into()),
            (1e-300_f64..1.0).prop_map(|r| ErrorBound::RangeRelative(r).into()),
            (1e-300_f64..1.0).prop_map(|r| ErrorBound::PointwiseRelative(r).into()),
            Just(ErrorBound::Lossless.into()),
            (1e-3_f64..=300.0).prop_map(|db| Target::Psnr(db).into()),
            (1.001_f64..1e9).prop_map(|x| Target::Ratio(x).into()),
        ]
    }

    proptest! {
        #[test]
        fn parsing_inverts_display(criterion in any_criterion()) {
            prop_assert_eq!(criterion.to_string().parse::<Criterion>().unwrap(), criterion);
        }

        #[test]
        fn parsing_never_panics(text in ".{0,12}") {
            let _ = text.parse::<Criterion>();
        }
    }

    #[test]
    fn invalid_text_is_refused() {
        for text in [
            "",
            "abs",
            "abs:",
            "abs:x",
            "lossless:",
            "lossless:1",
            "Abs:1",
            "rel 1",
            "psnr",
        ] {
            let parsed = text.parse::<Criterion>();
            assert!(
                matches!(parsed, Err(ReelError::UnknownCriterion { .. })),
                "{text:?}: {parsed:?}"
            );
        }
        for text in [
            "abs:-1", "abs:inf", "abs:nan", "rel:0", "rel:1", "psnr:301", "ratio:1",
        ] {
            let parsed = text.parse::<Criterion>();
            assert!(
                matches!(parsed, Err(ReelError::InvalidCriterion { .. })),
                "{text:?}: {parsed:?}"
            );
        }
    }
}
