//! Truncation of floating-point values to multiples of a power of two, and the bits that it
//! clears.

use crate::value::ReelElement;

/// The truncation of values toward zero, to multiples of `2^step_exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truncation {
    /// The exponent of the step.
    pub(crate) step_exponent: i16,
    /// The exponent of a power of two that divides all values. Bits below it are 0 and not stored.
    pub(crate) finest_exponent: i16,
}

/// Returns the exponent of a value's ulp, which is the exponent of its lowest bit.
#[inline(always)]
pub(crate) fn ulp_exponent<T: ReelElement>(value: T) -> i32 {
    let fraction = T::FRACTION_BITS;
    let exponent_bits = 8 * T::BYTES as u32 - 1 - fraction;
    let exponent = (value.bits() >> fraction) as i32 & ((1 << exponent_bits) - 1);
    // Subnormal values have the ulp of the smallest normal values.
    exponent.max(1) - ((1 << (exponent_bits - 1)) - 1) - fraction as i32
}

impl Truncation {
    /// Returns the fine bits of `value`, which truncation clears: the index of the lowest one, and
    /// their number. The magnitude of the value is at least the step.
    #[inline(always)]
    pub(crate) fn fine_bits<T: ReelElement>(self, value: T) -> (u32, u32) {
        let ulp = ulp_exponent(value);
        let lowest = ulp.max(self.finest_exponent.into());
        let count = (i32::from(self.step_exponent) - lowest).clamp(0, T::FRACTION_BITS as i32);
        // A value that is not a multiple of `2^finest_exponent` comes from damage or is an
        // outlier: it has no such bits.
        ((lowest - ulp).clamp(0, 63) as u32, count as u32)
    }

    /// Returns the step.
    pub(crate) fn step(self) -> f64 {
        2_f64.powi(self.step_exponent.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fine_bits_are_what_truncation_clears(value in -1e6_f32..1e6, step_exponent in -20_i16..8) {
            let truncation = Truncation { step_exponent, finest_exponent: -150 };
            let step = truncation.step();
            let truncated = ((f64::from(value) / step).trunc() * step) as f32;
            prop_assume!(truncated != 0.0);
            let (shift, count) = truncation.fine_bits(value);
            prop_assert_eq!(truncation.fine_bits(truncated), (shift, count));
            let mask = ((1_u32 << count) - 1) << shift;
            prop_assert_eq!(truncated.to_bits() & mask, 0);
            prop_assert_eq!(truncated.to_bits() | value.to_bits() & mask, value.to_bits());
        }
    }

    #[test]
    fn ulp_exponents_match_the_type() {
        for value in [1.0_f32, 1.5, 3.0, 1e-40, f32::MIN_POSITIVE, 1e38] {
            assert_eq!(
                2_f64.powi(ulp_exponent(value)),
                fieldreel_core::Float::ulp_above(value)
            );
        }
        assert_eq!(ulp_exponent(1.0_f64), -52);
    }
}
