//! Floating-point values truncated to multiples of a power of two, and the bits of them that are left.

use crate::value::ReelElement;

/// Truncation of values toward zero, to multiples of `2^step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truncation {
    /// The exponent of the step.
    pub(crate) step: i16,
    /// The exponent of a number that all values are multiples of; no bits below it are kept.
    pub(crate) finest: i16,
}

/// Returns the exponent of the gap from a floating-point value to the next of a larger magnitude: that of its lowest bit.
#[inline(always)]
pub(crate) fn gap_exponent<T: ReelElement>(value: T) -> i32 {
    let fraction = T::FRACTION_BITS;
    let exponent_bits = 8 * T::BYTES as u32 - 1 - fraction;
    let exponent = (value.bits() >> fraction) as i32 & ((1 << exponent_bits) - 1);
    // Subnormal values have the gap of the smallest normal ones.
    exponent.max(1) - ((1 << (exponent_bits - 1)) - 1) - fraction as i32
}

impl Truncation {
    /// Returns the place of the lowest bit that truncation takes from a value, which is not below a step, and the number of bits.
    #[inline(always)]
    pub(crate) fn taken<T: ReelElement>(self, value: T) -> (u32, u32) {
        let gap = gap_exponent(value);
        let lowest = gap.max(self.finest.into());
        let count = (i32::from(self.step) - lowest).clamp(0, T::FRACTION_BITS as i32);
        // A value that is no multiple of the finest number has no bits there: damage, or a patch.
        ((lowest - gap).clamp(0, 63) as u32, count as u32)
    }

    /// Returns the step.
    pub(crate) fn size(self) -> f64 {
        2_f64.powi(self.step.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_taken_is_all_that_truncation_loses(value in -1e6_f32..1e6, step in -20_i16..8) {
            let truncation = Truncation { step, finest: -150 };
            let size = truncation.size();
            let truncated = ((f64::from(value) / size).trunc() * size) as f32;
            prop_assume!(truncated != 0.0);
            let (place, count) = truncation.taken(value);
            prop_assert_eq!(truncation.taken(truncated), (place, count));
            let mask = ((1_u32 << count) - 1) << place;
            prop_assert_eq!(truncated.to_bits() & mask, 0);
            prop_assert_eq!(truncated.to_bits() | value.to_bits() & mask, value.to_bits());
        }
    }

    #[test]
    fn gaps_are_those_of_the_type() {
        for value in [1.0_f32, 1.5, 3.0, 1e-40, f32::MIN_POSITIVE, 1e38] {
            assert_eq!(
                2_f64.powi(gap_exponent(value)),
                fieldreel_core::Float::ulp_above(value)
            );
        }
        assert_eq!(gap_exponent(1.0_f64), -52);
    }
}
