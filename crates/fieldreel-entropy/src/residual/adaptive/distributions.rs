//! Adaptive distributions of symbols, and their mixing.

use wide::u16x16;

use super::streams::ResidualStreams;
use crate::SYMBOLS;

/// The number of distributions that are mixed.
pub(super) const MODELS: usize = 3;

/// The number of contexts of a model.
pub(super) const CONTEXTS_PER_MODEL: usize = 1 << 10;

/// The number of sets of mixing weights.
pub(super) const WEIGHT_SETS: usize = 16;

/// The sum of the weights of a set.
const WEIGHT_SUM: u32 = 65_535;

/// The smallest weight.
const MIN_WEIGHT: u32 = 256;

/// The negative binary logarithm of the learning rate of weights.
const WEIGHT_RATE_SHIFT: u32 = 5;

/// The largest count of symbols, from which on the learning rate of a distribution is constant.
const MAX_COUNT: u16 = 31;

/// The smallest start of the interval of each symbol.
const MIN_STARTS: u16x16 = u16x16::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/// The difference between the largest and the smallest start of a symbol's interval.
const START_RANGE: u16 = u16::MAX - SYMBOLS as u16;

/// For each symbol, a mask of the starts after that of the symbol.
static LATER_MASKS: [[u16; SYMBOLS]; SYMBOLS] = {
    let mut masks = [[0; SYMBOLS]; SYMBOLS];
    let mut at = 0;
    while at < SYMBOLS * SYMBOLS {
        if at % SYMBOLS > at / SYMBOLS {
            masks[at / SYMBOLS][at % SYMBOLS] = u16::MAX;
        }
        at += 1;
    }
    masks
};

/// An adaptive distribution: the start of each symbol's interval of 0..65536.
///
/// The start of the first symbol is always 0, so the first element stores the number of symbols
/// that the distribution adapted to instead, up to [`MAX_COUNT`].
#[derive(Clone, Copy, Debug)]
struct AdaptiveDistribution(u16x16);

impl AdaptiveDistribution {
    /// Creates a distribution that is proportional to these frequencies.
    fn from_frequencies(frequencies: [u32; SYMBOLS]) -> Self {
        let total: u32 = frequencies.iter().sum();
        let mut starts = [0; SYMBOLS];
        let mut sum = 0;
        for (start, frequency) in starts.iter_mut().zip(frequencies) {
            *start = (65_500 * sum / total) as u16;
            sum += frequency;
        }
        Self(u16x16::new(starts))
    }

    /// Returns the frequency of a symbol, in units of 1/65536.
    #[inline(always)]
    fn frequency(&self, symbol: usize) -> u32 {
        let starts = self.0.as_array();
        let start = if symbol == 0 { 0 } else { starts[symbol] };
        let end = starts.get(symbol + 1).map_or(1 << 16, |&next| next.into());
        end - u32::from(start)
    }

    /// Adapts the distribution to a symbol.
    #[inline(always)]
    fn update(&mut self, symbol: usize) {
        let count = self.0.as_array()[0];
        // Adapt quickly at first.
        let shift = (1 + u32::from(count + 1).ilog2()).min(6);
        let above_min = self.0 - MIN_STARTS;
        let down = above_min.unbounded_shr_scalar(shift);
        let up = (u16x16::splat(START_RANGE) - above_min).unbounded_shr_scalar(shift);
        let is_later = u16x16::new(LATER_MASKS[symbol]);
        self.0 = self.0 + (up & is_later) - (down & !is_later);
        self.0.as_mut_array()[0] = (count + 1).min(MAX_COUNT);
    }
}

/// The distributions of all contexts, and the weights with which they are mixed.
#[derive(Debug)]
pub(super) struct MixedDistributions {
    distributions: Vec<AdaptiveDistribution>,
    weights: [[u32; MODELS]; WEIGHT_SETS],
}

impl MixedDistributions {
    /// Creates distributions that are proportional to these frequencies.
    pub(super) fn new(frequencies: [u32; SYMBOLS]) -> Self {
        let weight = WEIGHT_SUM / MODELS as u32;
        Self {
            distributions: vec![
                AdaptiveDistribution::from_frequencies(frequencies);
                MODELS * CONTEXTS_PER_MODEL
            ],
            weights: [[weight; MODELS]; WEIGHT_SETS],
        }
    }

    /// Codes a symbol in these contexts, and adapts their distributions and the weight set to it.
    #[inline(always)]
    pub(super) fn code<S: ResidualStreams>(
        &mut self,
        streams: &mut S,
        symbol: usize,
        weight_set: usize,
        contexts: &[usize; MODELS],
    ) -> usize {
        let contexts = contexts.map(|context| context % (MODELS * CONTEXTS_PER_MODEL));
        let selected = contexts.map(|context| self.distributions[context]);
        let weights = &mut self.weights[weight_set % WEIGHT_SETS];
        let mut mixed = u16x16::splat(0);
        for (distribution, &weight) in selected.iter().zip(&*weights) {
            mixed += distribution.0.mul_keep_high(u16x16::splat(weight as u16));
        }
        // Every symbol keeps a nonempty interval.
        let mut starts = mixed.mul_keep_high(u16x16::splat(START_RANGE + 1)) + MIN_STARTS;
        starts.as_mut_array()[0] = 0;
        let symbol = streams.code_symbol(symbol, starts.as_array()) % SYMBOLS;
        update_weights(
            weights,
            selected.map(|distribution| distribution.frequency(symbol)),
        );
        for context in contexts {
            self.distributions[context].update(symbol);
        }
        symbol
    }
}

/// Increases the weights of distributions in which the coded symbol has a higher frequency than in
/// the mixed distribution, and decreases the others.
#[inline(always)]
fn update_weights(weights: &mut [u32; MODELS], frequencies: [u32; MODELS]) {
    let products = weights
        .iter()
        .zip(frequencies)
        .map(|(weight, frequency)| weight * (frequency >> 1));
    let mixed = (products.sum::<u32>() >> 15).max(1);
    let inverse = i64::from((1 << 24) / mixed);
    for (weight, frequency) in weights.iter_mut().zip(frequencies).skip(1) {
        let difference = i64::from(*weight) * (i64::from(frequency) - i64::from(mixed));
        let moved = i64::from(*weight) + ((difference * inverse) >> (24 + WEIGHT_RATE_SHIFT));
        *weight = moved.clamp(MIN_WEIGHT.into(), (WEIGHT_SUM - 2 * MIN_WEIGHT).into()) as u32;
    }
    let [first, second, third] = weights;
    let excess = (*second + *third).saturating_sub(WEIGHT_SUM - MIN_WEIGHT);
    if second > third {
        *second -= excess;
    } else {
        *third -= excess;
    }
    *first = WEIGHT_SUM - *second - *third;
}
