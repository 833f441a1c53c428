//! The adaptive coder: several binary decisions for each residual, with probabilities that are learnt and mixed on the
//! way.
//!
//! It makes fewer bytes than symbols do, and is slower. The decisions are: is the residual other than 0; is it
//! negative; the number of bits of its magnitude after the first, in unary; and these bits. Where the residuals around
//! it are large, its lowest bits are noise and are coded as equally probable. Several models predict the decisions that
//! matter, each from a table indexed by a part of the context, and a [`Mixer`] weighs the models by how good they have
//! been.

use multiversion::multiversion;

use super::{
    NEW_MODELS, NUMBER_MODELS, NumberModels, PASS_CLASSES, Residual, ResidualCoder, RowContext,
    fold, unfold,
};
use crate::{BinaryCoder, Bit, Decoder, Encoder, Mixer};

/// The number of models that predict a decision.
const MODELS: usize = 5;

/// The number of contexts of a model.
const CONTEXTS: usize = 1 << 10;

/// The number of decisions that are told apart in each context.
const DECISIONS: usize = 16;

/// The number of situations with weights of their own.
const SITUATIONS: usize = 12;

/// The logarithm to base 2 of the first magnitude that is coded as a number, without its context.
const LARGE: u32 = 12;

/// The decision that a residual is not 0.
const IS_ZERO: usize = 0;

/// The first of the decisions that a magnitude has more than 0, 1, 2 … bits after its first.
const MORE_BITS: usize = 1;

/// The number of known bits of a magnitude up to which the next bit has a model. Later bits are equally probable.
const LOWER: u32 = 4;

/// Codes residuals through a binary coder, an [`Encoder`] or a [`Decoder`].
#[derive(Debug)]
pub struct Adaptive<C> {
    coder: C,
    numbers: NumberModels,
    scale: u32,
    class: usize,
    tables: Vec<Bit>,
    mixer: Mixer<MODELS>,
    /// The models of the third bit and those after it, by the number of bits and the bits before.
    lower_bits: Vec<Bit>,
    signs: Vec<Bit>,
    second_bits: Vec<Bit>,
    large: [Bit; 64],
}

/// An encoder of residuals.
pub type AdaptiveEncoder = Adaptive<Encoder>;

/// A decoder of residuals. Beyond the end of the bytes it reads zeros.
pub type AdaptiveDecoder<'a> = Adaptive<Decoder<'a>>;

impl AdaptiveEncoder {
    /// Creates an encoder that has written nothing.
    #[must_use]
    pub fn encoder() -> Self {
        Self::new(Encoder::new())
    }

    /// Returns the bytes of everything that was coded.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.coder.finish()
    }
}

impl<'a> AdaptiveDecoder<'a> {
    /// Creates a decoder of these bytes.
    #[must_use]
    pub fn decoder(bytes: &'a [u8]) -> Self {
        Self::new(Decoder::new(bytes))
    }
}

impl<C: BinaryCoder> Adaptive<C> {
    fn new(coder: C) -> Self {
        Self {
            coder,
            numbers: NEW_MODELS,
            scale: 0,
            class: 0,
            tables: vec![Bit::NEW; MODELS * CONTEXTS * DECISIONS],
            mixer: Mixer::new(SITUATIONS * DECISIONS),
            lower_bits: vec![Bit::NEW; (LARGE as usize) << LOWER],
            second_bits: vec![Bit::NEW; 512],
            signs: vec![Bit::NEW; 243 * PASS_CLASSES],
            large: [Bit::NEW; 64],
        }
    }

    /// Codes a residual.
    #[inline(always)]
    fn residual(&mut self, k: i64, place: &Place, low: u32) -> i64 {
        let half = 1 << low >> 1;
        let off = k.wrapping_add(half);
        let high = self.value(off >> low, place);
        let lowest = self.coder.code_raw(off as u64 & ((1 << low) - 1), low);
        (high << low | lowest as i64).wrapping_sub(half)
    }

    #[inline(always)]
    fn value(&mut self, k: i64, place: &Place) -> i64 {
        if !self.decide(k != 0, IS_ZERO, place) {
            return 0;
        }
        let negative = match self.signs.get_mut(place.signs) {
            Some(seen) => seen.code(&mut self.coder, k < 0),
            None => self.coder.code(k < 0, 1 << 15),
        };
        let magnitude = self.magnitude(k.unsigned_abs(), place);
        // 2^63 becomes negative, so that −2^63 comes back. Hostile bytes may give anything above.
        let k = magnitude as i64;
        if negative { k.wrapping_neg() } else { k }
    }

