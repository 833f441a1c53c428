//! The search for a segment's plan.

use super::encode::SegmentEncoder;
use super::trial::TrialSample;
use crate::ReelError;
use crate::plan::{self, Plan, SearchResult};
use crate::prepare::Tolerance;
use crate::value::ReelElement;

impl<T: ReelElement> SegmentEncoder<'_, T> {
    /// Finds plans by trials on a sample.
    ///
    /// # Errors
    /// [`ReelError::Codec`] if FFmpeg lacks an encoder or memory is exhausted;
    /// [`ReelError::VideoImpossible`] or [`ReelError::VideoUnsupported`] if a video is required
    /// and cannot be made.
    pub(crate) fn search_plan(&self, tolerance: &Tolerance<T>) -> Result<SearchResult, ReelError> {
        let effort = self.options.effort;
        let values = self.prepared.values.len();
        let whole_segment = TrialSample::new(self.prepared, tolerance.grids, effort);
        let mut options = self.options.clone();
        options.idempotent |= tolerance.needs_fixed_grid;
        let mut sizes = plan::sample_values(effort, values);
        loop {
            let sample = self.prepared.sample(sizes[1]);
            let first = sample.sample(sizes[0]);
            let [first, sample] = [&first, &sample]
                .map(|prepared| TrialSample::new(prepared, tolerance.grids, effort));
            let found = plan::search(&whole_segment, [&first, &sample], &options)?;
            let mut found = found.ok_or_else(|| self.no_plan_error())?;
            match plan::larger_sample_values(sizes, values) {
                Some(larger) if found.is_uncertain => sizes = larger,
                _ => {
                    found.sample_values = sizes[1];
                    return Ok(found);
                }
            }
        }
    }

    /// Adapts the plan that was found for a similar segment to this one.
    ///
    /// # Errors
    /// [`ReelError::Codec`] if FFmpeg lacks an encoder or memory is exhausted.
    pub(crate) fn adapt_plan(
        &self,
        tolerance: &Tolerance<T>,
        found: &SearchResult,
    ) -> Result<Plan, ReelError> {
        let whole_segment = TrialSample::new(self.prepared, tolerance.grids, self.options.effort);
        match found.has_candidates() && self.prepared.statistics.is_varying() {
            true => plan::choose_candidate(&whole_segment, found),
            false => Ok(found.plan.clone()),
        }
    }

    /// Returns whether a plan that was found for earlier segments is still good for this one.
    ///
    /// # Errors
    /// [`ReelError::Codec`] if FFmpeg lacks an encoder or memory is exhausted.
    pub(crate) fn is_plan_good(
        &self,
        tolerance: &Tolerance<T>,
        found: &SearchResult,
    ) -> Result<bool, ReelError> {
        let effort = self.options.effort;
        let [_, sample] = plan::sample_values(effort, self.prepared.values.len());
        let sample = self.prepared.sample(sample.max(found.sample_values));
        plan::is_still_good(&TrialSample::new(&sample, tolerance.grids, effort), found)
    }
}
