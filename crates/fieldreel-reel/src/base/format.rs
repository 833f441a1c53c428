//! The format of the video of a segment.

use std::fmt;

/// The format of the video of a segment. Decoders of these formats return the same integers on
/// every machine.
///
/// ```
/// use fieldreel_reel::segment::VideoFormat;
///
/// assert_eq!(VideoFormat::Hevc.to_string(), "hevc");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum VideoFormat {
    /// HEVC, as an Annex B byte stream.
    Hevc,
    /// AV1, as open bitstream units.
    Av1,
}

impl VideoFormat {
    /// Returns the number of the format in a file.
    pub(crate) const fn id(self) -> u8 {
        match self {
            Self::Hevc => 1,
            Self::Av1 => 2,
        }
    }

    /// Returns the format of a number in a file; `None` if there is none.
    pub(crate) const fn from_id(id: u8) -> Option<Self> {
        match id {
            1 => Some(Self::Hevc),
            2 => Some(Self::Av1),
            _ => None,
        }
    }
}

impl fmt::Display for VideoFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Hevc => "hevc",
            Self::Av1 => "av1",
        })
    }
}
