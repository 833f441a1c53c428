//! Plans that small variables share.

use std::collections::HashMap;

use fieldreel_reel::{Effort, Plan};
use rayon::prelude::*;

use super::DatasetOptions;
use super::variable_encoder::{Encoded, Encoding, Kind};
use crate::Error;

/// So many variables of a kind find plans by trial. If all find the same, so many others follow it without a trial, before it is
/// put to the test again.
const SEARCHES: usize = 4;
const FOLLOWERS: usize = 60;

/// The plans of small variables by their kind: type and lengths.
pub(super) struct SharedPlans {
    /// False where trials are worth their time in any case.
    is_shared: bool,
    states: HashMap<Kind, State>,
}

/// The plans of the variables of a kind, as far as they are known.
#[derive(Default)]
struct State {
    /// The plans that were found since a plan was followed last.
    found: Vec<Option<Plan>>,
    /// The number of trials that were begun since.
    searches: usize,
    /// The plan to follow, and by how many variables yet.
    followed: Option<Plan>,
    left: usize,
}

impl State {
    /// Returns how the next variable gets its plan; `None` if it has to wait for those that are looking for theirs.
    fn next(&mut self) -> Option<Way> {
        if self.left > 0 {
            self.left -= 1;
            return Some(Way::Follow(self.followed.clone()));
        }
        let is_open = self.searches < SEARCHES;
        self.searches += usize::from(is_open);
        is_open.then_some(Way::Search)
    }

    /// Takes a plan that was found into account.
    fn finds(&mut self, plan: Option<Plan>) {
        self.found.push(plan);
        if self.found.len() < SEARCHES {
            return;
        }
        let first = self.found[0].clone();
        let are_alike = self.found.iter().all(|plan| *plan == first);
        if are_alike && first.is_some() {
            (self.followed, self.left) = (first, FOLLOWERS);
        }
        self.found.clear();
        self.searches = 0;
    }
}

/// A way to get a plan.
enum Way {
    Search,
    Follow(Option<Plan>),
}

impl SharedPlans {
    pub(super) fn new(options: &DatasetOptions) -> Self {
        Self {
            is_shared: options.effort != Effort::Best,
            states: HashMap::new(),
        }
    }

    /// Encodes variables side by side, and returns them in their order. What they are encoded by does not depend on the number of
    /// threads.
    pub(super) fn encode(
        &mut self,
        variables: Vec<(Kind, Encoding<'_>)>,
    ) -> Result<Vec<Encoded>, Error> {
        let mut encoded: Vec<Option<Encoded>> = variables.iter().map(|_| None).collect();
        let mut waiting: Vec<(usize, Kind, Encoding<'_>)> = variables
            .into_iter()
            .enumerate()
            .map(|(at, (kind, encode))| (at, kind, encode))
            .collect();
        while !waiting.is_empty() {
            let (mut now, mut later) = (Vec::new(), Vec::new());
            for (at, kind, encode) in waiting {
                let way = match self.is_shared {
                    true => self.states.entry(kind.clone()).or_default().next(),
                    false => Some(Way::Search),
                };
                match way {
                    Some(way) => now.push((at, kind, way, encode)),
                    None => later.push((at, kind, encode)),
                }
            }
            waiting = later;
            let done: Vec<_> = now
                .into_par_iter()
                .with_max_len(1)
                .map(|(at, kind, way, encode)| match way {
                    Way::Search => (at, Some(kind), encode(None)),
                    Way::Follow(plan) => (at, None, encode(plan)),
                })
                .collect();
            for (at, searched, outcome) in done {
                let outcome = outcome?;
                if let Some(state) = searched.and_then(|kind| self.states.get_mut(&kind)) {
                    state.finds(outcome.plan.clone());
                }
                encoded[at] = Some(outcome);
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

    /// Encodes variables whose best plans these are, and returns how many looked for theirs.
    fn searches(shared: &mut SharedPlans, best: &[bool]) -> usize {
        let count = AtomicUsize::new(0);
        let variables = best.iter().map(|&mean| {
            let count = &count;
            let encode: Encoding<'_> = Box::new(move |given: Option<Plan>| {
                count.fetch_add(usize::from(given.is_none()), Ordering::Relaxed);
                Ok(Encoded {
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
    fn variables_follow_a_plan_that_several_before_found() {
        let options = DatasetOptions::new(ErrorBound::Lossless);
        let mut shared = SharedPlans::new(&options);
        // Four look for a plan, 60 follow it, four look again, one follows.
        assert_eq!(searches(&mut shared, &[true; 69]), 8);
        assert_eq!(searches(&mut shared, &[true; 59]), 0);
        assert_eq!(searches(&mut shared, &[true; 3]), 3);
        assert_eq!(searches(&mut shared, &[true; 20]), 1);

        let mut shared = SharedPlans::new(&options);
        let different: Vec<bool> = (0..40).map(|at| at % 3 == 0).collect();
        assert_eq!(searches(&mut shared, &different), 40);
        let mut shared = SharedPlans::new(&options.with_effort(Effort::Best));
        assert_eq!(searches(&mut shared, &[true; 40]), 40);
    }
}
