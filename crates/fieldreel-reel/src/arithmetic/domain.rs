//! The numbers that are coded in place of the values: these themselves, or their logarithms.

/// The numbers that are coded in place of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// The values.
    Linear,
    /// The base-2 logarithms of their magnitudes.
    Log2,
    /// Their places in a list of all distinct values in order.
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
    /// What is coded in place of `value`, which is not 0 in `Log2`.
    ///
    /// Only encoders need it: it may differ in its last bits from machine to machine.
    pub(crate) fn transform(self, value: f64) -> f64 {
        match self {
            Self::Linear | Self::Ranks => value,
            Self::Log2 => value.abs().log2(),
        }
    }

    /// The value, or its magnitude, that a number stands for.
    #[inline]
    pub(crate) fn to_value(self, number: f64) -> f64 {
        match self {
            Self::Linear | Self::Ranks => number,
            Self::Log2 => exp2(number),
        }
    }
}

/// `2^number`, by Horner's rule in the order of [`EXP2`] reversed, then scaled by a power of 2.
fn exp2(number: f64) -> f64 {
    // Below and above, no finite value has such a logarithm.
    let number = number.clamp(-1100.0, 1100.0);
    let whole = number.round_ties_even();
    let part = number - whole;
    let mut sum = 0.0;
    for coefficient in EXP2.into_iter().rev() {
        sum = sum * part + coefficient;
    }
    // In two exact steps: 2^whole alone may be beyond the type. The second rounds, if any.
    let half = (whole / 2.0).floor();
    sum * power_of_two(half) * power_of_two(whole - half)
}

/// `2^exponent` for whole exponents from −1022 to 1023.
fn power_of_two(exponent: f64) -> f64 {
    f64::from_bits(((exponent + 1023.0) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coefficients_are_those_of_the_series() {
        let mut term = 1.0;
        for (n, coefficient) in EXP2.into_iter().enumerate() {
            assert!(((coefficient - term) / term).abs() < 1e-14, "{n}: {term:e}");
            term *= std::f64::consts::LN_2 / (n + 1) as f64;
        }
    }

    #[test]
    fn powers_are_those_of_the_library_within_four_ulp() {
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
