//! The codecs that may encode a video.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The codecs that are tried for a video where no plan is given. Readers need none of the encoders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codecs {
    /// All that the effort has time for.
    #[default]
    Any,
    /// HEVC through x265.
    X265,
    /// AV1 through libaom.
    Av1,
}

impl Codecs {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Any, Self::X265, Self::Av1];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::X265 => "x265",
            Self::Av1 => "av1",
        }
    }
}

impl fmt::Display for Codecs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Codecs {
    type Err = ReelError;

    /// # Errors
    /// [`ReelError::UnknownCodecs`] if no choice has this name.
    fn from_str(name: &str) -> Result<Self, ReelError> {
        Self::ALL
            .into_iter()
            .find(|codecs| codecs.as_str() == name)
            .ok_or_else(|| ReelError::UnknownCodecs {
                name: name.to_owned(),
            })
    }
}
