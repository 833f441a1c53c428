//! The trials that an effort allows.

use fieldreel_codec::X265Preset;

use super::{AxisOrder, VideoCodec};
use crate::{CodecChoice, Effort};

/// The trials of AV1.
pub(super) struct TryAv1 {
    pub(super) speed: u8,
    /// From this of x265's quantizers on.
    pub(super) from: u8,
    /// From this on its best quantizer is looked for even where the first is far off: it is then hard to guess.
    pub(super) surely: u8,
    /// The steps with which its best quantizer is looked for.
    pub(super) strides: &'static [u8],
}

/// When plans are tried that differ from others in no more than means, or transposed frames.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variants {
    /// Never.
    None,
    /// Means, before the quantizer is looked for.
    First,
    /// Means and transposed frames, once the first stride has found a quantizer. Until then plans that
    /// are alike do not take the places of those with frames along another axis, which may want
    /// another quantizer (`wind` at 3e-2: 8 % smaller).
    Settled,
}

/// The trials that an effort allows.
pub(super) struct Budget {
    /// The axis orders that are tried.
    pub(super) orders: &'static [AxisOrder],
    pub(super) variants: Variants,
    /// x265's preset of most trials, and that of the last ones and of the plan.
    pub(super) presets: (X265Preset, X265Preset),
    /// The same where there is AV1 alone: speeds.
    pub(super) speeds: (u8, u8),
    /// The steps with which the quantizer is looked for, one after the other, and for how many of the best plans.
    pub(super) strides: &'static [(u8, usize)],
    /// The number of the best plans that are tried again with the last preset.
    pub(super) again: usize,
    /// The number of plans that a segment candidates if it shares them with others; 0: it takes the first segment's.
    pub(super) shared: usize,
    pub(super) av1: Option<TryAv1>,
}

impl Budget {
    pub(super) const fn of(effort: Effort) -> Self {
        use AxisOrder::{Tyx, Xyt, Yxt};
        match effort {
            Effort::Fast => Self {
                orders: &[Tyx, Yxt],
                variants: Variants::None,
                presets: (X265Preset::Veryfast, X265Preset::Veryfast),
                speeds: (8, 8),
                strides: &[(3, 1)],
                again: 0,
                shared: 0,
                av1: None,
            },
            Effort::Balanced => Self {
                orders: &[Tyx, Yxt, Xyt],
                variants: Variants::First,
                presets: (X265Preset::Medium, X265Preset::Slow),
                speeds: (6, 4),
                strides: &[(3, 2), (1, 2)],
                again: 0,
                shared: 0,
                av1: Some(TryAv1 {
                    speed: 4,
                    from: 36,
                    surely: 36,
                    strides: &[3],
                }),
            },
            Effort::Best => Self {
                orders: &[Tyx, Yxt, Xyt],
                variants: Variants::Settled,
                presets: (X265Preset::Slow, X265Preset::Veryslow),
                speeds: (4, 4),
                strides: &[(6, 3), (3, 2), (1, 1)],
                again: 2,
                shared: 4,
                av1: Some(TryAv1 {
                    speed: 4,
                    from: 12,
                    surely: 34,
                    strides: &[3, 1],
                }),
            },
        }
    }

    /// The trials of a video that may be smaller than a prediction: few, and then the slowest preset that pays.
    pub(super) const fn beside() -> Self {
        Self {
            presets: (X265Preset::Medium, X265Preset::Veryslow),
            ..Self::of(Effort::Balanced)
        }
    }

    /// The encoder of most trials, and that of the last ones and of the plan.
    pub(super) const fn codecs(&self, codecs: CodecChoice) -> [VideoCodec; 2] {
        match codecs {
            CodecChoice::Any | CodecChoice::X265 => [
                VideoCodec::X265(self.presets.0),
                VideoCodec::X265(self.presets.1),
            ],
            CodecChoice::Av1 => [
                VideoCodec::Av1 {
                    speed: self.speeds.0,
                },
                VideoCodec::Av1 {
                    speed: self.speeds.1,
                },
            ],
        }
    }
}
