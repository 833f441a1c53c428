//! The weights of a linear guess, and how they are kept.

use super::tables::FRACTIONS;
use super::{fold, unfold};
use crate::entropy::{BinaryCoder, Bit};

/// Values that a guess is made of, without the two to the left.
pub(super) const VALUES: usize = 10;

/// Steps of the base that a guess is made of.
pub(super) const STEPS: usize = 6;

/// All that a guess is made of: the two values to the left, the other values, the steps of the base.
pub(super) const ALL: usize = 2 + VALUES + STEPS;

/// Weights of values are multiples of 2 to the minus this.
const VALUE_BITS: i32 = 10;

/// The exponent of the weights of steps is kept as this much more.
const EXPONENT_BIAS: i32 = 16;

/// Weights are kept as integers of up to this magnitude.
const LARGEST: i64 = 1 << 15;

/// The weights of a linear guess, which give it in parts of a unit, [`FRACTIONS`] of them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Weights {
    /// Whether any of the base is not 0.
    pub(super) are_any_of_base: bool,
    /// Of the values to the left and left of that.
    pub(super) west: [f32; 2],
    pub(super) values: [f32; VALUES],
    /// Of the base at the place, and of what is around it.
    pub(super) base: [f32; 1 + STEPS],
}

/// Codes weights, each set as what it differs from the one before.
#[derive(Debug)]
pub(super) struct WeightModel {
    /// Weights of steps are multiples of 2 to the minus this.
    step_bits: i32,
    last: [i64; ALL],
    lengths: [[Bit; 64]; 2],
}

impl WeightModel {
    /// Weights of steps are multiples of 2 to the minus `step_bits`.
    pub(super) fn new(step_bits: i32) -> Self {
        Self {
            step_bits,
            last: [0; ALL],
            lengths: [[Bit::NEW; 64]; 2],
        }
    }

    /// Codes the unit of the weights of steps: multiples of 2 to the minus `step_bits`, −16 to 47.
    pub(super) fn code_unit<C: BinaryCoder>(coder: &mut C, step_bits: i32) -> i32 {
        let kept = (step_bits + EXPONENT_BIAS).clamp(0, 63);
        coder.code_raw(kept as u64, 6) as i32 - EXPONENT_BIAS
    }

    /// Codes a set of weights: an encoder writes those next to `wanted`, a decoder ignores them; what was
    /// written is given back.
    pub(super) fn code<C: BinaryCoder>(&mut self, coder: &mut C, wanted: &[f64; ALL]) -> Weights {
        let step_unit = 2_f64.powi(-self.step_bits);
        let value_unit = 2_f64.powi(-VALUE_BITS);
        for (at, (wanted, last)) in wanted.iter().zip(&mut self.last).enumerate() {
            let is_step = at >= 2 + VALUES;
            let unit = if is_step { step_unit } else { value_unit };
            let goal = (wanted / unit).round() as i64;
            let change = goal.clamp(-LARGEST, LARGEST) - *last;
            let lengths = &mut self.lengths[usize::from(is_step)];
            let change = unfold(coder.code_number(fold(change), lengths));
            *last = last.wrapping_add(change).clamp(-LARGEST, LARGEST);
        }
        let unit = |kept: i64, unit: f64| (kept as f64 * unit * FRACTIONS as f64) as f32;
        let (west, rest) = self.last.split_at(2);
        let (values, steps) = rest.split_at(VALUES);
        let mut weights = Weights {
            are_any_of_base: steps.iter().any(|&kept| kept != 0),
            ..Weights::default()
        };
        for (weight, &kept) in weights.west.iter_mut().zip(west) {
            *weight = unit(kept, value_unit);
        }
        for (weight, &kept) in weights.values.iter_mut().zip(values) {
            *weight = unit(kept, value_unit);
        }
        for (weight, &kept) in weights.base.iter_mut().skip(1).zip(steps) {
            *weight = unit(kept, step_unit);
        }
        // What is around counts as its difference from what is here.
        let around: i64 = steps.iter().sum();
        weights.base[0] = unit(-around, step_unit);
        weights
    }
}
