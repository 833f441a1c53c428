//! The nine modes of the original tool.

use std::fmt;
use std::str::FromStr;

use fieldreel_quant::BitDepth;

use crate::Error;

/// A mode of the original tool: a bit depth and a codec with its options, by the original's name.
///
/// From the strongest compression to the most exact:
///
/// | name | bits | codec | options |
/// |---|---|---|---|
/// | `extreme` | 8 | x265 | slow, crf 49 |
/// | `max` | 8 | x265 | slow, crf 32 |
/// | `vhigh` | 10 | x265 | slow, crf 20 |
/// | `C4-JP2K` | 16 | OpenJPEG | compression level 4 |
/// | `high` | 12 | x265 | slow, crf 15 |
/// | `avg` | 12 | x265 | slow, crf 8 |
/// | `low` | 12 | x265 | slow, crf 0 |
/// | `vlow` | 12 | x265 | veryslow, lossless on the codes |
/// | `LL-JP2K` | 16 | OpenJPEG | lossless on the codes |
///
/// The lossy ones of x265 also set `pbratio=1.2`, `tskip=1` and `rskip=0`, which the original does
/// not, `extreme` a crf of 49 instead of 51, and `max` `psy-rd=0`: no error is then much above the original's, at
/// about its size.
///
/// The original hands 16-bit codes to x265 in `low` and `vlow`, which FFmpeg silently cuts to 12
/// bits: these modes quantize to 12 bits, rounding, in the first place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// `extreme`: a thousandth of the size, the outlines remain.
    Extreme,
    /// `max`: errors of some tenths of the range at sharp fronts.
    Max,
    /// `vhigh`: errors of about a tenth of the range at most, a few thousandths on average.
    Vhigh,
    /// `C4-JP2K`: every frame on its own, at a fixed ratio.
    C4Jp2k,
    /// `high`: errors of a few hundredths of the range at most.
    High,
    /// `avg`: errors of about two hundredths of the range at most.
    Avg,
    /// `low`: errors of about one hundredth of the range at most.
    Low,
    /// `vlow`: half a 12-bit step at most, 1.3e-4 of the range.
    Vlow,
    /// `LL-JP2K`: half a 16-bit step at most, 8e-6 of the range.
    LlJp2k,
}

impl Preset {
    /// All modes, from the strongest compression to the most exact.
    pub const ALL: [Self; 9] = [
        Self::Extreme,
        Self::Max,
        Self::Vhigh,
        Self::C4Jp2k,
        Self::High,
        Self::Avg,
        Self::Low,
        Self::Vlow,
        Self::LlJp2k,
    ];

    /// The original's name, such as `C4-JP2K`; also what [`Display`](fmt::Display) prints.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Extreme => "extreme",
            Self::Max => "max",
            Self::Vhigh => "vhigh",
            Self::C4Jp2k => "C4-JP2K",
            Self::High => "high",
            Self::Avg => "avg",
            Self::Low => "low",
            Self::Vlow => "vlow",
            Self::LlJp2k => "LL-JP2K",
        }
    }

    /// Bits of the codes that the field is quantized to.
    #[must_use]
    pub const fn bit_depth(self) -> BitDepth {
        match self {
            Self::Extreme | Self::Max => BitDepth::EIGHT,
            Self::Vhigh => BitDepth::TEN,
            Self::High | Self::Avg | Self::Low | Self::Vlow => BitDepth::TWELVE,
            Self::C4Jp2k | Self::LlJp2k => BitDepth::SIXTEEN,
        }
    }

    /// The codec with its options.
    #[cfg(feature = "ffmpeg")]
    #[must_use]
    pub fn codec(self) -> Box<dyn fieldreel_codec::Codec> {
        use fieldreel_codec::{OpenJpeg, X265, X265Preset};

        // Frames of nearly equal quality (x265 gives B frames less by default) and blocks coded
        // without a transform keep sharp fronts, and so does looking at smaller blocks even where a
        // large one can be skipped: the largest error falls, the mean with it.
        let slow = |crf| {
            X265::crf(crf)
                .with_preset(X265Preset::Slow)
                .with_param("pbratio", "1.2")
                .with_param("tskip", "1")
                .with_param("rskip", "0")
        };
        match self {
            Self::Extreme => Box::new(slow(49.0)),
            Self::Max => Box::new(slow(32.0).with_param("psy-rd", "0")),
            Self::Vhigh => Box::new(slow(19.95)),
            Self::C4Jp2k => Box::new(OpenJpeg::ratio(4)),
            Self::High => Box::new(slow(15.0)),
            Self::Avg => Box::new(slow(8.0)),
            Self::Low => Box::new(slow(0.0)),
            Self::Vlow => Box::new(X265::lossless().with_preset(X265Preset::Veryslow)),
            Self::LlJp2k => Box::new(OpenJpeg::lossless()),
        }
    }

    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Preset {
    type Err = Error;

    /// # Errors
    /// [`Error::UnknownPreset`] if no mode has this name. Names are told apart by case.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|preset| preset.name() == name)
            .ok_or_else(|| Error::UnknownPreset {
                name: name.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_print_and_parse() {
        for preset in Preset::ALL {
            assert_eq!(preset.to_string().parse::<Preset>().unwrap(), preset);
        }
        assert_eq!(format!("{:>8}|", Preset::Max), "     max|");
        let unknown = "ultra".parse::<Preset>().unwrap_err().to_string();
        assert!(
            unknown.contains("ultra") && unknown.contains("LL-JP2K"),
            "{unknown}"
        );
    }
}
