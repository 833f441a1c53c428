//! A run of values as tokens, and the bits that tokens leave open.

use super::around::{self, West, remembered};
use super::kinds::case;
use super::tables::{FAR, FRACTIONS, MIDDLE};
use super::weights::Weights;
use super::{BLOCK, fold, unfold};

/// Levels of the activity.
pub(super) const LEVELS: usize = 32;

/// Levels from this on have low bits, one for each octave.
const LARGE: usize = 12;

/// Codes tokens and bits, in one direction or the other, on the lane that a place in a run has.
pub(super) trait TokenCoder {
    /// Whether what is given to be coded counts.
    const WRITES: bool;

    /// Codes the tokens of a whole run. An encoder writes `tokens`; a decoder ignores them and gives those that were
    /// written.
    fn run(&mut self, cases: &[u8; BLOCK], tokens: [u8; BLOCK]) -> [u8; BLOCK];

    /// Codes the lowest bits of the values of a whole run, so many of each, up to 16.
    fn run_of_bits(&mut self, counts: &[u32; BLOCK], values: [u32; BLOCK]) -> [u32; BLOCK];

    /// Codes the token of one place.
    fn token(&mut self, place: usize, case: u8, token: u8) -> u8;

    /// Codes the lowest `count` bits of `value`, up to 16, as equally probable.
    fn bits(&mut self, place: usize, value: u32, count: u32) -> u32;
}

/// Tokens that stand for one value each.
const NEAR: i64 = FAR as i64;

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
            token @ 0..NEAR => token as u8,
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

/// A run of values, and how they are remembered.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) values: [i64; BLOCK],
    pub(super) remembered: [f32; BLOCK],
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
    let values = &mut block.values;
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
            for i in 0..BLOCK {
                let count = if coded[i] { counts[i] } else { 0 };
                low[i] = coder.bits(i, low[i], count);
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
    for i in 0..BLOCK {
        values[i] = near[i].into();
        block.remembered[i] = near[i].clamp(-around::FAR, around::FAR) as f32;
    }
    if !are_all {
        for i in (0..BLOCK).filter(|&i| !coded[i]) {
            (tokens[i], values[i]) = (0, 0);
        }
    }
    let mut left = at_least(tokens, FAR);
    if !are_all || left != 0 {
        // One after another: which they are is a matter of chance, and so is each branch that asks.
        while left != 0 {
            let i = left.trailing_zeros() as usize / 8 % BLOCK;
            left &= left - 1;
            let far = Parts {
                token: FAR,
                low: low[i],
                beyond: beyond(coder, i, parts[i].beyond),
            };
            values[i] = far.value(centers[i], low_bits_of(cases[i]));
        }
        block.remembered = values.map(remembered);
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
    for i in 0..BLOCK {
        if !coded[i] {
            block.values[i] = 0;
            west = [0.0, west[0]];
            continue;
        }
        let guess = guesses[i] + (west[0] * weights.west[0] + west[1] * weights.west[1]);
        let activity = activities[i] + (2.0 * west[0].abs() + west[1].abs());
        let (center, case) = place(guess, activity);
        let low_bits = low_bits_of(case);
        let mut parts = match C::WRITES {
            true => Parts::of(block.values[i], center, low_bits),
            false => Parts::default(),
        };
        parts.token = coder.token(i, case, parts.token);
        parts.low = coder.bits(i, parts.low, low_bits);
        if parts.token == FAR {
            parts.beyond = beyond(coder, i, parts.beyond);
        }
        block.values[i] = parts.value(center, low_bits);
        west = [remembered(block.values[i]), west[0]];
    }
    block.remembered = block.values.map(remembered);
}

/// The length of a number that 3 bits do not hold.
const LONG: u32 = 7;

/// Codes how far a value is beyond the tokens: the length of one more in 3 bits, or 7 and the rest of it in 6 more, then all
/// after its first bit.
#[inline(always)]
fn beyond<C: TokenCoder>(coder: &mut C, place: usize, beyond: u64) -> u64 {
    let number = beyond.wrapping_add(1);
    let length = number.checked_ilog2().unwrap_or(0);
    match coder.bits(place, length.min(LONG), 3) {
        LONG => far_beyond(coder, place, number),
        // Whether there are any bits is a matter of chance: no branch depends on it.
        count => {
            (1_u64 << count | u64::from(coder.bits(place, number as u32, count))).wrapping_sub(1)
        }
    }
}

/// The rest of [`beyond`], of a number of so many bits that 3 do not say how many.
#[cold]
fn far_beyond<C: TokenCoder>(coder: &mut C, place: usize, number: u64) -> u64 {
    let length = number.checked_ilog2().unwrap_or(0);
    let mut left = LONG + coder.bits(place, length.wrapping_sub(LONG), 6);
    let mut found = 1_u64;
    while left > 0 {
        let count = left.min(16);
        left -= count;
        let bits = number.checked_shr(left).unwrap_or(0) as u32;
        found = found << count | u64::from(coder.bits(place, bits, count));
    }
    found.wrapping_sub(1)
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
