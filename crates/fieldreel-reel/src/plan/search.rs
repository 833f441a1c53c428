//! The search for the plan of a segment.

use super::trial_costs::TrialCosts;
#[cfg(feature = "video")]
use super::video::{search as search_video, search_alternative};
use super::{AxisOrder, Plan, PredictionPlan, SearchResult, TrialSegment};
use crate::{BaseChoice, Effort, ReelError, SegmentOptions};

/// Returns the approximate sizes of the samples of a segment of `values` values: the first sample
/// is for trials of many plans, and the second for trials of the best of these plans.
pub(crate) fn sample_values(effort: Effort, values: usize) -> [usize; 2] {
    match effort {
        Effort::Fast => [(values / 32).clamp(1 << 15, 1 << 16); 2],
        Effort::Balanced => [
            (values / 24).clamp(1 << 14, 1 << 15),
            (values / 14).clamp(1 << 15, 1 << 18),
        ],
        Effort::Best => [1 << 18, usize::MAX],
    }
}

/// Searches for the plan of the smallest cost, within the effort, the base layer and the codec in
/// `options`. Trials encode the samples of [`sample_values`]. Returns `None` if no plan can be
/// used.
///
/// # Errors
/// Those of [`TrialSegment::cost`]; [`ReelError::VideoUnsupported`].
pub(crate) fn search(
    segment: &dyn TrialSegment,
    [first, sample]: [&dyn TrialSegment; 2],
    options: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    let mut trials = TrialCosts::new(sample);
    if options.base == BaseChoice::Video {
        return search_video(&mut trials, segment, options);
    }
    let mut found = search_prediction(first, &mut trials, options)?;
    let predicted = found.plan.clone();
    if options.base == BaseChoice::Auto
        && options.effort == Effort::Best
        && !options.idempotent
        && may_be_video(&trials, &predicted)
        && let Some(video) = search_alternative(&predicted, [first, segment], options)?
    {
        trials.run([predicted.clone(), video.plan.clone()])?;
        if trials.cost_of(&video.plan) < trials.cost_of(&predicted) {
            found = video;
            found.fallbacks.push(predicted);
        }
    }
    // Pco encodes any values.
    found.fallbacks.push(Plan::Pco);
    Ok(Some(found))
}

/// Returns whether a video may be smaller than a prediction. In the benchmark, no video was
/// smaller where the prediction takes more than half a bit per value.
fn may_be_video(trials: &TrialCosts<'_>, predicted: &Plan) -> bool {
    let values: usize = trials.sample().shape().iter().product();
    trials.cost_of(predicted) < values / 16
}

