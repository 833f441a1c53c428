//! The costs of plans that were tried.

use rayon::prelude::*;

use super::{Plan, TrialSegment};
use crate::ReelError;

/// The costs of plans that were tried.
pub(super) struct TrialCosts<'a> {
    sample: &'a dyn TrialSegment,
    tried: Vec<(usize, Plan)>,
}

impl<'a> TrialCosts<'a> {
    /// None yet, on this sample.
    pub(super) const fn new(sample: &'a dyn TrialSegment) -> Self {
        Self {
            sample,
            tried: Vec::new(),
        }
    }

    /// The sample on which plans are tried.
    pub(super) const fn sample(&self) -> &'a dyn TrialSegment {
        self.sample
    }

    /// Tries plans side by side; those that cannot be used are left out.
    ///
    /// # Errors
    /// As [`TrialSegment::cost`].
    pub(super) fn run(&mut self, plans: impl IntoIterator<Item = Plan>) -> Result<(), ReelError> {
        let mut plans: Vec<Plan> = plans.into_iter().collect();
        plans.retain(|plan| !self.tried.iter().any(|(_, tried)| tried == plan));
        plans.dedup();
        let tried: Vec<_> = plans
            .into_par_iter()
            .map(|plan| (self.sample.cost(&plan), plan))
            .collect();
        for (cost, plan) in tried {
            if let Some(cost) = cost? {
                self.tried.push((cost, plan));
            }
        }
        Ok(())
    }

    /// The costs of all plans that can be used, in the order in which they were tried.
    #[cfg(feature = "ffmpeg")]
    pub(super) fn costs(&self) -> &[(usize, Plan)] {
        &self.tried
    }

    /// The plan of the smallest cost; of equals, the one that was tried first. `None` if no plan can be used.
    pub(super) fn best(&self) -> Option<&Plan> {
        let best = self.tried.iter().min_by_key(|(cost, _)| *cost);
        best.map(|(_, plan)| plan)
    }

    /// Returns the plans of the smallest costs, that of the smallest first.
    pub(super) fn cheapest(&self, count: usize) -> Vec<&Plan> {
        let mut all: Vec<_> = self.tried.iter().collect();
        all.sort_by_key(|(cost, _)| *cost);
        all.into_iter().take(count).map(|(_, plan)| plan).collect()
    }

    /// The cost of a plan that was tried; `usize::MAX` of others.
    pub(super) fn cost_of(&self, plan: &Plan) -> usize {
        let found = self.tried.iter().find(|(_, tried)| tried == plan);
        found.map_or(usize::MAX, |(cost, _)| *cost)
    }

    /// Returns whether a plan was tried, and at most one part in `parts` could be saved of its cost.
    pub(super) fn is_nearly_best(&self, plan: &Plan, parts: usize) -> bool {
        let best = self.tried.iter().map(|(cost, _)| *cost).min();
        let found = self.tried.iter().find(|(_, tried)| tried == plan);
        found
            .zip(best)
            .is_some_and(|((cost, _), best)| cost - cost / parts <= best)
    }
}
