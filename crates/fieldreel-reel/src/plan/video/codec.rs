//! The encoders of videos.

use std::fmt;

use fieldreel_codec::X265Preset;

use crate::base::VideoFormat;

/// An encoder of videos, with its preset. All decoders of its format return the same integers on
/// every machine.
///
/// ```
/// use fieldreel_reel::VideoCodec;
///
/// assert_eq!(VideoCodec::Av1 { speed: 6 }.to_string(), "av1 speed 6 quantizer");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum VideoCodec {
    /// HEVC, encoded by x265 with this preset, which needs the feature `ffmpeg`. Quantizers are
    /// quantization parameters (QP) from 0, the finest, to 51.
    X265(X265Preset),
    /// AV1, encoded by libaom, or by rav1e without the feature `ffmpeg`. Quantizers are from 1, the
    /// finest, to 63.
    Av1 {
        /// The speed, from 0, which is slowest and smallest, to 8.
        speed: u8,
    },
}

impl VideoCodec {
    /// Returns the finest and the coarsest quantizer.
    pub(crate) const fn quantizer_range(self) -> (u8, u8) {
        match self {
            Self::X265(_) => (0, 51),
            Self::Av1 { .. } => (1, 63),
        }
    }

    /// Returns the number of the preset, or the speed, in a file.
    pub(crate) fn speed_id(self) -> u8 {
        match self {
            Self::X265(preset) => X265Preset::ALL
                .iter()
                .position(|&other| other == preset)
                .map_or(u8::MAX, |at| at as u8),
            Self::Av1 { speed } => speed,
        }
    }

    /// Returns the format of the encoder's streams.
    pub(crate) const fn format(self) -> VideoFormat {
        match self {
            Self::X265(_) => VideoFormat::Hevc,
            Self::Av1 { .. } => VideoFormat::Av1,
        }
    }

    /// Returns the encoder of a stream of this format, whose preset has this number; `None` if
    /// there is no such encoder.
    pub(crate) fn from_format(format: VideoFormat, speed: u8) -> Option<Self> {
        match format {
            VideoFormat::Hevc => X265Preset::ALL
                .get(usize::from(speed))
                .map(|&preset| Self::X265(preset)),
            VideoFormat::Av1 => Some(Self::Av1 { speed }),
        }
    }
}

impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::X265(preset) => write!(f, "x265 {preset} qp"),
            Self::Av1 { speed } => write!(f, "av1 speed {speed} quantizer"),
        }
    }
}
