//! The time that encoding may take.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The time that goes into a plan and into the encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effort {
    /// A plan from a few quick trials on a sample, x265's `veryfast`.
    Fast,
    /// Axis orders and quantisation by trial, x265's `slow`.
    #[default]
    Balanced,
    /// More is tried, in full, on each segment, and with x265's `veryslow`.
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

    /// # Errors
    /// [`ReelError::UnknownEffort`] if no effort has this name.
    fn from_str(name: &str) -> Result<Self, ReelError> {
        Self::ALL
            .into_iter()
            .find(|effort| effort.as_str() == name)
            .ok_or_else(|| ReelError::UnknownEffort {
                name: name.to_owned(),
            })
    }
}
