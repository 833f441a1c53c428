//! The presets of x265.

use std::fmt;
use std::str::FromStr;

use super::x265::NAME;
use crate::error::CodecError;

/// A preset of x265: the time that x265 spends to make the stream small.
///
/// ```
/// use fieldreel_codec::{X265, X265Preset};
///
/// let preset: X265Preset = "slow".parse()?;
/// assert_eq!(preset, X265Preset::Slow);
/// assert_eq!(X265::crf(20.0).with_preset(preset).preset().to_string(), "slow");
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum X265Preset {
    /// The fastest preset, with the largest streams.
    Ultrafast,
    /// The second fastest preset.
    Superfast,
    /// The third fastest preset.
    Veryfast,
    /// The fourth fastest preset.
    Faster,
    /// A preset a little faster than the default.
    Fast,
    /// The default of x265.
    #[default]
    Medium,
    /// A preset 5 to 8 times faster than `veryslow`. Its streams of smooth fields are 3 to 5 %
    /// larger.
    Slow,
    /// The third slowest preset.
    Slower,
    /// The second slowest preset.
    Veryslow,
    /// The slowest preset.
    Placebo,
}

impl X265Preset {
    /// All presets, the fastest first.
    pub const ALL: [Self; 10] = [
        Self::Ultrafast,
        Self::Superfast,
        Self::Veryfast,
        Self::Faster,
        Self::Fast,
        Self::Medium,
        Self::Slow,
        Self::Slower,
        Self::Veryslow,
        Self::Placebo,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Ultrafast => "ultrafast",
            Self::Superfast => "superfast",
            Self::Veryfast => "veryfast",
            Self::Faster => "faster",
            Self::Fast => "fast",
            Self::Medium => "medium",
            Self::Slow => "slow",
            Self::Slower => "slower",
            Self::Veryslow => "veryslow",
            Self::Placebo => "placebo",
        }
    }
}

impl fmt::Display for X265Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for X265Preset {
    type Err = CodecError;

    /// Parses the name that x265 gives to a preset.
    ///
    /// # Errors
    /// [`CodecError::InvalidOption`] if no preset has this name.
    fn from_str(name: &str) -> Result<Self, CodecError> {
        Self::ALL
            .into_iter()
            .find(|preset| preset.as_str() == name)
            .ok_or_else(|| CodecError::InvalidOption {
                codec: NAME,
                option: "preset".to_owned(),
                value: name.to_owned(),
                expected: Self::ALL.map(Self::as_str).join(", "),
            })
    }
}

#[cfg(feature = "serde")]
fieldreel_core::serde_as_text!(X265Preset);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_print_and_parse_as_x265_names_them() {
        for preset in X265Preset::ALL {
            assert_eq!(preset.to_string().parse::<X265Preset>().unwrap(), preset);
        }
        assert!("quick".parse::<X265Preset>().is_err());
    }
}
