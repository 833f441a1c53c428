//! A run of values as tokens, and the bits that tokens leave open.

use super::around::West;
use super::kinds::case;
use super::tables::{FAR, FRACTIONS, MIDDLE};
use super::weights::Weights;
use super::{BLOCK, fold, unfold};
use crate::correction::frame::{self, NEAR, is_far};

/// Levels of the activity.
pub(super) const LEVELS: usize = 32;

/// Levels from this on have low bits, one for each octave.
const LARGE: usize = 12;

/// Codes tokens, on the lane that a place in a run has, and what they leave open, in one direction or the other.
pub(super) trait TokenCoder {
    /// Whether what is given to be coded counts.
    const WRITES: bool;

    /// Codes the tokens of a whole run. An encoder writes `tokens`; a decoder ignores them and gives those that were
    /// written.
    fn run(&mut self, cases: &[u8; BLOCK], tokens: [u8; BLOCK]) -> [u8; BLOCK];

    /// Codes the lowest bits of the values of a whole run, so many of each, up to 14.
    fn run_of_bits(&mut self, counts: &[u32; BLOCK], values: [u32; BLOCK]) -> [u32; BLOCK];

    /// Codes the token of one place.
    fn token(&mut self, place: usize, case: u8, token: u8) -> u8;

    /// Codes the lowest `count` bits of `value`, up to 16.
    fn bits(&mut self, value: u64, count: u32) -> u64;

    /// Codes how far a value is beyond the tokens.
    fn beyond(&mut self, beyond: u64) -> u64;
}

/// Tokens that stand for one value each.
const ONE: i64 = FAR as i64;

/// How many of the lowest bits are noise where values are so large.
pub(super) const fn low_bits(level: usize) -> u32 {
    (level.saturating_sub(LARGE - 2) / 2) as u32
}

/// The level of an activity: two an octave.
#[inline(always)]
pub(super) fn level(activity: f32) -> i32 {
    // The exponent of one more, and the first bit of its mantissa.
    let halves = ((activity + 1.0).to_bits() >> 22) as i32 - 254;
    halves.min(LEVELS as i32 - 1)
}

/// A value as its token, seen from `center`, and what the token leaves open.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    token: u8,
    low: u32,
    /// How far the value is beyond the tokens.
    beyond: u64,
}

impl Parts {
    #[inline(always)]
    fn of(k: i64, center: i32, low_bits: u32) -> Self {
        let half = 1_i64 << low_bits >> 1;
        let off = k.wrapping_sub(center.into()).wrapping_add(half);
        let folded = off >> low_bits;
        let beyond = fold(folded).wrapping_sub(2 * MIDDLE as u64 + 1);
        let token = match folded.wrapping_add(MIDDLE) {
            token @ 0..ONE => token as u8,
            _ => FAR,
        };
        let low = off as u32 & ((1 << low_bits) - 1);
        Self { token, low, beyond }
    }

    #[inline(always)]
    fn value(self, center: i32, low_bits: u32) -> i64 {
        let folded = match self.token {
            FAR => unfold(self.beyond.wrapping_add(2 * MIDDLE as u64 + 1)),
            token => i64::from(token) - MIDDLE,
        };
        let half = 1_i64 << low_bits >> 1;
        (folded << low_bits | i64::from(self.low))
            .wrapping_sub(half)
            .wrapping_add(center.into())
    }
}

/// A run of values.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The values to encode.
    pub(super) values: [i64; BLOCK],
    /// The values that were coded, but for those in `beyond`.
    pub(super) near: [f32; BLOCK],
    /// Those that tokens do not hold or that are far: each has its byte's upper bit set in `is_beyond`. Put among the others
    /// here, they would have to be waited for when all are copied.
    beyond: [i64; BLOCK],
    is_beyond: u64,
}

impl Block {
    /// The next of the values that `near` does not hold, and its place.
    #[inline(always)]
    pub(super) fn take_beyond(&mut self) -> Option<(usize, i64)> {
        let place = lowest_byte(self.is_beyond)?;
        self.is_beyond &= self.is_beyond - 1;
        Some((place, self.beyond[place]))
    }

    /// Keeps the values that are far, of these.
    #[cold]
    fn keep_far(&mut self, values: [i64; BLOCK]) {
        self.beyond = values;
        for (i, _) in values.iter().enumerate().filter(|&(_, &k)| is_far(k)) {
            self.is_beyond |= 0x80 << (8 * i);
        }
    }
}

/// The lowest byte that has its upper bit set, where no other bit is.
#[inline(always)]
fn lowest_byte(upper_bits: u64) -> Option<usize> {
    (upper_bits != 0).then(|| upper_bits.trailing_zeros() as usize / 8 % BLOCK)
}

