//! The number of bits of a code.

use std::fmt;
use std::str::FromStr;

use fieldreel_core::ParseError;

use crate::QuantError;

/// The number of bits of a code, 1..=16. Codes are integers in `0..=2^bits − 1`.
///
/// ```
/// use fieldreel_quant::BitDepth;
///
/// let depth = BitDepth::new(12)?;
/// assert_eq!(depth, BitDepth::TWELVE);
/// assert_eq!((depth.bits(), depth.max_code()), (12, 4095));
/// assert!("17".parse::<BitDepth>().is_err());
/// # Ok::<(), fieldreel_quant::QuantError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BitDepth(u8);

impl BitDepth {
    /// 8 bits: 256 levels.
    pub const EIGHT: Self = Self(8);
    /// 10 bits: 1,024 levels.
    pub const TEN: Self = Self(10);
    /// 12 bits: 4,096 levels.
    pub const TWELVE: Self = Self(12);
    /// 14 bits: 16,384 levels.
    pub const FOURTEEN: Self = Self(14);
    /// 16 bits: 65,536 levels.
    pub const SIXTEEN: Self = Self(16);

    /// Returns the depth of `bits` bits.
    ///
    /// # Errors
    ///
    /// [`QuantError::BitDepth`] if `bits` is 0 or above 16.
    pub const fn new(bits: u8) -> Result<Self, QuantError> {
        match bits {
            1..=16 => Ok(Self(bits)),
            _ => Err(QuantError::BitDepth { bits }),
        }
    }

    /// Returns the number of bits, 1..=16.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Returns the largest code, `2^bits − 1`, in 1..=65,535.
    #[must_use]
    pub const fn max_code(self) -> u16 {
        u16::MAX >> (16 - self.0)
    }
}

impl TryFrom<u8> for BitDepth {
    type Error = QuantError;

    /// Converts a number of bits, as [`BitDepth::new`] does.
    ///
    /// # Errors
    ///
    /// [`QuantError::BitDepth`] if `bits` is 0 or above 16.
    fn try_from(bits: u8) -> Result<Self, QuantError> {
        Self::new(bits)
    }
}

/// Writes the number of bits in decimal, such as `12`.
impl fmt::Display for BitDepth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for BitDepth {
    type Err = QuantError;

    /// Parses a number of bits in decimal. The inverse of `Display`.
    ///
    /// # Errors
    ///
    /// - [`QuantError::Parse`] if `text` is not a decimal number in 0..=255;
    /// - [`QuantError::BitDepth`] if the number is not in 1..=16.
    fn from_str(text: &str) -> Result<Self, QuantError> {
        match text.parse() {
            Ok(bits) => Self::new(bits),
            Err(_) => Err(ParseError::new("a bit depth", text).into()),
        }
    }
}
