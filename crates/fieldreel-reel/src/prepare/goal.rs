//! The bound, as it applies to the values of a segment.

use super::Prepared;
use crate::Bound;
use crate::arithmetic::{Check, Grid, step_for};
use crate::value::Value;

/// The bound of a segment: what is stated, what decoded values are held to, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal<T> {
    /// The bound that was asked for, as the segment states it.
    pub(crate) stated: Bound,
    /// The check that each decoded value must pass.
    pub(crate) check: Check,
    /// The widest grid that keeps the bound.
    pub(crate) grid: Grid,
    /// A grid that the bound alone determines, whatever the values are; `None` if there is none.
    pub(crate) anchored: Option<Grid>,
    /// The limits of valid values, if a decoded one might be beyond them.
    pub(crate) clamp: Option<[T; 2]>,
}

impl<T: Value> Goal<T> {
    /// Applies a bound that is no target to these values; a relative one refers to `range`, or else to the range of the values.
    pub(crate) fn new(bound: Bound, range: Option<f64>, prepared: &Prepared<'_, T>) -> Self {
        let check = match bound {
            Bound::Absolute(epsilon) => Check::Absolute(epsilon),
            Bound::Relative(part) => {
                let (min, max) = prepared.statistics.extremes;
                let range = range.unwrap_or(max - min);
                Check::Absolute((part * range.min(f64::MAX)).max(0.0))
            }
            Bound::Pointwise(part) => Check::Pointwise(part),
            Bound::Lossless | Bound::Psnr(_) | Bound::Ratio(_) => Check::Exact,
        };
        Self::checked(bound, check, prepared)
    }

    /// Replaces a target by an absolute bound.
    pub(crate) fn for_target(target: Bound, epsilon: f64, prepared: &Prepared<'_, T>) -> Self {
        Self::checked(target, Check::Absolute(epsilon), prepared)
    }

    fn checked(stated: Bound, check: Check, prepared: &Prepared<'_, T>) -> Self {
        let extremes = prepared.statistics.extremes;
        let limits = prepared.validity.limits();
        let is_near = match check {
            Check::Exact => false,
            Check::Absolute(epsilon) => {
                let [lowest, highest] = limits.map(T::to_f64);
                extremes.0 - epsilon < lowest || extremes.1 + epsilon > highest
            }
            Check::Pointwise(_) => true,
        };
        Self {
            stated,
            check,
            grid: grid_for::<T>(check, extremes),
            anchored: anchored(check),
            clamp: (is_near && prepared.validity.is_limited()).then_some(limits),
        }
    }
}

/// The grid that a bound alone determines: its step leaves room for rounding to the type, where values are not much larger than the bound.
fn anchored(check: Check) -> Option<Grid> {
    /// The part of the bound that is left to rounding.
    const ROUNDING: f64 = 1.0 / 256.0;

    let step = match check {
        Check::Exact => return Some(Grid::Ordinals),
        Check::Absolute(epsilon) => 2.0 * epsilon * (1.0 - ROUNDING),
        Check::Pointwise(part) => {
            2.0 * part.max(0.0).ln_1p() / std::f64::consts::LN_2 * (1.0 - ROUNDING)
        }
    };
    step.is_normal().then_some(Grid::Step(step))
}

/// The widest grid that keeps the bound; ordinals where no sensible grid does.
fn grid_for<T: Value>(check: Check, (min, max): (f64, f64)) -> Grid {
    let max_abs = min.abs().max(max.abs());
    let step = match check {
        Check::Exact => return Grid::Ordinals,
        Check::Absolute(epsilon) => step_for(epsilon, T::nearest(max_abs)),
        Check::Pointwise(part) => {
            // Both the rounding to the type and that of the power and the logarithm are relative.
            let part = part - T::HALF_ULP - 16.0 * f64::EPSILON;
            2.0 * part.max(0.0).ln_1p() / std::f64::consts::LN_2 * (1.0 - 1e-9)
        }
    };
    // Numbers so large that sums with them lose the step, or might overflow, have no grid.
    let precise = step > 32.0 * f64::EPSILON * max_abs;
    let small = max_abs < 1e300 && (max - min) / step < 1e15;
    if step.is_normal() && precise && small {
        Grid::Step(step)
    } else {
        Grid::Ordinals
    }
}
