//! Encoding of residuals: a decoder reconstructs each number within half a step.

use std::borrow::Cow;

use fieldreel_predict::Word;

use crate::Effort;
use crate::arithmetic::{Grid, ulps_between};
use crate::base::{BaseLayer, EncodedBase};
use crate::integers::{self, EncodedIntegers, WordWidth};
use crate::plan::{Plan, PredictionPlan};
use crate::prepare::{PreparedSegment, permuted_classes};
use crate::value::ReelElement;

/// Numbers are rounded to this many fractional bits of a step before they are encoded.
const ROUNDED_BITS: u8 = 12;

/// Returns the grid that a plan uses in place of `grid`, so that the bound holds although numbers
/// are rounded before they are encoded.
pub(crate) fn encoding_grid(plan: &Plan, grid: Grid) -> Grid {
    match (grid, plan) {
        (_, Plan::Prediction(plan)) if plan.idempotent => grid,
        // Half of the step and half of the rounding unit add up to half of the wider step.
        (Grid::Step(step), _) => Grid::Step(step / (1.0 + 1.0 / f64::from(1_u32 << ROUNDED_BITS))),
        (grid, _) => grid,
    }
}

/// Encodes the residuals of a segment; `None` if no integers are wide enough for the grid.
pub(crate) fn encode<T: ReelElement>(
    prepared: &PreparedSegment<'_, T>,
    grid: Grid,
    plan: &Plan,
    base: &EncodedBase,
    effort: Effort,
) -> Option<EncodedIntegers<Vec<u8>>> {
    let plan = match plan {
        Plan::Prediction(plan) => *plan,
        // The errors of a video are correlated over long distances, so use all coarse levels.
        _ => PredictionPlan::for_effort(effort),
    };
    let encoder = ResidualEncoder {
        prepared,
        layer: &base.layer,
    };
    match grid {
        Grid::Step(step) => encoder.encode_steps(step, &plan, base.extremes),
        Grid::Parts(parts) => {
            let start = base.layer.offset;
            encoder.encode_integers(&plan, |number| (number * parts).round_ties_even() - start)
        }
        Grid::Truncated(truncation) => {
            let step = truncation.step();
            let start = base.layer.offset / step;
            encoder.encode_integers(&plan, |number| (number / step).trunc() - start)
        }
        Grid::Ulps => encoder.encode_ulps(&plan),
    }
}

/// Returns the width of words for a range of `steps` steps, the bits of a step, and the further
/// fractional bits; `None` if no width suffices.
fn word_width_and_bits(steps: f64, idempotent: bool) -> Option<(WordWidth, u8, u8)> {
    /// The default bits of a step: finer predictions gain nothing.
    const STEP_BITS: u8 = 5;
    const MAX_BITS_IN_32: f64 = WordWidth::MAX_BITS_IN_32 as f64;
    const MAX_BITS_IN_64: f64 = WordWidth::MAX_BITS_IN_64 as f64;

    let bits = steps.max(1.0).log2().ceil() + 1.0;
    let max_step_bits = if idempotent { 0 } else { STEP_BITS };
    let extra = |step_bits: u8| {
        if idempotent {
            0
        } else {
            ROUNDED_BITS - step_bits
        }
    };
    for step_bits in (max_step_bits.saturating_sub(2)..=max_step_bits).rev() {
        if bits + f64::from(step_bits) <= MAX_BITS_IN_32 {
            return Some((WordWidth::Bits32, step_bits, extra(step_bits)));
        }
    }
    (bits + f64::from(max_step_bits) <= MAX_BITS_IN_64).then_some((
        WordWidth::Bits64,
        max_step_bits,
        extra(max_step_bits),
    ))
}

/// An encoder of the residuals of a segment relative to a base layer.
struct ResidualEncoder<'a, 'v, T> {
    prepared: &'a PreparedSegment<'v, T>,
    layer: &'a BaseLayer,
}

