//! Residual coding: rows of integers to bytes and back.
//!
//! Residuals are small integers, and their neighbors predict their magnitudes.
//!
//! | coder | method | purpose |
//! |---|---|---|
//! | [`quick`] | 16 symbols with static distributions, eight symbols at once in rANS | speed |
//! | [`adaptive`] | 16 symbols with adaptive distributions, which are mixed | size |

pub mod adaptive;
mod escape;
pub mod quick;
mod substreams;

use std::ops::Range;

use crate::AdaptiveBit;

/// An integer type of residuals.
///
/// ```
/// use fieldreel_entropy::residual::Residual;
///
/// assert_eq!(i32::from_i64(-3).to_i64(), -3);
/// assert_eq!((-1000_i32).scaled(4), -63); // −62.5 is rounded down.
/// // With the symbol 7 for 0 and the escape 15, 3 has the symbol 10, and 100 is an escape.
/// assert_eq!([3_i32, 100].map(|residual| residual.symbol(0, 0, 7, 15).0), [10, 15]);
/// ```
pub trait Residual: Copy + Default + PartialEq + Send + Sync + std::fmt::Debug + 'static {
    /// Returns the integer with the lowest bits of `value`.
    fn from_i64(value: i64) -> Self;
    /// Returns the residual as an integer of 64 bits.
    fn to_i64(self) -> i64;
    /// Returns the residual divided by 2^`bits`, rounded down and clamped to ±32767.
    fn scaled(self, bits: u32) -> i16;
    /// Returns the symbol and the low bits of a residual.
    ///
    /// The residual is divided by 2^`noise_bits` and rounded down. The sum of the quotient and half
    /// of 2^`low` is split into its lowest `low` bits, up to 8, and the bits above. The symbol is
    /// the sum of the upper bits and `zero`, or `escape` if that sum is not in `0..escape`.
    fn symbol(self, noise_bits: u32, low: u32, zero: i64, escape: u8) -> (u8, u8);
}

macro_rules! residual {
    ($residual:ty, $unsigned:ty) => {
        impl Residual for $residual {
            #[inline(always)]
            fn from_i64(value: i64) -> Self {
                value as $residual
            }
            #[inline(always)]
            fn to_i64(self) -> i64 {
                self as i64
            }
            #[inline(always)]
            fn scaled(self, bits: u32) -> i16 {
                (self >> bits.min(<$residual>::BITS - 1))
                    .clamp(i16::MIN as $residual + 1, i16::MAX as $residual) as i16
            }
            #[inline(always)]
            fn symbol(self, noise_bits: u32, low: u32, zero: i64, escape: u8) -> (u8, u8) {
                // If the sum wraps, the symbol is far below 0, and thus correctly an escape.
                let shifted =
                    (self >> noise_bits.min(<$residual>::BITS - 1)).wrapping_add(1 << low >> 1);
                let symbol = (shifted >> low).wrapping_add(zero as $residual) as $unsigned;
                let lowest = shifted as u32 & ((1 << low) - 1);
                (symbol.min(escape.into()) as u8, lowest as u8)
            }
        }
    };
}
residual!(i32, u32);
residual!(i64, u64);

/// The context of a row: residuals near each of its positions that were coded before.
///
/// The residuals are saturated, and in units of 2 to the power of the
/// [number of noise bits](ResidualCoder::set_noise_bits). All slices are as long as the row.
///
/// See the example of [`ResidualCoder`].
#[derive(Clone, Copy, Debug)]
pub struct RowContext<'a> {
    /// The weighted sums of the magnitudes near each position, except for positions to the left.
    pub activity: &'a [u16],
    /// The residuals of the row above.
    pub above: &'a [i16],
    /// The residuals of the same row of the previous plane.
    pub before: &'a [i16],
    /// The residuals of the two positions of earlier passes between which each position lies, or
    /// those of the row above if there are none.
    pub sides: [&'a [i16]; 2],
}

