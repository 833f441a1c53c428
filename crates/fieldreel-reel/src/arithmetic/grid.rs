//! The grid that residuals move values on.

use super::Truncation;
use crate::value::ReelElement;

/// The unit of residuals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Grid {
    /// Multiples of this step, in the numbers that are coded.
    Step(f64),
    /// Parts of 1, so many.
    Parts(f64),
    /// Multiples of a power of two, whose values have lower bits that are kept apart.
    Truncated(Truncation),
    /// Units in the last place: the steps from one value of the type to the next.
    Ulps,
}

impl Grid {
    /// Returns the distance from one number to the next; of ordinals, 1.
    pub(crate) fn step(self) -> f64 {
        match self {
            Self::Step(step) => step,
            Self::Parts(parts) => 1.0 / parts,
            Self::Truncated(truncation) => truncation.size(),
            Self::Ulps => 1.0,
        }
    }
}

/// How many values of the type are from `base` to `exact`, wrapped to the type's width.
pub(crate) fn ulps_between<T: ReelElement>(base: T, exact: T) -> i64 {
    let k = exact.ordinal().wrapping_sub(base.ordinal());
    if T::BYTES == 4 {
        i64::from(k as i32)
    } else {
        k
    }
}

/// The widest step with which every value of at most `max_abs` is within `epsilon` after it was
/// rounded to the type; `None` if the type is too coarse for any.
///
/// A number within `step / 2` of `x` is rounded by up to half of the gap `g` between values there:
/// `step / 2 + g / 2 ≤ epsilon` is needed, or `step < g`, where rounding gives `x` itself. Gaps are
/// powers of 2, so the widest one that the first must hold for is at most 4/3 of `epsilon`.
pub(crate) fn step_for<T: ReelElement>(epsilon: f64, max_abs: T) -> f64 {
    let widest = max_abs.ulp();
    let rounding = if widest > epsilon {
        // The smallest power of 2 above 2/3 of epsilon.
        let mut gap = widest;
        while gap / 2.0 > epsilon * (2.0 / 3.0) {
            gap /= 2.0;
        }
        gap
    } else {
        widest
    };
    let step = 2.0 * epsilon - rounding;
    // In f64 itself the sums round too.
    if T::BYTES == 8 {
        step * (1.0 - 1e-9)
    } else {
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_twice_the_bound_less_the_rounding() {
        assert_eq!(step_for(0.5_f64, 1.0_f32), 1.0 - f64::from(f32::EPSILON));
        // Between 2²⁴ and 2²⁵, values of f32 are 2 apart.
        let step = step_for(0.75, 2_f32.powi(24));
        assert!((0.5..1.0).contains(&step), "{step}");
    }
}
