//! The choice of the codec of a video.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The codec of a video, where no plan states one. Reading a video does not need its encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecChoice {
    /// The one that is smallest among those that the effort has time to try.
    #[default]
    Any,
    /// HEVC through x265.
    X265,
    /// AV1 through libaom.
    Av1,
}

impl CodecChoice {
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

impl fmt::Display for CodecChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for CodecChoice {
    type Err = ReelError;

    /// # Errors
    /// [`ReelError::UnknownCodec`] if the name is not `any`, `x265` or `av1`.
    fn from_str(name: &str) -> Result<Self, ReelError> {
        Self::ALL
            .into_iter()
            .find(|codec| codec.as_str() == name)
            .ok_or_else(|| ReelError::UnknownCodec {
                name: name.to_owned(),
            })
    }
}
