//! A value as a token, and the bits that tokens leave open.

use super::kinds::case;
use super::tables::{FAR, FRACTIONS, MIDDLE};
use super::{fold, unfold};
use crate::correction::frame::NEAR;

/// Levels of the activity.
pub(super) const LEVELS: usize = 32;

/// Levels from this on have low bits, one for each octave.
const LARGE: u32 = 12;

/// Tokens that stand for one value each.
const ONE: i64 = FAR as i64;

/// How many of the lowest bits are noise where values are so large.
#[inline(always)]
pub(super) const fn low_bits(level: u32) -> u32 {
    level.saturating_sub(LARGE - 2) / 2
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
pub(super) struct Parts {
    pub(super) token: u8,
    pub(super) low: u32,
    /// How far the value is beyond the tokens.
    pub(super) beyond: u64,
}

impl Parts {
    #[inline(always)]
    pub(super) fn of(k: i64, center: i32, low_bits: u32) -> Self {
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
    pub(super) fn value(self, center: i32, low_bits: u32) -> i64 {
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

/// How many of the lowest bits are noise in a case.
#[inline(always)]
pub(super) fn low_bits_of(case: u8) -> u32 {
    low_bits(u32::from(case) / FRACTIONS as u32)
}

/// The value that is expected at a place, and its case: of a guess in parts of a unit, and an activity.
#[inline(always)]
pub(super) fn place(guess: f32, activity: f32) -> (i32, u8) {
    /// So much is added to a number that the lowest bit of its mantissa is a whole: a conversion to integers that every
    /// machine has.
    const WHOLE: f32 = 12_582_912.0;
    /// So much less than the last near value that what a token adds to it is near as well.
    const MOST: f32 = (FRACTIONS * (NEAR as usize - 2 * FAR as usize)) as f32;
    const HALF: f32 = FRACTIONS as f32 / 2.0 - 0.5;

    let raised = guess.clamp(-MOST, MOST) + HALF + WHOLE;
    let raised = raised.to_bits() as i32 - WHOLE.to_bits() as i32;
    let fraction = raised as usize % FRACTIONS;
    let case = case(level(activity) as usize, fraction);
    (raised >> FRACTIONS.ilog2(), case as u8)
}

/// The values that are expected, their cases and how many low bits they have: of guesses and activities.
#[inline(always)]
pub(super) fn places(
    guesses: &[f32],
    activities: &[f32],
    centers: &mut [i32],
    cases: &mut [u8],
    counts: &mut [u8],
) {
    let all = guesses.iter().zip(activities).zip(centers).zip(cases);
    for ((((&guess, &activity), center), case), count) in all.zip(counts) {
        (*center, *case) = place(guess, activity);
        *count = low_bits(level(activity) as u32) as u8;
    }
}
