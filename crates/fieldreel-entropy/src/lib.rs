//! An adaptive binary arithmetic coder in integers: the same bytes give the same bits on every machine.
//!
//! A model states, before each binary decision, how probable a 1 is; [`RangeEncoder`] and [`RangeDecoder`] turn decisions into
//! bytes and back. Both are a [`BinaryCoder`], so a model is written once and runs in both directions: what it is given
//! to encode, it ignores when it decodes. Probabilities come from [`AdaptiveBit`]s that count what they have seen, alone or
//! several of them weighed against each other by a [`Mixer`].
//!
//! Nothing here fails: a decoder that has run out of bytes reads zeros, and its caller, who knows from elsewhere how many
//! decisions there are, comes to an end with some array. Checksums are the caller's business.

mod bit;
mod bits;
mod logistic;
mod mixer;
mod range;
mod rans;
pub mod residual;
#[cfg(test)]
mod tests;

pub use bit::AdaptiveBit;
pub use bits::{BitReader, BitWriter};
pub use mixer::Mixer;
pub use range::{RangeDecoder, RangeEncoder};
pub use rans::{CASES, EncoderPart, LANES, RUN, RansDecoder, RansEncoder, SYMBOLS, Table, Tables};

/// The bytes do not hold what they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorruptStream;

/// Codes binary decisions, in one direction or the other.
pub trait BinaryCoder {
    /// Codes one decision that is 1 with probability `p / 65536`, for `p` in `1..=65535`, and gives it back.
    ///
    /// An encoder writes `bit`; a decoder ignores it and gives the bit that was written.
    fn code(&mut self, bit: bool, p: u32) -> bool;

    /// Codes the lowest `count` bits of `value`, highest first, as equally probable.
    fn code_raw(&mut self, value: u64, count: u32) -> u64 {
        (0..count).rev().fold(0, |done, at| {
            done << 1 | u64::from(self.code(value >> at & 1 == 1, 1 << 15))
        })
    }

    /// Codes a number of up to 64 bits: how many bits it has, then these after the first, all equally probable within
    /// an adaptive length.
    fn code_number(&mut self, value: u64, length: &mut [AdaptiveBit; 64]) -> u64 {
        let bits = u64::BITS - value.leading_zeros();
        let mut found = 0;
        for bit in length {
            let more = self.code(bits > found, bit.p());
            bit.update(more);
            if !more {
                break;
            }
            found += 1;
        }
        match found {
            0 => 0,
            _ => 1 << (found - 1) | self.code_raw(value & !(1_u64 << (found - 1)), found - 1),
        }
    }
}
