//! The integers of predictions.

use fieldreel_entropy::residual::Residual;

use crate::buffers::Buffered;

/// An integer of a prediction: `i32`, `i64` or `i128`, in arithmetic modulo 2 to the power of its
/// width.
///
/// ```
/// use fieldreel_predict::Word;
///
/// fn mean<W: Word>(a: W, b: W) -> W {
///     a.plus(b).shifted_right(1)
/// }
///
/// assert_eq!(mean(3_i32, 6), 4);
/// assert_eq!(mean(-3_i64, -6), -5);
/// assert_eq!(mean(i32::MAX, 1), i32::MIN / 2); // Sums wrap around.
/// ```
pub trait Word: Buffered + PartialEq + Send + Sync + std::fmt::Debug {
    /// The type of residuals.
    type Residual: Residual + Buffered;

    /// Returns the integer with the lowest bits of `value`.
    fn from_i64(value: i64) -> Self;
    /// Returns the integer nearest to `value`, ties to even, if its magnitude is below 2^51 and it
    /// fits.
    fn from_rounded(value: f64) -> Self;
    /// Returns the nearest integer that leaves room for the sums of a prediction: a magnitude of
    /// at most 2^17 in 32 bits, 2^45 in 64 bits and 2^65 in 128 bits.
    fn limited(self) -> Self;
    /// Returns the lowest 64 bits.
    fn to_i64(self) -> i64;
    /// Returns the nearest number of single precision.
    fn to_f32(self) -> f32;
    /// Returns the nearest number of double precision.
    fn to_f64(self) -> f64;
    /// Returns the sum.
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// Returns the difference.
    #[must_use]
    fn minus(self, other: Self) -> Self;
    /// Returns the product.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// Returns the quotient by 2 to the power of `bits`, rounded down.
    #[must_use]
    fn shifted_right(self, bits: u32) -> Self;
    /// Returns the product with 2 to the power of `bits`.
    #[must_use]
    fn shifted_left(self, bits: u32) -> Self;
    /// Returns the residual with the lowest bits of this integer.
    fn to_residual(self) -> Self::Residual;
    /// Returns the integer equal to a residual.
    fn from_residual(residual: Self::Residual) -> Self;
}

macro_rules! word {
    ($word:ty, $residual:ty, $bits:literal) => {
        impl Word for $word {
            type Residual = $residual;

            #[inline(always)]
            fn limited(self) -> Self {
                self.clamp(-(1 << $bits), 1 << $bits)
            }
            #[inline(always)]
            fn from_i64(value: i64) -> Self {
                value as $word
            }
            #[inline(always)]
            fn from_rounded(value: f64) -> Self {
                /// 1.5 · 2^52. In a sum with this number, the lowest bit of the mantissa is worth
                /// 1.
                const ROUNDING_OFFSET: f64 = 6_755_399_441_055_744.0;
                ((value + ROUNDING_OFFSET)
                    .to_bits()
                    .wrapping_sub(ROUNDING_OFFSET.to_bits())) as i64 as $word
            }
            #[inline(always)]
            fn to_i64(self) -> i64 {
                self as i64
            }
            #[inline(always)]
            fn to_f32(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn shifted_right(self, bits: u32) -> Self {
                self.wrapping_shr(bits)
            }
            #[inline(always)]
            fn shifted_left(self, bits: u32) -> Self {
                self.wrapping_shl(bits)
            }
            #[inline(always)]
            fn to_residual(self) -> $residual {
                self as $residual
            }
            #[inline(always)]
            fn from_residual(residual: $residual) -> Self {
                residual as $word
            }
        }
    };
}
word!(i32, i32, 17);
word!(i64, i64, 45);
word!(i128, i64, 65);
