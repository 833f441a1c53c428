//! What guesses and activities a row of values and bases makes.

use super::BLOCK;
use super::around::Around;
use super::value::{self, Parts};
use super::weights::{STEPS, VALUES, Weights};

/// What is known around places of a row that are next to each other, save for what is to the left of each.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// A guess of each value, in parts of a unit, [`FRACTIONS`](super::tables::FRACTIONS) of them.
    pub(super) guesses: Vec<f32>,
    /// A weighted sum of the magnitudes around.
    pub(super) activities: Vec<f32>,
    /// The values expected.
    pub(super) centers: Vec<i32>,
    /// Their cases.
    pub(super) cases: Vec<u8>,
    /// How many low bits they have.
    pub(super) counts: Vec<u8>,
}

impl Survey {
    /// Of up to so many places, in whole blocks.
    pub(super) fn new(width: usize) -> Self {
        let count = width.next_multiple_of(BLOCK);
        Self {
            guesses: vec![0.0; count],
            activities: vec![0.0; count],
            ..Self::default()
        }
    }

    /// Surveys `count` places from an index on.
    #[inline(always)]
    pub(super) fn make(&mut self, around: &Around<'_>, at: usize, count: usize, weights: &Weights) {
        let (guesses, activities) = (&mut self.guesses[..count], &mut self.activities[..count]);
        let neighbours = around.neighbours(at, count);
        sum_values(guesses, activities, &neighbours, &weights.values);
        if weights.are_any_of_base {
            add_base(guesses, &around.base(at, count), &weights.base);
        }
    }

    /// Makes it what another is at some places, one next to the other.
    #[inline(always)]
    pub(super) fn gather(&mut self, of: &Self, places: &[usize]) {
        for all in [&mut self.guesses, &mut self.activities] {
            all.resize(places.len().next_multiple_of(BLOCK), 0.0);
        }
        let (guesses, activities) = (&of.guesses[..], &of.activities[..of.guesses.len()]);
        let to = self.guesses.iter_mut().zip(&mut self.activities);
        for ((guess, activity), &i) in to.zip(places) {
            (*guess, *activity) = (guesses[i], activities[i]);
        }
    }

    /// What is expected of the first so many places, and without a meaning, of those that are left of the last block.
    #[inline(always)]
    pub(super) fn settle(&mut self, count: usize) -> Settled<'_> {
        let whole = count.next_multiple_of(BLOCK);
        self.centers.resize(whole, 0);
        self.cases.resize(whole, 0);
        self.counts.resize(whole, 0);
        let (guesses, activities) = (&self.guesses[..whole], &self.activities[..whole]);
        let (centers, cases) = (&mut self.centers[..], &mut self.cases[..]);
        value::places(guesses, activities, centers, cases, &mut self.counts[..]);
        self.counts[count..].fill(0);
        Settled {
            centers: &self.centers,
            cases: &self.cases,
            counts: &self.counts,
        }
    }
}

/// What is expected of places of a row, up to a whole block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled<'a> {
    /// Their values.
    pub(super) centers: &'a [i32],
    /// Their cases.
    pub(super) cases: &'a [u8],
    /// How many low bits their values have, and then 0.
    pub(super) counts: &'a [u8],
}

impl Settled<'_> {
    /// The parts of a value at one of the places.
    #[inline(always)]
    pub(super) fn parts(&self, k: i64, i: usize) -> Parts {
        Parts::of(k, self.centers[i], self.counts[i].into())
    }
}

/// Rows of values coded before, as long as a survey; some with a place more at either end.
pub(super) struct Neighbours<'a> {
    pub(super) up: &'a [f32],
    pub(super) far_up: &'a [f32],
    pub(super) here: &'a [f32],
    pub(super) before_up: &'a [f32],
    pub(super) before_down: &'a [f32],
    pub(super) long_before: &'a [f32],
}

/// Rows of the base, likewise.
pub(super) struct Base<'a> {
    pub(super) here: &'a [f32],
    pub(super) up: &'a [f32],
    pub(super) down: &'a [f32],
    pub(super) before: &'a [f32],
    pub(super) after: &'a [f32],
}

/// So many of a row that has a place more at either end, and of what is to the left and right of each.
#[inline(always)]
fn shifted(row: &[f32], count: usize) -> [&[f32]; 3] {
    [0, 1, 2].map(|at| &row[at..at + count])
}

/// What values make of each guess, and of each activity.
#[inline(always)]
fn sum_values(
    guesses: &mut [f32],
    activities: &mut [f32],
    rows: &Neighbours<'_>,
    weights: &[f32; VALUES],
) {
    let count = guesses.len();
    let activities = &mut activities[..count];
    // Rows of their own: of one row at three places, the compiler shuffles what it has.
    let [up_left, up, up_right] = shifted(rows.up, count);
    let [left, here, right] = shifted(rows.here, count);
    let (far_up, long_before) = (&rows.far_up[..count], &rows.long_before[..count]);
    let (before_up, before_down) = (&rows.before_up[..count], &rows.before_down[..count]);
    for i in 0..count {
        let nearest = [up[i], here[i]];
        let beside = [
            up_left[i],
            up_right[i],
            far_up[i],
            left[i],
            right[i],
            before_up[i],
            before_down[i],
            long_before[i],
        ];
        let (mut guess, mut activity) = (0.0, 0.0);
        for (value, weight) in nearest.iter().chain(&beside).zip(weights) {
            guess += value * weight;
        }
        for value in beside {
            activity += value.abs();
        }
        for value in nearest {
            activity += 2.0 * value.abs();
        }
        guesses[i] = guess;
        activities[i] = activity;
    }
}

/// Adds what the base makes of each guess.
#[inline(always)]
fn add_base(guesses: &mut [f32], rows: &Base<'_>, weights: &[f32; 1 + STEPS]) {
    let count = guesses.len();
    let [left, here, right] = shifted(rows.here, count);
    let (up, down) = (&rows.up[..count], &rows.down[..count]);
    let (before, after) = (&rows.before[..count], &rows.after[..count]);
    for i in 0..count {
        let base = [
            here[i], left[i], right[i], up[i], down[i], before[i], after[i],
        ];
        let mut guess = 0.0;
        for (value, weight) in base.iter().zip(weights) {
            guess += value * weight;
        }
        guesses[i] += guess;
    }
}
