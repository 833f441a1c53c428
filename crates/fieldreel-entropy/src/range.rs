//! Binary range coding: a carryless coder of decisions with a state of 32 bits.
//!
//! The state is an interval `low..=high`. A decision splits it at
//! `low + ⌊(high − low) · (65536 − p) / 65536⌋`: 0 selects the lower part, which includes the
//! split point, and 1 the upper part. Leading bytes that are equal in `low` and `high` are final,
//! and are shifted out.

use super::BinaryCoder;

/// Returns the last point of the lower part, `low ≤ split < high`.
fn split_point(low: u32, high: u32, p: u32) -> u32 {
    let width = u64::from(high.wrapping_sub(low));
    // The factor is below 65536, so the shifted product does not exceed the width.
    low.wrapping_add(((width * u64::from(65_536_u32.wrapping_sub(p) & 0xFFFF)) >> 16) as u32)
}

/// Returns true if the leading bytes of both ends are equal, and thus final.
fn has_final_byte(low: u32, high: u32) -> bool {
    (low ^ high) >> 24 == 0
}

/// An encoder of decisions.
///
/// ```
/// use fieldreel_entropy::{BinaryCoder, RangeDecoder, RangeEncoder};
///
/// let mut encoder = RangeEncoder::new();
/// for bit in [true, false, true] {
///     encoder.code(bit, 40_000);
/// }
/// let bytes = encoder.finish();
///
/// let mut decoder = RangeDecoder::new(&bytes);
/// assert_eq!([(); 3].map(|()| decoder.code(false, 40_000)), [true, false, true]);
/// ```
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
    /// Creates an encoder.
    #[must_use]
    pub fn new() -> Self {
        Self {
            low: 0,
            high: u32::MAX,
            bytes: Vec::new(),
        }
    }

    /// Returns the bytes, without trailing zeros, which a decoder reads past the end anyway.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        // Write the number in the interval that has the fewest bytes before its trailing zeros.
        if self.low > 0 {
            let mut bits = 8;
            while bits < 32 {
                let mask = u32::MAX >> bits;
                let rounded = self.low.checked_add(mask).map(|sum| sum & !mask);
                if let Some(rounded) = rounded.filter(|&rounded| rounded <= self.high) {
                    self.low = rounded;
                    break;
                }
                bits += 8;
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
        let split = split_point(self.low, self.high, p);
        if bit {
            self.low = split + 1;
        } else {
            self.high = split;
        }
        while has_final_byte(self.low, self.high) {
            self.bytes.push((self.low >> 24) as u8);
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
        }
        bit
    }
}

/// A decoder of decisions. Past the end of its bytes, it reads zeros.
///
/// See the example of [`RangeEncoder`].
#[derive(Debug)]
pub struct RangeDecoder<'a> {
    low: u32,
    high: u32,
    code: u32,
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> RangeDecoder<'a> {
    /// Creates a decoder of the bytes of a [`RangeEncoder`].
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
        let split = split_point(self.low, self.high, p);
        let bit = self.code > split;
        if bit {
            self.low = split + 1;
        } else {
            self.high = split;
        }
        while has_final_byte(self.low, self.high) {
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
            self.code = self.code << 8 | self.next_byte();
        }
        bit
    }
}
