//! The plan of a video, found by trial.

use super::super::trials::Trials;
use super::super::{AxisOrder, Plan, SearchResult, Trial, VideoPlan};
use super::budget::{Budget, Variants};
use super::quantizer::{first_quantizer, shifted};
use super::refine::{differ, differ_along};
use super::{VideoCodec, scale_for};
use crate::{CodecChoice, ReelError, SegmentOptions};

/// From this of x265's parameters on, the base layer is most of a segment: its best quantizer is worth more trials.
const MOSTLY_BASE: u8 = 24;

/// So many other plans are kept to fall back on.
const OTHERS: usize = 2;

/// In so many of the orders [`Variants::First`] candidates to take means out.
const BEST_ORDERS: usize = 2;

/// Finds the plan of a video that makes a segment smallest; `None` if another plan that was tried makes it smaller, or no video can be
/// made.
///
/// # Errors
/// As [`Trial::cost`].
pub(in crate::plan) fn search(
    trials: &mut Trials<'_>,
    segment: &dyn Trial,
    options: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    search_within(trials, segment, &Budget::of(options.effort), options.codec)
}

/// Finds a video that may make a segment smaller than a prediction: it is at most a sixth larger on a sample, where frames are
/// smaller and cost a video more. `None` if there is none.
///
/// # Errors
/// As [`Trial::cost`].
pub(in crate::plan) fn search_beside(
    predicted: &Plan,
    [sample, segment]: [&dyn Trial; 2],
    options: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    // AV1 takes half of the time, and in the benchmark it is smaller only where a prediction is smaller still.
    let codecs = match options.codec {
        CodecChoice::Any => CodecChoice::X265,
        codecs => codecs,
    };
    let mut trials = Trials::new(sample);
    let video = search_within(&mut trials, segment, &Budget::beside(), codecs)?;
    let least = trials.best().map(|best| trials.cost_of(best));
    trials.run([predicted.clone()])?;
    let of_predicted = trials.cost_of(predicted);
    let most = of_predicted.saturating_add(of_predicted / 6);
    Ok(video.filter(|_| least.is_some_and(|least| least <= most)))
}

fn search_within(
    trials: &mut Trials<'_>,
    segment: &dyn Trial,
    budget: &Budget,
    codecs: CodecChoice,
) -> Result<Option<SearchResult>, ReelError> {
    let Some(best) = smallest(trials, budget, codecs)? else {
        return Ok(None);
    };
    let mut found = around(trials, budget, best, codecs)?;
    for plan in found.candidates.iter_mut().chain([&mut found.plan]) {
        if let Plan::Video(video) = plan {
            // Stated, so that segments of another range that follow the plan have the same quantizer.
            video.step = segment.range(video.subtract_temporal_mean).map(scale_for);
        }
    }
    Ok(Some(found))
}

/// Finds the smallest video; `None` if another plan is smaller.
fn smallest(
    trials: &mut Trials<'_>,
    budget: &Budget,
    codecs: CodecChoice,
) -> Result<Option<VideoPlan>, ReelError> {
    let [first_codec, last_codec] = budget.codecs(codecs);
    let sample = trials.sample();
    let orders = budget.orders.iter().copied();
    let orders = orders.filter(|&order| sample.takes(order, first_codec));
    let firsts: Vec<_> = orders
        .filter_map(|order| first_of(sample, order, false, first_codec))
        .collect();
    trials.run_videos(firsts)?;
    match budget.variants {
        Variants::None => trials.settle(budget.strides, differ)?,
        Variants::First => {
            let best = trials.finalists(BEST_ORDERS, differ).into_iter();
            let means =
                best.filter_map(|plan| first_of(sample, plan.axis_order, true, first_codec));
            trials.run_videos(means)?;
            trials.settle(budget.strides, differ)?;
        }
        Variants::Settled => {
            let (coarse, finer) = budget.strides.split_at(1);
            trials.settle(coarse, differ_along)?;
            let best = trials.finalists(budget.orders.len(), differ_along);
            let variants = best.into_iter().flat_map(|plan| {
                let first = |mean| first_of(sample, plan.axis_order, mean, first_codec);
                let means = first(true).zip(first(false));
                let means = means.map(|(without, with)| VideoPlan {
                    subtract_temporal_mean: true,
                    quantizer: shifted(&plan, without.quantizer, with.quantizer),
                    ..plan
                });
                let transposed = VideoPlan {
                    axis_order: plan.axis_order.transposed(),
                    ..plan
                };
                [means, Some(transposed)].into_iter().flatten()
            });
            trials.run_videos(variants)?;
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
        let best = best.filter(|plan| plan.quantizer >= MOSTLY_BASE);
        trials.hill_climb(best.collect(), 1)?;
    }
    Ok(match trials.best() {
        // Not tried, for the time it takes: seldom is a slower preset larger.
        Some(Plan::Video(best)) if budget.again == 0 => Some(with_last(*best)),
        Some(Plan::Video(best)) => Some(*best),
        _ => None,
    })
}

/// Tries another codec in place of the best video, and names the plans that are nearly as good.
fn around(
    trials: &mut Trials<'_>,
    budget: &Budget,
    best: VideoPlan,
    codecs: CodecChoice,
) -> Result<SearchResult, ReelError> {
    let [first_codec, last_codec] = budget.codecs(codecs);
    let try_av1 = budget.av1.as_ref().filter(|_| codecs == CodecChoice::Any);
    let plan = match try_av1.filter(|av1| best.quantizer >= av1.from) {
        Some(try_av1) => trials.try_av1(best, try_av1)?,
        None => best,
    };
    let near = trials.near(budget.shared).into_iter();
    let candidates = near.map(|near| match near.codec == first_codec && near != plan {
        true => VideoPlan {
            codec: last_codec,
            ..near
        },
        false => near,
    });
    let candidates = candidates.map(Plan::Video).collect();
    let others = trials.finalists(OTHERS + 1, differ_along).into_iter();
    let others = others.filter(|other| *other != plan).map(Plan::Video);
    Ok(SearchResult {
        others: others.collect(),
        plan: Plan::Video(plan),
        candidates,
    })
}

/// The video to start from. Without the means the range is narrower, and codes are finer.
fn first_of(
    sample: &dyn Trial,
    order: AxisOrder,
    mean: bool,
    codec: VideoCodec,
) -> Option<VideoPlan> {
    let range = sample.range(mean)?;
    Some(VideoPlan {
        axis_order: order,
        subtract_temporal_mean: mean,
        codec,
        quantizer: first_quantizer(sample.grid(), range, codec),
        step: None,
    })
}
