//! One value as a token, and the bits that the token leaves open.

use super::around::{BEND_STEPS, HABITS, Run, West, remembered};
use super::distribution::{Distribution, EVEN, NEW};
use super::weights::Weights;
use super::{BLOCK, fold, unfold};
use crate::entropy::SymbolCoder;

/// Levels of the activity.
const LEVELS: usize = 44;

/// Parts of a unit that a guess can be off by when it is rounded.
const FRACTIONS: usize = 5;

/// The token of a value that is farther from the guess than those before.
const FAR: usize = 15;

/// How values are coded.
#[derive(Debug)]
pub(super) struct ValueModel {
    /// By the activity, and how far the guess is from a whole number.
    by_activity: Vec<Distribution>,
    /// By the habit of the place, and the sign of what is near.
    by_habit: Vec<Distribution>,
    /// How many bits a far value has.
    length: Distribution,
}

impl ValueModel {
    pub(super) fn new() -> Self {
        let activities = (0..LEVELS * FRACTIONS).map(|case| NEW[first(case / FRACTIONS)]);
        let habits = (0..HABITS * 3).map(|case| NEW[first(case / (3 * BEND_STEPS) + 3)]);
        Self {
            by_activity: activities.collect(),
            by_habit: habits.collect(),
            length: EVEN,
        }
    }

    /// Codes the values of a run: an encoder writes `block`, a decoder fills it; places that `is_coded` does not
    /// name are 0.
    #[inline(always)]
    pub(super) fn code<C: SymbolCoder>(
        &mut self,
        coder: &mut C,
        block: &mut [i64],
        run: &Run,
        is_coded: [bool; BLOCK],
        mut west: West,
        weights: &Weights,
    ) {
        let known = run
            .guess
            .iter()
            .zip(&run.activity)
            .zip(&run.near)
            .zip(&run.habit);
        for ((k, is_coded), (((guess, activity), near), habit)) in
            block.iter_mut().zip(is_coded).zip(known)
        {
            if !is_coded {
                *k = 0;
                west = [0, west[0]];
                continue;
            }
            let [nearest, next] = west.map(i64::from);
            let guess = i64::from(*guess) + weights.west[0] * nearest + weights.west[1] * next;
            let activity = activity + 4 * west[0].abs() + 2 * west[1].abs();
            *k = self.one(coder, *k, guess, activity, near + west[0], *habit);
            west = [remembered(*k), west[0]];
        }
    }

    /// Codes a value.
    #[inline(always)]
    fn one<C: SymbolCoder>(
        &mut self,
        coder: &mut C,
        k: i64,
        guess: i64,
        activity: i32,
        near: i32,
        habit: i32,
    ) -> i64 {
        let raised = guess + (1 << 15);
        let (guess, part) = (raised >> 16, raised & 0xFFFF);
        let fraction = (part * FRACTIONS as i64) >> 16;
        let level = level(activity as u32);
        // The sign of the guess; if it is 0, that of what is near, which is less than 2^16.
        let tendency = ((guess << 20) + i64::from(near)).signum();
        let by_activity = &mut self.by_activity[level * FRACTIONS + fraction as usize];
        let by_habit = &mut self.by_habit[habit as usize * 3 + (tendency + 1) as usize];

        // Where values are large, their lowest bits are noise.
        let low_bits = (level as u32).saturating_sub(12) / 2;
        let half = 1_i64 << low_bits >> 1;
        let off = k.wrapping_sub(guess).wrapping_add(half);
        let folded = fold(off >> low_bits);
        let token = folded.min(FAR as u64) as usize;
        let token = coder.symbol(token, by_activity.with(by_habit));
        by_activity.saw(token);
        by_habit.saw(token);
        let folded = match token {
            FAR => self.far(coder, folded.wrapping_sub(FAR as u64)),
            _ => token as u64,
        };
        let low = coder.bits(off as u32, low_bits);
        (unfold(folded) << low_bits | i64::from(low))
            .wrapping_sub(half)
            .wrapping_add(guess)
    }

    /// Codes how much a value is beyond the last token that says it all.
    #[cold]
    fn far<C: SymbolCoder>(&mut self, coder: &mut C, beyond: u64) -> u64 {
        let number = beyond.wrapping_add(1);
        let length = number.checked_ilog2().unwrap_or(0);
        let short = length.min(FAR as u32) as usize;
        let mut length_found = coder.symbol(short, self.length.with(&self.length)) as u32;
        self.length.saw(length_found as usize);
        if length_found == FAR as u32 {
            length_found += coder.bits(length.wrapping_sub(FAR as u32), 6);
        }
        let mut found = 1_u64;
        let mut left = length_found;
        while left > 0 {
            let count = left.min(16);
            left -= count;
            let bits = number.checked_shr(left).unwrap_or(0) as u32;
            found = found << count | u64::from(coder.bits(bits, count));
        }
        found.wrapping_sub(1).wrapping_add(FAR as u64)
    }
}

/// An activity in two steps per octave: 0, 2, 3, 4 for 3 and 4, 5 for 5 and 6, 6 for 7 to 10 …
#[inline(always)]
fn level(activity: u32) -> usize {
    let raised = 2 * activity + 2;
    let octave = raised.ilog2();
    (2 * octave + (raised >> (octave - 1) & 1) - 2) as usize
}

/// Which of [`NEW`] stands for a level of activity at first.
fn first(level: usize) -> usize {
    match level {
        0..=4 => 0,
        5..=6 => 1,
        7..=8 => 2,
        9..=10 => 3,
        11..=12 => 4,
        _ => 5,
    }
}