/// Searches for the plan of a prediction. Trials on `sample` choose a few axis orders, with or
/// without temporal means, and the sample of `trials` chooses among these.
fn search_prediction(
    sample: &dyn TrialSegment,
    trials: &mut TrialCosts<'_>,
    options: &SegmentOptions,
) -> Result<SearchResult, ReelError> {
    // If a step is only a few integers wide, whole steps are predicted better than fractions of
    // steps.
    let is_fine = sample.has_fine_integer_step();
    let idempotent = options.idempotent || is_fine && options.effort == Effort::Fast;
    let start = PredictionPlan {
        idempotent,
        ..PredictionPlan::for_effort(options.effort)
    };
    // The quick coder ranks plans about as well as the adaptive coder.
    let quick = PredictionPlan {
        idempotent,
        sample_size: start.sample_size.min(1 << 14),
        sample_divisor: 16,
        ..PredictionPlan::for_effort(Effort::Fast)
    };
    let shape = sample.shape();
    let (orders, count): (&[AxisOrder], _) = match options.effort {
        // A single frame: its time axis may come first or second.
        Effort::Fast if shape[0] == 1 => (&[AxisOrder::Tyx, AxisOrder::Txy, AxisOrder::Ytx], 1),
        // Frames of one row.
        Effort::Fast if shape[1] == 1 => (&[AxisOrder::Ytx, AxisOrder::Yxt], 1),
        Effort::Fast => (&[AxisOrder::Tyx, AxisOrder::Txy, AxisOrder::Yxt], 1),
        Effort::Balanced => (&AxisOrder::ALL, 2),
        Effort::Best => (&AxisOrder::ALL, 4),
    };
    // For narrow frames, the transposed order is tried, too.
    let narrow = (!AxisOrder::Tyx.has_long_rows(shape)).then_some(AxisOrder::Txy);
    let orders = orders.iter().copied().chain(narrow);
    let orders: Vec<_> = orders
        .filter(|&order| order.is_suitable_for(shape))
        .collect();
    // Temporal means are not on the fixed grid, so they are not subtracted from numbers on it.
    let means: &[bool] = if idempotent { &[false] } else { &[false, true] };
    // The best order with means need not be the best without means. `Fast` tries both in the first
    // order alone.
    let (with_both, other_orders) = match options.effort {
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
    let mut quick_trials = TrialCosts::new(sample);
    let both = with_both.iter();
    quick_trials.run(both.flat_map(|&order| {
        means
            .iter()
            .map(move |&subtract_means| quick_plan(order, subtract_means))
    }))?;
    let subtract_means =
        matches!(quick_trials.best(), Some(Plan::Prediction(best)) if best.subtract_temporal_mean);
    quick_trials.run(
        other_orders
            .iter()
            .map(|&order| quick_plan(order, subtract_means)),
    )?;
    let trial_plan = PredictionPlan {
        coder: if options.effort == Effort::Best {
            start.coder
        } else {
            quick.coder
        },
        ..start
    };
    let cheapest = quick_trials
        .cheapest(count)
        .into_iter()
        .map(|plan| match plan {
            Plan::Prediction(plan) => Plan::Prediction(plan.with_effort_parameters_of(&trial_plan)),
            other => other.clone(),
        });
    trials.run(cheapest)?;
    let best = |trials: &TrialCosts<'_>| match trials.best() {
        Some(Plan::Prediction(best)) => *best,
        _ => quick,
    };
    let values: usize = trials.sample().shape().iter().product();
    let found = best(trials);
    // At a higher cost, residuals at masked positions never save bytes.
    if trials.sample().is_masked() && trials.cost_of(&Plan::Prediction(found)) < values / 8 {
        let smooth = PredictionPlan {
            masked_levels: 0,
            ..found
        };
        trials.run([Plan::Prediction(smooth)])?;
    }
    let mut found = best(trials);
    if is_fine && !found.idempotent {
        let idempotent = PredictionPlan {
            idempotent: true,
            subtract_temporal_mean: false,
            ..found
        };
        trials.run([Plan::Prediction(idempotent)])?;
        found = best(trials);
    }
    let tighter = |coarse_step_reduction| PredictionPlan {
        coarse_step_reduction,
        ..found
    };
    // If most residuals are 0, the coarse levels determine what the fine levels have to code.
    let is_coarse = trials.cost_of(&Plan::Prediction(found)) <= values / 8;
    if options.effort == Effort::Fast {
        found.coarse_step_reduction = is_coarse.into();
    } else {
        // At a low cost, coefficients are a larger part of a sample than of the whole segment,
        // which would favor a single pass, because it has the fewest coefficients.
        let variants = match is_coarse {
            true => vec![tighter(1), tighter(2)],
            false => vec![PredictionPlan { levels: 0, ..found }],
        };
        trials.run(variants.into_iter().map(Plan::Prediction))?;
        found = best(trials);
    }
    let plan = found.with_effort_parameters_of(&start);
    Ok(Plan::Prediction(plan).into())
}

/// Refuses a video.
#[cfg(not(feature = "video"))]
fn search_video(
    _: &mut TrialCosts<'_>,
    _: &dyn TrialSegment,
    _: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    Err(ReelError::VideoUnsupported)
}

