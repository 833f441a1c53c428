//! Coders of residuals: rows of integers that are small where those around them are small.
//!
//! | coder | method | for |
//! |---|---|---|
//! | [`quick`] | one of 16 symbols for each residual, with static distributions, in rANS, eight at once | speed |
//! | [`adaptive`] | one of 16 symbols for each residual, with distributions that are learnt and mixed on the way | size |

pub mod adaptive;
mod escape;
mod parts;
pub mod quick;

use crate::AdaptiveBit;

/// An integer that residuals are kept in.
pub trait Residual: Copy + Default + PartialEq + Send + Sync + std::fmt::Debug + 'static {
    /// Returns the integer with the lowest bits of `value`.
    fn from_i64(value: i64) -> Self;
    /// Returns the same value.
    fn to_i64(self) -> i64;
    /// Returns the quotient by 2 to the power of `bits`, rounded down and limited to ±32767.
    fn scaled(self, bits: u32) -> i16;
    /// Returns the symbol and the low bits of the quotient by 2 to the power of `scale`, rounded down: the sum of the
    /// quotient and half of 2 to the power of `low`, cut after the lowest `low` bits, up to 8. The symbol of 0 is
    /// `middle`, and that of all that are not in `0..escape` is `escape`.
    fn symbol(self, scale: u32, low: u32, middle: i64, escape: u8) -> (u8, u8);
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
            fn symbol(self, scale: u32, low: u32, middle: i64, escape: u8) -> (u8, u8) {
                // Where the sum wraps, the symbol is far below 0, and thus an escape, as it should be.
                let off = (self >> scale.min(<$residual>::BITS - 1)).wrapping_add(1 << low >> 1);
                let symbol = (off >> low).wrapping_add(middle as $residual) as $unsigned;
                let lowest = off as u32 & ((1 << low) - 1);
                (symbol.min(escape.into()) as u8, lowest as u8)
            }
        }
    };
}
residual!(i32, u32);
residual!(i64, u64);

/// The context of a row: for each of its places, residuals around it that were coded before.
///
/// They are saturated, and in units of 2 to the power of the [scale](ResidualCoder::set_scale). All slices are as long
/// as the row.
#[derive(Clone, Copy, Debug)]
pub struct RowContext<'a> {
    /// The weighted sums of the magnitudes around each place, except for those to the left.
    pub activity: &'a [u16],
    /// The residuals of the row above.
    pub above: &'a [i16],
    /// The residuals of the same row of the plane before.
    pub before: &'a [i16],
    /// The residuals of the known numbers on either side of each place.
    pub sides: [&'a [i16]; 2],
}

/// Codes residuals and parameters in one direction: an encoder writes what it is given and returns it, a decoder
/// ignores that and returns what was written.
pub trait ResidualCoder {
    /// Codes a parameter, a small one in few bits. Each of the [`NUMBER_MODELS`] models learns the sizes of its
    /// parameters.
    fn number(&mut self, value: i64, model: usize) -> i64;

    /// Codes a parameter of up to 32 bits.
    fn bits(&mut self, value: u64, count: u32) -> u64;

    /// Sets the number of the lowest bits of every residual that are noise, at most 55.
    fn set_scale(&mut self, bits: u32);

    /// Begins the rows of a pass of a class below [`PASS_CLASSES`]. Passes of a class have statistics in common.
    fn begin_pass(&mut self, class: usize);

    /// Codes the residuals of a row.
    fn row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]);

    /// Ends the rows that [`begin_pass`](Self::begin_pass) began.
    fn end_pass(&mut self);
}

/// The symbol of residual 0.
const MIDDLE: i64 = 7;

/// The symbol of all residuals that no other symbol stands for.
const ESCAPE: u8 = 15;

/// The number of classes of passes.
pub const PASS_CLASSES: usize = 12;

/// The number of models of parameters.
pub const NUMBER_MODELS: usize = 7;

/// The models of parameters.
type NumberModels = [[AdaptiveBit; 64]; NUMBER_MODELS];

/// Models that have seen nothing.
const NEW_MODELS: NumberModels = [[AdaptiveBit::NEW; 64]; NUMBER_MODELS];

/// Maps 0, −1, 1, −2, 2 … to 0, 1, 2, 3, 4 …
#[inline(always)]
#[must_use]
pub const fn fold(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// Returns the number that [`fold`] maps to `folded`.
#[inline(always)]
#[must_use]
pub const fn unfold(folded: u64) -> i64 {
    (folded >> 1) as i64 ^ -((folded & 1) as i64)
}

#[cfg(test)]
mod tests;