/// Codes the values of a run, of which those `coded` are not 0 for sure; nothing depends on what is to the left of
/// each. An encoder writes `block`, a decoder fills it.
#[inline(always)]
pub(super) fn code<C: TokenCoder>(
    coder: &mut C,
    block: &mut Block,
    (centers, cases): (&[i32; BLOCK], &[u8; BLOCK]),
    coded: [bool; BLOCK],
) {
    let values = &block.values;
    let are_all = coded == [true; BLOCK];
    let mut parts = [Parts::default(); BLOCK];
    if C::WRITES {
        for (i, parts) in parts.iter_mut().enumerate() {
            *parts = Parts::of(values[i], centers[i], low_bits_of(cases[i]));
        }
    }
    let mut tokens = parts.map(|parts| parts.token);
    if are_all {
        tokens = coder.run(cases, tokens);
    } else {
        for i in (0..BLOCK).filter(|&i| coded[i]) {
            tokens[i] = coder.token(i, cases[i], tokens[i]);
        }
    }
    let (mut low, mut near) = ([0; BLOCK], [0; BLOCK]);
    if at_least(*cases, case(LARGE, 0) as u8) != 0 {
        low = parts.map(|parts| parts.low);
        let counts = cases.map(low_bits_of);
        if are_all {
            low = coder.run_of_bits(&counts, low);
        } else {
            for i in (0..BLOCK).filter(|&i| coded[i]) {
                low[i] = coder.bits(low[i].into(), counts[i]) as u32;
            }
        }
        for i in 0..BLOCK {
            let folded = i32::from(tokens[i]) - MIDDLE as i32;
            let half = 1 << counts[i] >> 1;
            near[i] = (folded << counts[i]) + low[i] as i32 - half + centers[i];
        }
    } else {
        for i in 0..BLOCK {
            near[i] = i32::from(tokens[i]) - MIDDLE as i32 + centers[i];
        }
    }
    if !are_all {
        for i in (0..BLOCK).filter(|&i| !coded[i]) {
            (tokens[i], near[i]) = (0, 0);
        }
    }
    let clamped = near.map(|k| k.clamp(-NEAR, NEAR));
    block.near = clamped.map(|k| k as f32);
    block.is_beyond = 0;
    if clamped != near {
        block.keep_far(near.map(i64::from));
    }
    let mut left = at_least(tokens, FAR);
    block.is_beyond |= left;
    // One after another: which they are is a matter of chance, and so is each branch that asks.
    while let Some(i) = lowest_byte(left) {
        left &= left - 1;
        let far = Parts {
            token: FAR,
            low: low[i],
            beyond: coder.beyond(parts[i].beyond),
        };
        block.beyond[i] = far.value(centers[i], low_bits_of(cases[i]));
    }
}

/// The upper bit of each that is as large as `least`, which is at most 128.
#[inline(always)]
fn at_least(numbers: [u8; BLOCK], least: u8) -> u64 {
    // All at once: what is added takes the least to the upper bit, and nothing to the next number.
    let (upper, all) = (0x80 * (u64::MAX / 0xFF), u64::from_le_bytes(numbers));
    let raised = (all & !upper) + u64::from(0x80 - least) * (u64::MAX / 0xFF);
    (all | raised) & upper
}

/// As [`code`], where each guess takes in what is to the left.
#[inline(always)]
pub(super) fn code_in_turn<C: TokenCoder>(
    coder: &mut C,
    block: &mut Block,
    (guesses, activities): (&[f32; BLOCK], &[f32; BLOCK]),
    coded: [bool; BLOCK],
    mut west: West,
    weights: &Weights,
) {
    let mut values = block.values;
    for i in 0..BLOCK {
        if !coded[i] {
            values[i] = 0;
            west = [0.0, west[0]];
            continue;
        }
        let guess = guesses[i] + (west[0] * weights.west[0] + west[1] * weights.west[1]);
        let activity = activities[i] + (2.0 * west[0].abs() + west[1].abs());
        let (center, case) = place(guess, activity);
        let low_bits = low_bits_of(case);
        let mut parts = match C::WRITES {
            true => Parts::of(values[i], center, low_bits),
            false => Parts::default(),
        };
        parts.token = coder.token(i, case, parts.token);
        parts.low = coder.bits(parts.low.into(), low_bits) as u32;
        if parts.token == FAR {
            parts.beyond = coder.beyond(parts.beyond);
        }
        values[i] = parts.value(center, low_bits);
        west = [frame::near(values[i]), west[0]];
    }
    block.near = values.map(frame::near);
    block.is_beyond = 0;
    if values.iter().any(|&k| is_far(k)) {
        block.keep_far(values);
    }
}

#[inline(always)]
fn low_bits_of(case: u8) -> u32 {
    low_bits(usize::from(case) / FRACTIONS)
}

/// The value that is expected at a place, and its case: of a guess in parts of a unit, and an activity.
#[inline(always)]
fn place(guess: f32, activity: f32) -> (i32, u8) {
    /// So much is added to a number that the lowest bit of its mantissa is a whole: a conversion to integers that every
    /// machine has.
    const WHOLE: f32 = 12_582_912.0;
    const MOST: f32 = (FRACTIONS << 14) as f32;
    const HALF: f32 = FRACTIONS as f32 / 2.0 - 0.5;

    let raised = guess.clamp(-MOST, MOST) + HALF + WHOLE;
    let raised = raised.to_bits() as i32 - WHOLE.to_bits() as i32;
    let fraction = raised as usize % FRACTIONS;
    let case = case(level(activity) as usize, fraction);
    (raised >> FRACTIONS.ilog2(), case as u8)
}

/// The values that are expected, and their cases: of guesses and activities.
#[inline(always)]
pub(super) fn places(guesses: &[f32], activities: &[f32], centers: &mut [i32], cases: &mut [u8]) {
    let all = guesses.iter().zip(activities).zip(centers).zip(cases);
    for (((&guess, &activity), center), into) in all {
        (*center, *into) = place(guess, activity);
    }
}