impl<T: ReelElement> ResidualEncoder<'_, '_, T> {
    /// Encodes numbers in units of a step. `min` and `max` are the extremes of the numbers after
    /// their means are subtracted.
    fn encode_steps(
        &self,
        step: f64,
        plan: &PredictionPlan,
        (min, max): (f64, f64),
    ) -> Option<EncodedIntegers<Vec<u8>>> {
        let differences = self.differences();
        let largest = match &differences {
            Some(differences) => differences
                .iter()
                .fold(0.0, |max: f64, difference| max.max(difference.abs())),
            None => (max - self.layer.offset).max(self.layer.offset - min),
        };
        let (word, step_bits, extra_bits) =
            word_width_and_bits(2.0 * largest / step, plan.idempotent)?;
        let scale = 2_f64.powi((step_bits + extra_bits).into()) / step;
        let differences = differences.as_deref();
        let bits = (step_bits, extra_bits);
        let bytes = match word {
            WordWidth::Bits32 => {
                self.encode_words(&self.scaled_words::<i32>(differences, scale), plan, bits)
            }
            WordWidth::Bits64 => {
                self.encode_words(&self.scaled_words::<i64>(differences, scale), plan, bits)
            }
            WordWidth::Bits128 => {
                self.encode_words(&self.scaled_words::<i128>(differences, scale), plan, bits)
            }
        };
        Some(EncodedIntegers {
            word,
            step_bits,
            bytes: bytes?,
        })
    }

    /// Encodes integers that are a function of the numbers.
    fn encode_integers(
        &self,
        plan: &PredictionPlan,
        integer: impl Fn(f64) -> f64 + Copy,
    ) -> Option<EncodedIntegers<Vec<u8>>> {
        let (numbers, order) = (&self.prepared.numbers, self.layer.order);
        let integers = numbers.permuted_map(order, None, |number| integer(number) as i64);
        let (shape, classes) = self.shape_and_classes();
        integers::encode(&integers, classes.as_deref(), shape, plan)
    }

    /// Returns the numbers minus the base layer, in its axis order; `None` if the base layer is
    /// constant, because subtracting a constant is fast anyway.
    fn differences(&self) -> Option<Vec<f64>> {
        if self.layer.is_constant() {
            return None;
        }
        let mut all = Vec::with_capacity(self.prepared.values.len());
        self.layer.for_each(self.prepared.shape(), |at, base| {
            all.push(self.prepared.numbers.at(at, None) - base);
        });
        Some(all)
    }

    /// Returns the numbers minus the base layer, times `scale`, as words. `differences` are these
    /// differences if the base layer is not constant.
    fn scaled_words<W: Word>(&self, differences: Option<&[f64]>, scale: f64) -> Vec<W> {
        if let Some(differences) = differences {
            return differences
                .iter()
                .map(|difference| W::from_rounded(difference * scale))
                .collect();
        }
        let (numbers, order) = (&self.prepared.numbers, self.layer.order);
        let offset = self.layer.offset;
        let word = move |number: f64| W::from_rounded((number - offset) * scale);
        numbers.permuted_map(order, self.layer.means.as_ref(), word)
    }

    /// Encodes the distances of values from the values of the base layer, in ulps.
    fn encode_ulps(&self, plan: &PredictionPlan) -> Option<EncodedIntegers<Vec<u8>>> {
        let prepared = self.prepared;
        let of_number = |number: f64| T::from_f64(prepared.domain.to_value(number));
        let classes = prepared.classes.as_ref();
        let mut all = Vec::with_capacity(prepared.values.len());
        self.layer.for_each(prepared.shape(), |at, base| {
            let value = match classes {
                // An in-fill is a number without a value of the type.
                Some(classes) if classes[at] != 0 => of_number(prepared.numbers.at(at, None)),
                // The values themselves are exact, and their logarithms are not.
                _ => prepared.coded_at(at),
            };
            all.push(ulps_between(of_number(base), value));
        });
        let (shape, classes) = self.shape_and_classes();
        integers::encode(&all, classes.as_deref(), shape, plan)
    }

    fn encode_words<W: Word>(
        &self,
        words: &[W],
        plan: &PredictionPlan,
        bits: (u8, u8),
    ) -> Option<Vec<u8>> {
        let (shape, classes) = self.shape_and_classes();
        integers::encode_words(words, classes.as_deref(), shape, plan, bits)
    }

    /// Returns the shape and the classes in the axis order of the base layer.
    fn shape_and_classes(&self) -> ([usize; 3], Option<Cow<'_, [u8]>>) {
        let order = self.layer.order;
        let classes = self.prepared.classes.as_ref();
        (
            order.shape(self.prepared.shape()),
            classes.map(|classes| permuted_classes(classes.view(), order)),
        )
    }
}