    /// Codes a magnitude that is not 0.
    #[inline(always)]
    fn magnitude(&mut self, m: u64, place: &Place) -> u64 {
        let bits = m.checked_ilog2().unwrap_or(0);
        let mut count = 0;
        while count < LARGE && self.decide(bits > count, MORE_BITS + count as usize, place) {
            count += 1;
        }
        if count == LARGE {
            return self.coder.code_number(m, &mut self.large);
        }
        let mut found = 1_u64;
        for at in (0..count).rev() {
            let bit = m >> at & 1 == 1;
            let bit = if at + 1 == count {
                let at = (place.octave.min(31) << 4 | count as usize) & 511;
                match self.second_bits.get_mut(at) {
                    Some(seen) => seen.code(&mut self.coder, bit),
                    None => self.coder.code(bit, 1 << 15),
                }
            } else if found >> LOWER == 0 {
                let at = (count as usize) << LOWER | found as usize;
                match self.lower_bits.get_mut(at) {
                    Some(seen) => seen.code(&mut self.coder, bit),
                    None => self.coder.code(bit, 1 << 15),
                }
            } else {
                self.coder.code(bit, 1 << 15)
            };
            found = found << 1 | u64::from(bit);
        }
        found
    }

    #[inline(always)]
    fn decide(&mut self, bit: bool, decision: usize, place: &Place) -> bool {
        let set = place.situation * DECISIONS + decision;
        let places = place.starts.map(|start| start + decision);
        self.mixer
            .code(&mut self.coder, bit, set, &mut self.tables, &places)
    }
}

/// The contexts of a place, as indices into the tables, and its situation.
struct Place {
    starts: [usize; MODELS],
    situation: usize,
    /// The context of the sign.
    signs: usize,
    octave: usize,
}

impl<C: BinaryCoder> ResidualCoder for Adaptive<C> {
    fn number(&mut self, value: i64, model: usize) -> i64 {
        let model = &mut self.numbers[model % NUMBER_MODELS];
        unfold(self.coder.code_number(fold(value), model))
    }

    fn bits(&mut self, value: u64, count: u32) -> u64 {
        self.coder.code_raw(value, count)
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
fn code_row<C: BinaryCoder, R: Residual>(
    of: &mut Adaptive<C>,
    context: &RowContext<'_>,
    residuals: &mut [R],
) {
    let count = residuals.len();
    let (activity, above) = (&context.activity[..count], &context.above[..count]);
    let before = &context.before[..count];
    let sides = context.sides.map(|side| &side[..count]);
    let scale = of.scale;
    let (mut left, mut second) = (0_i32, 0_i32);
    for x in 0..count {
        let (above, before) = (i32::from(above[x]), i32::from(before[x]));
        let (one, other) = (i32::from(sides[0][x]), i32::from(sides[1][x]));
        let near = left.abs() + above.abs();
        let around = i32::from(activity[x]) / 4;
        let total = around + 3 * left.abs() + second.abs();
        let sides = one.abs() + other.abs();
        let signs = [left, above, before, one, other];
        let signs = signs
            .iter()
            .fold(0, |case, k| case * 3 + (k.signum() + 1) as usize);
        let contexts = [
            of.class * 64 + fine_level(total).min(63),
            level(near).min(15) << 5 | level(sides).min(15) << 1 | usize::from(before != 0),
            (signs << 2) | (level(total).min(11) / 3),
            level(before.abs() + second.abs()).min(15) << 5 | level(total).min(31),
            level(near + before.abs()).min(19) * 48 + fine_level(sides + around / 4).min(47),
        ];
        let mut starts = [0; MODELS];
        for (model, (start, context)) in starts.iter_mut().zip(contexts).enumerate() {
            *start = (model * CONTEXTS + context.min(CONTEXTS - 1)) * DECISIONS;
        }
        let octave = level(total);
        let place = Place {
            starts,
            situation: (octave / 2).min(SITUATIONS - 1),
            signs: of.class * 243 + signs,
            octave,
        };
        let low = (octave as u32).saturating_sub(10) / 2;
        let k = residuals[x].to_i64();
        let high = of.residual(k >> scale, &place, low);
        let noise = of.coder.code_raw(k as u64 & ((1 << scale) - 1), scale);
        residuals[x] = R::from_i64(high << scale | noise as i64);
        second = left;
        left = high.clamp(-32_767, 32_767) as i32;
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
