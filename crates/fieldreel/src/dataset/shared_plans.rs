//! Plans that small variables of the same type and shape share.

use std::collections::HashMap;

use fieldreel_reel::{Effort, Plan};
use rayon::prelude::*;

use super::DatasetOptions;
use super::variable_encoder::{EncodeFn, EncodedChunk, PlanKey};
use crate::Error;

/// The number of variables with the same key that search for plans before a plan is shared. A plan
/// is shared if all searches find the same one.
const SEARCHES: usize = 4;

/// The number of variables that use a shared plan before plans are searched for again.
const USES: usize = 60;

/// The plans of small variables by type and shape.
pub(super) struct SharedPlans {
    /// False if every variable searches for its plan.
    is_shared: bool,
    states: HashMap<PlanKey, SharingState>,
}

/// The state of sharing among the variables with one key.
#[derive(Default)]
struct SharingState {
    /// The plans that were found since a shared plan was last used.
    found: Vec<Option<Plan>>,
    /// The number of searches that were started since a shared plan was last used.
    searches: usize,
    shared: Option<Plan>,
    /// The number of variables that will still use the shared plan.
    remaining_uses: usize,
}

impl SharingState {
    /// Returns the source of the next variable's plan; `None` if the variable has to wait for the
    /// searches that are running.
    fn next_source(&mut self) -> Option<PlanOrigin> {
        if self.remaining_uses > 0 {
            self.remaining_uses -= 1;
            return Some(PlanOrigin::Shared(self.shared.clone()));
        }
        let may_search = self.searches < SEARCHES;
        self.searches += usize::from(may_search);
        may_search.then_some(PlanOrigin::Search)
    }

    /// Adds the result of a search. The last one decides if a plan is shared.
    fn add_result(&mut self, plan: Option<Plan>) {
        self.found.push(plan);
        if self.found.len() < SEARCHES {
            return;
        }
        let first = self.found[0].clone();
        let are_equal = self.found.iter().all(|plan| *plan == first);
        if are_equal && first.is_some() {
            (self.shared, self.remaining_uses) = (first, USES);
        }
        self.found.clear();
        self.searches = 0;
    }
}

/// The source of a plan.
enum PlanOrigin {
    Search,
    Shared(Option<Plan>),
}

impl SharedPlans {
    pub(super) fn new(options: &DatasetOptions) -> Self {
        Self {
            is_shared: options.effort != Effort::Best,
            states: HashMap::new(),
        }
    }

    /// Encodes variables in parallel, and returns them in the given order. The choice of plans
    /// does not depend on the number of threads.
    pub(super) fn encode(
        &mut self,
        variables: Vec<(PlanKey, EncodeFn<'_>)>,
    ) -> Result<Vec<EncodedChunk>, Error> {
        let mut encoded: Vec<Option<EncodedChunk>> = variables.iter().map(|_| None).collect();
        let mut waiting: Vec<(usize, PlanKey, EncodeFn<'_>)> = variables
            .into_iter()
            .enumerate()
            .map(|(index, (key, encode))| (index, key, encode))
            .collect();
        while !waiting.is_empty() {
            let (mut ready, mut still_waiting) = (Vec::new(), Vec::new());
            for (index, key, encode) in waiting {
                let source = match self.is_shared {
                    true => self.states.entry(key.clone()).or_default().next_source(),
                    false => Some(PlanOrigin::Search),
                };
                match source {
                    Some(source) => ready.push((index, key, source, encode)),
                    None => still_waiting.push((index, key, encode)),
                }
            }
            waiting = still_waiting;
            let results: Vec<_> = ready
                .into_par_iter()
                .with_max_len(1)
                .map(|(index, key, source, encode)| match source {
                    PlanOrigin::Search => (index, Some(key), encode(None)),
                    PlanOrigin::Shared(plan) => (index, None, encode(plan)),
                })
                .collect();
            for (index, searched_key, result) in results {
                let chunk = result?;
                if let Some(state) = searched_key.and_then(|key| self.states.get_mut(&key)) {
                    state.add_result(chunk.plan.clone());
                }
                encoded[index] = Some(chunk);
            }
        }
        Ok(encoded.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use fieldreel_core::Dtype;

    use fieldreel_reel::ErrorBound;

    use super::*;

    fn plan(mean: bool) -> Plan {
        let mut plan = fieldreel_reel::PredictionPlan::for_effort(Effort::Fast);
        plan.subtract_temporal_mean = mean;
        Plan::Prediction(plan)
    }

    /// Encodes variables with these best plans, and returns the number of searches.
    fn count_searches(shared: &mut SharedPlans, best: &[bool]) -> usize {
        let count = AtomicUsize::new(0);
        let variables = best.iter().map(|&mean| {
            let count = &count;
            let encode: EncodeFn<'_> = Box::new(move |given: Option<Plan>| {
                count.fetch_add(usize::from(given.is_none()), Ordering::Relaxed);
                Ok(EncodedChunk {
                    bytes: vec![u8::from(mean)],
                    max_abs: 0.0,
                    plan: given.or(Some(plan(mean))),
                })
            });
            ((Dtype::F32, vec![24, 60, 90]), encode)
        });
        let encoded = shared.encode(variables.collect()).unwrap();
        let bytes: Vec<bool> = encoded
            .iter()
            .map(|encoded| encoded.bytes[0] == 1)
            .collect();
        assert_eq!(bytes, best);
        count.into_inner()
    }

    #[test]
    fn variables_share_a_plan_that_several_searches_found() {
        let options = DatasetOptions::new(ErrorBound::Lossless);
        let mut shared = SharedPlans::new(&options);
        // Four search for a plan, 60 share it, four search again, one shares it.
        assert_eq!(count_searches(&mut shared, &[true; 69]), 8);
        assert_eq!(count_searches(&mut shared, &[true; 59]), 0);
        assert_eq!(count_searches(&mut shared, &[true; 3]), 3);
        assert_eq!(count_searches(&mut shared, &[true; 20]), 1);

        let mut shared = SharedPlans::new(&options);
        let different: Vec<bool> = (0..40).map(|at| at % 3 == 0).collect();
        assert_eq!(count_searches(&mut shared, &different), 40);
        let mut shared = SharedPlans::new(&options.with_effort(Effort::Best));
        assert_eq!(count_searches(&mut shared, &[true; 40]), 40);
    }
}
