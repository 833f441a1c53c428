//! The costs of the plans that were tried on a sample.

use rayon::prelude::*;

use super::{Plan, TrialSegment};
use crate::ReelError;

/// The costs of the plans that were tried on a sample.
pub(super) struct TrialCosts<'a> {
    sample: &'a dyn TrialSegment,
    tried: Vec<(usize, Plan)>,
}

impl<'a> TrialCosts<'a> {
    /// Returns an empty table for a sample.
    pub(super) const fn new(sample: &'a dyn TrialSegment) -> Self {
        Self {
            sample,
            tried: Vec::new(),
        }
    }

    /// Returns the sample.
    #[cfg(feature = "video")]
    pub(super) const fn sample(&self) -> &'a dyn TrialSegment {
        self.sample
    }

    /// Tries plans in parallel, and records the costs of those that can be used. Plans that were
    /// tried before are skipped.
    ///
    /// # Errors
    /// Those of [`TrialSegment::cost`].
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

    /// Returns all plans that can be used and their costs, in the order of the trials.
    #[cfg(feature = "video")]
    pub(super) fn costs(&self) -> &[(usize, Plan)] {
        &self.tried
    }

    /// Returns the plan of the smallest cost, the one that was tried first if several cost the
    /// same; `None` if no plan can be used.
    pub(super) fn best(&self) -> Option<&Plan> {
        let best = self.tried.iter().min_by_key(|(cost, _)| *cost);
        best.map(|(_, plan)| plan)
    }

    /// Returns the smallest cost; `usize::MAX` if no plan can be used.
    pub(super) fn best_cost(&self) -> usize {
        let costs = self.tried.iter().map(|(cost, _)| *cost);
        costs.min().unwrap_or(usize::MAX)
    }

    /// Returns the number of values of the sample per byte of the best plan.
    pub(super) fn values_per_byte(&self) -> usize {
        let values: usize = self.sample.shape().iter().product();
        values / self.best_cost().max(1)
    }

    /// Returns the `count` plans of the smallest costs, in ascending order of cost.
    pub(super) fn cheapest(&self, count: usize) -> Vec<&Plan> {
        let mut all: Vec<_> = self.tried.iter().collect();
        all.sort_by_key(|(cost, _)| *cost);
        all.into_iter().take(count).map(|(_, plan)| plan).collect()
    }

    /// Returns the cost of a plan; `usize::MAX` if it was not tried or cannot be used.
    pub(super) fn cost_of(&self, plan: &Plan) -> usize {
        let found = self.tried.iter().find(|(_, tried)| tried == plan);
        found.map_or(usize::MAX, |(cost, _)| *cost)
    }

    /// Returns whether a plan was tried and the best plan saves at most its cost divided by
    /// `divisor`.
    pub(super) fn is_nearly_best(&self, plan: &Plan, divisor: usize) -> bool {
        let best = self.tried.iter().map(|(cost, _)| *cost).min();
        let found = self.tried.iter().find(|(_, tried)| tried == plan);
        found
            .zip(best)
            .is_some_and(|((cost, _), best)| cost - cost / divisor <= best)
    }
}
