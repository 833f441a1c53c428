//! The plan for a segment, found by trial.

use super::trials::Trials;
#[cfg(feature = "ffmpeg")]
use super::video::{search as with_video, search_beside as video_beside};
use super::{AxisOrder, Plan, PredictionPlan, SearchResult, Trial};
use crate::{BaseChoice, Effort, ReelError, SegmentOptions};

/// Returns about how many values of a segment of `values` plans are tried on: many plans on the first number, and the best of
/// them on the second.
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

/// Finds the plan that makes a segment smallest, as far as the effort in `options` goes, with the kind of base layer and the codecs
/// in `options`. Plans are tried on samples, as [`sample_values`] says. `None` if there is no such plan.
///
/// # Errors
/// As [`Trial::cost`]; [`ReelError::VideoUnsupported`].
pub(crate) fn search(
    segment: &dyn Trial,
    [first, sample]: [&dyn Trial; 2],
    options: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    let mut trials = Trials::new(sample);
    if options.base == BaseChoice::Video {
        return with_video(&mut trials, segment, options);
    }
    let mut found = predicted(first, &mut trials, options)?;
    let predicted = found.plan.clone();
    if options.base == BaseChoice::Auto
        && options.effort == Effort::Best
        && !options.idempotent
        && may_be_video(&trials, &predicted)
        && let Some(video) = video_beside(&predicted, [first, segment], options)?
    {
        trials.run([predicted.clone(), video.plan.clone()])?;
        if trials.cost_of(&video.plan) < trials.cost_of(&predicted) {
            found = video;
            found.others.push(predicted);
        }
    }
    // It takes all values.
    found.others.push(Plan::Pco);
    Ok(Some(found))
}

/// Returns whether a video may be smaller than a prediction. In the benchmark none was where a prediction takes more than half
/// a bit a value.
fn may_be_video(trials: &Trials<'_>, predicted: &Plan) -> bool {
    let values: usize = trials.sample().shape().iter().product();
    trials.cost_of(predicted) < values / 16
}

/// Finds a plan of a prediction: the best order of axes, with means and without, first among all on one sample, and then
/// among a few on that of `trials`.
fn predicted(
    sample: &dyn Trial,
    trials: &mut Trials<'_>,
    options: &SegmentOptions,
) -> Result<SearchResult, ReelError> {
    // Decoded values that are exact predict better than finer ones that are not.
    let is_fine = sample.is_finely_integer();
    let idempotent = options.idempotent || is_fine && options.effort == Effort::Fast;
    let start = PredictionPlan {
        idempotent,
        ..PredictionPlan::of(options.effort)
    };
    // How small plans are, relative to each other, the quick coder tells as well.
    let quick = PredictionPlan {
        idempotent,
        sample_size: start.sample_size.min(1 << 14),
        sample_divisor: 16,
        ..PredictionPlan::of(Effort::Fast)
    };
    let shape = sample.shape();
    let (orders, few): (&[AxisOrder], _) = match options.effort {
        // The first of two axes may be time.
        Effort::Fast if shape[0] == 1 => (&[AxisOrder::Tyx, AxisOrder::Txy, AxisOrder::Ytx], 1),
        // So may be the second, of frames of one row.
        Effort::Fast if shape[1] == 1 => (&[AxisOrder::Ytx, AxisOrder::Yxt], 1),
        Effort::Fast => (&[AxisOrder::Tyx, AxisOrder::Txy, AxisOrder::Yxt], 1),
        Effort::Balanced => (&AxisOrder::ALL, 2),
        Effort::Best => (&AxisOrder::ALL, 4),
    };
    // Columns are the rows of a narrow frame.
    let narrow = (!AxisOrder::Tyx.has_long_rows(shape)).then_some(AxisOrder::Txy);
    let orders = orders.iter().copied().chain(narrow);
    let orders: Vec<_> = orders.filter(|&order| order.is_good_for(shape)).collect();
    // Means are finer than the grid.
    let means: &[bool] = if idempotent { &[false] } else { &[false, true] };
    // An order that is best with means need not be so without. `Fast` candidates both in the first order alone.
    let (with_both, others) = match options.effort {
        Effort::Fast => orders.split_at(orders.len().min(1)),
        Effort::Balanced | Effort::Best => (&orders[..], &[][..]),
    };
    let plan = |order, mean| {
        Plan::Prediction(PredictionPlan {
            axis_order: order,
            subtract_temporal_mean: mean,
            ..quick
        })
    };
    let mut all = Trials::new(sample);
    let both = with_both.iter();
    all.run(both.flat_map(|&order| means.iter().map(move |&mean| plan(order, mean))))?;
    let mean = matches!(all.best(), Some(Plan::Prediction(best)) if best.subtract_temporal_mean);
    all.run(others.iter().map(|&order| plan(order, mean)))?;
    let tried = PredictionPlan {
        coder: if options.effort == Effort::Best {
            start.coder
        } else {
            quick.coder
        },
        ..start
    };
    let best_few = all.best_few(few).into_iter().map(|plan| match plan {
        Plan::Prediction(plan) => Plan::Prediction(plan.with_effort_of(&tried)),
        other => other.clone(),
    });
    trials.run(best_few)?;
    let best = |trials: &Trials<'_>| match trials.best() {
        Some(Plan::Prediction(best)) => *best,
        _ => quick,
    };
    let values: usize = trials.sample().shape().iter().product();
    let found = best(trials);
    // Where residuals take more bits, none at all is always less.
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
    // Where most residuals are 0, the coarse levels decide what the fine ones have left to code.
    let is_coarse = trials.cost_of(&Plan::Prediction(found)) <= values / 8;
    if options.effort == Effort::Fast {
        found.coarse_step_reduction = is_coarse.into();
    } else {
        // Of few bits, more are coefficients than in the whole segment, and one pass has the fewest of these.
        let others = match is_coarse {
            true => vec![tighter(1), tighter(2)],
            false => vec![PredictionPlan { levels: 0, ..found }],
        };
        trials.run(others.into_iter().map(Plan::Prediction))?;
        found = best(trials);
    }
    let plan = found.with_effort_of(&start);
    Ok(Plan::Prediction(plan).into())
}

