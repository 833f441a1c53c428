//! Distributions of symbols that are learnt, and mixed.

use wide::u16x16;

use super::streams::Streams;
use crate::SYMBOLS;

/// The number of distributions that are mixed.
pub(super) const MODELS: usize = 3;

/// The number of contexts of a model.
pub(super) const CONTEXTS: usize = 1 << 10;

/// The number of situations with weights of their own.
pub(super) const SITUATIONS: usize = 16;

/// The sum of the weights of a situation.
const ALL: u32 = 65_535;

/// The least weight.
const LEAST: u32 = 256;

/// The logarithm to base 2 of the part of its way that a weight goes at once.
const WEIGHT_RATE: u32 = 5;

/// The number of symbols after which a distribution goes on moving at the same rate.
const SETTLED: u16 = 31;

/// The least start of each symbol.
const LEAST_STARTS: u16x16 = u16x16::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/// The difference between the largest start of a symbol and the least.
const ROOM: u16 = u16::MAX - SYMBOLS as u16;

/// For each symbol, all bits of the starts after it.
static AFTER: [[u16; SYMBOLS]; SYMBOLS] = {
    let mut all = [[0; SYMBOLS]; SYMBOLS];
    let mut at = 0;
    while at < SYMBOLS * SYMBOLS {
        if at % SYMBOLS > at / SYMBOLS {
            all[at / SYMBOLS][at % SYMBOLS] = u16::MAX;
        }
        at += 1;
    }
    all
};

/// A distribution that is learnt: the start of each symbol's part of 65536. That of the first is 0; in its place is the
/// number of symbols seen, up to [`SETTLED`].
#[derive(Clone, Copy, Debug)]
struct Distribution(u16x16);

impl Distribution {
    /// Returns the distribution in which symbols have parts in proportion to these weights.
    fn of(weights: [u32; SYMBOLS]) -> Self {
        let all: u32 = weights.iter().sum();
        let mut starts = [0; SYMBOLS];
        let mut sum = 0;
        for (start, weight) in starts.iter_mut().zip(weights) {
            *start = (65_500 * sum / all) as u16;
            sum += weight;
        }
        Self(u16x16::new(starts))
    }

    #[inline(always)]
    fn width(&self, symbol: usize) -> u32 {
        let starts = self.0.as_array();
        let start = if symbol == 0 { 0 } else { starts[symbol] };
        let end = starts.get(symbol + 1).map_or(1 << 16, |&next| next.into());
        end - u32::from(start)
    }

    /// Moves toward a symbol.
    #[inline(always)]
    fn update(&mut self, symbol: usize) {
        let seen = self.0.as_array()[0];
        // Quickly at first.
        let rate = (1 + u32::from(seen + 1).ilog2()).min(6);
        let above = self.0 - LEAST_STARTS;
        let down = above.unbounded_shr_scalar(rate);
        let up = (u16x16::splat(ROOM) - above).unbounded_shr_scalar(rate);
        let after = u16x16::new(AFTER[symbol]);
        self.0 = self.0 + (up & after) - (down & !after);
        self.0.as_mut_array()[0] = (seen + 1).min(SETTLED);
    }
}

/// The distributions of all contexts, and the weights that they are mixed with.
#[derive(Debug)]
pub(super) struct Distributions {
    each: Vec<Distribution>,
    weights: [[u32; MODELS]; SITUATIONS],
}

impl Distributions {
    /// Returns distributions in which symbols have parts in proportion to these weights.
    pub(super) fn new(weights: [u32; SYMBOLS]) -> Self {
        let third = ALL / MODELS as u32;
        Self {
            each: vec![Distribution::of(weights); MODELS * CONTEXTS],
            weights: [[third; MODELS]; SITUATIONS],
        }
    }

    /// Codes a symbol in these contexts, and lets their distributions and the weights of the situation learn from it.
    #[inline(always)]
    pub(super) fn code<S: Streams>(
        &mut self,
        streams: &mut S,
        symbol: usize,
        situation: usize,
        places: &[usize; MODELS],
    ) -> usize {
        let places = places.map(|place| place % (MODELS * CONTEXTS));
        let each = places.map(|place| self.each[place]);
        let weights = &mut self.weights[situation % SITUATIONS];
        let mut mixed = u16x16::splat(0);
        for (distribution, &weight) in each.iter().zip(&*weights) {
            mixed += distribution.0.mul_keep_high(u16x16::splat(weight as u16));
        }
        // No symbol is without a part.
        let mut starts = mixed.mul_keep_high(u16x16::splat(ROOM + 1)) + LEAST_STARTS;
        starts.as_mut_array()[0] = 0;
        let symbol = streams.symbol(symbol, &starts) % SYMBOLS;
        learn(weights, each.map(|each| each.width(symbol)));
        for place in places {
            self.each[place].update(symbol);
        }
        symbol
    }
}

/// Moves weights toward the distributions in which the symbol has a larger part than in the mixed one.
#[inline(always)]
fn learn(weights: &mut [u32; MODELS], widths: [u32; MODELS]) {
    let products = weights
        .iter()
        .zip(widths)
        .map(|(weight, width)| weight * (width >> 1));
    let mixed = (products.sum::<u32>() >> 15).max(1);
    let inverse = i64::from((1 << 24) / mixed);
    for (weight, width) in weights.iter_mut().zip(widths).skip(1) {
        let off = i64::from(*weight) * (i64::from(width) - i64::from(mixed));
        let moved = i64::from(*weight) + ((off * inverse) >> (24 + WEIGHT_RATE));
        *weight = moved.clamp(LEAST.into(), (ALL - 2 * LEAST).into()) as u32;
    }
    let [rest, one, other] = weights;
    let above = (*one + *other).saturating_sub(ALL - LEAST);
    if one > other {
        *one -= above;
    } else {
        *other -= above;
    }
    *rest = ALL - *one - *other;
}
