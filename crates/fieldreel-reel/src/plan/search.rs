//! The plan for a segment, found by trial.

use super::budget::{Budget, Variants};
use super::follow::Found;
use super::quality::{first_quality, shifted};
use super::trials::{Trials, differ, differ_along};
use super::{Plan, VideoPlan};
use crate::segment::code;
use crate::segment::prepare::Prepared;
use crate::value::Value;
use crate::{Codecs, Effort, ReelError};

/// From this of x265's parameters on, the base layer is most of a segment: its best quality is worth more trials.
const MOSTLY_BASE: u8 = 24;

/// So many other plans are kept to fall back on.
const OTHERS: usize = 2;

/// In so many of the orders [`Variants::First`] tries to take means out.
const BEST_ORDERS: usize = 2;

/// The plan that makes a segment smallest, as far as `effort` goes and with no other than these codecs.
///
/// # Errors
/// [`ReelError::Codec`] if an encoder fails.
pub(crate) fn search<T: Value>(
    prepared: &Prepared<'_, T>,
    effort: Effort,
    codecs: Codecs,
) -> Result<Found, ReelError> {
    let mut found = by_trial(prepared, effort, codecs)?;
    let best = match &mut found.plan {
        Plan::Video(best) => Some(best),
        _ => None,
    };
    for video in found.tries.iter_mut().chain(best) {
        // Stated, so that segments of another range that follow the plan have the same quality.
        let range = code::range_to_code(prepared, video.mean);
        video.scale = range.map(code::scale_for);
    }
    Ok(found)
}

fn by_trial<T: Value>(
    prepared: &Prepared<'_, T>,
    effort: Effort,
    codecs: Codecs,
) -> Result<Found, ReelError> {
    let budget = Budget::of(effort);
    let sample = prepared.sample(budget.sample);
    let shape = sample.values.dim().into();
    let mut trials = Trials::new(&sample, effort);
    trials.run(vec![Plan::Corrected { mean: false }])?;
    let Some([first_codec, last_codec]) = budget.codecs(codecs) else {
        if budget.variants != Variants::None {
            trials.run(vec![Plan::Corrected { mean: true }])?;
        }
        return Ok(trials.best().into());
    };
    // Without the means the range is narrower, and codes are finer.
    let first_of = |order, mean| {
        let range = code::range_to_code(&sample, mean)?;
        Some(VideoPlan {
            order,
            mean,
            codec: first_codec,
            quality: first_quality(sample.grid, range, first_codec),
            scale: None,
        })
    };
    let orders = budget.orders.iter().copied();
    let orders = orders.filter(|&order| code::suits(order, shape, first_codec));
    trials.run_videos(orders.filter_map(|order| first_of(order, false)))?;
    match budget.variants {
        Variants::None => trials.settle(budget.strides, differ)?,
        Variants::First => {
            let best = trials.finalists(BEST_ORDERS, differ).into_iter();
            trials.run_videos(best.filter_map(|plan| first_of(plan.order, true)))?;
            trials.settle(budget.strides, differ)?;
        }
        Variants::Settled => {
            let (coarse, finer) = budget.strides.split_at(1);
            trials.settle(coarse, differ_along)?;
            let best = trials.finalists(budget.orders.len(), differ_along);
            trials.run_videos(best.into_iter().flat_map(|plan| {
                let means = first_of(plan.order, true).zip(first_of(plan.order, false));
                let means = means.map(|(without, with)| VideoPlan {
                    mean: true,
                    quality: shifted(&plan, without.quality, with.quality),
                    ..plan
                });
                let transposed = VideoPlan {
                    order: plan.order.transposed(),
                    ..plan
                };
                [means, Some(transposed)].into_iter().flatten()
            }))?;
            trials.settle(finer, differ_along)?;
        }
    }
    let with_last = |plan: VideoPlan| VideoPlan {
        codec: last_codec,
        ..plan
    };
    if budget.again > 0 {
        let again = trials.finalists(budget.again, differ).into_iter();
        trials.run_videos(again.map(with_last))?;
        let best = trials.finalists(1, differ).into_iter();
        let best = best.filter(|plan| plan.quality >= MOSTLY_BASE);
        trials.climb(best.collect(), 1)?;
    }
    let best = match trials.best() {
        // Not tried, for the time it takes: seldom is a slower preset larger.
        Plan::Video(best) if budget.again == 0 => with_last(best),
        Plan::Video(best) => best,
        other => return Ok(other.into()),
    };
    let try_av1 = budget.av1.filter(|_| codecs == Codecs::Any);
    let plan = match try_av1.filter(|av1| best.quality >= av1.from) {
        Some(try_av1) => trials.try_av1(best, &try_av1)?,
        None => Plan::Video(best),
    };
    let near = trials.near(budget.shared).into_iter();
    let tries = near.map(
        |near| match near.codec == first_codec && Plan::Video(near) != plan {
            true => with_last(near),
            false => near,
        },
    );
    let tries = tries.collect();
    let others = trials.finalists(OTHERS + 1, differ_along).into_iter();
    let others = others.map(Plan::Video).filter(|other| *other != plan);
    Ok(Found {
        others: others.collect(),
        plan,
        tries,
    })
}
