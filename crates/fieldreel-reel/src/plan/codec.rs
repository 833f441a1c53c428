//! What encodes the base layer.

use std::fmt;

use fieldreel_codec::{Av1, Codec, StreamFormat, X265, X265Preset};

/// What encodes the base layer. Only codecs whose decoders are exact on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BaseCodec {
    /// HEVC through x265; qualities are quantisation parameters, 0 (finest) to 51.
    X265(X265Preset),
    /// AV1 through libaom; qualities are 1 (finest) to 63.
    Av1 {
        /// 0 (slowest, smallest) to 8.
        speed: u8,
    },
}

impl BaseCodec {
    /// The qualities there are, finest first.
    pub(crate) const fn qualities(self) -> (u8, u8) {
        match self {
            Self::X265(_) => (0, 51),
            Self::Av1 { .. } => (1, 63),
        }
    }

    /// How much time it spends, as a number in a file.
    pub(crate) fn speed_id(self) -> u8 {
        match self {
            Self::X265(preset) => X265Preset::ALL
                .iter()
                .position(|&other| other == preset)
                .map_or(u8::MAX, |at| at as u8),
            Self::Av1 { speed } => speed,
        }
    }

    /// What made a stream; `None` if this version has no encoder for it.
    pub(crate) fn of(format: StreamFormat, speed: u8) -> Option<Self> {
        match format {
            StreamFormat::Hevc => X265Preset::ALL
                .get(usize::from(speed))
                .map(|&preset| Self::X265(preset)),
            StreamFormat::Av1 => Some(Self::Av1 { speed }),
            _ => None,
        }
    }

    /// The encoder, for errors of even size: no picture type, block or texture is favoured.
    pub(crate) fn encoder(self, quality: u8) -> Box<dyn Codec> {
        match self {
            Self::Av1 { speed } => Box::new(Av1::quality(quality).with_speed(speed)),
            Self::X265(preset) => {
                let params = [
                    ("ipratio", "1"),
                    ("pbratio", "1"),
                    ("psy-rd", "0"),
                    ("psy-rdoq", "0"),
                    ("aq-mode", "0"),
                    ("cutree", "0"),
                    ("scenecut", "0"),
                    ("keyint", "1000000"),
                    ("bframes", "8"),
                    ("b-adapt", "2"),
                    // More than `bframes`, or x265 refuses.
                    ("rc-lookahead", "40"),
                ];
                // Segments and trials are what runs side by side.
                let codec = X265::qp(quality).with_preset(preset).with_wavefronts(false);
                let set = |codec: X265, (name, value)| codec.with_param(name, value);
                Box::new(params.into_iter().fold(codec, set))
            }
        }
    }
}

impl fmt::Display for BaseCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::X265(preset) => write!(f, "x265 {preset} qp"),
            Self::Av1 { speed } => write!(f, "av1 speed {speed} quality"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldreel_codec::FrameSize;

    #[test]
    fn the_encoder_of_a_segment_runs_in_one_thread() {
        let size = FrameSize::new(721, 1440).unwrap();
        let encoder = BaseCodec::X265(X265Preset::Slow).encoder(20);
        let config = encoder.configure(12, size, 4).unwrap();
        let one = |(_, value): &(_, String)| value.contains("pools=none:frame-threads=1");
        assert!(config.options.iter().any(one));
    }
}
