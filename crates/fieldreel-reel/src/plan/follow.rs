//! The plan for a segment that is like another.

use super::trials::{Trials, differ};
use super::{Plan, VideoPlan};
use crate::segment::prepare::Prepared;
use crate::value::Value;
use crate::{Effort, ReelError};

/// What was found for a segment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The plan that makes it smallest.
    pub(crate) plan: Plan,
    /// What segments like it are to try: that plan, and others that are nearly as good. If there are none, they
    /// take that plan.
    pub(super) tries: Vec<VideoPlan>,
    /// Other plans, the best first.
    pub(super) others: Vec<Plan>,
}

impl Found {
    /// The plan, and those to fall back on one after the other should what it makes be unusable. The last needs no encoder, and
    /// takes all values.
    pub(crate) fn in_turn(self) -> Vec<Plan> {
        let mut plans = vec![self.plan];
        let last = [Plan::Corrected { mean: false }, Plan::Packed];
        for plan in self.others.into_iter().chain(last) {
            if !plans.contains(&plan) {
                plans.push(plan);
            }
        }
        plans
    }

    /// Whether there is a choice.
    pub(crate) const fn is_choice(&self) -> bool {
        !self.tries.is_empty()
    }
}

impl From<Plan> for Found {
    fn from(plan: Plan) -> Self {
        Self {
            plan,
            tries: Vec::new(),
            others: Vec::new(),
        }
    }
}

/// The plan for a segment like that for which others were found.
///
/// # Errors
/// [`ReelError::Codec`] if an encoder fails.
pub(crate) fn follow<T: Value>(
    prepared: &Prepared<'_, T>,
    found: &Found,
    effort: Effort,
) -> Result<Plan, ReelError> {
    let mut trials = Trials::new(prepared, effort);
    trials.run_videos(found.tries.iter().copied())?;
    trials.settle(&[(3, 1), (1, 1)], differ)?;
    Ok(match trials.best() {
        // None fits.
        Plan::Packed => found.plan.clone(),
        best => best,
    })
}
