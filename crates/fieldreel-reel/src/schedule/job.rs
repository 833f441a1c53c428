//! One segment, and the plan that it is encoded with.

use std::sync::Arc;

use ndarray::Array3;
use rayon::ThreadPool;

use crate::plan::{Plan, SearchResult};
use crate::prepare::PreparedSegment;
use crate::segment::{Candidates, Segment, SegmentEncoder};
use crate::{ReelElement, ReelError, SegmentOptions};

/// A segment to be.
#[derive(Debug)]
pub(super) struct Job<T> {
    values: Array3<T>,
    planning: Planning,
}

#[derive(Debug)]
enum Planning {
    /// The plan is in the options.
    Given,
    /// For this segment and others: found by these threads, or that of segments before.
    First(Arc<ThreadPool>, Option<SearchResult>),
    /// As for the first; `None` to find one for this segment.
    Shared(Option<SearchResult>),
}

impl<T: ReelElement> Job<T> {
    /// A segment whose plan is in the options.
    pub(super) const fn given(values: Array3<T>) -> Self {
        let planning = Planning::Given;
        Self { values, planning }
    }

    /// A segment whose plan others wait for: `planners` look for it together, unless that of the segments before is still
    /// good.
    pub(super) const fn first(
        values: Array3<T>,
        planners: Arc<ThreadPool>,
        before: Option<SearchResult>,
    ) -> Self {
        let planning = Planning::First(planners, before);
        Self { values, planning }
    }

    /// A segment like one for which there is a plan; or `None` to find one.
    pub(super) const fn planned(values: Array3<T>, found: Option<SearchResult>) -> Self {
        let planning = Planning::Shared(found);
        Self { values, planning }
    }

    /// Encodes the segment. Says the plan for those that wait as soon as it is known.
    ///
    /// # Errors
    /// As [`segment::encode`](crate::segment::encode).
    pub(super) fn encode(
        self,
        options: &SegmentOptions,
        planned: impl FnOnce(Option<SearchResult>),
    ) -> Result<Segment, ReelError> {
        let mut planned = Some(planned);
        let mut say = |plan| {
            if let Some(planned) = planned.take() {
                planned(plan);
            }
        };
        let is_first = matches!(self.planning, Planning::First(..));
        let segment = self.with_plan(options, &mut say);
        if is_first {
            // Those that wait for a plan do not wait for ever.
            say(None);
        }
        segment
    }

    fn with_plan(
        self,
        options: &SegmentOptions,
        say: &mut dyn FnMut(Option<SearchResult>),
    ) -> Result<Segment, ReelError> {
        let values = self.values.view();
        match self.planning {
            Planning::Given => {
                let prepared = PreparedSegment::new(values, options)?;
                SegmentEncoder::new(&prepared, options)?.encode(Candidates::given(options))
            }
            Planning::First(planners, before) => {
                let prepared = planners.install(|| PreparedSegment::new(values, options))?;
                let encoder = planners.install(|| SegmentEncoder::new(&prepared, options))?;
                let tolerance = encoder.tolerance().filter(|_| prepared.statistics.is_varying());
                let Some(tolerance) = tolerance else {
                    // There is nothing to learn for others. A target takes many trials, and there may be no other segment to
                    // encode meanwhile.
                    say(None);
                    return planners.install(|| encoder.encode(Candidates::Searched));
                };
                let kept = match before {
                    Some(before)
                        if planners.install(|| encoder.is_good(&tolerance, &before))? =>
                    {
                        Some(before)
                    }
                    _ => None,
                };
                let (found, plans) = match kept {
                    Some(found) => (found.clone(), Candidates::First(found.plan)),
                    None => {
                        let found = planners.install(|| encoder.search(&tolerance))?;
                        (found.clone(), Candidates::Found(found))
                    }
                };
                say(Some(found).filter(|found| found.plan != Plan::Pco));
                encoder.encode(plans)
            }
            Planning::Shared(found) => {
                let prepared = PreparedSegment::new(values, options)?;
                let encoder = SegmentEncoder::new(&prepared, options)?;
                let plans = match (found, encoder.tolerance()) {
                    (Some(found), Some(tolerance)) => {
                        Candidates::First(encoder.follow(&tolerance, &found)?)
                    }
                    _ => Candidates::Searched,
                };
                encoder.encode(plans)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effort, ErrorBound, PredictionPlan, segment};

    #[test]
    fn a_segment_that_the_shared_plan_does_not_fit_finds_its_own() {
        // Means of so many steps are not coded.
        let far = |(t, y, x)| 1e10 + (t + y * x) as f64 / 100.0;
        let values = Array3::from_shape_fn((4, 8, 8), far);
        let options = SegmentOptions::new(ErrorBound::Absolute(1e-3));
        let plan = Plan::Prediction(PredictionPlan {
            subtract_temporal_mean: true,
            ..PredictionPlan::for_effort(Effort::Fast)
        });
        let job = Job::planned(values.clone(), Some(plan.clone().into()));
        let encoded = job.encode(&options, |_| {}).unwrap();
        assert_ne!(encoded.info.plan, Some(plan));
        let back = segment::decode::<f64>(&encoded.bytes, &Default::default()).unwrap();
        assert!(back.iter().zip(&values).all(|(a, b)| (a - b).abs() <= 1e-3));
    }
}
