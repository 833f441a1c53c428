//! Escapes: the distance of a residual beyond the symbols, in bits.
//!
//! The distance plus 1 is coded: its length after the first bit in [`SHORT`] bits, or all of these set and the rest of
//! the length in [`REST`] more, then its bits after the first.

use crate::{BitReader, BitWriter};

/// The bits of a short length.
const SHORT: u32 = 3;

/// The first length that is not short.
const LONG: u32 = (1 << SHORT) - 1;

/// The bits of the difference between a length and [`LONG`].
const REST: u32 = 6;

/// The most bits that are coded at once.
const HALF: u32 = 32;

/// Writes a number below [`u64::MAX`].
pub(super) fn write(bits: &mut BitWriter, beyond: u64) {
    let number = beyond.wrapping_add(1);
    let length = number.checked_ilog2().unwrap_or(0);
    bits.write(length.min(LONG).into(), SHORT);
    if length >= LONG {
        bits.write((length - LONG).into(), REST);
    }
    let lower = length.min(HALF);
    bits.write(number, lower);
    bits.write(number >> lower, length - lower);
}

/// Reads a number.
#[inline(always)]
pub(super) fn read(bits: &mut BitReader) -> u64 {
    let next = bits.peek();
    match next as u32 & LONG {
        LONG => read_long(bits),
        // There may or may not be bits, at random, so no branch depends on it.
        length => {
            bits.pass(SHORT + length);
            let first = 1 << length;
            (first | next >> SHORT & (first - 1)) - 1
        }
    }
}

/// Reads a number whose length is not short.
#[cold]
fn read_long(bits: &mut BitReader) -> u64 {
    bits.pass(SHORT);
    let length = LONG + bits.read(REST) as u32;
    let lower = length.min(HALF);
    let low = bits.read(lower);
    let high = bits.read((length - lower).min(HALF));
    let first = 1_u64.checked_shl(length).unwrap_or(0);
    (first | high << lower | low).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_number_comes_back(number: u64, shift in 0_u32..64, then in 0_u64..8) {
            let all = [(number >> shift).min(u64::MAX - 1), then, 0, u64::MAX - 1];
            let mut writer = BitWriter::default();
            for number in all {
                write(&mut writer, number);
            }
            let mut reader = BitReader::new(&writer.finish());
            for number in all {
                prop_assert_eq!(read(&mut reader), number);
            }
        }
    }
}
