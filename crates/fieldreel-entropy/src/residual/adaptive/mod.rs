//! The adaptive coder: a symbol for each residual, with distributions that are learnt and mixed on the way.
//!
//! It makes fewer bytes than the quick coder does, and is slower. A symbol is one of the 15 values around 0 or, where the
//! residuals around are large, of as many multiples of a power of 2, with the lowest bits beside it as they are. A 16th
//! symbol is an escape to any residual. Three distributions, each chosen by a part of the context, are mixed with weights
//! that follow how good each has been. Where the residuals around are small, a decision whether the residual is 0 goes
//! before the symbol, since its probability can be known to be very small or large.

mod distributions;
mod streams;

use multiversion::multiversion;

use super::{
    ESCAPE, MIDDLE, NEW_MODELS, NUMBER_MODELS, NumberModels, PASS_CLASSES, Residual, ResidualCoder,
    RowContext, fold, unfold,
};
use crate::{AdaptiveBit, BinaryCoder, CorruptStream, Mixer};
use distributions::{CONTEXTS, Distributions, MODELS, SITUATIONS};
pub use streams::{Reader, Streams, Writer};

/// The sum of magnitudes around from which on a symbol goes without a decision before it.
const LARGE: i32 = 24;

/// The weights of symbols before any was seen.
const ANY: [u32; 16] = [2, 3, 5, 8, 14, 25, 45, 55, 45, 25, 14, 8, 5, 3, 2, 2];

/// The same for residuals that are not 0.
const NOT_ZERO: [u32; 16] = [1, 1, 1, 2, 4, 15, 90, 1, 90, 15, 4, 2, 1, 1, 1, 1];

/// Codes residuals through [`Streams`], a [`Writer`] or a [`Reader`].
#[derive(Debug)]
pub struct Adaptive<S> {
    streams: S,
    numbers: NumberModels,
    scale: u32,
    class: usize,
    /// The models of the decision that a residual is not 0, by context.
    zeros: Vec<AdaptiveBit>,
    mixer: Mixer<MODELS>,
    /// The distributions of residuals that are not 0.
    not_zero: Distributions,
    any: Distributions,
    /// The signs around each place of a row, but for that to the left.
    signs: Vec<u16>,
}

/// An encoder of residuals.
pub type AdaptiveEncoder = Adaptive<Writer>;

/// A decoder of residuals. Beyond the end of the bytes it reads zeros.
pub type AdaptiveDecoder<'a> = Adaptive<Reader<'a>>;

impl AdaptiveEncoder {
    /// Creates an encoder that has written nothing.
    #[must_use]
    pub fn encoder() -> Self {
        Self::new(Writer::new())
    }

    /// Returns the bytes of everything that was coded.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.streams.finish()
    }
}

impl<'a> AdaptiveDecoder<'a> {
    /// Creates a decoder of these bytes.
    ///
    /// # Errors
    /// [`CorruptStream`] if the bytes end before the parts whose lengths they state.
    pub fn decoder(bytes: &'a [u8]) -> Result<Self, CorruptStream> {
        Reader::new(bytes).map(Self::new)
    }
}

impl<S> Adaptive<S> {
    fn new(streams: S) -> Self {
        Self {
            streams,
            numbers: NEW_MODELS,
            scale: 0,
            class: 0,
            zeros: vec![AdaptiveBit::NEW; MODELS * CONTEXTS],
            mixer: Mixer::new(SITUATIONS),
            not_zero: Distributions::new(NOT_ZERO),
            any: Distributions::new(ANY),
            signs: Vec::new(),
        }
    }
}

impl<S: Streams + BinaryCoder> Adaptive<S> {
    /// Codes the symbol of a residual whose neighbors' magnitudes have this sum.
    #[inline(always)]
    fn symbol(&mut self, symbol: usize, total: i32, places: &[usize; MODELS]) -> usize {
        let situation = (level(total) / 2).min(SITUATIONS - 1);
        if total >= LARGE {
            return self.any.code(&mut self.streams, symbol, situation, places);
        }
        let is_not_zero = symbol != MIDDLE as usize;
        let (zeros, mixer) = (&mut self.zeros, &mut self.mixer);
        if mixer.code(&mut self.streams, is_not_zero, situation, zeros, places) {
            self.not_zero
                .code(&mut self.streams, symbol, situation, places)
        } else {
            MIDDLE as usize
        }
    }
}

