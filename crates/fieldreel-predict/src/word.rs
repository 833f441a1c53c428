//! The integers that predictions are made in.

use fieldreel_entropy::residual::Residual;

/// An integer as wide as predictions need, in arithmetic modulo 2 to the power of its width.
pub trait Word: Copy + Default + PartialEq + Send + Sync + std::fmt::Debug + 'static {
    /// The integer that residuals fit in.
    type Residual: Residual;

    /// The lowest bits of `value`.
    fn from_i64(value: i64) -> Self;
    /// The whole number nearest to `value`, ties to even, where its magnitude is below 2^51 and it fits.
    fn from_rounded(value: f64) -> Self;
    /// The lowest 64 bits.
    fn to_i64(self) -> i64;
    /// The nearest number of single precision.
    fn to_f32(self) -> f32;
    /// The nearest number of double precision.
    fn to_f64(self) -> f64;
    /// The sum.
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// The difference.
    #[must_use]
    fn minus(self, other: Self) -> Self;
    /// The product.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// The quotient by a power of two, rounded down.
    #[must_use]
    fn shifted_right(self, bits: u32) -> Self;
    /// The product with a power of two.
    #[must_use]
    fn shifted_left(self, bits: u32) -> Self;
    /// The residual of these bits.
    fn to_residual(self) -> Self::Residual;
    /// The integer that is this residual.
    fn from_residual(residual: Self::Residual) -> Self;
}

macro_rules! word {
    ($word:ty, $residual:ty) => {
        impl Word for $word {
            type Residual = $residual;

            #[inline(always)]
            fn from_i64(value: i64) -> Self {
                value as $word
            }
            #[inline(always)]
            fn from_rounded(value: f64) -> Self {
                /// 1.5 · 2^52: added to a number, the lowest bit of the mantissa is a whole.
                const WHOLE: f64 = 6_755_399_441_055_744.0;
                ((value + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits())) as i64 as $word
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
word!(i32, i32);
word!(i64, i64);
word!(i128, i64);
