//! The choice of the codec of a video.

use std::fmt;
use std::str::FromStr;

use crate::ReelError;

/// The codec of a video to search a plan for.
/// [`SegmentOptions::plan`](crate::SegmentOptions::plan) takes precedence. Decoding a video does
/// not need its encoder.
///
/// ```
/// use fieldreel_reel::CodecChoice;
///
/// assert_eq!("av1".parse::<CodecChoice>()?, CodecChoice::Av1);
/// assert_eq!(CodecChoice::default().to_string(), "any");
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecChoice {
    /// The codec of the smallest video that the effort allows to try.
    #[default]
    Any,
    /// HEVC, encoded by x265. Needs the feature `ffmpeg`.
    X265,
    /// AV1, encoded by libaom, or by rav1e without the feature `ffmpeg`.
    Av1,
}

impl CodecChoice {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Any, Self::X265, Self::Av1];

    /// Returns the choice, with AV1 in place of [`Any`](Self::Any) if this build encodes nothing
    /// else.
    #[cfg(feature = "video")]
    pub(crate) const fn of_this_build(self) -> Self {
        match self {
            Self::Any if !cfg!(feature = "ffmpeg") => Self::Av1,
            choice => choice,
        }
    }

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

    /// Reads `any`, `x265` or `av1`.
    ///
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
