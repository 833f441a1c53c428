//! Floating-point numbers of 16 bits as elements.

use super::{Dtype, Element, Scalar, bf16, common, f16, floating};
use crate::NumericArray;

macro_rules! half {
    ($type:ty, $variant:ident) => {
        impl Element for $type {
            common!($variant);
            floating!(i16, u16);

            const FRACTION_BITS: u32 = <$type>::MANTISSA_DIGITS - 1;
            const HALF_ULP: f64 = 1.0 / (1_u64 << <$type>::MANTISSA_DIGITS) as f64;

            #[inline]
            fn to_f64(self) -> f64 {
                self.into()
            }

            #[inline]
            fn from_f64(value: f64) -> Self {
                Self::from_f64(value)
            }

            fn from_scalar(number: Scalar) -> Option<Self> {
                Some(Self::from_f64(number.to_f64()))
            }

            fn to_scalar(self) -> Scalar {
                Scalar::Float(self.into())
            }

            fn at_least(limit: Scalar) -> Option<Self> {
                let limit = limit.to_f64();
                let nearest = Self::from_f64(limit.max(Self::MIN.into()));
                let value = match f64::from(nearest) < limit {
                    true => Self::from_ordinal(nearest.ordinal() + 1),
                    false => nearest,
                };
                value.is_finite().then_some(value)
            }

            #[inline]
            fn magnitude(self) -> Option<Self> {
                let magnitude = Self::from_bits(self.to_bits() & (u16::MAX >> 1));
                (magnitude != Self::ZERO).then_some(magnitude)
            }

            fn ulp(self) -> f64 {
                let largest = Self::MAX.ordinal() - 1;
                let magnitude = self.magnitude().unwrap_or_default();
                let ordinal = magnitude.ordinal().min(largest);
                Self::from_ordinal(ordinal + 1).minus(Self::from_ordinal(ordinal))
            }

            fn from_numeric_array(numbers: NumericArray) -> Result<Vec<Self>, NumericArray> {
                Err(numbers)
            }

            fn into_numeric_array(values: Vec<Self>) -> NumericArray {
                NumericArray::F32(values.into_iter().map(f32::from).collect())
            }
        }
    };
}
half!(f16, F16);
half!(bf16, Bf16);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_limits_are_those_of_the_types() {
        let one = f16::ONE;
        assert_eq!(one.ulp(), 2_f64.powi(-10));
        assert_eq!(bf16::ONE.ulp(), 2_f64.powi(-7));
        assert_eq!(f16::MAX.ulp(), 32.0);
        assert_eq!(
            f16::at_least(Scalar::Float(1.0001)),
            Some(f16::from_ordinal(one.ordinal() + 1))
        );
        assert_eq!(f16::at_most(Scalar::Float(1.0001)), Some(one));
        assert_eq!(f16::at_least(Scalar::Float(1e5)), None);
        assert_eq!(f16::at_least(Scalar::Float(f64::NAN)), Some(f16::MIN));
        assert_eq!(bf16::at_most(Scalar::Float(f64::INFINITY)), Some(bf16::MAX));
        assert_eq!(
            f16::into_numeric_array(vec![one]),
            NumericArray::F32(vec![1.0])
        );
    }
}
