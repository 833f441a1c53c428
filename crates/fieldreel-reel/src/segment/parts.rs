//! The coded parts of a segment: a base layer and residuals.

use super::layout::Coded;
use crate::ReelError;
use crate::arithmetic::Grid;
use crate::base::{self, BaseKind, BaseParts};
use crate::plan::Plan;
use crate::prepare::Prepared;
use crate::residual::{self, Effort};
use crate::value::Value;

/// The coded parts of a segment.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    grid: Grid,
    base: BaseParts<Vec<u8>>,
    residual: Vec<u8>,
}

impl Parts {
    /// Codes numbers by a plan, on a grid; `None` if the plan has no such parts, or it or the grid cannot be used.
    ///
    /// # Errors
    /// As [`base::encode`].
    pub(super) fn of<T: Value>(
        prepared: &Prepared<'_, T>,
        grid: Grid,
        plan: &Plan,
        effort: Effort,
    ) -> Result<Option<Self>, ReelError> {
        let grid = match plan {
            Plan::Prediction(prediction) => base::prediction::grid_of(prediction, grid),
            _ => grid,
        };
        let Some((base, layer)) = base::encode(prepared, grid, plan, effort)? else {
            return Ok(None);
        };
        let residual = match base.kind {
            // They are in it.
            BaseKind::Prediction(_) => Some(Vec::new()),
            _ => residual::encode(prepared, grid, &layer, effort),
        };
        Ok(residual.map(|residual| Self {
            grid,
            base,
            residual,
        }))
    }

    /// Bytes of all parts.
    pub(super) fn size(&self) -> usize {
        self.base.size() + self.residual.len()
    }

    /// Their place in a segment, without patches.
    pub(super) fn coded(&self) -> Coded<'_> {
        Coded {
            grid: self.grid,
            base: self.base.borrowed(),
            residual: &self.residual,
            patches: &[],
        }
    }
}
