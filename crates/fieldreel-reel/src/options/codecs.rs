//! Which codecs may carry a base layer.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// Which codecs are tried for the base layer where no plan is given. Readers need none of the encoders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codecs {
    /// All that the effort has time for.
    #[default]
    Any,
    /// HEVC through x265, or no video where that is smaller.
    X265,
    /// AV1 through libaom, or no video where that is smaller.
    Av1,
    /// No video: corrections alone.
    None,
}

impl Codecs {
    /// All choices.
    pub const ALL: [Self; 4] = [Self::Any, Self::X265, Self::Av1, Self::None];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::X265 => "x265",
            Self::Av1 => "av1",
            Self::None => "none",
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