#[cfg(not(feature = "video"))]
fn search_alternative(
    _: &Plan,
    _: [&dyn TrialSegment; 2],
    _: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorBound;
    #[cfg(feature = "video")]
    use crate::arithmetic::Grid;

    /// A segment for which a function returns the cost of each plan.
    struct Fake<F>(F);

    impl<F: Fn(&Plan) -> Option<usize> + Sync> TrialSegment for Fake<F> {
        fn cost(&self, plan: &Plan) -> Result<Option<usize>, ReelError> {
            Ok((self.0)(plan))
        }

        fn shape(&self) -> [usize; 3] {
            [40, 50, 60]
        }

        fn is_masked(&self) -> bool {
            false
        }

        fn has_fine_integer_step(&self) -> bool {
            false
        }

        #[cfg(feature = "video")]
        fn grid(&self) -> Grid {
            Grid::Step(0.1)
        }

        #[cfg(feature = "video")]
        fn range(&self, subtract_means: bool) -> Option<f64> {
            Some(if subtract_means { 10.0 } else { 40.0 })
        }

        #[cfg(feature = "video")]
        fn accepts_frames(&self, order: crate::AxisOrder, _: crate::VideoCodec) -> bool {
            order != crate::AxisOrder::Xyt
        }
    }

    fn found(
        cost: impl Fn(&Plan) -> Option<usize> + Sync,
        effort: Effort,
        base: BaseChoice,
    ) -> Option<SearchResult> {
        let options = SegmentOptions::new(ErrorBound::Absolute(0.1));
        let options = options.with_effort(effort).with_base(base);
        let segment = Fake(cost);
        search(&segment, [&segment, &segment], &options).unwrap()
    }

    #[test]
    fn the_search_tries_axis_orders_and_temporal_means() {
        let cost = |plan: &Plan| match plan {
            Plan::Prediction(plan) => {
                let order = if plan.axis_order == AxisOrder::Yxt {
                    0
                } else {
                    100
                };
                Some(1000 + order - usize::from(plan.subtract_temporal_mean) * 50)
            }
            _ => Some(5000),
        };
        for (effort, subtract_means) in [
            (Effort::Fast, true),
            (Effort::Balanced, true),
            (Effort::Best, true),
        ] {
            let found = found(cost, effort, BaseChoice::Prediction).unwrap();
            let Plan::Prediction(plan) = found.plan else {
                panic!("{}", found.plan);
            };
            assert_eq!(
                (plan.axis_order, plan.subtract_temporal_mean),
                (AxisOrder::Yxt, subtract_means),
                "{effort}"
            );
        }
    }

    #[cfg(feature = "video")]
    #[test]
    fn the_search_finds_the_smallest_video_and_notices_when_it_no_longer_is() {
        let cost_at = |best: u8| {
            move |plan: &Plan| match plan {
                Plan::Video(video) if video.axis_order == AxisOrder::Yxt => {
                    Some(1000 + 10 * usize::from(video.quantizer.abs_diff(best)))
                }
                Plan::Video(_) => Some(2000),
                Plan::Prediction(_) => Some(5000),
                Plan::Pco => None,
            }
        };
        for effort in Effort::ALL {
            let found = found(cost_at(17), effort, BaseChoice::Video).unwrap();
            let Plan::Video(video) = &found.plan else {
                panic!("{}", found.plan);
            };
            assert_eq!(video.axis_order, AxisOrder::Yxt, "{effort}");
            assert!(video.quantizer.abs_diff(17) < 3, "{effort}: {video}");
            assert_eq!(
                video.step,
                Some(
                    if video.subtract_temporal_mean {
                        10.0
                    } else {
                        40.0
                    } / 4095.0
                )
            );
            let is_good = |best| super::super::is_still_good(&Fake(cost_at(best)), &found).unwrap();
            assert!(
                is_good(video.quantizer) && !is_good(video.quantizer + 9),
                "{effort}"
            );
        }
    }

    #[cfg(feature = "video")]
    #[test]
    fn a_video_is_chosen_if_requested_or_smallest() {
        let cost = |plan: &Plan| match plan {
            Plan::Video(_) => Some(100),
            _ => Some(110),
        };
        let plans = found(cost, Effort::Balanced, BaseChoice::Video)
            .unwrap()
            .into_plans();
        assert!(plans.iter().all(|plan| matches!(plan, Plan::Video(_))));
        let auto = found(cost, Effort::Balanced, BaseChoice::Auto).unwrap();
        assert!(matches!(auto.plan, Plan::Prediction(_)), "{}", auto.plan);
        let best = found(cost, Effort::Best, BaseChoice::Auto).unwrap();
        assert!(matches!(best.plan, Plan::Video(_)), "{}", best.plan);
        let in_turn = best.into_plans();
        assert!(
            in_turn
                .iter()
                .any(|plan| matches!(plan, Plan::Prediction(_)))
        );
        let none = |plan: &Plan| (!matches!(plan, Plan::Video(_))).then_some(1);
        assert_eq!(found(none, Effort::Balanced, BaseChoice::Video), None);
    }
}
