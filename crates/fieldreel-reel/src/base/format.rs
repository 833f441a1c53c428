//! The formats of videos in a segment.

use std::fmt;

/// The format of a segment's video: that of a codec whose decoders are exact on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VideoFormat {
    /// HEVC, as a byte stream.
    Hevc,
    /// AV1, as open bitstream units.
    Av1,
}

impl VideoFormat {
    /// The format's number in a file.
    pub(crate) const fn id(self) -> u8 {
        match self {
            Self::Hevc => 1,
            Self::Av1 => 2,
        }
    }

    /// The format of this number.
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
