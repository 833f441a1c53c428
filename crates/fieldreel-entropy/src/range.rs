//! Decisions to bytes and back: a carryless binary range coder of 32 bits.
//!
//! The state is an interval `low..=high`. A decision cuts it at `low + ⌊(high − low) · (65536 − p) / 65536⌋`: 0 is the lower
//! part, the cut included. Leading bytes on which both ends agree are final, and are shifted out.

use super::BinaryCoder;

/// The last point of the part that stands for 0: `low ≤ cut < high`.
fn cut(low: u32, high: u32, p: u32) -> u32 {
    let width = u64::from(high.wrapping_sub(low));
    // Fits: the factor is below 65536, so the product shifted is at most the width.
    low.wrapping_add(((width * u64::from(65_536_u32.wrapping_sub(p) & 0xFFFF)) >> 16) as u32)
}

/// Whether the leading byte of both ends is the same, and thus final.
fn settled(low: u32, high: u32) -> bool {
    (low ^ high) >> 24 == 0
}

/// Writes decisions.
#[derive(Debug)]
pub struct RangeEncoder {
    low: u32,
    high: u32,
    bytes: Vec<u8>,
}

impl Default for RangeEncoder {
    fn default() -> Self {
        Self::new()
    }
}

impl RangeEncoder {
    /// An encoder that has written nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            low: 0,
            high: u32::MAX,
            bytes: Vec::new(),
        }
    }

    /// The bytes, without zeros at the end: a decoder reads those anyway.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        // The shortest number in the interval, counting the zeros that a decoder reads on.
        if self.low > 0 {
            let mut kept = 8;
            while kept < 32 {
                let rest = u32::MAX >> kept;
                let up = self.low.checked_add(rest).map(|sum| sum & !rest);
                if let Some(up) = up.filter(|&up| up <= self.high) {
                    self.low = up;
                    break;
                }
                kept += 8;
            }
            self.bytes.extend(self.low.to_be_bytes());
        }
        let end = self.bytes.iter().rposition(|&byte| byte != 0);
        self.bytes.truncate(end.map_or(0, |last| last + 1));
        self.bytes
    }
}

impl BinaryCoder for RangeEncoder {
    #[inline(always)]
    fn code(&mut self, bit: bool, p: u32) -> bool {
        let cut = cut(self.low, self.high, p);
        if bit {
            self.low = cut + 1;
        } else {
            self.high = cut;
        }
        while settled(self.low, self.high) {
            self.bytes.push((self.low >> 24) as u8);
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
        }
        bit
    }
}

/// Reads decisions.
#[derive(Debug)]
pub struct RangeDecoder<'a> {
    low: u32,
    high: u32,
    code: u32,
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> RangeDecoder<'a> {
    /// A decoder of what an [`RangeEncoder`] wrote.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self {
            low: 0,
            high: u32::MAX,
            code: 0,
            bytes: bytes.iter(),
        };
        for _ in 0..4 {
            decoder.code = decoder.code << 8 | decoder.next_byte();
        }
        decoder
    }

    fn next_byte(&mut self) -> u32 {
        self.bytes.next().copied().unwrap_or(0).into()
    }
}

impl BinaryCoder for RangeDecoder<'_> {
    #[inline(always)]
    fn code(&mut self, _: bool, p: u32) -> bool {
        let cut = cut(self.low, self.high, p);
        let bit = self.code > cut;
        if bit {
            self.low = cut + 1;
        } else {
            self.high = cut;
        }
        while settled(self.low, self.high) {
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
            self.code = self.code << 8 | self.next_byte();
        }
        bit
    }
}
