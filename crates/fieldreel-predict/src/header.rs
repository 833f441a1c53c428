//! The header: the parameters that are coded before the passes.

use fieldreel_entropy::residual::ResidualCoder;

use crate::extrapolation::Extrapolation;
use crate::passes::{Pass, max_levels};
use crate::taps::PassKind;

/// The parameters of all passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldHeader {
    /// The number of coarse levels, each with half as many positions along each axis as the next
    /// finer one.
    pub(crate) levels: u32,
    /// The logarithm to base 2 of the step of level 0, in units of decoded integers.
    pub(crate) step_bits: u32,
    /// The sixteenths by which the step is reduced from each level to the next coarser one.
    pub(crate) coarse_step_reduction: u32,
    /// The number of lowest bits of residuals that are noise.
    pub(crate) noise_bits: u32,
    /// The number of finest levels at which masked positions have no residual.
    pub(crate) masked_levels: u32,
    /// The extrapolation beyond the edges.
    pub(crate) extrapolation: Extrapolation,
}

/// The largest ratio of the finest level's step to the step of a coarse level.
const MAX_STEP_RATIO: i64 = 4;

impl FieldHeader {
    /// Returns the step of a level.
    pub(crate) fn step_of(&self, level: u32) -> i64 {
        let finest = 1_i64 << self.step_bits;
        let mut step = finest;
        for _ in 0..level {
            step = (step * (16 - i64::from(self.coarse_step_reduction)) + 8) >> 4;
        }
        step.max((finest / MAX_STEP_RATIO).max(1))
    }

    /// Returns true if masked positions of a pass have no residual.
    ///
    /// Masked positions of the base pass always have one: if they were predicted from each other
    /// alone, plane after plane, they could grow without limit.
    pub(crate) fn skips_masked(&self, pass: &Pass) -> bool {
        pass.kind != PassKind::Base && pass.level < self.masked_levels
    }

    /// Codes the header: an encoder writes `self`, a decoder returns the header that was written,
    /// or `None` if it is not valid for this shape.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, shape: [usize; 3]) -> Option<Self> {
        let header = Self {
            levels: coder.code_bits(self.levels.into(), 6) as u32,
            step_bits: coder.code_bits(self.step_bits.into(), 4) as u32,
            coarse_step_reduction: coder.code_bits(self.coarse_step_reduction.into(), 3) as u32,
            noise_bits: coder.code_bits(self.noise_bits.into(), 6) as u32,
            masked_levels: coder.code_bits(self.masked_levels.into(), 2) as u32,
            extrapolation: self.extrapolation.code(coder)?,
        };
        let is_valid = header.levels <= max_levels(shape)
            && header.noise_bits < 56
            && header.coarse_step_reduction < 8;
        is_valid.then_some(header)
    }
}
