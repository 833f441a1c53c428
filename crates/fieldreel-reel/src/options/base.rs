//! The kind of base layer.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The kind of base layer that is encoded where no plan is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BaseChoice {
    /// The one that is smallest, as far as the effort goes. Without the feature `ffmpeg`, no video.
    #[default]
    Auto,
    /// A video, so that the segment plays, whatever it costs. There is none where all values are missing, or one can stand
    /// for all.
    Video,
    /// Prediction from other numbers.
    Prediction,
}

impl BaseChoice {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Prediction, Self::Video];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Prediction => "prediction",
            Self::Video => "video",
        }
    }
}

impl fmt::Display for BaseChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for BaseChoice {
    type Err = ReelError;

    /// # Errors
    /// [`ReelError::UnknownBase`] if no choice has this name.
    fn from_str(name: &str) -> Result<Self, ReelError> {
        Self::ALL
            .into_iter()
            .find(|base| base.as_str() == name)
            .ok_or_else(|| ReelError::UnknownBase {
                name: name.to_owned(),
            })
    }
}
