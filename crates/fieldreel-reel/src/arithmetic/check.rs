//! The check that a decoded value is within its bound.

use fieldreel_core::Scalar;

use crate::value::ReelElement;

/// The condition that a decoded value meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Check {
    /// `|x − x̂| ≤ ε`.
    Absolute(f64),
    /// `|x − x̂| ≤ r·|x|`, with the sign of `x`.
    PointwiseRelative(f64),
    /// The same bits.
    Exact,
}

impl Check {
    /// Returns whether every value certainly meets the condition, given the largest magnitude of
    /// the errors, rounded to double precision.
    pub(crate) fn always_holds<T: ReelElement>(self, max_abs: f64) -> bool {
        match self {
            Self::Absolute(epsilon) if T::IS_FLOAT || !T::FITS_F64 => max_abs < epsilon,
            Self::Absolute(epsilon) => max_abs <= epsilon,
            Self::Exact => !T::IS_FLOAT && max_abs == 0.0,
            Self::PointwiseRelative(_) => false,
        }
    }

    /// Returns whether `decoded` meets the condition for `original`. Both values are finite unless
    /// the condition is [`Self::Exact`].
    pub(crate) fn holds<T: ReelElement>(self, original: T, decoded: T) -> bool {
        match self {
            Self::Exact => original.bits() == decoded.bits(),
            Self::Absolute(epsilon) => within(original, decoded, epsilon),
            Self::PointwiseRelative(part) => {
                let (x, y) = (original.to_f64(), decoded.to_f64());
                // Rounding of the factors and of the product might widen the bound: narrow it by
                // more than that.
                let allowed = part * x.abs() * (1.0 - 4.0 * f64::EPSILON);
                within(original, decoded, allowed)
                    && (x < 0.0) == (y < 0.0)
                    && (x == 0.0) == (y == 0.0)
            }
        }
    }
}

/// Returns whether `|x − y| ≤ epsilon` for the exact difference, not the rounded one.
fn within<T: ReelElement>(x: T, y: T, epsilon: f64) -> bool {
    if let (Scalar::Integer(x), Scalar::Integer(y)) = (x.to_scalar(), y.to_scalar()) {
        return (x - y).unsigned_abs() <= epsilon as u128;
    }
    let difference = x.minus(y);
    let (x, y) = (x.to_f64(), y.to_f64());
    if difference.abs() != epsilon {
        // Rounding is monotonic, so an unequal rounded difference is on the same side of the bound
        // as the exact one.
        return difference.abs() < epsilon;
    }
    // The rounding error of the difference (Knuth, The Art of Computer Programming 2, 4.2.2).
    let back = x - difference;
    let remainder = (x - (difference + back)) + (back - y);
    if difference > 0.0 {
        remainder <= 0.0
    } else {
        remainder >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_difference_is_compared() {
        // 1 + 2⁻⁶⁰ exceeds the bound but rounds to it.
        let tiny = 2_f64.powi(-60);
        assert!(within(1.0, 0.0, 1.0));
        assert!(!within(1.0, -tiny, 1.0));
        assert!(within(1.0, tiny, 1.0));
        assert!(!within(-1.0, tiny, 1.0));
        assert!(within(0.0, 0.0, 0.0));
    }

    #[test]
    fn integers_are_compared_exactly() {
        let large = 1_u64 << 60;
        assert!(within(large, large + 3, 3.9) && !within(large, large + 4, 3.9));
        assert!(!within(i64::MIN, i64::MAX, 1.8e19) && within(i64::MIN, i64::MAX, 1.9e19));
        assert!(Check::Absolute(2.0).always_holds::<u8>(2.0));
        assert!(!Check::Absolute(2.0).always_holds::<u64>(2.0));
        assert!(Check::Exact.always_holds::<i16>(0.0) && !Check::Exact.always_holds::<f32>(0.0));
        assert!(
            Check::PointwiseRelative(0.1).holds(-20_i8, -19)
                && !Check::PointwiseRelative(0.1).holds(9_u8, 8)
        );
    }

    #[test]
    fn signs_and_zeros_are_part_of_a_pointwise_bound() {
        let check = Check::PointwiseRelative(0.5);
        assert!(check.holds(2.0_f32, 1.01));
        assert!(!check.holds(2.0_f32, 0.99));
        assert!(check.holds(-2.0_f32, -2.99));
        assert!(!check.holds(0.0_f32, 1e-40));
        assert!(!Check::Exact.holds(0.0_f32, -0.0));
        assert!(Check::Absolute(0.0).holds(0.0_f32, -0.0));
    }
}
