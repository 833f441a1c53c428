//! The nine modes of the original tool.

use std::fmt;
use std::str::FromStr;

use fieldreel_quant::BitDepth;

use crate::Error;

/// A mode of the original tool: a bit depth, a codec and its options.
///
/// The modes from the strongest compression to the smallest error:
///
/// | name | bits | codec | options |
/// |---|---|---|---|
/// | `extreme` | 8 | x265 | slow, crf 49 |
/// | `max` | 8 | x265 | slow, crf 32 |
/// | `vhigh` | 10 | x265 | slow, crf 19.95 |
/// | `C4-JP2K` | 16 | OpenJPEG | compression level 4 |
/// | `high` | 12 | x265 | slow, crf 15 |
/// | `avg` | 12 | x265 | slow, crf 8 |
/// | `low` | 12 | x265 | slow, crf 0 |
/// | `vlow` | 12 | x265 | veryslow, lossless on the codes |
/// | `LL-JP2K` | 16 | OpenJPEG | lossless on the codes |
///
/// Some options differ from the original. The lossy modes of x265 also set `pbratio=1.2`,
/// `tskip=1` and `rskip=0`; `extreme` uses a crf of 49 instead of 51, `vhigh` one of 19.95 instead
/// of 20, and `max` sets `psy-rd=0`. The errors are then not much larger than those of the
/// original, at about the same size.
///
/// The original passes 16-bit codes to x265 in `low` and `vlow`, which FFmpeg silently truncates
/// to 12 bits. Here, these modes quantize to 12 bits with rounding.
///
/// ```
/// use fieldreel::Preset;
///
/// let preset: Preset = "LL-JP2K".parse()?;
/// assert_eq!(preset, Preset::LlJp2k);
/// assert_eq!(preset.bit_depth().bits(), 16);
/// # Ok::<(), fieldreel::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// `extreme`: files of about a thousandth of the array; only outlines remain.
    Extreme,
    /// `max`: errors of some tenths of the range at sharp fronts.
    Max,
    /// `vhigh`: errors up to about a tenth of the range, a few thousandths on average.
    Vhigh,
    /// `C4-JP2K`: every frame is coded by itself, at a fixed ratio.
    C4Jp2k,
    /// `high`: errors up to a few hundredths of the range.
    High,
    /// `avg`: errors up to about two hundredths of the range.
    Avg,
    /// `low`: errors up to about one hundredth of the range.
    Low,
    /// `vlow`: errors up to half a 12-bit step, 1.22e-4 of the range.
    Vlow,
    /// `LL-JP2K`: errors up to half a 16-bit step, 7.63e-6 of the range.
    LlJp2k,
}

impl Preset {
    /// All modes, from the strongest compression to the smallest error.
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

    /// Returns the name in the original tool, such as `C4-JP2K`. [`Display`](fmt::Display) prints
    /// it.
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

    /// Returns the bit depth to which the field is quantized.
    #[must_use]
    pub const fn bit_depth(self) -> BitDepth {
        match self {
            Self::Extreme | Self::Max => BitDepth::EIGHT,
            Self::Vhigh => BitDepth::TEN,
            Self::High | Self::Avg | Self::Low | Self::Vlow => BitDepth::TWELVE,
            Self::C4Jp2k | Self::LlJp2k => BitDepth::SIXTEEN,
        }
    }

    /// Returns the codec with its options.
    ///
    /// ```
    /// use fieldreel::Preset;
    ///
    /// let codec = Preset::LlJp2k.codec();
    /// assert_eq!((codec.name(), codec.is_lossless()), ("openjpeg", true));
    /// ```
    #[cfg(feature = "ffmpeg")]
    #[must_use]
    pub fn codec(self) -> Box<dyn fieldreel_codec::Codec> {
        use fieldreel_codec::{OpenJpeg, X265, X265Preset};

        // Sharp fronts are preserved by frames of nearly equal quality (by default, x265 gives B
        // frames less), by blocks that are coded without a transform, and by trying smaller blocks
        // even if a large block can be skipped. Both the largest and the mean error decrease.
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
    /// [`Error::UnknownPreset`] if no mode has this name. Names are case-sensitive.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|preset| preset.name() == name)
            .ok_or_else(|| Error::UnknownPreset {
                name: name.to_owned(),
            })
    }
}

#[cfg(feature = "serde")]
fieldreel_core::serde_as_text!(Preset);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_displayed_and_parsed() {
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