/// Finds no plan of a video.
#[cfg(not(feature = "ffmpeg"))]
fn with_video(
    _: &mut Trials<'_>,
    _: &dyn Trial,
    _: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    Err(ReelError::VideoUnsupported)
}

#[cfg(not(feature = "ffmpeg"))]
fn video_beside(
    _: &Plan,
    _: [&dyn Trial; 2],
    _: &SegmentOptions,
) -> Result<Option<SearchResult>, ReelError> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorBound;
    #[cfg(feature = "ffmpeg")]
    use crate::arithmetic::Grid;

    /// A segment whose costs are made up.
    struct Fake<F>(F);

    impl<F: Fn(&Plan) -> Option<usize> + Sync> Trial for Fake<F> {
        fn cost(&self, plan: &Plan) -> Result<Option<usize>, ReelError> {
            Ok((self.0)(plan))
        }

        fn shape(&self) -> [usize; 3] {
            [40, 50, 60]
        }

        fn is_masked(&self) -> bool {
            false
        }

        fn is_finely_integer(&self) -> bool {
            false
        }

        #[cfg(feature = "ffmpeg")]
        fn grid(&self) -> Grid {
            Grid::Step(0.1)
        }

        #[cfg(feature = "ffmpeg")]
        fn range(&self, mean: bool) -> Option<f64> {
            Some(if mean { 10.0 } else { 40.0 })
        }

        #[cfg(feature = "ffmpeg")]
        fn takes(&self, order: crate::AxisOrder, _: crate::VideoCodec) -> bool {
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
    fn the_order_and_the_means_of_a_prediction_are_tried() {
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
        for (effort, mean) in [
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
                (AxisOrder::Yxt, mean),
                "{effort}"
            );
        }
    }

    #[cfg(feature = "ffmpeg")]
    #[test]
    fn the_smallest_video_is_found_and_stays_so_for_as_long_as_it_is_good() {
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
            let is_good = |best| super::super::is_good(&Fake(cost_at(best)), &found).unwrap();
            assert!(
                is_good(video.quantizer) && !is_good(video.quantizer + 9),
                "{effort}"
            );
        }
    }

    #[cfg(feature = "ffmpeg")]
    #[test]
    fn a_video_is_found_where_it_is_asked_for_or_the_smallest() {
        let cost = |plan: &Plan| match plan {
            Plan::Video(_) => Some(100),
            _ => Some(110),
        };
        let plans = found(cost, Effort::Balanced, BaseChoice::Video)
            .unwrap()
            .in_turn();
        assert!(plans.iter().all(|plan| matches!(plan, Plan::Video(_))));
        let auto = found(cost, Effort::Balanced, BaseChoice::Auto).unwrap();
        assert!(matches!(auto.plan, Plan::Prediction(_)), "{}", auto.plan);
        let best = found(cost, Effort::Best, BaseChoice::Auto).unwrap();
        assert!(matches!(best.plan, Plan::Video(_)), "{}", best.plan);
        let in_turn = best.in_turn();
        assert!(
            in_turn
                .iter()
                .any(|plan| matches!(plan, Plan::Prediction(_)))
        );
        let none = |plan: &Plan| (!matches!(plan, Plan::Video(_))).then_some(1);
        assert_eq!(found(none, Effort::Balanced, BaseChoice::Video), None);
    }
}
