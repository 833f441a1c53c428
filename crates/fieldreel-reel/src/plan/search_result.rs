//! The result of a search, and its reuse for similar segments.

use super::trial_costs::TrialCosts;
use super::{Plan, PredictionPlan, TrialSegment};
use crate::ReelError;

/// The divisor of the cost of a plan: the plan is still good if no other plan saves more than the
/// quotient.
const GOOD_PLAN_DIVISOR: usize = 100;

/// The distance to the neighboring quantizers that are tried.
#[cfg(feature = "video")]
const STRIDE: u8 = 3;

/// The plans that were found for a segment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SearchResult {
    /// The plan of the smallest cost.
    pub(crate) plan: Plan,
    /// The plans that similar segments try: the best plan, and plans that are nearly as good. If
    /// there are none, similar segments use the best plan.
    pub(super) candidates: Vec<Plan>,
    /// The plans to use if encoding by the best plan fails, in this order.
    pub(super) fallbacks: Vec<Plan>,
    /// True if a search with larger samples may find a better plan.
    pub(crate) is_uncertain: bool,
    /// The size of the sample that the best plan was chosen on.
    pub(crate) sample_values: usize,
}

impl SearchResult {
    /// Returns the best plan and then the fallbacks, without duplicates.
    pub(crate) fn into_plans(self) -> Vec<Plan> {
        let mut plans = vec![self.plan];
        for plan in self.fallbacks {
            if !plans.contains(&plan) {
                plans.push(plan);
            }
        }
        plans
    }

    /// Returns whether similar segments choose among candidates.
    pub(crate) const fn has_candidates(&self) -> bool {
        !self.candidates.is_empty()
    }
}

impl From<Plan> for SearchResult {
    fn from(plan: Plan) -> Self {
        Self {
            plan,
            candidates: Vec::new(),
            fallbacks: Vec::new(),
            is_uncertain: false,
            sample_values: 0,
        }
    }
}

/// Returns the plan for a segment similar to the one of `found`: the candidate of the smallest
/// cost, with its quantizer refined.
///
/// # Errors
/// Those of [`TrialSegment::cost`].
pub(crate) fn choose_candidate(
    segment: &dyn TrialSegment,
    found: &SearchResult,
) -> Result<Plan, ReelError> {
    let mut trials = TrialCosts::new(segment);
    trials.run(found.candidates.iter().cloned())?;
    #[cfg(feature = "video")]
    super::video::refine(&mut trials)?;
    // If no candidate can be used, the plan of the similar segment is as good as any.
    Ok(trials.best().unwrap_or(&found.plan).clone())
}

/// Returns whether the plan of earlier segments is still good: neither another plan that was found
/// nor a variant of the plan is much smaller.
///
/// # Errors
/// Those of [`TrialSegment::cost`].
pub(crate) fn is_still_good(
    sample: &dyn TrialSegment,
    found: &SearchResult,
) -> Result<bool, ReelError> {
    let mut trials = TrialCosts::new(sample);
    trials.run([found.plan.clone()])?;
    trials.run(found.candidates.iter().chain(&found.fallbacks).cloned())?;
    trials.run(found.plan.variants())?;
    Ok(trials.is_nearly_best(&found.plan, GOOD_PLAN_DIVISOR))
}

impl Plan {
    /// Returns similar plans that may be better for a slightly different segment.
    fn variants(&self) -> Vec<Self> {
        match self {
            #[cfg(feature = "video")]
            Self::Video(video) => video.neighbors(STRIDE).map(Self::Video).into(),
            Self::Prediction(plan) if plan.idempotent => Vec::new(),
            Self::Prediction(plan) => vec![Self::Prediction(PredictionPlan {
                subtract_temporal_mean: !plan.subtract_temporal_mean,
                ..*plan
            })],
            Self::Pco => Vec::new(),
        }
    }
}
