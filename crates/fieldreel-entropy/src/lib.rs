//! Entropy coding in integer arithmetic, which decodes identically on every machine.
//!
//! The binary coder codes decisions: before each one, a model states the probability of a 1.
//! [`RangeEncoder`] and [`RangeDecoder`] convert decisions to bytes and back. Both implement
//! [`BinaryCoder`], so that a model is written once for both directions: an encoder writes the
//! values that it is given, and a decoder ignores them. Probabilities come from an
//! [`AdaptiveBit`], or from several of them through a [`Mixer`].
//!
//! [`RansEncoder`] and [`RansDecoder`] code symbols, and the module [`residual`] contains coders
//! of residuals.
//!
//! Decoding bits, decisions and symbols never fails: past the end of its bytes, a decoder reads
//! zeros. The caller knows how many values there are, and verifies checksums where it needs them.
//!
//! ```
//! use fieldreel_entropy::{AdaptiveBit, BinaryCoder, RangeDecoder, RangeEncoder};
//!
//! fn code(coder: &mut impl BinaryCoder, decisions: &mut [bool]) {
//!     let mut model = AdaptiveBit::NEW;
//!     for decision in decisions {
//!         *decision = model.code(coder, *decision);
//!     }
//! }
//!
//! let mut decisions: Vec<bool> = (0..1000).map(|i| i % 50 == 0).collect();
//! let mut encoder = RangeEncoder::new();
//! code(&mut encoder, &mut decisions);
//! let bytes = encoder.finish();
//! assert!(bytes.len() < 25);
//!
//! let mut decoded = vec![false; 1000];
//! code(&mut RangeDecoder::new(&bytes), &mut decoded);
//! assert_eq!(decoded, decisions);
//! ```
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-reel ─► fieldreel-predict ─► fieldreel-entropy
//!                    └────────────────────────────────────▲
//! ```

mod adaptive_bit;
mod bits;
mod logistic;
mod mixer;
mod range;
mod rans;
pub mod residual;
#[cfg(test)]
mod tests;

pub use adaptive_bit::AdaptiveBit;
pub use bits::{BitReader, BitWriter};
pub use mixer::Mixer;
pub use range::{RangeDecoder, RangeEncoder};
pub use rans::{
    DecoderTables, EncoderSymbol, FrequencyTable, MAX_CONTEXTS, MAX_LANES, RansDecoder,
    RansEncoder, SYMBOLS, VECTOR_LEN,
};

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The error of decoding bytes that no encoder wrote.
///
/// ```
/// use fieldreel_entropy::CorruptStream;
/// use fieldreel_entropy::residual::quick::QuickDecoder;
///
/// // No encoder writes 9 as its first byte.
/// assert_eq!(QuickDecoder::new(&[9, 0, 0]).err(), Some(CorruptStream));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorruptStream;

/// A coder of binary decisions, in either direction.
///
/// ```
/// use fieldreel_entropy::{AdaptiveBit, BinaryCoder, RangeDecoder, RangeEncoder};
///
/// fn code(coder: &mut impl BinaryCoder, [first, second]: [u64; 2]) -> [u64; 2] {
///     let mut length = [AdaptiveBit::NEW; 64];
///     [coder.code_raw(first, 8), coder.code_number(second, &mut length)]
/// }
///
/// let mut encoder = RangeEncoder::new();
/// code(&mut encoder, [200, 1_000_000]);
/// let bytes = encoder.finish();
/// assert_eq!(code(&mut RangeDecoder::new(&bytes), [0, 0]), [200, 1_000_000]);
/// ```
pub trait BinaryCoder {
    /// Codes and returns a decision that is 1 with probability `p / 65536`, for `p` in
    /// `1..=65535`.
    ///
    /// An encoder writes `bit`; a decoder ignores it and returns the bit that was written.
    fn code(&mut self, bit: bool, p: u32) -> bool;

    /// Codes the lowest `count` bits of `value`, highest first, with equal probabilities.
    fn code_raw(&mut self, value: u64, count: u32) -> u64 {
        (0..count).rev().fold(0, |coded, at| {
            coded << 1 | u64::from(self.code(value >> at & 1 == 1, 1 << 15))
        })
    }

    /// Codes a number of up to 64 bits: its length in bits, with the adaptive model `length`, and
    /// then the bits after the leading 1, with equal probabilities.
    fn code_number(&mut self, value: u64, length: &mut [AdaptiveBit; 64]) -> u64 {
        let value_bits = u64::BITS - value.leading_zeros();
        let mut bits = 0;
        for bit in length {
            let is_longer = self.code(value_bits > bits, bit.p());
            bit.update(is_longer);
            if !is_longer {
                break;
            }
            bits += 1;
        }
        match bits {
            0 => 0,
            _ => 1 << (bits - 1) | self.code_raw(value & !(1_u64 << (bits - 1)), bits - 1),
        }
    }
}
