//! The transform of values to the numbers that are coded.

/// The transform of values to the numbers that are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// The values themselves.
    Linear,
    /// The base-2 logarithms of the magnitudes of the values.
    Log2,
    /// The ranks of the values: their indices in the sorted table of the distinct values.
    Ranks,
}

/// `ln(2)ⁿ / n!` for n = 0 to 13: the Taylor series of `2^f`, within 2 ulp for `|f| ≤ 1/2`.
pub(crate) const EXP2: [f64; 14] = [
    1.0,
    std::f64::consts::LN_2,
    0.240_226_506_959_100_72,
    0.055_504_108_664_821_58,
    0.009_618_129_107_628_477,
    0.001_333_355_814_642_844_3,
    0.000_154_035_303_933_816_1,
    1.525_273_380_405_984_1e-5,
    1.321_548_679_014_431e-6,
    1.017_808_600_923_97e-7,
    7.054_911_620_801_123e-9,
    4.445_538_271_870_811_6e-10,
    2.567_843_599_348_820_6e-11,
    1.369_148_885_390_412_8e-12,
];

impl Domain {
    /// Returns the number for `value`, which is not 0 in [`Self::Log2`]. Ranks are looked up
    /// elsewhere: [`Self::Ranks`] returns the value unchanged.
    ///
    /// Only encoders call this function: the last bits of a logarithm may differ from machine to
    /// machine.
    pub(crate) fn transform(self, value: f64) -> f64 {
        match self {
            Self::Linear | Self::Ranks => value,
            Self::Log2 => value.abs().log2(),
        }
    }

    /// Returns the value of a number, or the magnitude of the value in [`Self::Log2`].
    /// [`Self::Ranks`] returns the number unchanged.
    #[inline]
    pub(crate) fn to_value(self, number: f64) -> f64 {
        match self {
            Self::Linear | Self::Ranks => number,
            Self::Log2 => exp2(number),
        }
    }
}

/// Returns `2^number`: Horner's rule from the last coefficient of [`EXP2`] to the first, then
/// scaling by a power of 2.
fn exp2(number: f64) -> f64 {
    // No finite value has a logarithm outside of this range.
    let number = number.clamp(-1100.0, 1100.0);
    let integer = number.round_ties_even();
    let fraction = number - integer;
    let mut sum = 0.0;
    for coefficient in EXP2.into_iter().rev() {
        sum = sum * fraction + coefficient;
    }
    // Scaling takes two steps because `2^integer` alone may overflow the type. The first step is
    // exact, and at most the second rounds.
    let half = (integer / 2.0).floor();
    sum * power_of_two(half) * power_of_two(integer - half)
}

/// Returns `2^exponent` for integers from −1022 to 1023.
fn power_of_two(exponent: f64) -> f64 {
    f64::from_bits(((exponent + 1023.0) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coefficients_are_those_of_the_taylor_series() {
        let mut term = 1.0;
        for (n, coefficient) in EXP2.into_iter().enumerate() {
            assert!(((coefficient - term) / term).abs() < 1e-14, "{n}: {term:e}");
            term *= std::f64::consts::LN_2 / (n + 1) as f64;
        }
    }

    #[test]
    fn powers_match_the_standard_library_within_four_ulps() {
        for step in -10_000..10_000 {
            let number = f64::from(step) * 0.107;
            let (ours, theirs) = (exp2(number), number.exp2());
            let within = 4.0 * f64::EPSILON * theirs + 2.0 * f64::from_bits(1);
            assert!(
                (ours - theirs).abs() <= within || ours == theirs,
                "2^{number}"
            );
        }
        assert_eq!(exp2(0.0), 1.0);
        assert_eq!(exp2(f64::INFINITY), f64::INFINITY);
    }
}
