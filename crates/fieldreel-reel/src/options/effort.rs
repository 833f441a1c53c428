//! The time that encoding may take.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The time that encoding may take, in the search for a plan and in the encoder.
///
/// ```
/// use fieldreel_reel::Effort;
///
/// assert_eq!("best".parse::<Effort>()?, Effort::Best);
/// assert_eq!(Effort::default().to_string(), "balanced");
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effort {
    /// A prediction whose residuals go through the quick entropy coder. Trials on a small sample
    /// choose the axis order, and whether the temporal mean is subtracted. A video is encoded with
    /// the preset `veryfast` of x265.
    Fast,
    /// A prediction whose residuals go through the adaptive entropy coder. Trials on a sample
    /// choose the axis order, the levels, and whether the temporal mean is subtracted. A video is
    /// encoded with the preset `slow` of x265.
    #[default]
    Balanced,
    /// As [`Balanced`](Self::Balanced), but trials of the best axis orders encode the whole
    /// segment. A video, which is encoded with the preset `veryslow` of x265, replaces the
    /// prediction where it is smaller.
    Best,
}

impl Effort {
    /// All efforts, fastest first.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Balanced, Self::Best];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Best => "best",
        }
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Effort {
    type Err = ReelError;

    /// Reads `fast`, `balanced` or `best`.
    ///
    /// # Errors
    /// [`ReelError::UnknownEffort`] if the name is not `fast`, `balanced` or `best`.
    fn from_str(name: &str) -> Result<Self, ReelError> {
        Self::ALL
            .into_iter()
            .find(|effort| effort.as_str() == name)
            .ok_or_else(|| ReelError::UnknownEffort {
                name: name.to_owned(),
            })
    }
}
