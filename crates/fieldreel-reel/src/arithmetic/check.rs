//! Whether a decoded value is within the bound.

use crate::value::Value;

/// What a decoded value is held to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Check {
    /// `|x − x̂| ≤ ε`.
    Absolute(f64),
    /// `|x − x̂| ≤ r·|x|`, the sign kept.
    Pointwise(f64),
    /// The same bits.
    Exact,
}

impl Check {
    /// Whether `decoded` may stand for `original`; both finite, except in exact ones.
    pub(crate) fn holds<T: Value>(self, original: T, decoded: T) -> bool {
        let (x, y) = (original.to_f64(), decoded.to_f64());
        match self {
            Self::Exact => original.bits() == decoded.bits(),
            Self::Absolute(epsilon) => within(x, y, epsilon),
            // The product is rounded: a little less stands on the safe side of it.
            Self::Pointwise(part) => {
                let allowed = part * x.abs() * (1.0 - 2.0 * f64::EPSILON);
                within(x, y, allowed) && (x < 0.0) == (y < 0.0) && (x == 0.0) == (y == 0.0)
            }
        }
    }
}

/// Whether `|x − y| ≤ epsilon` for the exact difference, not the rounded one.
fn within(x: f64, y: f64, epsilon: f64) -> bool {
    let difference = x - y;
    if difference.abs() != epsilon {
        // Rounding is monotonic: what is on one side of a number stays there or becomes it.
        return difference.abs() < epsilon;
    }
    // What rounding left out of the difference (Knuth, The Art of Computer Programming 2, 4.2.2).
    let back = x - difference;
    let left_out = (x - (difference + back)) + (back - y);
    if difference > 0.0 {
        left_out <= 0.0
    } else {
        left_out >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_difference_is_compared() {
        // 1 + 2⁻⁶⁰ − 1 rounds to the bound, and is over it.
        let tiny = 2_f64.powi(-60);
        assert!(within(1.0, 0.0, 1.0));
        assert!(!within(1.0, -tiny, 1.0));
        assert!(within(1.0, tiny, 1.0));
        assert!(!within(-1.0, tiny, 1.0));
        assert!(within(0.0, 0.0, 0.0));
    }

    #[test]
    fn signs_and_zeros_are_part_of_a_pointwise_bound() {
        let check = Check::Pointwise(0.5);
        assert!(check.holds(2.0_f32, 1.01));
        assert!(!check.holds(2.0_f32, 0.99));
        assert!(check.holds(-2.0_f32, -2.99));
        assert!(!check.holds(0.0_f32, 1e-40));
        assert!(!Check::Exact.holds(0.0_f32, -0.0));
        assert!(Check::Absolute(0.0).holds(0.0_f32, -0.0));
    }
}