impl<S: Streams + BinaryCoder> ResidualCoder for Adaptive<S> {
    fn number(&mut self, value: i64, model: usize) -> i64 {
        let model = &mut self.numbers[model % NUMBER_MODELS];
        unfold(self.streams.decisions().code_number(fold(value), model))
    }

    fn bits(&mut self, value: u64, count: u32) -> u64 {
        self.streams.decisions().code_raw(value, count)
    }

    fn set_scale(&mut self, bits: u32) {
        self.scale = bits;
    }

    fn begin_pass(&mut self, class: usize) {
        self.class = class % PASS_CLASSES;
    }

    fn row<R: Residual>(&mut self, context: &RowContext<'_>, residuals: &mut [R]) {
        code_row(self, context, residuals);
    }

    fn end_pass(&mut self) {}
}

/// Codes the residuals of a row.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+lzcnt"))]
fn code_row<S: Streams + BinaryCoder, R: Residual>(
    of: &mut Adaptive<S>,
    context: &RowContext<'_>,
    residuals: &mut [R],
) {
    let count = residuals.len();
    let mut signs = std::mem::take(&mut of.signs);
    signs_around(context, &mut signs);
    let signs_of_row = &signs[..count];
    let (activity, before) = (&context.activity[..count], &context.before[..count]);
    let (scale, class) = (of.scale, of.class);
    let (mut left, mut second) = (0_i32, 0_i32);
    for x in 0..count {
        let total = i32::from(activity[x]) / 4 + 3 * left.abs() + second.abs();
        let size = level(total);
        let signs = 81 * (left.signum() + 1) as usize + usize::from(signs_of_row[x]);
        let beside = level(i32::from(before[x]).abs() + second.abs()).min(15);
        let places = [
            class << 6 | fine_level(total).min(63),
            CONTEXTS + ((signs << 2) | (size.min(11) / 3)),
            2 * CONTEXTS + (beside << 5 | size.min(31)),
        ];
        let low = (size as u32).saturating_sub(9) / 2;
        let half = 1_i64 << low >> 1;
        let k = residuals[x].to_i64();
        let off = (k >> scale).wrapping_add(half);
        let wanted = off >> low;
        let symbol = match wanted.wrapping_add(MIDDLE) {
            symbol @ 0..=14 => symbol as usize,
            _ => ESCAPE.into(),
        };
        let symbol = of.symbol(symbol, total, &places);
        let found = if symbol == ESCAPE.into() {
            let beyond = fold(wanted).wrapping_sub(2 * MIDDLE as u64 + 1);
            let beyond = of.streams.escape(beyond);
            unfold(beyond.wrapping_add(2 * MIDDLE as u64 + 1))
        } else {
            symbol as i64 - MIDDLE
        };
        let lowest = of.streams.bits(off as u64, low) & ((1 << low) - 1);
        let high = (found << low | lowest as i64).wrapping_sub(half);
        let noise = if scale > 0 {
            of.streams.bits(k as u64, scale) & ((1 << scale) - 1)
        } else {
            0
        };
        residuals[x] = R::from_i64(high << scale | noise as i64);
        second = left;
        left = high.clamp(-32_767, 32_767) as i32;
    }
    of.signs = signs;
}

/// Sets the signs of the residuals above, before and on both sides of each place, as digits to base 3.
#[inline(always)]
fn signs_around(context: &RowContext<'_>, signs: &mut Vec<u16>) {
    let rows = [
        context.above,
        context.before,
        context.sides[0],
        context.sides[1],
    ];
    signs.clear();
    signs.resize(context.activity.len(), 0);
    for row in rows {
        for (signs, &k) in signs.iter_mut().zip(row) {
            *signs = *signs * 3 + (k.signum() + 1) as u16;
        }
    }
}

/// Returns a magnitude in two steps an octave: 0, 1, 2, 3, 4 for 4 and 5, 5 for 6 and 7, 6 for 8 to 11 …
#[inline(always)]
fn level(magnitude: i32) -> usize {
    match magnitude.checked_ilog2() {
        Some(octave @ 2..) => (2 * octave + (magnitude as u32 >> (octave - 1) & 1)) as usize,
        _ => magnitude as usize,
    }
}

/// Returns a magnitude in four steps an octave from 8 on.
#[inline(always)]
fn fine_level(magnitude: i32) -> usize {
    match magnitude.checked_ilog2() {
        Some(octave @ 3..) => (4 * (octave - 1) + (magnitude as u32 >> (octave - 2) & 3)) as usize,
        _ => magnitude as usize,
    }
}
