//! The trials of videos that an effort allows.

use fieldreel_codec::X265Preset;

use super::{AxisOrder, VideoCodec};
use crate::{CodecChoice, Effort};

/// The trials of AV1.
pub(super) struct Av1Trials {
    pub(super) speed: u8,
    /// The smallest of x265's best quantizers for which AV1 is tried.
    pub(super) min_quantizer: u8,
    /// The smallest of x265's best quantizers for which the quantizer of AV1 is searched even if
    /// the first trial is not near the best: the first guess is then poor.
    pub(super) min_quantizer_always: u8,
    /// The strides of the search for the quantizer of AV1, one after the other.
    pub(super) strides: &'static [u8],
}

/// The stage of the search in which variants of plans are tried. Variants differ only in temporal
/// means or in transposed frames.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VariantStage {
    /// No variants are tried.
    Never,
    /// Variants with means, before the search for the quantizer.
    BeforeStrides,
    /// Variants with means and with transposed frames, after the first stride has found a
    /// quantizer. Until then, variants do not take the place of plans along another axis, which
    /// may need another quantizer. In the benchmark, this makes `wind` at 3e-2 smaller by 8 %.
    AfterFirstStride,
}

/// The trials of videos that an effort allows.
pub(super) struct SearchBudget {
    /// The axis orders that are tried.
    pub(super) orders: &'static [AxisOrder],
    pub(super) variants: VariantStage,
    /// The presets of x265: that of most trials, and that of the last trials and of the plan.
    pub(super) presets: (X265Preset, X265Preset),
    /// The speeds of AV1 likewise, if AV1 is the only codec.
    pub(super) speeds: (u8, u8),
    /// The strides of the search for the quantizer, one after the other, each with the number of
    /// the best plans that it starts from.
    pub(super) strides: &'static [(u8, usize)],
    /// The number of the best plans that are tried again with the last preset.
    pub(super) last_preset_trials: usize,
    /// The maximum number of candidates for similar segments; with 0, these use the best plan of
    /// the first segment.
    pub(super) max_candidates: usize,
    pub(super) av1: Option<Av1Trials>,
}

impl SearchBudget {
    /// Returns the trials of an effort.
    pub(super) const fn for_effort(effort: Effort) -> Self {
        use AxisOrder::{Tyx, Xyt, Yxt};
        match effort {
            Effort::Fast => Self {
                orders: &[Tyx, Yxt],
                variants: VariantStage::Never,
                presets: (X265Preset::Veryfast, X265Preset::Veryfast),
                speeds: (8, 8),
                strides: &[(3, 1)],
                last_preset_trials: 0,
                max_candidates: 0,
                av1: None,
            },
            Effort::Balanced => Self {
                orders: &[Tyx, Yxt, Xyt],
                variants: VariantStage::BeforeStrides,
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
                variants: VariantStage::AfterFirstStride,
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

    /// Returns the trials of a video as an alternative to a prediction: few trials, and then the
    /// slowest preset that pays.
    pub(super) const fn for_alternative() -> Self {
        Self {
            presets: (X265Preset::Medium, X265Preset::Veryslow),
            ..Self::for_effort(Effort::Balanced)
        }
    }

    /// Returns the encoder of most trials, and that of the last trials and of the plan.
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
