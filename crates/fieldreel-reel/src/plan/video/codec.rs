//! The encoders of videos.

use std::fmt;

use fieldreel_codec::X265Preset;

use crate::base::VideoFormat;

/// An encoder of videos. There are only codecs whose decoders are exact on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VideoCodec {
    /// HEVC through x265; quantizers are quantization parameters, 0 (finest) to 51.
    X265(X265Preset),
    /// AV1 through libaom; quantizers are 1 (finest) to 63.
    Av1 {
        /// 0 (slowest, smallest) to 8.
        speed: u8,
    },
}

impl VideoCodec {
    /// The quantizers there are, finest first.
    pub(crate) const fn quantizer_range(self) -> (u8, u8) {
        match self {
            Self::X265(_) => (0, 51),
            Self::Av1 { .. } => (1, 63),
        }
    }

    /// The preset or speed, as a number in a file.
    pub(crate) fn speed_id(self) -> u8 {
        match self {
            Self::X265(preset) => X265Preset::ALL
                .iter()
                .position(|&other| other == preset)
                .map_or(u8::MAX, |at| at as u8),
            Self::Av1 { speed } => speed,
        }
    }

    /// The format of its streams.
    pub(crate) const fn format(self) -> VideoFormat {
        match self {
            Self::X265(_) => VideoFormat::Hevc,
            Self::Av1 { .. } => VideoFormat::Av1,
        }
    }

    /// Returns the encoder that made a stream; `None` if there is no such encoder.
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
