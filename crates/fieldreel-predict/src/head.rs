//! The parameters that are coded before the passes.

use fieldreel_entropy::residual::ResidualCoder;

use crate::continuation::Continuation;
use crate::lattice::{Pass, most_levels};
use crate::taps::PassKind;

/// The parameters of all passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// The number of coarse levels, each with half of the places along each axis.
    pub(crate) levels: u32,
    /// The logarithm to base 2 of the step between residuals at the finest level, in units of numbers.
    pub(crate) step_bits: u32,
    /// The sixteenths by which the step of each coarser level is smaller.
    pub(crate) coarse_step_reduction: u32,
    /// The number of the lowest bits of residuals that are noise.
    pub(crate) scale: u32,
    /// The number of finest levels at which masked places have no residual.
    pub(crate) masked_levels: u32,
    /// The numbers beyond the edges.
    pub(crate) continuation: Continuation,
}

/// The largest factor by which the step of a coarse level is below that of the finest.
const LEAST_STEP: i64 = 4;

impl Head {
    /// Returns the step of a level.
    pub(crate) fn step_of(&self, level: u32) -> i64 {
        let finest = 1_i64 << self.step_bits;
        let mut step = finest;
        for _ in 0..level {
            step = (step * (16 - i64::from(self.coarse_step_reduction)) + 8) >> 4;
        }
        step.max((finest / LEAST_STEP).max(1))
    }

    /// Returns whether masked places of a pass have no residual. Those of the base pass have one: predicted from each
    /// other alone, plane after plane, they could grow without limit.
    pub(crate) fn masks(&self, pass: &Pass) -> bool {
        pass.kind != PassKind::Base && pass.level < self.masked_levels
    }

    /// Codes the head: an encoder writes `self`, a decoder returns the one that was written, or `None` if it is not
    /// possible for this shape.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, shape: [usize; 3]) -> Option<Self> {
        let head = Self {
            levels: coder.code_bits(self.levels.into(), 6) as u32,
            step_bits: coder.code_bits(self.step_bits.into(), 4) as u32,
            coarse_step_reduction: coder.code_bits(self.coarse_step_reduction.into(), 3) as u32,
            scale: coder.code_bits(self.scale.into(), 6) as u32,
            masked_levels: coder.code_bits(self.masked_levels.into(), 2) as u32,
            continuation: self.continuation.code(coder)?,
        };
        let is_possible =
            head.levels <= most_levels(shape) && head.scale < 56 && head.coarse_step_reduction < 8;
        is_possible.then_some(head)
    }
}
