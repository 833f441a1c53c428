//! Coders of residuals: rows of integers that are small where what is around them is small.
//!
//! | coder | how | for |
//! |---|---|---|
//! | [`quick`] | a symbol of 16 a residual, by static distributions of a few parameters, in rANS; eight at once | speed |
//! | [`adaptive`] | binary decisions whose probabilities are learnt and mixed on the way | size |

pub mod adaptive;
pub mod quick;

use crate::Bit;

/// An integer that residuals are kept in.
pub trait Residual: Copy + Default + PartialEq + Send + Sync + std::fmt::Debug + 'static {
    /// The lowest bits of `value`.
    fn from_i64(value: i64) -> Self;
    /// The same value.
    fn to_i64(self) -> i64;
    /// The quotient by 2 to the power of `bits`, rounded down, or the nearest that 16 bits hold.
    fn scaled(self, bits: u32) -> i16;
}

macro_rules! residual {
    ($residual:ty) => {
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
        }
    };
}
residual!(i32);
residual!(i64);

/// What is known around a row before its residuals are coded: of each place, residuals that were coded before, saturated, in units of 2 to
/// the power of a segment's [scale](ResidualCoder::set_scale). All slices are as long as the row.
#[derive(Clone, Copy, Debug)]
pub struct RowContext<'a> {
    /// A weighted sum of the magnitudes around, without the one to the left.
    pub activity: &'a [u16],
    /// The residuals of the row above.
    pub above: &'a [i16],
    /// The residuals of the same row of the plane before.
    pub before: &'a [i16],
    /// The residuals of the numbers on either side that a prediction is made from.
    pub sides: [&'a [i16]; 2],
}

/// Codes residuals and parameters, in one direction or the other: an encoder writes what it is given, a decoder ignores
/// that and gives what was written.
pub trait ResidualCoder {
    /// Codes a parameter, small ones in few bits; each of the models learns which are common.
    fn number(&mut self, value: i64, model: usize) -> i64;

    /// Codes a parameter of up to 32 bits.
    fn bits(&mut self, value: u64, count: u32) -> u64;

    /// Sets how many of the lowest bits of every residual are noise.
    fn set_scale(&mut self, bits: u32);

    /// Begins rows of a kind, below [`PASS_CLASSES`]; those of the same kind have more in common.
    fn begin_pass(&mut self, class: usize);

    /// Codes the residuals of a row.
    fn row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]);

    /// Ends the rows that [`begin_pass`](Self::begin_pass) began.
    fn end_pass(&mut self);
}

/// Kinds of passes.
pub const PASS_CLASSES: usize = 12;

/// Models of parameters.
pub const NUMBER_MODELS: usize = 4;

/// The models of parameters, nothing seen yet.
type NumberModels = [[Bit; 64]; NUMBER_MODELS];

const NEW_MODELS: NumberModels = [[Bit::NEW; 64]; NUMBER_MODELS];

/// 0, −1, 1, −2, 2 … as 0, 1, 2, 3, 4 …
#[inline(always)]
#[must_use]
pub const fn fold(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// The number that [`fold`] made this of.
#[inline(always)]
#[must_use]
pub const fn unfold(folded: u64) -> i64 {
    (folded >> 1) as i64 ^ -((folded & 1) as i64)
}

#[cfg(test)]
mod tests;
