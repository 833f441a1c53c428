//! The coded parts of a segment: a base layer and residuals.

use super::layout::LayeredBody;
use crate::arithmetic::Grid;
use crate::base::{self, BaseParts};
use crate::integers::EncodedIntegers;
use crate::plan::Plan;
use crate::prepare::Prepared;
use crate::residual;
use crate::value::ReelElement;
use crate::{Effort, ReelError};

/// The coded parts of a segment.
#[derive(Clone, Debug)]
pub(super) struct EncodedLayers {
    grid: Grid,
    base: BaseParts<Vec<u8>>,
    /// The settings that residuals were encoded with.
    settings: u8,
    residual: EncodedIntegers<Vec<u8>>,
    /// The bits that truncation takes from values.
    low_bits: Vec<u8>,
}

impl EncodedLayers {
    /// Codes numbers by a plan, on a grid; `None` if the plan has no such parts, or it or the grid cannot be used.
    ///
    /// # Errors
    /// As [`base::encode`].
    pub(super) fn encode<T: ReelElement>(
        prepared: &Prepared<'_, T>,
        grid: Grid,
        plan: &Plan,
        effort: Effort,
    ) -> Result<Option<Self>, ReelError> {
        let grid = residual::grid_of(plan, grid);
        let Some(base) = base::encode(prepared, grid, plan)? else {
            return Ok(None);
        };
        let residual = residual::encode(prepared, grid, plan, &base, effort);
        Ok(residual.map(|residual| Self {
            grid,
            base: base.parts,
            settings: match plan {
                Plan::Prediction(plan) => plan.id(),
                _ => 0,
            },
            residual,
            low_bits: Vec::new(),
        }))
    }

    /// Bytes of all parts.
    pub(super) fn size(&self) -> usize {
        self.base.size() + self.residual.size() + self.low_bits.len()
    }

    /// Adds the bits that truncation takes from values, if there are any.
    pub(super) fn add_low_bits<T: ReelElement>(&mut self, prepared: &Prepared<'_, T>) {
        if let Grid::Truncated(truncation) = self.grid {
            self.low_bits = residual::low_bits::encode(prepared, truncation);
        }
    }

    /// Their place in a segment, without outliers.
    pub(super) fn to_body(&self) -> LayeredBody<'_> {
        LayeredBody {
            grid: self.grid,
            base: self.base.borrowed(),
            settings: self.settings,
            residual: self.residual.borrowed(),
            low_bits: &self.low_bits,
            outliers: &[],
        }
    }
}
