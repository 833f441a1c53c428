//! Escapes: raw bits for residuals outside the alphabet.
//!
//! The *excess* of a residual is the number of residuals outside the alphabet that precede it in
//! the order 0, −1, 1, −2, 2, … The excess plus 1 is coded as the number of its bits after the
//! leading 1, the length, and then these bits. A short length takes [`SHORT_BITS`] bits. Otherwise
//! all of these bits are set, and [`LONG_BITS`] more bits are the rest of the length.

use crate::{BitReader, BitWriter};

/// The number of bits of a short length.
const SHORT_BITS: u32 = 3;

/// The smallest length that is not short.
const MIN_LONG: u32 = (1 << SHORT_BITS) - 1;

/// The number of bits of the difference between a long length and [`MIN_LONG`].
const LONG_BITS: u32 = 6;

/// The maximum number of bits of one read or write.
const MAX_BITS: u32 = 32;

/// Writes an excess below [`u64::MAX`].
pub(super) fn write(bits: &mut BitWriter, excess: u64) {
    let number = excess.wrapping_add(1);
    let length = number.checked_ilog2().unwrap_or(0);
    bits.write(length.min(MIN_LONG).into(), SHORT_BITS);
    if length >= MIN_LONG {
        bits.write((length - MIN_LONG).into(), LONG_BITS);
    }
    let low_bits = length.min(MAX_BITS);
    bits.write(number, low_bits);
    bits.write(number >> low_bits, length - low_bits);
}

/// Reads an excess.
#[inline(always)]
pub(super) fn read(bits: &mut BitReader) -> u64 {
    let next = bits.peek();
    match next as u32 & MIN_LONG {
        MIN_LONG => read_long(bits),
        // No branch depends on whether there are bits, because it would be unpredictable.
        length => {
            bits.skip(SHORT_BITS + length);
            let leading = 1 << length;
            (leading | next >> SHORT_BITS & (leading - 1)) - 1
        }
    }
}

/// Reads an excess whose length is not short.
#[cold]
fn read_long(bits: &mut BitReader) -> u64 {
    bits.skip(SHORT_BITS);
    let length = MIN_LONG + bits.read(LONG_BITS) as u32;
    let low_bits = length.min(MAX_BITS);
    let low = bits.read(low_bits);
    let high = bits.read((length - low_bits).min(MAX_BITS));
    let leading = 1_u64.checked_shl(length).unwrap_or(0);
    (leading | high << low_bits | low).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_excess_round_trips(large: u64, shift in 0_u32..64, small in 0_u64..8) {
            let excesses = [(large >> shift).min(u64::MAX - 1), small, 0, u64::MAX - 1];
            let mut writer = BitWriter::default();
            for excess in excesses {
                write(&mut writer, excess);
            }
            let mut reader = BitReader::new(&writer.finish());
            for excess in excesses {
                prop_assert_eq!(read(&mut reader), excess);
            }
        }
    }
}