impl RowContext<'_> {
    /// Returns the context of some positions of the row.
    #[inline(always)]
    fn range(&self, positions: Range<usize>) -> Self {
        Self {
            activity: &self.activity[positions.clone()],
            above: &self.above[positions.clone()],
            before: &self.before[positions.clone()],
            sides: self.sides.map(|side| &side[positions.clone()]),
        }
    }
}

/// A coder of residuals and parameters, in either direction.
///
/// An encoder writes and returns the values that it is given; a decoder ignores them and returns
/// the values that were written.
///
/// ```
/// use fieldreel_entropy::residual::quick::{QuickDecoder, QuickEncoder};
/// use fieldreel_entropy::residual::{ResidualCoder, RowContext};
///
/// fn code(coder: &mut impl ResidualCoder, residuals: &mut [i32; 4]) {
///     let (activity, zeros) = (&[0; 4], &[0; 4]); // All neighbors are 0.
///     let context = RowContext { activity, above: zeros, before: zeros, sides: [zeros; 2] };
///     coder.begin_pass(0);
///     coder.code_row(&context, residuals);
///     coder.end_pass();
/// }
///
/// let (mut encoder, mut decoded) = (QuickEncoder::default(), [0; 4]);
/// code(&mut encoder, &mut [3, -1, 0, 200]);
/// code(&mut QuickDecoder::new(&encoder.finish())?, &mut decoded);
/// assert_eq!(decoded, [3, -1, 0, 200]);
/// # Ok::<(), fieldreel_entropy::CorruptStream>(())
/// ```
pub trait ResidualCoder {
    /// Codes a parameter, in fewer bits the smaller it is.
    ///
    /// Each of the [`PARAMETER_MODELS`] models adapts to the sizes of its parameters.
    fn code_parameter(&mut self, value: i64, model: usize) -> i64;

    /// Codes a parameter of `count` bits, up to 32.
    fn code_bits(&mut self, value: u64, count: u32) -> u64;

    /// Sets the number of low bits of every residual that are noise and coded raw, at most 55.
    fn set_noise_bits(&mut self, bits: u32);

    /// Begins a pass in a context below [`PASS_CONTEXTS`]. Passes in the same context share
    /// statistics.
    fn begin_pass(&mut self, context: usize);

    /// Codes the residuals of a row.
    fn code_row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]);

    /// Ends the pass that [`begin_pass`](Self::begin_pass) began.
    fn end_pass(&mut self);
}

/// The symbol of the residual 0.
const ZERO_SYMBOL: i64 = 7;

/// The symbol of all residuals that have no other symbol.
const ESCAPE: u8 = 15;

/// The number of contexts of passes.
pub const PASS_CONTEXTS: usize = 12;

/// The number of models of parameters.
pub const PARAMETER_MODELS: usize = 7;

/// The models of the sizes of parameters.
type ParameterModels = [[AdaptiveBit; 64]; PARAMETER_MODELS];

/// The initial state of the models of parameters.
const NEW_PARAMETER_MODELS: ParameterModels = [[AdaptiveBit::NEW; 64]; PARAMETER_MODELS];

/// Maps 0, −1, 1, −2, 2, … to 0, 1, 2, 3, 4, …
///
/// ```
/// use fieldreel_entropy::residual::zigzag_encode;
///
/// assert_eq!([0, -1, 1, -2, 2].map(zigzag_encode), [0, 1, 2, 3, 4]);
/// ```
#[inline(always)]
#[must_use]
pub const fn zigzag_encode(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// Returns the number that [`zigzag_encode`] maps to `encoded`.
///
/// ```
/// use fieldreel_entropy::residual::zigzag_decode;
///
/// assert_eq!([0, 1, 2, 3, 4].map(zigzag_decode), [0, -1, 1, -2, 2]);
/// ```
#[inline(always)]
#[must_use]
pub const fn zigzag_decode(encoded: u64) -> i64 {
    (encoded >> 1) as i64 ^ -((encoded & 1) as i64)
}

#[cfg(test)]
mod tests;
