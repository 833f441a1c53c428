//! What segments need of their element types besides arithmetic.

use fieldreel_metrics::{ErrorMetrics, MetricsError};
use fieldreel_quant::Float;
use ndarray::ArrayView3;
use sealed::TILE;
use wide::{f32x4, f64x4};

/// The values of a segment: `f32` or `f64`, and no other type.
pub trait Value: Float + pco::data_types::Number + sealed::Bits {}

impl Value for f32 {}
impl Value for f64 {}

pub(crate) mod sealed {
    use fieldreel_metrics::{ErrorMetrics, MetricsError};
    use ndarray::ArrayView3;

    /// Rows and columns of a tile of values.
    pub(crate) const TILE: usize = 4;

    /// Values as bits, and as integers of the same order.
    pub trait Bits: Copy + Sized {
        /// Bytes of a value.
        const BYTES: usize;
        /// Half of the gap to the next value, relative to the value, at most.
        const HALF_ULP: f64;

        /// The nearest value of the type, ties to even.
        fn nearest(value: f64) -> Self;

        /// The smallest finite value of the type that is not below `limit`; infinity if there is none, and the lowest value
        /// if `limit` is NaN.
        fn at_least(limit: f64) -> Self;

        /// The largest finite value of the type that is not above `limit`; minus infinity if there is none, and the highest
        /// value if `limit` is NaN.
        fn at_most(limit: f64) -> Self;

        /// The bits, the sign at the top of the type's own width.
        fn bits(self) -> u64;

        /// The bytes of values, in the order of this machine.
        fn bytes(values: &[Self]) -> &[u8];

        /// The columns of a tile of these rows.
        fn transposed(rows: [[Self; TILE]; TILE]) -> [[Self; TILE]; TILE];

        /// The value of these bits, the lowest of them if there are too many.
        fn of_bits(bits: u64) -> Self;

        /// The value's number when all bit patterns are ordered by sign and magnitude.
        fn ordinal(self) -> i64;

        /// The value whose number this is, modulo the number of bit patterns.
        fn of_ordinal(ordinal: i64) -> Self;

        /// The gap from the magnitude to the next larger one; of the largest, that to the next smaller one.
        fn gap(self) -> f64;

        /// The errors of decoded values.
        fn metrics(
            original: ArrayView3<'_, Self>,
            decoded: ArrayView3<'_, Self>,
        ) -> Result<ErrorMetrics, MetricsError>;
    }
}

macro_rules! bits {
    ($float:ty, $signed:ty, $unsigned:ty, $row:ty) => {
        impl sealed::Bits for $float {
            const BYTES: usize = size_of::<$float>();
            const HALF_ULP: f64 = (<$float>::EPSILON / 2.0) as f64;

            #[inline]
            fn nearest(value: f64) -> Self {
                value as $float
            }

            fn at_least(limit: f64) -> Self {
                let nearest = (limit as $float).max(Self::MIN);
                match f64::from(nearest) < limit {
                    true => nearest.next_up(),
                    false => nearest,
                }
            }

            fn at_most(limit: f64) -> Self {
                -Self::at_least(-limit)
            }

            #[inline]
            fn bits(self) -> u64 {
                self.to_bits() as u64
            }

            fn bytes(values: &[Self]) -> &[u8] {
                bytemuck::cast_slice(values)
            }

            #[inline]
            fn transposed(rows: [[Self; TILE]; TILE]) -> [[Self; TILE]; TILE] {
                <$row>::transpose(rows.map(<$row>::new)).map(<$row>::to_array)
            }

            #[inline]
            fn of_bits(bits: u64) -> Self {
                Self::from_bits(bits as $unsigned)
            }

            #[inline]
            fn ordinal(self) -> i64 {
                let bits = self.to_bits() as $signed;
                // Negative ones descend by magnitude: turn all their bits but the sign.
                let turned = ((bits >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed;
                (bits ^ turned) as i64
            }

            #[inline]
            fn of_ordinal(ordinal: i64) -> Self {
                let ordinal = ordinal as $signed;
                let turned = ((ordinal >> (<$signed>::BITS - 1)) as $unsigned >> 1) as $signed;
                Self::from_bits((ordinal ^ turned) as $unsigned)
            }

            fn gap(self) -> f64 {
                let magnitude = self.abs().min(Self::MAX.next_down());
                (magnitude.next_up() - magnitude) as f64
            }

            fn metrics(
                original: ArrayView3<'_, Self>,
                decoded: ArrayView3<'_, Self>,
            ) -> Result<ErrorMetrics, MetricsError> {
                ErrorMetrics::between(original, decoded)
            }
        }
    };
}
bits!(f32, i32, u32, f32x4);
bits!(f64, i64, u64, f64x4);

#[cfg(test)]
mod tests {
    use super::sealed::Bits;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ordinals_keep_bits_and_order(a: u64, b: u64) {
            let (x, y) = (f64::from_bits(a), f64::from_bits(b));
            prop_assert_eq!(f64::of_ordinal(x.ordinal()).to_bits(), a);
            prop_assert_eq!(x.ordinal().cmp(&y.ordinal()), x.total_cmp(&y));
            let (x, y) = (f32::of_bits(a), f32::of_bits(b));
            prop_assert_eq!(f32::of_ordinal(x.ordinal()).to_bits(), x.to_bits());
            prop_assert_eq!(x.ordinal().cmp(&y.ordinal()), x.total_cmp(&y));
        }
    }

    #[test]
    fn neighbours_are_one_apart() {
        assert_eq!(1.0_f32.next_up().ordinal() - 1.0_f32.ordinal(), 1);
        assert_eq!((-1.0_f32).ordinal() - (-1.0_f32).next_down().ordinal(), 1);
        assert_eq!(1.0_f32.gap(), f64::from(f32::EPSILON));
        assert_eq!(
            f32::MIN.gap(),
            f64::from(f32::MAX) - f64::from(f32::MAX.next_down())
        );
        assert!(f64::MAX.gap().is_finite());
    }
}
