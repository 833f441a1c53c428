//! The search for the plan of a prediction.

use fieldreel_predict::CoderKind;

use super::trial_costs::TrialCosts;
use super::{AxisOrder, Plan, PredictionPlan, SearchResult, TrialSegment};
use crate::{Effort, ReelError, SegmentOptions};

/// The number of values per byte from which on most residuals are 0, so that the coarse levels
/// determine what the fine levels have to code.
const COARSE: usize = 8;

/// The number of values per byte from which on nearly all residuals are 0. Most of them are in
/// blocks of zeros, which take the adaptive coder little time, so that `Fast` uses it, too.
const SPARSE: usize = 32;

/// The cost of the best plan, in bytes, below which a search is uncertain: most of the cost is that
/// of coefficients.
const MIN_CERTAIN_COST: usize = 600;

/// Searches for the plan of a prediction. Trials on `sample` choose a few axis orders, with or
/// without temporal means, and the sample of `trials` chooses among these.
pub(super) fn search_prediction(
    sample: &dyn TrialSegment,
    trials: &mut TrialCosts<'_>,
    options: &SegmentOptions,
) -> Result<SearchResult, ReelError> {
    // If a step is only a few integers wide, whole steps are predicted better than fractions of
    // steps.
    let is_fine = sample.has_fine_integer_step();
    let effort = options.effort;
    let idempotent = options.idempotent || is_fine && effort == Effort::Fast;
    let start = PredictionPlan {
        idempotent,
        ..PredictionPlan::for_effort(effort)
    };
    let quick_trials = run_quick_trials(sample, effort, &start)?;
    let is_coarse = quick_trials.values_per_byte() >= COARSE;
    let (count, trial_coder) = match effort {
        Effort::Fast => (1, CoderKind::Quick),
        Effort::Balanced => (2, CoderKind::Quick),
        Effort::Best => (4, start.coder),
    };
    let trial_plan = PredictionPlan {
        coder: trial_coder,
        ..start
    };
    let cheapest = quick_trials.cheapest(count).into_iter();
    trials.run(cheapest.map(|plan| match plan {
        Plan::Prediction(plan) => Plan::Prediction(PredictionPlan {
            coarse_step_reduction: u8::from(is_coarse),
            ..plan.with_effort_parameters_of(&trial_plan)
        }),
        other => other.clone(),
    }))?;
    let best = |trials: &TrialCosts<'_>| match trials.best() {
        Some(Plan::Prediction(best)) => *best,
        _ => trial_plan,
    };
    if is_fine && !best(trials).idempotent {
        let idempotent = PredictionPlan {
            idempotent: true,
            subtract_temporal_mean: false,
            ..best(trials)
        };
        trials.run([Plan::Prediction(idempotent)])?;
    }
    if effort != Effort::Fast {
        trials.run(level_variants(&best(trials), is_coarse))?;
    }
    let mut plan = best(trials).with_effort_parameters_of(&start);
    if trials.values_per_byte() >= SPARSE {
        plan = plan.with_coder(CoderKind::Adaptive);
        // Residuals at masked positions are few, and integers there help to predict others.
        plan.masked_levels = 0;
    }
    Ok(SearchResult {
        is_uncertain: quick_trials.best_cost() < MIN_CERTAIN_COST,
        ..Plan::Prediction(plan).into()
    })
}

/// Tries axis orders, with and without temporal means.
fn run_quick_trials<'a>(
    sample: &'a dyn TrialSegment,
    effort: Effort,
    start: &PredictionPlan,
) -> Result<TrialCosts<'a>, ReelError> {
    // The quick coder ranks plans about as well as the adaptive coder.
    let quick = PredictionPlan {
        idempotent: start.idempotent,
        sample_size: start.sample_size.min(1 << 14),
        sample_divisor: 16,
        coarse_step_reduction: u8::from(effort != Effort::Fast),
        ..PredictionPlan::for_effort(Effort::Fast)
    };
    let shape = sample.shape();
    let orders: &[AxisOrder] = match effort {
        // A single frame: its time axis may come first or second.
        Effort::Fast if shape[0] == 1 => &[AxisOrder::Tyx, AxisOrder::Txy, AxisOrder::Ytx],
        // Frames of one row.
        Effort::Fast if shape[1] == 1 => &[AxisOrder::Ytx, AxisOrder::Yxt],
        Effort::Fast => &[AxisOrder::Tyx, AxisOrder::Txy, AxisOrder::Yxt],
        Effort::Balanced | Effort::Best => &AxisOrder::ALL,
    };
    // For narrow frames, the transposed order is tried, too.
    let narrow = (!AxisOrder::Tyx.has_long_rows(shape)).then_some(AxisOrder::Txy);
    let orders = orders.iter().copied().chain(narrow);
    let orders: Vec<_> = orders
        .filter(|&order| order.is_suitable_for(shape))
        .collect();
    // Temporal means are not on the fixed grid, so they are not subtracted from numbers on it.
    let means: &[bool] = match start.idempotent {
        true => &[false],
        false => &[false, true],
    };
    // The best order with means need not be the best without means. `Fast` tries both in the first
    // order alone.
    let (with_both, other_orders) = match effort {
        Effort::Fast => orders.split_at(orders.len().min(1)),
        Effort::Balanced | Effort::Best => (&orders[..], &[][..]),
    };
    let quick_plan = |order, subtract_means| {
        Plan::Prediction(PredictionPlan {
            axis_order: order,
            subtract_temporal_mean: subtract_means,
            ..quick
        })
    };
    let mut trials = TrialCosts::new(sample);
    trials.run(with_both.iter().flat_map(|&order| {
        means
            .iter()
            .map(move |&subtract_means| quick_plan(order, subtract_means))
    }))?;
    let subtract_means =
        matches!(trials.best(), Some(Plan::Prediction(best)) if best.subtract_temporal_mean);
    trials.run(
        other_orders
            .iter()
            .map(|&order| quick_plan(order, subtract_means)),
    )?;
    Ok(trials)
}

/// Returns variants of the levels of a plan.
fn level_variants(plan: &PredictionPlan, is_coarse: bool) -> Vec<Plan> {
    let reduced = |coarse_step_reduction| PredictionPlan {
        coarse_step_reduction,
        ..*plan
    };
    // At a low cost, coefficients are a larger part of a sample than of the whole segment, which
    // would favor a single pass, because it has the fewest coefficients.
    let variants = match is_coarse {
        true => vec![reduced(0), reduced(2)],
        false => vec![PredictionPlan { levels: 0, ..*plan }],
    };
    variants.into_iter().map(Plan::Prediction).collect()
}
