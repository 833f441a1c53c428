//! The trials that an effort allows.

use fieldreel_codec::X265Preset;

use super::{AxisOrder, VideoCodec};
use crate::{CodecChoice, Effort};

/// The trials of AV1.
pub(super) struct Av1Trials {
    pub(super) speed: u8,
    /// From this of x265's quantizers on.
    pub(super) min_quantizer: u8,
    /// From this on its best quantizer is looked for even where the first is far off: it is then hard to guess.
    pub(super) min_quantizer_always: u8,
    /// The steps with which its best quantizer is looked for.
    pub(super) strides: &'static [u8],
}

/// When plans are tried that differ from others in no more than means, or transposed frames.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VariantTrials {
    /// Never.
    Never,
    /// Means, before the quantizer is looked for.
    BeforeStrides,
    /// Means and transposed frames, once the first stride has found a quantizer. Until then plans that
    /// are alike do not take the places of those with frames along another axis, which may want
    /// another quantizer (`wind` at 3e-2: 8 % smaller).
    AfterFirstStride,
}

/// The trials that an effort allows.
pub(super) struct SearchBudget {
    /// The axis orders that are tried.
    pub(super) orders: &'static [AxisOrder],
    pub(super) variants: VariantTrials,
    /// x265's preset of most trials, and that of the last ones and of the plan.
    pub(super) presets: (X265Preset, X265Preset),
    /// The same where there is AV1 alone: speeds.
    pub(super) speeds: (u8, u8),
    /// The steps with which the quantizer is looked for, one after the other, and for how many of the best plans.
    pub(super) strides: &'static [(u8, usize)],
    /// The number of the best plans that are tried again with the last preset.
    pub(super) last_preset_trials: usize,
    /// The number of plans that a segment candidates if it shares them with others; 0: it takes the first segment's.
    pub(super) max_candidates: usize,
    pub(super) av1: Option<Av1Trials>,
}

impl SearchBudget {
    pub(super) const fn for_effort(effort: Effort) -> Self {
        use AxisOrder::{Tyx, Xyt, Yxt};
        match effort {
            Effort::Fast => Self {
                orders: &[Tyx, Yxt],
                variants: VariantTrials::Never,
                presets: (X265Preset::Veryfast, X265Preset::Veryfast),
                speeds: (8, 8),
                strides: &[(3, 1)],
                last_preset_trials: 0,
                max_candidates: 0,
                av1: None,
            },
            Effort::Balanced => Self {
                orders: &[Tyx, Yxt, Xyt],
                variants: VariantTrials::BeforeStrides,
                presets: (X265Preset::Medium, X265Preset::Slow),
                speeds: (6, 4),
                strides: &[(3, 2), (1, 2)],
                last_preset_trials: 0,
                max_candidates: 0,
                av1: Some(Av1Trials {
                    speed: 4,
                    min_quantizer: 36,
                    min_quantizer_always: 36,
                    strides: &[3],
                }),
            },
            Effort::Best => Self {
                orders: &[Tyx, Yxt, Xyt],
                variants: VariantTrials::AfterFirstStride,
                presets: (X265Preset::Slow, X265Preset::Veryslow),
                speeds: (4, 4),
                strides: &[(6, 3), (3, 2), (1, 1)],
                last_preset_trials: 2,
                max_candidates: 4,
                av1: Some(Av1Trials {
                    speed: 4,
                    min_quantizer: 12,
                    min_quantizer_always: 34,
                    strides: &[3, 1],
                }),
            },
        }
    }

    /// The trials of a video that may be smaller than a prediction: few, and then the slowest preset that pays.
    pub(super) const fn for_alternative() -> Self {
        Self {
            presets: (X265Preset::Medium, X265Preset::Veryslow),
            ..Self::for_effort(Effort::Balanced)
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
