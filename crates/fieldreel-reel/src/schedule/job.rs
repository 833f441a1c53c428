//! The encoding of one segment, and the source of its plan.

use std::sync::Arc;

use ndarray::Array3;
use rayon::ThreadPool;

use crate::plan::{Plan, SearchResult};
use crate::prepare::PreparedSegment;
use crate::segment::{PlanSelection, Segment, SegmentEncoder};
use crate::{ReelElement, ReelError, SegmentOptions};

/// A segment that is to be encoded.
#[derive(Debug)]
pub(super) struct SegmentJob<T> {
    values: Array3<T>,
    plan_source: PlanSource,
}

#[derive(Debug)]
enum PlanSource {
    /// The plan in the options.
    Given,
    /// A plan for this segment and the rest of its group: that of the previous group if it is
    /// still good, or one that these threads find.
    Leader(Arc<ThreadPool>, Option<SearchResult>),
    /// The plan that the leader of the group published; if it is `None`, this segment finds one
    /// for itself.
    Follower(Option<SearchResult>),
}

impl<T: ReelElement> SegmentJob<T> {
    /// Creates the job of a segment whose plan is in the options.
    pub(super) const fn with_given_plan(values: Array3<T>) -> Self {
        let plan_source = PlanSource::Given;
        Self {
            values,
            plan_source,
        }
    }

    /// Creates the job of a segment that determines the plan of its group: `previous` if that is
    /// still good, or else a plan that the threads of `planners` find together.
    pub(super) const fn leader(
        values: Array3<T>,
        planners: Arc<ThreadPool>,
        previous: Option<SearchResult>,
    ) -> Self {
        let plan_source = PlanSource::Leader(planners, previous);
        Self {
            values,
            plan_source,
        }
    }

    /// Creates the job of a segment that adapts the plan of its group, or finds one for itself if
    /// there is `None`.
    pub(super) const fn follower(values: Array3<T>, found: Option<SearchResult>) -> Self {
        let plan_source = PlanSource::Follower(found);
        Self {
            values,
            plan_source,
        }
    }

    /// Encodes the segment. A leader calls `on_plan` as soon as the plan of its group is known.
    ///
    /// # Errors
    /// Those of [`segment::encode`](crate::segment::encode()).
    pub(super) fn encode(
        self,
        options: &SegmentOptions,
        on_plan: impl FnOnce(Option<SearchResult>),
    ) -> Result<Segment, ReelError> {
        let mut on_plan = Some(on_plan);
        let mut publish = |plan| {
            if let Some(on_plan) = on_plan.take() {
                on_plan(plan);
            }
        };
        let is_leader = matches!(self.plan_source, PlanSource::Leader(..));
        let segment = self.encode_with_plan(options, &mut publish);
        if is_leader {
            // This also happens after an error, so that the followers do not wait forever.
            publish(None);
        }
        segment
    }

    fn encode_with_plan(
        self,
        options: &SegmentOptions,
        publish: &mut dyn FnMut(Option<SearchResult>),
    ) -> Result<Segment, ReelError> {
        let values = self.values.view();
        match self.plan_source {
            PlanSource::Given => {
                let prepared = PreparedSegment::new(values, options)?;
                SegmentEncoder::new(&prepared, options)?
                    .encode(PlanSelection::from_options(options))
            }
            PlanSource::Leader(planners, previous) => {
                let prepared = planners.install(|| PreparedSegment::new(values, options))?;
                let encoder = planners.install(|| SegmentEncoder::new(&prepared, options))?;
                let tolerance = encoder
                    .tolerance()
                    .filter(|_| prepared.statistics.is_varying());
                let Some(tolerance) = tolerance else {
                    // There is no plan to share. A target takes many trials, and there may be no
                    // other segment to encode meanwhile, so all threads work on this one.
                    publish(None);
                    return planners.install(|| encoder.encode(PlanSelection::Searched));
                };
                let reusable = match previous {
                    Some(previous)
                        if planners.install(|| encoder.is_plan_good(&tolerance, &previous))? =>
                    {
                        Some(previous)
                    }
                    _ => None,
                };
                let (found, selection) = match reusable {
                    Some(found) => (found.clone(), PlanSelection::First(found.plan)),
                    None => {
                        let found = planners.install(|| encoder.search_plan(&tolerance))?;
                        (found.clone(), PlanSelection::Found(found))
                    }
                };
                publish(Some(found).filter(|found| found.plan != Plan::Pco));
                encoder.encode(selection)
            }
            PlanSource::Follower(found) => {
                let prepared = PreparedSegment::new(values, options)?;
                let encoder = SegmentEncoder::new(&prepared, options)?;
                let selection = match (found, encoder.tolerance()) {
                    (Some(found), Some(tolerance)) => {
                        PlanSelection::First(encoder.adapt_plan(&tolerance, &found)?)
                    }
                    _ => PlanSelection::Searched,
                };
                encoder.encode(selection)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effort, ErrorBound, PredictionPlan, segment};

    #[test]
    fn a_segment_finds_its_own_plan_if_the_shared_one_cannot_be_used() {
        // The steps from 0 to these means are too many to be encoded.
        let offset_field = |(t, y, x)| 1e10 + (t + y * x) as f64 / 100.0;
        let values = Array3::from_shape_fn((4, 8, 8), offset_field);
        let options = SegmentOptions::new(ErrorBound::Absolute(1e-3));
        let plan = Plan::Prediction(PredictionPlan {
            subtract_temporal_mean: true,
            ..PredictionPlan::for_effort(Effort::Fast)
        });
        let job = SegmentJob::follower(values.clone(), Some(plan.clone().into()));
        let encoded = job.encode(&options, |_| {}).unwrap();
        assert_ne!(encoded.info.plan, Some(plan));
        let back = segment::decode::<f64>(&encoded.bytes, &Default::default()).unwrap();
        assert!(back.iter().zip(&values).all(|(a, b)| (a - b).abs() <= 1e-3));
    }
}
