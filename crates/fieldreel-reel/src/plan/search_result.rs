//! The plans that were found for a segment, and their use for segments like it.

use super::trial_costs::TrialCosts;
use super::{Plan, PredictionPlan, TrialSegment};
use crate::ReelError;

/// A plan is good if no other is smaller by more than one part in so many.
const GOOD_PARTS: usize = 100;

/// So far are the qualities that are tried beside a plan's.
#[cfg(feature = "ffmpeg")]
const STRIDE: u8 = 3;

/// The plans that were found for a segment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SearchResult {
    /// The plan that makes it smallest.
    pub(crate) plan: Plan,
    /// The plans that segments like it try: that plan, and others that are nearly as good. If there are none, they
    /// take that plan.
    pub(super) candidates: Vec<Plan>,
    /// Other plans to fall back on should what the first makes be unusable, the best first.
    pub(super) fallbacks: Vec<Plan>,
}

impl SearchResult {
    /// The plan, and those to fall back on, one after the other.
    pub(crate) fn into_plans(self) -> Vec<Plan> {
        let mut plans = vec![self.plan];
        for plan in self.fallbacks {
            if !plans.contains(&plan) {
                plans.push(plan);
            }
        }
        plans
    }

    /// Returns whether segments like it have a choice.
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
        }
    }
}

/// The plan for a segment like that for which others were found.
///
/// # Errors
/// As [`TrialSegment::cost`].
pub(crate) fn choose_candidate(
    segment: &dyn TrialSegment,
    found: &SearchResult,
) -> Result<Plan, ReelError> {
    let mut trials = TrialCosts::new(segment);
    trials.run(found.candidates.iter().cloned())?;
    #[cfg(feature = "ffmpeg")]
    super::video::refine(&mut trials)?;
    // Where none fits, the plan that was found does no worse.
    Ok(trials.best().unwrap_or(&found.plan).clone())
}

/// Returns whether the plan that was found for segments before is still good: no other of what was found, nor its own variants, is much
/// smaller.
///
/// # Errors
/// As [`TrialSegment::cost`].
pub(crate) fn is_still_good(
    sample: &dyn TrialSegment,
    found: &SearchResult,
) -> Result<bool, ReelError> {
    let mut trials = TrialCosts::new(sample);
    trials.run([found.plan.clone()])?;
    trials.run(found.candidates.iter().chain(&found.fallbacks).cloned())?;
    trials.run(found.plan.variants())?;
    Ok(trials.is_nearly_best(&found.plan, GOOD_PARTS))
}

impl Plan {
    /// Plans that are alike, and better for a segment that is a little different.
    fn variants(&self) -> Vec<Self> {
        match self {
            #[cfg(feature = "ffmpeg")]
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
