//! One segment, and the plan that it is encoded with.

use std::sync::Arc;

use ndarray::{Array3, ArrayView3};
use rayon::ThreadPool;

use crate::plan::{self, Found, Plan};
use crate::segment::prepare::Prepared;
use crate::segment::{self, SegmentInfo};
use crate::{Bound, Options, ReelError, Value};

/// A segment.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    pub(super) info: SegmentInfo,
}

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
    /// For this segment and others, found by these threads.
    First(Arc<ThreadPool>),
    /// As for the first; `None` to find one for this segment.
    Shared(Option<Found>),
}

impl<T: Value> Job<T> {
    /// A segment whose plan is in the options.
    pub(super) const fn given(values: Array3<T>) -> Self {
        let planning = Planning::Given;
        Self { values, planning }
    }

    /// A segment whose plan others wait for: `planners` look for it together.
    pub(super) const fn first(values: Array3<T>, planners: Arc<ThreadPool>) -> Self {
        let planning = Planning::First(planners);
        Self { values, planning }
    }

    /// A segment like one for which there is a plan; or `None` to find one.
    pub(super) const fn planned(values: Array3<T>, found: Option<Found>) -> Self {
        let planning = Planning::Shared(found);
        Self { values, planning }
    }

    /// Encodes the segment. Says the plan for those that wait as soon as it is known.
    pub(super) fn encode(
        self,
        mut options: Options,
        planned: impl FnOnce(Option<Found>),
    ) -> Result<Encoded, ReelError> {
        let values = self.values.view();
        let (shared, planners) = match self.planning {
            Planning::Given => (None, None),
            Planning::First(planners) => {
                let found = planners.install(|| plan_for(values, &options));
                planned(found.as_ref().ok().cloned().flatten());
                (found?.map(|found| found.plan), Some(planners))
            }
            Planning::Shared(found) => {
                let follow = |found| follow(values, &options, &found);
                (found.map(follow).transpose()?, None)
            }
        };
        let bytes = match shared {
            None => match planners {
                // A target takes many trials, and there may be no other segment to encode meanwhile.
                Some(planners) => planners.install(|| segment::encode(values, &options))?,
                None => segment::encode(values, &options)?,
            },
            Some(plan) => {
                options.plan = Some(plan);
                segment::encode(values, &options)?
            }
        };
        let info = segment::inspect(&bytes)?;
        Ok(Encoded { bytes, info })
    }
}

/// The plan for a segment by trial; `None` where there is nothing to learn from it for others.
fn plan_for<T: Value>(
    values: ArrayView3<'_, T>,
    options: &Options,
) -> Result<Option<Found>, ReelError> {
    // A target is met at another bound in each segment.
    if matches!(options.bound, Bound::Psnr(_) | Bound::Ratio(_)) {
        return Ok(None);
    }
    let prepared = Prepared::new(values, options, options.bound)?;
    let (lowest, highest) = prepared.extremes;
    if lowest >= highest {
        return Ok(None);
    }
    let found = plan::search(&prepared, options.effort, options.codecs)?;
    Ok(Some(found).filter(|found| found.plan != Plan::Packed))
}

/// The plan for a segment that is like another.
fn follow<T: Value>(
    values: ArrayView3<'_, T>,
    options: &Options,
    found: &Found,
) -> Result<Plan, ReelError> {
    if !found.is_choice() {
        return Ok(found.plan.clone());
    }
    let prepared = Prepared::new(values, options, options.bound)?;
    let (lowest, highest) = prepared.extremes;
    match lowest < highest {
        true => plan::follow(&prepared, found, options.effort),
        false => Ok(found.plan.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_that_the_shared_plan_does_not_fit_finds_its_own() {
        // Means cannot be taken out of what differs in its last bits alone.
        let near = |(t, y, x)| f64::from_bits(1e30_f64.to_bits() + (t + y * x) as u64);
        let values = Array3::from_shape_fn((4, 8, 8), near);
        let options = Options::new(Bound::Absolute(1e-3));
        let plan = Plan::Corrected { mean: true };
        let job = Job::planned(values.clone(), Some(plan.clone().into()));
        let encoded = job.encode(options, |_| {}).unwrap();
        assert_ne!(encoded.info.plan, Some(plan));
        let back = segment::decode::<f64>(&encoded.bytes, &Default::default()).unwrap();
        assert!(back.iter().zip(&values).all(|(a, b)| (a - b).abs() <= 1e-3));
    }
}
