//! The criterion, applied to the values of a segment.

use super::{PreparedSegment, Statistics};
use crate::arithmetic::{Check, Domain, Grid, step_for};
use crate::plan::Plan;
use crate::value::ReelElement;
use crate::{Criterion, ErrorBound};

/// The criterion of a segment, the check of its decoded values, and the grids that pass the check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance<T> {
    /// The criterion of the options, which the segment stores.
    pub(crate) criterion: Criterion,
    /// The check that each decoded value must pass.
    pub(crate) check: Check,
    pub(crate) grids: Grids,
    /// True if predictions must be on the fixed grid, because decoded numbers would not be exact
    /// otherwise.
    pub(crate) needs_fixed_grid: bool,
    /// The valid range, if a decoded value might be outside of it.
    pub(crate) clamp: Option<[T; 2]>,
}

/// The grids that satisfy a bound.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grids {
    /// The widest grid that satisfies the bound.
    pub(crate) widest: Grid,
    /// The grid that the bound alone determines, together with the lattice of integers; `None` if
    /// there is no such grid.
    pub(crate) fixed: Option<Grid>,
}

impl Grids {
    /// Returns the grid of a plan; `None` if there is no such grid.
    pub(crate) fn for_plan(&self, plan: &Plan) -> Option<Grid> {
        match plan {
            Plan::Prediction(plan) if plan.idempotent => self.fixed,
            _ => Some(self.widest),
        }
    }
}

impl<T: ReelElement> Tolerance<T> {
    /// Applies an error bound to values. A range-relative bound refers to `range` or, without it,
    /// to the range of the values.
    pub(crate) fn for_bound(
        bound: ErrorBound,
        range: Option<f64>,
        prepared: &PreparedSegment<'_, T>,
    ) -> Self {
        let check = match bound {
            ErrorBound::Absolute(epsilon) => Check::Absolute(epsilon),
            ErrorBound::RangeRelative(part) => {
                let range = range.unwrap_or(prepared.statistics.range);
                Check::Absolute((part * range.min(f64::MAX)).max(0.0))
            }
            ErrorBound::PointwiseRelative(part) => Check::PointwiseRelative(part),
            ErrorBound::Lossless => Check::Exact,
        };
        Self::new(bound.into(), check, prepared)
    }

    /// Applies a check to values, such as an absolute bound that may reach a target.
    pub(crate) fn new(
        criterion: Criterion,
        check: Check,
        prepared: &PreparedSegment<'_, T>,
    ) -> Self {
        let extremes = prepared.statistics.extremes;
        let limits = prepared.validity.limits();
        let may_leave_valid_range = match check {
            Check::Exact => false,
            Check::Absolute(epsilon) => {
                let [lowest, highest] = limits.map(T::to_f64);
                extremes.0 - epsilon < lowest || extremes.1 + epsilon > highest
            }
            Check::PointwiseRelative(_) => true,
        };
        let are_integers = !T::IS_FLOAT || prepared.domain == Domain::Ranks;
        let grids = Grids {
            widest: widest_grid::<T>(check, extremes, are_integers),
            fixed: fixed_grid::<T>(check, &prepared.statistics, are_integers),
        };
        let is_exact = check == Check::Exact && !are_integers;
        Self {
            criterion,
            check,
            grids,
            needs_fixed_grid: prepared.statistics.lattice.is_sparse()
                || is_exact && grids.fixed != Some(Grid::Ulps),
            clamp: (may_leave_valid_range && prepared.validity.is_limited()).then_some(limits),
        }
    }
}

/// Returns the grid that a bound alone determines. Its step leaves room for rounding to a
/// floating-point type if values are not much larger than the bound. The step of integers is an
/// odd multiple of the lattice's spacing.
fn fixed_grid<T: ReelElement>(
    check: Check,
    statistics: &Statistics,
    are_integers: bool,
) -> Option<Grid> {
    /// The part of the bound that is reserved for rounding.
    const ROUNDING: f64 = 1.0 / 256.0;

    let step = match check {
        Check::Absolute(_) | Check::Exact if are_integers => {
            integer_step(check, statistics.lattice.spacing)
        }
        Check::Exact => return Some(statistics.lossless_grid),
        Check::Absolute(epsilon) => 2.0 * epsilon * (1.0 - ROUNDING),
        Check::PointwiseRelative(part) => {
            log2_step(relative_part::<T>(part, statistics.extremes)) * (1.0 - ROUNDING)
        }
    };
    // Integers are exact multiples of the step as long as double precision represents them.
    let (min, max) = statistics.extremes;
    let is_exact = !are_integers || min.abs().max(max.abs()) + step < (1_u64 << 52) as f64;
    (step.is_normal() && is_exact).then_some(Grid::Step(step))
}

/// Returns the widest grid that satisfies the bound; ulps if no sensible step does.
fn widest_grid<T: ReelElement>(check: Check, (min, max): (f64, f64), are_integers: bool) -> Grid {
    /// The part of a step of integers that is reserved for rounding. No integer is half of a step
    /// away from a multiple of the step.
    const ROUNDING: f64 = 1.0 / 4096.0;

    let max_abs = min.abs().max(max.abs());
    let step = match check {
        Check::Absolute(_) | Check::Exact if are_integers => {
            integer_step(check, 1.0) * (1.0 - ROUNDING)
        }
        Check::Exact => return Grid::Ulps,
        Check::Absolute(epsilon) => step_for(epsilon, T::from_f64(max_abs)),
        Check::PointwiseRelative(part) => {
            // Rounding to the type and rounding of the power and the logarithm are both relative
            // errors.
            let part = relative_part::<T>(part, (min, max)) - T::HALF_ULP - 16.0 * f64::EPSILON;
            log2_step(part) * (1.0 - 1e-9)
        }
    };
    // Sums with very large numbers would lose the step or overflow.
    let precise = step > 32.0 * f64::EPSILON * max_abs;
    let small = max_abs < 1e300 && (max - min) / step < 1e15;
    if step.is_normal() && precise && small {
        Grid::Step(step)
    } else {
        Grid::Ulps
    }
}

/// Returns the widest step at which each integer is at most as far from a multiple as the bound
/// allows, for integers on a lattice of this spacing.
fn integer_step(check: Check, spacing: f64) -> f64 {
    match check {
        Check::Absolute(epsilon) => (2.0 * (epsilon / spacing).floor() + 1.0) * spacing,
        Check::Exact | Check::PointwiseRelative(_) => spacing,
    }
}

/// Returns the relative error that a number may have before it is rounded to the type. `extremes`
/// are those of logarithms.
///
/// An integer with an error of less than 1/2 is rounded to itself, and one with an error of `r·|x|
/// − 1/2` is rounded to an integer within `r·|x|`. The result is the smallest over all magnitudes
/// of the greater one of these two errors, relative to `|x|`: it is at `r·|x| = 1` or, if all
/// magnitudes are larger, at the smallest magnitude.
fn relative_part<T: ReelElement>(part: f64, (min, _): (f64, f64)) -> f64 {
    match T::IS_FLOAT {
        true => part,
        false => (part / 2.0).max(part - 0.5 / min.exp2()) * (1.0 - 1e-6),
    }
}

/// Returns the step of base-2 logarithms whose values may have this relative error.
fn log2_step(part: f64) -> f64 {
    2.0 * part.max(0.0).ln_1p() / std::f64::consts::LN_2
}
