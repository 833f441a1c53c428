//! The grid of decoded numbers.

use super::Truncation;
use crate::value::ReelElement;

/// The grid of decoded numbers, whose spacing is the unit of residuals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Grid {
    /// The base layer plus multiples of this step, in the domain of the numbers that are coded.
    Step(f64),
    /// The multiples of the reciprocal of this number, such as 100 for hundredths.
    Parts(f64),
    /// The multiples of a power of two. The bits of values below it are stored separately.
    Truncated(Truncation),
    /// Units in the last place: the distances from one value of the type to the next.
    Ulps,
}

impl Grid {
    /// Returns the distance between neighboring numbers of the grid; 1 for ulps.
    pub(crate) fn step(self) -> f64 {
        match self {
            Self::Step(step) => step,
            Self::Parts(parts) => 1.0 / parts,
            Self::Truncated(truncation) => truncation.step(),
            Self::Ulps => 1.0,
        }
    }
}

/// Returns the signed number of ulps from `base` to `exact`, wrapped to the width of the type.
pub(crate) fn ulps_between<T: ReelElement>(base: T, exact: T) -> i64 {
    let k = exact.ordinal().wrapping_sub(base.ordinal());
    if T::BYTES == 4 {
        i64::from(k as i32)
    } else {
        k
    }
}

/// Returns the widest step with which every value of magnitude up to `max_abs` is within `epsilon`
/// after rounding to the type. The result is not positive if the type is too coarse for any step.
///
/// A number within `step / 2` of `x` is rounded by up to half of the ulp `g` at `x`. So either
/// `step / 2 + g / 2 ≤ epsilon` is needed, or `step < g`, where rounding returns `x` itself. Ulps
/// are powers of 2, so the widest ulp for which the first condition must hold is at most 4/3 of
/// `epsilon`.
pub(crate) fn step_for<T: ReelElement>(epsilon: f64, max_abs: T) -> f64 {
    let max_ulp = max_abs.ulp();
    let rounding = if max_ulp > epsilon {
        // The smallest power of 2 above 2/3 of epsilon.
        let mut ulp = max_ulp;
        while ulp / 2.0 > epsilon * (2.0 / 3.0) {
            ulp /= 2.0;
        }
        ulp
    } else {
        max_ulp
    };
    let step = 2.0 * epsilon - rounding;
    // In double precision, the sums of the reconstruction are rounded, too.
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
