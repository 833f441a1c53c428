//! The search for the plan of a segment.

use super::prediction_search::search_prediction;
use super::trial_costs::TrialCosts;
#[cfg(feature = "video")]
use super::video::{search as search_video, search_alternative};
use super::{Plan, SearchResult, TrialSegment};
use crate::{BaseChoice, Effort, ReelError, SegmentOptions};

/// The number of values per byte of a prediction from which on a video is tried. In the benchmark,
/// no video was smaller where the prediction takes more than half a bit per value.
const MIN_VALUES_PER_BYTE_OF_VIDEO: usize = 16;

/// Returns the approximate sizes of the samples of a segment of `values` values: the first sample
/// is for trials of many plans, and the second for trials of the best of these plans.
pub(crate) fn sample_values(effort: Effort, values: usize) -> [usize; 2] {
    match effort {
        Effort::Fast => [(values / 32).clamp(1 << 15, 1 << 16); 2],
        Effort::Balanced => [
            (values / 24).clamp(1 << 14, (values / 256).max(1 << 15)),
            (values / 14).clamp(1 << 15, (values / 64).max(1 << 18)),
        ],
        Effort::Best => [1 << 18, usize::MAX],
    }
}

/// Returns the sizes of larger samples than those of a search with an uncertain result; `None` if
/// trials on them would take too much of the time.
pub(crate) fn larger_sample_values(samples: [usize; 2], values: usize) -> Option<[usize; 2]> {
    const GROWTH: usize = 4;
    const MAX_PART: usize = 16;

    let larger = samples.map(|size| size.saturating_mul(GROWTH));
    (larger[0] <= values / MAX_PART).then_some(larger)
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
        && trials.values_per_byte() >= MIN_VALUES_PER_BYTE_OF_VIDEO
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
    use fieldreel_predict::CoderKind;

    use super::*;
    #[cfg(feature = "video")]
    use crate::arithmetic::Grid;
    use crate::{AxisOrder, ErrorBound, PredictionPlan};

    /// A segment for which a function returns the cost of each plan.
    struct Fake<F>(F);

    impl<F: Fn(&Plan) -> Option<usize> + Sync> TrialSegment for Fake<F> {
        fn cost(&self, plan: &Plan) -> Result<Option<usize>, ReelError> {
            Ok((self.0)(plan))
        }

        fn shape(&self) -> [usize; 3] {
            [40, 50, 60]
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

    #[test]
    fn sparse_residuals_have_the_adaptive_coder_and_few_bytes_are_uncertain() {
        for (cost, is_sparse, is_uncertain) in [
            (120_000 / 31, false, false),
            (120_000 / 32, true, false),
            (600, true, false),
            (599, true, true),
        ] {
            let found = found(|_| Some(cost), Effort::Fast, BaseChoice::Prediction).unwrap();
            assert_eq!(found.is_uncertain, is_uncertain, "{cost}");
            let Plan::Prediction(plan) = found.plan else {
                panic!("{}", found.plan);
            };
            assert_eq!(plan.coder == CoderKind::Adaptive, is_sparse, "{cost}");
            assert_eq!(plan.masked_levels == 0, is_sparse, "{cost}");
            let fast = PredictionPlan::for_effort(Effort::Fast);
            assert_eq!(plan.sample_size > fast.sample_size, is_sparse, "{cost}");
        }
    }

    #[test]
    fn samples_grow_within_a_sixteenth_of_the_segment() {
        let values = 25_000_000;
        let mut samples = sample_values(Effort::Fast, values);
        let mut sizes = vec![samples[0]];
        while let Some(larger) = larger_sample_values(samples, values) {
            samples = larger;
            sizes.push(samples[0]);
        }
        assert_eq!(sizes, [1 << 16, 1 << 18, 1 << 20]);
        let samples = sample_values(Effort::Balanced, 1000);
        assert_eq!(larger_sample_values(samples, 1000), None);
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
