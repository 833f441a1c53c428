//! The weights that guess best, by least squares.

use std::ops::Range;

use ndarray::{ArrayView3, Axis};

use super::BLOCK;
use super::around::Around;
use super::weights::ALL;
use crate::correction::frame::near;
use crate::correction::{Known, is_coded};

/// Values that the weights of a group of frames are fitted to.
const SAMPLES: usize = 8000;

/// What the weights of some frames are fitted to.
pub(super) struct Samples {
    /// Sums of products of inputs, and of inputs and values.
    products: [[f64; ALL]; ALL],
    values: [f64; ALL],
    /// The sum of squares of the values, and how many.
    energy: f64,
    count: f64,
}

impl Samples {
    /// Those of `frames`: of values in the blocks that `flags` says hold anything but 0.
    pub(super) fn of(
        k: ArrayView3<'_, i64>,
        known: Known<'_>,
        frames: Range<usize>,
        flags: &[Vec<bool>],
    ) -> Self {
        let (_, height, width) = k.dim();
        let mut samples = Self {
            products: [[0.0; ALL]; ALL],
            values: [0.0; ALL],
            energy: 0.0,
            count: 0.0,
        };
        let blocks = frames
            .clone()
            .flat_map(|t| flags.get(t).into_iter().flatten());
        let active = blocks.filter(|&&any| any).count() * BLOCK * BLOCK;
        // Odd, so that it walks through all columns.
        let stride = (active / SAMPLES).max(1) | 1;
        let mut around = Around::new(height, width, known.base);
        let start = frames.start.saturating_sub(2);
        let mut passed = 0;
        for t in start..frames.end {
            around.begin(t, 0..height, false, true);
            let frame = k.index_axis(Axis(0), t);
            for ((y, x), &k) in frame.indexed_iter().filter(|&(_, &k)| k != 0) {
                around.set_one(around.index(y, x), k);
            }
            if t < frames.start {
                continue;
            }
            let classes = known.frame_of_classes(t);
            let columns = width.div_ceil(BLOCK);
            let blocks = flags.get(t).into_iter().flatten().enumerate();
            for (block, _) in blocks.filter(|&(_, &any)| any) {
                let (top, left) = (block / columns * BLOCK, block % columns * BLOCK);
                let rows = top..(top + BLOCK).min(height);
                let places =
                    rows.flat_map(|y| (left..(left + BLOCK).min(width)).map(move |x| (y, x)));
                for (y, x) in places.filter(|&(y, x)| is_coded(classes.as_ref(), y, x)) {
                    passed += 1;
                    if passed % stride == 0 {
                        let at = around.index(y, x);
                        samples.add(&around.inputs(at), near(frame[[y, x]]).into());
                    }
                }
            }
        }
        samples
    }

    fn add(&mut self, inputs: &[f64; ALL], value: f64) {
        // Where values are large, so are errors: they would drown the others.
        let near = inputs[2].abs() + inputs[3].abs();
        let share = 1.0 / (1.0 + near);
        for (i, &a) in inputs.iter().enumerate() {
            let a = share * a;
            self.values[i] += a * value;
            for (sum, &b) in self.products[i].iter_mut().zip(inputs) {
                *sum += a * b;
            }
        }
        self.energy += share * value * value;
        self.count += share;
    }

    /// How fine weights of steps are worth keeping: in multiples of 2 to the minus this.
    pub(super) fn step_bits(&self) -> i32 {
        let steps = self
            .products
            .iter()
            .enumerate()
            .skip(ALL - super::weights::STEPS);
        let largest = steps.fold(0.0, |largest: f64, (i, row)| largest.max(row[i]));
        let spread = (largest / self.count.max(1.0)).sqrt();
        let value = (self.energy / self.count.max(1.0)).sqrt();
        let bits = (32.0 * spread / value.max(1.0)).log2().round();
        if bits.is_finite() {
            bits.clamp(-16.0, 47.0) as i32
        } else {
            0
        }
    }

    /// The weights with the least sum of squared errors, by Gauss's elimination; a little is added to the diagonal, so
    /// that what says nothing weighs nothing.
    /// What is to the left counts only for guesses made in turn.
    pub(super) fn weights(&self, in_turn: bool) -> [f64; ALL] {
        let (mut products, mut values) = (self.products, self.values);
        for (i, row) in products.iter_mut().enumerate() {
            if !in_turn && i < 2 {
                *row = [0.0; ALL];
                values[i] = 0.0;
            } else if !in_turn {
                row[..2].fill(0.0);
            }
            row[i] += 1e-3 * row[i] + 1e-6;
        }
        for i in 0..ALL {
            let (above, below) = products.split_at_mut(i + 1);
            let (Some(pivot), value) = (above.last(), values[i]) else {
                break;
            };
            for (row, j) in below.iter_mut().zip(i + 1..) {
                let factor = row[i] / pivot[i];
                for (a, b) in row.iter_mut().zip(pivot).skip(i) {
                    *a -= factor * b;
                }
                values[j] -= factor * value;
            }
        }
        let mut weights = [0.0; ALL];
        for i in (0..ALL).rev() {
            let row = &products[i];
            let known: f64 = row
                .iter()
                .zip(&weights)
                .skip(i + 1)
                .map(|(a, b)| a * b)
                .sum();
            let weight = (values[i] - known) / row[i];
            weights[i] = if weight.is_finite() { weight } else { 0.0 };
        }
        weights
    }
}
