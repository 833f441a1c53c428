//! The search for the plan of a video.

use super::super::trial_costs::TrialCosts;
use super::super::{AxisOrder, Plan, SearchResult, TrialSegment, VideoPlan};
use super::quantizer::{first_quantizer, shifted_quantizer};
use super::refine::{differ, differ_in_plane_axis};
use super::search_budget::{SearchBudget, VariantStage};
use super::{VideoCodec, scale_for};
use crate::{CodecChoice, ReelError, SegmentOptions};

/// The smallest parameter of x265 at which the base layer is most of a segment, so that its
/// quantizer is worth more trials.
const MIN_REFINED_QP: u8 = 24;

/// The maximum number of plans to fall back on.
const MAX_FALLBACKS: usize = 2;

/// The number of the best axis orders in which [`VariantStage::BeforeStrides`] tries temporal
/// means.
const MEAN_TRIAL_ORDERS: usize = 2;

/// Searches for the plan of a video of the smallest cost; `None` if another plan that was tried
/// costs less, or no video can be encoded.
///
/// # Errors
/// Those of [`TrialSegment::cost`].
pub(in crate::plan) fn search(
    trials: &mut TrialCosts<'_>,
    segment: &dyn TrialSegment,
    options: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    search_within(
        trials,
        segment,
        &SearchBudget::for_effort(options.effort),
        options.codec.of_this_build(),
    )
}

/// Searches for a video that may be smaller than a prediction: on the sample it costs at most a
/// sixth more, because the small frames of a sample favor predictions. Returns `None` if there is
/// no such video.
///
/// # Errors
/// Those of [`TrialSegment::cost`].
pub(in crate::plan) fn search_alternative(
    predicted: &Plan,
    [sample, segment]: [&dyn TrialSegment; 2],
    options: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    // AV1 would take half of the time, and in the benchmark it is smaller only where a prediction
    // is smaller still.
    let codecs = match options.codec.of_this_build() {
        CodecChoice::Any => CodecChoice::X265,
        codecs => codecs,
    };
    let mut trials = TrialCosts::new(sample);
    let video = search_within(
        &mut trials,
        segment,
        &SearchBudget::for_alternative(),
        codecs,
    )?;
    let video_cost = trials.best().map(|best| trials.cost_of(best));
    trials.run([predicted.clone()])?;
    let predicted_cost = trials.cost_of(predicted);
    let max_cost = predicted_cost.saturating_add(predicted_cost / 6);
    Ok(video.filter(|_| video_cost.is_some_and(|video_cost| video_cost <= max_cost)))
}

fn search_within(
    trials: &mut TrialCosts<'_>,
    segment: &dyn TrialSegment,
    budget: &SearchBudget,
    codecs: CodecChoice,
) -> Result<Option<SearchResult>, ReelError> {
    let Some(best) = search_smallest_video(trials, budget, codecs)? else {
        return Ok(None);
    };
    let mut found = collect_plans(trials, budget, best, codecs)?;
    for plan in found.candidates.iter_mut().chain([&mut found.plan]) {
        if let Plan::Video(video) = plan {
            // With an explicit step, the quantizer is as fine for similar segments of another
            // range.
            video.step = segment.range(video.subtract_temporal_mean).map(scale_for);
        }
    }
    Ok(Some(found))
}

