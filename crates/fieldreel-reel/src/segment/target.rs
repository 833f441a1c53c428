//! Targets: a search for the absolute bound that reaches a PSNR or a compression ratio.

use super::Segment;
use super::encode::{PlanSelection, SegmentEncoder};
use crate::arithmetic::Check;
use crate::prepare::Tolerance;
use crate::value::ReelElement;
use crate::{ReelError, Target};

/// The largest relative excess over the target that is intended. The search ends at half of it.
const MAX_EXCESS: f64 = 0.05;
/// The number of trials after which the search ends, as a target may be out of reach.
const MAX_TRIALS: usize = 16;
/// The number of trials after which bounds are halfway between those that are too fine and too
/// coarse.
const MAX_GUESSES: usize = 8;

/// Encodes with the largest bound that reaches the target, within 5 % of the target where the data
/// allow it.
///
/// # Errors
/// Those of [`encode`](super::encode()).
pub(super) fn encode<T: ReelElement>(
    encoder: &SegmentEncoder<'_, T>,
    target: Target,
) -> Result<Segment, ReelError> {
    let (prepared, options) = (encoder.prepared, encoder.options);
    let value_range = prepared.statistics.range;
    let range = match target {
        Target::Psnr(_) => options.range.unwrap_or(value_range),
        Target::Ratio(_) => value_range,
    };
    let raw = (prepared.values.len() * T::BYTES) as f64;
    // The achieved PSNR or ratio divided by the target. It must be at least 1, and should not be
    // much more.
    let reached = |segment: &Segment| match target {
        Target::Psnr(target) => {
            let rmse = f64::from(segment.info.certificate.rmse);
            20.0 * (range / rmse).log10() / target
        }
        Target::Ratio(target) => raw / segment.bytes.len() as f64 / target,
    };
    let finer_is_better = matches!(target, Target::Psnr(_));
    let encode_exactly = |largest: f64| {
        let tolerance = Tolerance::new(target.into(), Check::Exact, prepared);
        let exact = encoder.encode_within(&tolerance, PlanSelection::from_options(options))?;
        let achieved = reached(&exact);
        if achieved >= 1.0 || achieved.is_nan() {
            return Ok(exact);
        }
        let number = match target {
            Target::Psnr(number) | Target::Ratio(number) => number,
        };
        Err(ReelError::TargetUnreachable {
            target,
            reached: achieved.max(largest) * number,
        })
    };
    if !(range > 0.0 && range.is_finite()) {
        return encode_exactly(0.0);
    }

    // The logarithm to base 2 of the bound divided by the range, between one that is too fine and
    // one that is too coarse.
    let (mut fine, mut coarse) = (-50.0_f64, 0.0_f64);
    let mut log_bound = match target {
        // The root mean square error of a field is about half of its absolute bound.
        Target::Psnr(target) => (2.0 * 10_f64.powf(-target / 20.0)).log2(),
        Target::Ratio(_) => -8.0,
    }
    .clamp(fine, coarse);
    let mut best: Option<(f64, Segment)> = None;
    let mut largest = 0.0_f64;
    // The plan that the last search found, and its bound. It is reused for bounds up to twice
    // or half as large; a plan from the options, for all bounds.
    let is_given = options.plan.is_some();
    let mut last_plan = options.plan.clone().map(|plan| (plan, log_bound));
    for trial in 0..MAX_TRIALS {
        let reusable = last_plan
            .as_ref()
            .filter(|(_, plan_bound)| is_given || (log_bound - plan_bound).abs() <= 1.0);
        let plan = reusable.map(|(plan, plan_bound)| plan.coarser(log_bound - plan_bound));
        let is_searched = plan.is_none();
        let tolerance = {
            let check = Check::Absolute(range * log_bound.exp2());
            Tolerance::new(target.into(), check, prepared)
        };
        let selection = plan.map_or(PlanSelection::Searched, PlanSelection::First);
        let segment = encoder.encode_within(&tolerance, selection)?;
        let achieved = reached(&segment);
        largest = largest.max(achieved);
        if is_searched {
            let plan = segment.info.plan.as_ref();
            last_plan = plan.map(|plan| (plan.restored(options.effort), log_bound));
        }
        let is_reached = achieved >= 1.0;
        let is_closer = best
            .as_ref()
            .is_none_or(|(best_so_far, _)| achieved < *best_so_far);
        if is_reached && is_closer {
            best = Some((achieved, segment));
        }
        if (1.0..=1.0 + MAX_EXCESS / 2.0).contains(&achieved) || coarse - fine < 1e-3 {
            break;
        }
        // A PSNR decreases by 6 dB if the bound doubles. A size decreases by about one bit per
        // value, or to about one half if it has few bits per value.
        if is_reached == finer_is_better {
            fine = log_bound;
        } else {
            coarse = log_bound;
        }
        let step = match target {
            Target::Psnr(target) => (achieved - 1.0 - MAX_EXCESS / 4.0) * target / 6.02,
            Target::Ratio(target) => {
                let bits = 8.0 * T::BYTES as f64 / (achieved * target);
                let wanted = bits * achieved / (1.0 + MAX_EXCESS / 4.0);
                match bits > 1.0 {
                    true => bits - wanted,
                    false => (bits / wanted).log2(),
                }
            }
        };
        let guess = log_bound + step;
        log_bound = if guess > fine && guess < coarse && trial < MAX_GUESSES {
            guess
        } else {
            (fine + coarse) / 2.0
        };
    }
    match best {
        Some((_, segment)) => Ok(segment),
        None => encode_exactly(largest),
    }
}
