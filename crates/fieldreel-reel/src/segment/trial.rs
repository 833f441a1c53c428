//! Trials of plans on a segment or a sample of it.

use super::encoded_layers::EncodedLayers;
use crate::arithmetic::{Domain, Grid};
#[cfg(feature = "video")]
use crate::base;
#[cfg(feature = "video")]
use crate::plan::{AxisOrder, VideoCodec};
use crate::plan::{Plan, TrialSegment};
use crate::prepare::{Grids, PreparedSegment};
use crate::value::ReelElement;
use crate::{Effort, ReelError};

/// Prepared values, or a sample of them, on which plans are tried.
pub(super) struct TrialSample<'a, T> {
    prepared: &'a PreparedSegment<'a, T>,
    grids: Grids,
    effort: Effort,
}

impl<'a, T: ReelElement> TrialSample<'a, T> {
    /// Creates a sample on which plans are tried.
    pub(super) fn new(prepared: &'a PreparedSegment<'a, T>, grids: Grids, effort: Effort) -> Self {
        Self {
            prepared,
            grids,
            effort,
        }
    }
}

impl<T: ReelElement> TrialSegment for TrialSample<'_, T> {
    fn cost(&self, plan: &Plan) -> Result<Option<usize>, ReelError> {
        let Some(grid) = self.grids.for_plan(plan) else {
            return Ok(None);
        };
        let parts = EncodedLayers::encode(self.prepared, grid, plan, self.effort)?;
        Ok(parts.map(|parts| parts.size()))
    }

    fn shape(&self) -> [usize; 3] {
        self.prepared.shape()
    }

    fn has_fine_integer_step(&self) -> bool {
        const FEW: f64 = 4.0;

        let is_fine = matches!(self.grids.fixed, Some(Grid::Step(step)) if step < FEW);
        let are_integers = !T::IS_FLOAT || self.prepared.domain == Domain::Ranks;
        are_integers && is_fine
    }

    #[cfg(feature = "video")]
    fn grid(&self) -> Grid {
        self.grids.widest
    }

    #[cfg(feature = "video")]
    fn range(&self, subtract_means: bool) -> Option<f64> {
        base::coded_range(self.prepared, self.grids.widest, subtract_means)
    }

    #[cfg(feature = "video")]
    fn accepts_frames(&self, order: AxisOrder, codec: VideoCodec) -> bool {
        base::video::accepts_frames(order, self.prepared.shape(), codec)
    }
}