/// Searches for the smallest video; `None` if another plan is smaller.
fn search_smallest_video(
    trials: &mut TrialCosts<'_>,
    budget: &SearchBudget,
    codecs: CodecChoice,
) -> Result<Option<VideoPlan>, ReelError> {
    let [first_codec, last_codec] = budget.codecs(codecs);
    let sample = trials.sample();
    let orders = budget.orders.iter().copied();
    let orders = orders.filter(|&order| sample.accepts_frames(order, first_codec));
    let first_videos: Vec<_> = orders
        .filter_map(|order| first_video(sample, order, false, first_codec))
        .collect();
    trials.run_videos(first_videos)?;
    match budget.variants {
        VariantStage::Never => trials.search_quantizers(budget.strides, differ)?,
        VariantStage::BeforeStrides => {
            let best = trials.best_distinct(MEAN_TRIAL_ORDERS, differ).into_iter();
            let means =
                best.filter_map(|plan| first_video(sample, plan.axis_order, true, first_codec));
            trials.run_videos(means)?;
            trials.search_quantizers(budget.strides, differ)?;
        }
        VariantStage::AfterFirstStride => {
            let (coarse, finer) = budget.strides.split_at(1);
            trials.search_quantizers(coarse, differ_in_plane_axis)?;
            let best = trials.best_distinct(budget.orders.len(), differ_in_plane_axis);
            let variants = best.into_iter().flat_map(|plan| {
                let first = |subtract_means| {
                    first_video(sample, plan.axis_order, subtract_means, first_codec)
                };
                let means = first(true).zip(first(false));
                let means = means.map(|(without, with)| VideoPlan {
                    subtract_temporal_mean: true,
                    quantizer: shifted_quantizer(&plan, without.quantizer, with.quantizer),
                    ..plan
                });
                let transposed = VideoPlan {
                    axis_order: plan.axis_order.transposed(),
                    ..plan
                };
                [means, Some(transposed)].into_iter().flatten()
            });
            trials.run_videos(variants)?;
            trials.search_quantizers(finer, differ_in_plane_axis)?;
        }
    }
    let with_last = |plan: VideoPlan| VideoPlan {
        codec: last_codec,
        ..plan
    };
    if budget.last_preset_trials > 0 {
        let retried = trials
            .best_distinct(budget.last_preset_trials, differ)
            .into_iter();
        trials.run_videos(retried.map(with_last))?;
        let best = trials.best_distinct(1, differ).into_iter();
        let best = best.filter(|plan| plan.quantizer >= MIN_REFINED_QP);
        trials.hill_climb(best.collect(), 1)?;
    }
    Ok(match trials.best() {
        // The plan takes the last preset without a trial, to save time: a slower preset seldom
        // takes more bytes.
        Some(Plan::Video(best)) if budget.last_preset_trials == 0 => Some(with_last(*best)),
        Some(Plan::Video(best)) => Some(*best),
        _ => None,
    })
}

/// Tries another codec for the best video, and collects the candidates and the fallbacks.
fn collect_plans(
    trials: &mut TrialCosts<'_>,
    budget: &SearchBudget,
    best: VideoPlan,
    codecs: CodecChoice,
) -> Result<SearchResult, ReelError> {
    let [first_codec, last_codec] = budget.codecs(codecs);
    let try_av1 = budget.av1.as_ref().filter(|_| codecs == CodecChoice::Any);
    let plan = match try_av1.filter(|av1| best.quantizer >= av1.min_quantizer) {
        Some(try_av1) => trials.try_av1(best, try_av1)?,
        None => best,
    };
    let near = trials.near_best(budget.max_candidates).into_iter();
    let candidates = near.map(|near| match near.codec == first_codec && near != plan {
        true => VideoPlan {
            codec: last_codec,
            ..near
        },
        false => near,
    });
    let candidates = candidates.map(Plan::Video).collect();
    let others = trials
        .best_distinct(MAX_FALLBACKS + 1, differ_in_plane_axis)
        .into_iter();
    let others = others.filter(|other| *other != plan).map(Plan::Video);
    Ok(SearchResult {
        fallbacks: others.collect(),
        candidates,
        ..Plan::Video(plan).into()
    })
}

/// Returns the video from which a search starts. If the temporal means are subtracted, the range
/// is narrower and codes are finer.
fn first_video(
    sample: &dyn TrialSegment,
    order: AxisOrder,
    subtract_means: bool,
    codec: VideoCodec,
) -> Option<VideoPlan> {
    let range = sample.range(subtract_means)?;
    Some(VideoPlan {
        axis_order: order,
        subtract_temporal_mean: subtract_means,
        codec,
        quantizer: first_quantizer(sample.grid(), range, codec),
        step: None,
    })
}
