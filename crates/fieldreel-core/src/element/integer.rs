//! Integers as elements.

use super::{Dtype, Element, Scalar, as_numbers, common};
use crate::NumericArray;

macro_rules! integer {
    ($type:ty, $unsigned:ty, $variant:ident, $offset:expr) => {
        impl Element for $type {
            common!($variant);
            as_numbers!($variant);

            const FRACTION_BITS: u32 = 0;
            const HALF_ULP: f64 = 0.0;

            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }

            #[inline]
            fn from_f64(value: f64) -> Self {
                value.round_ties_even() as $type
            }

            fn from_scalar(number: Scalar) -> Option<Self> {
                match number {
                    Scalar::Integer(number) => number.try_into().ok(),
                    // An integer in this range is one of 128 bits.
                    Scalar::Float(number) => {
                        let is_integer = number.fract() == 0.0 && number.abs() < 1e30;
                        is_integer.then_some(number as i128)?.try_into().ok()
                    }
                }
            }

            fn to_scalar(self) -> Scalar {
                Scalar::Integer(self.into())
            }

            fn at_least(limit: Scalar) -> Option<Self> {
                let limit = match limit {
                    Scalar::Integer(limit) => limit,
                    Scalar::Float(limit) if limit.is_nan() => return Some(Self::MIN),
                    Scalar::Float(limit) => limit.ceil() as i128,
                };
                limit.max(Self::MIN.into()).try_into().ok()
            }

            fn at_most(limit: Scalar) -> Option<Self> {
                let limit = match limit {
                    Scalar::Integer(limit) => limit,
                    Scalar::Float(limit) if limit.is_nan() => return Some(Self::MAX),
                    Scalar::Float(limit) => limit.floor() as i128,
                };
                limit.min(Self::MAX.into()).try_into().ok()
            }

            #[inline]
            fn is_finite(self) -> bool {
                true
            }

            #[inline]
            fn minus(self, other: Self) -> f64 {
                if Self::FITS_F64 {
                    self as f64 - other as f64
                } else {
                    (i128::from(self) - i128::from(other)) as f64
                }
            }

            fn magnitude(self) -> Option<Self> {
                let magnitude = i128::from(self).abs();
                magnitude
                    .try_into()
                    .ok()
                    .filter(|&magnitude| magnitude != 0)
            }

            #[inline]
            fn negated(self) -> Self {
                self.wrapping_neg()
            }

            #[inline]
            fn bits(self) -> u64 {
                (self as $unsigned).into()
            }

            #[inline]
            fn from_bit_pattern(bits: u64) -> Self {
                bits as $type
            }

            #[inline]
            fn ordinal(self) -> i64 {
                self.wrapping_sub($offset) as i64
            }

            #[inline]
            fn from_ordinal(ordinal: i64) -> Self {
                (ordinal as $type).wrapping_add($offset)
            }

            #[inline]
            fn ulp(self) -> f64 {
                1.0
            }
        }
    };
}
integer!(i8, u8, I8, 0);
integer!(i16, u16, I16, 0);
integer!(i32, u32, I32, 0);
integer!(i64, u64, I64, 0);
integer!(u8, u8, U8, 0);
integer!(u16, u16, U16, 0);
integer!(u32, u32, U32, 0);
// The numbers of `u64` in order are those of `i64`.
integer!(u64, u64, U64, 1 << 63);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::with_element_type;

    proptest! {
        #[test]
        fn ordinals_and_bits_stand_for_values(a: u64, b: u64) {
            for dtype in Dtype::ALL {
                with_element_type!(dtype, T => {
                    let (x, y) = (T::from_bit_pattern(a), T::from_bit_pattern(b));
                    prop_assert_eq!(T::from_bit_pattern(x.bits()).bits(), x.bits());
                    prop_assert_eq!(T::from_ordinal(x.ordinal()).bits(), x.bits());
                    if x.is_finite() && y.is_finite() {
                        let zeros = x == T::default() && y == T::default();
                        prop_assert!(zeros || Some(x.ordinal().cmp(&y.ordinal())) == x.partial_cmp(&y));
                        prop_assert_eq!(x.minus(y), -(y.minus(x)));
                        prop_assert_eq!(T::from_scalar(x.to_scalar()).map(T::bits), Some(x.bits()));
                        prop_assert_eq!(T::at_least(x.to_scalar()), Some(x));
                        prop_assert_eq!(T::at_most(x.to_scalar()), Some(x));
                    }
                });
            }
        }
    }

    #[test]
    fn numbers_beyond_a_type_are_its_limits_or_none() {
        assert_eq!((u8::from_f64(-3.0), u8::from_f64(1e9)), (0, 255));
        assert_eq!((i16::from_f64(2.5), i16::from_f64(f64::NAN)), (2, 0));
        assert_eq!(i8::from_scalar(Scalar::Float(-999.0)), None);
        assert_eq!(i16::from_scalar(Scalar::Float(-999.0)), Some(-999));
        assert_eq!(i16::from_scalar(Scalar::Float(0.5)), None);
        assert_eq!(u8::at_least(Scalar::Float(-3.5)), Some(0));
        assert_eq!(u8::at_least(Scalar::Float(3.5)), Some(4));
        assert_eq!(u8::at_least(Scalar::Float(255.5)), None);
        assert_eq!(u8::at_most(Scalar::Float(f64::INFINITY)), Some(255));
        assert_eq!(u8::at_most(Scalar::Float(-1.0)), None);
        let fill = u64::MAX - 1;
        assert_eq!(u64::from_scalar(fill.into()), Some(fill));
        assert_eq!(fill.minus(fill - 1), 1.0);
        assert_eq!((i8::MIN.magnitude(), 0_u8.magnitude()), (None, None));
        assert_eq!((-3_i64).magnitude(), Some(3));
    }
}
