//! What is said before the passes.

use fieldreel_entropy::residual::ResidualCoder;

use crate::lattice::most_levels;

/// What holds for all passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// How often places are halved, each time along every axis.
    pub(crate) levels: u32,
    /// The step from one residual to the next at the finest level, in units of numbers, is 2 to this power.
    pub(crate) step_bits: u32,
    /// Each coarser level's step is smaller by so many sixteenths.
    pub(crate) tighter: u32,
    /// How many of the lowest bits of residuals are noise.
    pub(crate) scale: u32,
}

/// No coarse level's step is below the finest's by more than this factor.
const LEAST_STEP: i64 = 4;

impl Head {
    /// The step of a level.
    pub(crate) fn step_of(&self, level: u32) -> i64 {
        let finest = 1_i64 << self.step_bits;
        let mut step = finest;
        for _ in 0..level {
            step = (step * (16 - i64::from(self.tighter)) + 8) >> 4;
        }
        step.max((finest / LEAST_STEP).max(1))
    }

    /// Codes it; `None` if what is read cannot be.
    pub(crate) fn code<C: ResidualCoder>(&self, coder: &mut C, shape: [usize; 3]) -> Option<Self> {
        let head = Self {
            levels: coder.bits(self.levels.into(), 6) as u32,
            step_bits: coder.bits(self.step_bits.into(), 4) as u32,
            tighter: coder.bits(self.tighter.into(), 3) as u32,
            scale: coder.bits(self.scale.into(), 6) as u32,
        };
        let is_possible = head.levels <= most_levels(shape) && head.scale < 56 && head.tighter < 8;
        is_possible.then_some(head)
    }
}
