//! The time that encoding may take.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The time that goes into a plan and into the encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effort {
    /// A prediction with the quick coder of residuals, its order of axes by trial on a small sample. A video that is asked for
    /// is encoded with x265's `veryfast`.
    Fast,
    /// A prediction with the adaptive coder of residuals; the order of axes, levels and means by trial on a sample. A video that
    /// is asked for is encoded with x265's `slow`.
    #[default]
    Balanced,
    /// The same with all orders of axes, tried on the whole segment, and a video with x265's `veryslow` where that is smaller.
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
