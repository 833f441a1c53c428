//! Numbers into a predicted stream.

use fieldreel_predict::{Settings, Word};
use ndarray::Array2;

use super::{PredictionStream, WordKind};
use crate::arithmetic::Grid;
use crate::plan::{AxisOrder, PredictionPlan};
use crate::prepare::Prepared;
use crate::value::Value;

/// A number to encode is rounded to this many bits of a step.
const ROUNDED_BITS: u8 = 12;

/// The grid of a prediction that keeps what `grid` keeps, though numbers are rounded first.
pub(crate) fn grid_of(plan: &PredictionPlan, grid: Grid) -> Grid {
    match grid {
        // Half of a step and half of what numbers are rounded to are half of the wider step.
        Grid::Step(step) if !plan.on_grid => {
            Grid::Step(step / (1.0 + 1.0 / f64::from(1_u32 << ROUNDED_BITS)))
        }
        grid => grid,
    }
}

/// Encodes numbers, less means, from an offset, on a grid; `None` if the grid cannot hold them.
pub(in crate::base) fn encode<T: Value>(
    prepared: &Prepared<'_, T>,
    means: Option<&Array2<f64>>,
    plan: &PredictionPlan,
    grid: Grid,
    (offset, range): (f64, f64),
) -> Option<PredictionStream<Vec<u8>>> {
    let (word, step_bits, extra_bits) = match grid {
        Grid::Ordinals => {
            let (min, max) = prepared.statistics.extremes;
            let of = |number: f64| T::nearest(prepared.domain.to_value(number)).ordinal();
            (exact_word(of(min), of(max)), 0, 0)
        }
        Grid::Step(step) => word_for(range / step, plan.on_grid)?,
    };
    let settings = Settings {
        levels: u32::from(plan.levels),
        step_bits: u32::from(step_bits),
        extra_bits: u32::from(extra_bits),
        tighter: u32::from(plan.tighter),
        departure_levels: u32::from(plan.departure_levels),
        masked_levels: u32::from(plan.masked_levels),
        left: true,
        sample: plan.sample,
        coder: plan.coder,
    };
    let source = Source {
        prepared,
        means,
        order: plan.order,
        offset,
        grid,
        bits: i32::from(step_bits) + i32::from(extra_bits),
    };
    let bytes = match word {
        WordKind::Narrow => source.encode::<i32>(&settings),
        WordKind::Wide => source.encode::<i64>(&settings),
        WordKind::Widest => source.encode::<i128>(&settings),
    };
    Some(PredictionStream {
        word,
        step_bits,
        settings: plan.id(),
        bytes: bytes?,
    })
}

/// The integers for ordinals in a range.
fn exact_word(min: i64, max: i64) -> WordKind {
    match max.checked_sub(min) {
        Some(range) if range < 1 << 18 => WordKind::Narrow,
        Some(range) if range < 1 << 46 => WordKind::Wide,
        _ => WordKind::Widest,
    }
}

/// The integers for numbers of so many steps from the least to the largest, the bits of a step, and those of a fraction; `None` if no integers hold them.
fn word_for(steps: f64, on_grid: bool) -> Option<(WordKind, u8, u8)> {
    /// The bits of a step: finer predictions gain nothing.
    const FINE: u8 = 5;

    let bits = steps.max(1.0).log2().ceil() + 1.0;
    let fine = if on_grid { 0 } else { FINE };
    let extra = |step_bits: u8| if on_grid { 0 } else { ROUNDED_BITS - step_bits };
    for step_bits in (fine.saturating_sub(2)..=fine).rev() {
        if bits + f64::from(step_bits) <= 18.0 {
            return Some((WordKind::Narrow, step_bits, extra(step_bits)));
        }
    }
    (bits + f64::from(fine) <= 46.0).then_some((WordKind::Wide, fine, extra(fine)))
}

/// The numbers to encode.
struct Source<'a, 'v, T> {
    prepared: &'a Prepared<'v, T>,
    means: Option<&'a Array2<f64>>,
    order: AxisOrder,
    offset: f64,
    grid: Grid,
    /// The bits of a step and of a fraction.
    bits: i32,
}

impl<T: Value> Source<'_, '_, T> {
    fn encode<W: Word>(&self, settings: &Settings) -> Option<Vec<u8>> {
        let shape = self.order.shape(self.prepared.shape());
        let words = self.words::<W>();
        let classes = self.prepared.classes.as_ref().map(|classes| {
            let classes = self.order.permuted(classes.view());
            classes.as_standard_layout().into_owned()
        });
        let masked = classes.as_ref().and_then(|classes| classes.as_slice());
        fieldreel_predict::encode(&words, masked, shape, settings).ok()
    }

    /// The integers, in the order of the base layer.
    fn words<W: Word>(&self) -> Vec<W> {
        let numbers = &self.prepared.numbers;
        let offset = self.offset;
        match self.grid {
            Grid::Step(step) => {
                let scale = 2_f64.powi(self.bits) / step;
                let word = move |number: f64| W::from_rounded((number - offset) * scale);
                numbers.permuted_map(self.order, self.means, word)
            }
            Grid::Ordinals => {
                let domain = self.prepared.domain;
                let word = |number: f64| {
                    let ordinal = T::nearest(domain.to_value(number)).ordinal();
                    W::from_i64(ordinal.wrapping_sub(offset as i64))
                };
                match &self.prepared.classes {
                    // The exact ones: logarithms are not.
                    None => {
                        let values = self.prepared;
                        let shape = values.shape();
                        numbers.permuted_map_at(self.order, shape, |at, _| {
                            W::from_i64(values.magnitude(at).ordinal().wrapping_sub(offset as i64))
                        })
                    }
                    Some(classes) => {
                        let values = self.prepared;
                        numbers.permuted_map_at(self.order, values.shape(), |at, number| {
                            match classes[at] {
                                0 => W::from_i64(
                                    values.magnitude(at).ordinal().wrapping_sub(offset as i64),
                                ),
                                _ => word(number),
                            }
                        })
                    }
                }
            }
        }
    }
}
