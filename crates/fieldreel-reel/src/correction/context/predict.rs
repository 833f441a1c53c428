//! A linear guess of a value, learned on the way.
//!
//! A guess is a weighted sum of the inputs. After each value, the weights move along the inputs in proportion to the error,
//! by less the larger the inputs are (normalised least mean squares). Values and steps of the base have different
//! units, so each of the two groups is normalised by itself.

/// The inputs of the first group: values.
pub(super) const VALUES: usize = 12;

/// The inputs of the second group: steps of the base.
pub(super) const STEPS: usize = 20;

/// No weight grows beyond ±1024, so that a guess fits 64 bits by far.
const HEAVIEST: i64 = 1 << 26;

/// No guess is beyond ±2^14.
const FARTHEST: i64 = 1 << 22;

/// A guess and what it was made of.
#[derive(Debug)]
pub(super) struct Guess {
    /// The guess, in units of 1/256.
    pub(super) value: i32,
    values: [i32; VALUES],
    steps: [i32; STEPS],
}

/// The weights, in units of 2^−16 of a guess's unit per unit of the input.
#[derive(Debug)]
pub(super) struct Predictor {
    values: [i64; VALUES],
    steps: [i64; STEPS],
}

impl Predictor {
    pub(super) fn new() -> Self {
        Self {
            values: [0; VALUES],
            steps: [0; STEPS],
        }
    }

    pub(super) fn guess(&self, values: [i32; VALUES], steps: [i32; STEPS]) -> Guess {
        let sum = dot(&self.values, &values) + dot(&self.steps, &steps);
        Guess {
            value: (sum >> 16).clamp(-FARTHEST, FARTHEST) as i32,
            values,
            steps,
        }
    }

    /// Learns what the value was, up to ±2^14.
    pub(super) fn learn(&mut self, guess: &Guess, value: i32) {
        let error = i64::from(value * 256 - guess.value);
        adapt(&mut self.values, &guess.values, error);
        adapt(&mut self.steps, &guess.steps, error);
    }
}

fn dot(weights: &[i64], inputs: &[i32]) -> i64 {
    let products = weights.iter().zip(inputs);
    products
        .map(|(&weight, &input)| weight * i64::from(input))
        .sum()
}

fn adapt(weights: &mut [i64], inputs: &[i32], error: i64) {
    let energy: i64 = inputs
        .iter()
        .map(|&input| i64::from(input) * i64::from(input))
        .sum();
    let gain = (error << 26) / (energy + 16);
    for (weight, &input) in weights.iter_mut().zip(inputs) {
        *weight += (gain * i64::from(input) + (1 << 15)) >> 16;
        *weight = (*weight).clamp(-HEAVIEST, HEAVIEST);
    }
}
