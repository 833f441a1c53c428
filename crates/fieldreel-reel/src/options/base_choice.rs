//! The choice of the kind of base layer.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The kind of base layer to search a plan for.
/// [`SegmentOptions::plan`](crate::SegmentOptions::plan) takes precedence.
///
/// ```
/// use fieldreel_reel::BaseChoice;
///
/// assert_eq!("video".parse::<BaseChoice>()?, BaseChoice::Video);
/// assert_eq!(BaseChoice::default().to_string(), "auto");
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BaseChoice {
    /// The smallest of the base layers that the effort allows to try. Without the feature
    /// `ffmpeg`, a prediction.
    #[default]
    Auto,
    /// A video, so that a player can show the segment, even if a prediction is smaller. A segment
    /// whose values are all missing or all equal has no video.
    Video,
    /// A prediction from neighboring values.
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

    /// Reads `auto`, `prediction` or `video`.
    ///
    /// # Errors
    /// [`ReelError::UnknownBase`] if the name is not `auto`, `prediction` or `video`.
    fn from_str(name: &str) -> Result<Self, ReelError> {
        Self::ALL
            .into_iter()
            .find(|base| base.as_str() == name)
            .ok_or_else(|| ReelError::UnknownBase {
                name: name.to_owned(),
            })
    }
}
