//! The search for a segment's plan.

use super::encode::Encoder;
use super::trial::Tried;
use crate::ReelError;
use crate::plan::{self, Found, Plan};
use crate::prepare::Goal;
use crate::value::Value;

impl<T: Value> Encoder<'_, T> {
    /// Finds plans by trial, on a sample.
    ///
    /// # Errors
    /// [`ReelError::Codec`] if FFmpeg lacks an encoder, or there is no memory; [`ReelError::VideoImpossible`],
    /// [`ReelError::NoVideoSupport`] if a video is asked for.
    pub(crate) fn search(&self, goal: &Goal<T>) -> Result<Found, ReelError> {
        let effort = self.options.effort;
        let values = self.prepared.values.len();
        let [first, sample] = plan::sample_values(effort, values);
        let sample = self.prepared.sample(sample);
        let first = sample.sample(first);
        let [first, sample] = [&first, &sample].map(|of| Tried::new(of, goal.grids, effort));
        let whole = Tried::new(self.prepared, goal.grids, effort);
        let mut options = self.options.clone();
        options.on_grid |= goal.is_anchored;
        let found = plan::search(&whole, [&first, &sample], &options)?;
        found.ok_or_else(|| self.unusable())
    }

    /// Finds the plan for a segment like that for which others were found.
    ///
    /// # Errors
    /// [`ReelError::Codec`] if FFmpeg lacks an encoder, or there is no memory.
    pub(crate) fn follow(&self, goal: &Goal<T>, found: &Found) -> Result<Plan, ReelError> {
        let whole = Tried::new(self.prepared, goal.grids, self.options.effort);
        match found.is_choice() && self.prepared.statistics.vary() {
            true => plan::follow(&whole, found),
            false => Ok(found.plan.clone()),
        }
    }

    /// Returns whether a plan that was found for segments before is still good for this one.
    ///
    /// # Errors
    /// [`ReelError::Codec`] if FFmpeg lacks an encoder, or there is no memory.
    pub(crate) fn is_good(&self, goal: &Goal<T>, found: &Found) -> Result<bool, ReelError> {
        let effort = self.options.effort;
        let values = self.prepared.values.len();
        let [_, sample] = plan::sample_values(effort, values);
        let sample = self.prepared.sample(sample);
        plan::is_good(&Tried::new(&sample, goal.grids, effort), found)
    }
}
