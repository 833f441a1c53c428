//! The encoded base layer and residuals of a segment.

use super::layout::LayeredBody;
use crate::arithmetic::Grid;
use crate::base::{self, BaseParts};
use crate::integers::EncodedIntegers;
use crate::plan::Plan;
use crate::prepare::PreparedSegment;
use crate::residual;
use crate::value::ReelElement;
use crate::{Effort, ReelError};

/// The encoded base layer and residuals of a segment.
#[derive(Clone, Debug)]
pub(super) struct EncodedLayers {
    grid: Grid,
    base: BaseParts<Vec<u8>>,
    /// The settings by which the residuals were encoded.
    settings: u8,
    residual: EncodedIntegers<Vec<u8>>,
    /// The bits that truncation clears.
    fine_bits: Vec<u8>,
}

impl EncodedLayers {
    /// Encodes numbers by a plan, on a grid; `None` if the plan has no layers, or if the plan or
    /// the grid cannot be used.
    ///
    /// # Errors
    /// Those of [`base::encode`].
    pub(super) fn encode<T: ReelElement>(
        prepared: &PreparedSegment<'_, T>,
        grid: Grid,
        plan: &Plan,
        effort: Effort,
    ) -> Result<Option<Self>, ReelError> {
        let grid = residual::encoding_grid(plan, grid);
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
            fine_bits: Vec::new(),
        }))
    }

    /// Returns the size of all parts in bytes.
    pub(super) fn size(&self) -> usize {
        self.base.size() + self.residual.size() + self.fine_bits.len()
    }

    /// Adds the fine bits, if the grid truncates.
    pub(super) fn add_fine_bits<T: ReelElement>(&mut self, prepared: &PreparedSegment<'_, T>) {
        if let Grid::Truncated(truncation) = self.grid {
            self.fine_bits = residual::fine_bits::encode(prepared, truncation);
        }
    }

    /// Returns the part of the segment's layout that holds these layers, without outliers.
    pub(super) fn to_body(&self) -> LayeredBody<'_> {
        LayeredBody {
            grid: self.grid,
            base: self.base.borrowed(),
            settings: self.settings,
            residual: self.residual.borrowed(),
            fine_bits: &self.fine_bits,
            outliers: &[],
        }
    }
}
