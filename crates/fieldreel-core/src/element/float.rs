//! The trait `Float`, and `Element` for `f32` and `f64`.

use std::ops::Neg;

use super::{Dtype, Element, Scalar, common, floating, numeric_array};
use crate::{NumericArray, ParseError};

/// A floating-point element type: `f32` or `f64`.
///
/// ```
/// use fieldreel_core::Float;
///
/// assert_eq!(273.15_f32.to_text(), "273.15");
/// assert_eq!(f32::from_text("273.15"), Ok(273.15));
/// // The distance between values doubles at every power of 2.
/// assert_eq!(4.0_f32.ulp_above(), 2.0 * 4.0_f32.ulp_below());
/// ```
pub trait Float: Element + Neg<Output = Self> {
    /// Positive infinity.
    const INFINITY: Self;
    /// Negative infinity.
    const NEG_INFINITY: Self;
    /// The quiet NaN with a positive sign and no payload.
    ///
    /// The bits of the `NAN` of the standard library are not specified.
    const NAN: Self;

    /// Returns true if the sign bit is set, also for zeros and NaN.
    fn is_sign_negative(self) -> bool;

    /// Returns the exact distance to the next value of the type toward +∞.
    fn ulp_above(self) -> f64;

    /// Returns the exact distance to the next value of the type toward −∞.
    fn ulp_below(self) -> f64;

    /// Returns the shortest decimal text that [`from_text`](Self::from_text) parses to the same
    /// bits, such as `273.15`, `-0.0` or `1e-45`.
    ///
    /// NaN and infinities are written too, but `from_text` refuses their text.
    fn to_text(self) -> String {
        // `Debug` is the shortest text that round-trips, like `Display`, but has an exponent
        // where there would be many zeros.
        format!("{self:?}")
    }

    /// Parses a decimal number, such as `-12`, `0.5` or `1e-05`, to the nearest value.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if `text` is not a number, is NaN or an infinity, or is a number outside the
    /// finite values of the type.
    fn from_text(text: &str) -> Result<Self, ParseError>;
}

macro_rules! float {
    ($type:ty, $variant:ident, $signed:ty, $unsigned:ty, $nan:literal, $expected:literal) => {
        impl Element for $type {
            common!($variant);
            numeric_array!($variant);
            floating!($signed, $unsigned);

            const FRACTION_BITS: u32 = <$type>::MANTISSA_DIGITS - 1;
            const HALF_ULP: f64 = (<$type>::EPSILON / 2.0) as f64;

            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline]
            fn from_f64(value: f64) -> Self {
                value as $type
            }

            fn from_scalar(number: Scalar) -> Option<Self> {
                Some(number.to_f64() as $type)
            }

            fn to_scalar(self) -> Scalar {
                self.into()
            }

            fn at_least(limit: Scalar) -> Option<Self> {
                let limit = limit.to_f64();
                let nearest = (limit as $type).max(Self::MIN);
                let value = match f64::from(nearest) < limit {
                    true => nearest.next_up(),
                    false => nearest,
                };
                (value < Self::INFINITY).then_some(value)
            }

            #[inline]
            fn magnitude(self) -> Option<Self> {
                (self != 0.0).then_some(self.abs())
            }

            fn ulp(self) -> f64 {
                let magnitude = self.abs().min(Self::MAX.next_down());
                (magnitude.next_up() - magnitude).into()
            }
        }

        impl Float for $type {
            const INFINITY: Self = <$type>::INFINITY;
            const NEG_INFINITY: Self = <$type>::NEG_INFINITY;
            const NAN: Self = <$type>::from_bits($nan);

            #[inline]
            fn is_sign_negative(self) -> bool {
                self.is_sign_negative()
            }

            fn ulp_above(self) -> f64 {
                f64::from(self.next_up()) - f64::from(self)
            }

            fn ulp_below(self) -> f64 {
                f64::from(self) - f64::from(self.next_down())
            }

            fn from_text(text: &str) -> Result<Self, ParseError> {
                text.parse()
                    .ok()
                    .filter(|x: &Self| x.is_finite())
                    .ok_or_else(|| ParseError::new($expected, text))
            }
        }
    };
}

float!(f32, F32, i32, u32, 0x7fc0_0000, "a finite f32");
float!(f64, F64, i64, u64, 0x7ff8_0000_0000_0000, "a finite f64");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_f32_round_trips_as_text(bits: u32) {
            let value = f32::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(f32::from_text(&value.to_text())?.to_bits(), bits);
        }

        #[test]
        fn every_f64_round_trips_as_text(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(f64::from_text(&value.to_text())?.to_bits(), bits);
        }
    }

    #[test]
    fn the_number_formats_of_other_programs_are_parsed() {
        assert_eq!(f64::from_text("1e-05"), Ok(1e-5));
        assert_eq!(f32::from_text("-12"), Ok(-12.0));
    }

    #[test]
    fn text_that_is_not_a_finite_number_is_refused() {
        for text in [
            "",
            " ",
            "nan",
            "inf",
            "-infinity",
            "1e39",
            "1,5",
            "0x1p3",
            "1 ",
        ] {
            let error = ParseError::new("a finite f32", text);
            assert_eq!(f32::from_text(text), Err(error));
        }
    }

    #[test]
    fn limits_are_values_of_the_type() {
        assert!(f32::at_least(Scalar::Float(0.1)).is_some_and(|x| f64::from(x) >= 0.1));
        assert!(f32::at_most(Scalar::Float(0.1)).is_some_and(|x| f64::from(x) <= 0.1));
        assert_eq!(f32::at_least(Scalar::Float(1e300)), None);
        assert_eq!(f32::at_least(Scalar::Float(f64::NAN)), Some(f32::MIN));
        assert_eq!(f64::at_most(Scalar::Float(f64::INFINITY)), Some(f64::MAX));
        assert_eq!(f32::at_most(Scalar::Integer(1 << 24)), Some(16_777_216.0));
    }

    #[test]
    fn ulps_are_distances_to_the_next_value() {
        assert_eq!(1.0_f32.ulp_above(), f64::from(f32::EPSILON));
        assert_eq!(1.0_f32.ulp_below(), f64::from(f32::EPSILON) / 2.0);
        assert_eq!((-1.0_f64).ulp_below(), f64::EPSILON);
        assert_eq!(f32::from_f64(1.0 + 1e-12), 1.0);
        assert_eq!(1.0_f32.ulp(), f64::from(f32::EPSILON));
        assert_eq!(
            f32::MIN.ulp(),
            f64::from(f32::MAX) - f64::from(f32::MAX.next_down())
        );
        assert!(f64::MAX.ulp().is_finite());
        assert_eq!(1.0_f32.next_up().ordinal() - 1.0_f32.ordinal(), 1);
        assert_eq!((-1.0_f32).ordinal() - (-1.0_f32).next_down().ordinal(), 1);
    }
}
