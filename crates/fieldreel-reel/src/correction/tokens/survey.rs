//! What guesses and activities a row of values and bases makes.

use super::BLOCK;
use super::around::Around;
use super::value;
use super::weights::{STEPS, VALUES, Weights};

/// What is known around places of a row that are next to each other, save for what is to the left of each.
#[derive(Debug)]
pub(super) struct Survey {
    /// A guess of each value, in parts of a unit, [`FRACTIONS`](super::tables::FRACTIONS) of them.
    pub(super) guesses: Vec<f32>,
    /// A weighted sum of the magnitudes around.
    pub(super) activities: Vec<f32>,
    /// The values expected.
    pub(super) centers: Vec<i32>,
    /// Their cases.
    pub(super) cases: Vec<u8>,
}

impl Survey {
    /// Of up to so many places, in whole blocks.
    pub(super) fn new(width: usize) -> Self {
        let count = width.next_multiple_of(BLOCK);
        Self {
            guesses: vec![0.0; count],
            activities: vec![0.0; count],
            centers: vec![0; count],
            cases: vec![0; count],
        }
    }

    /// Surveys `count` places from an index on.
    #[inline(always)]
    pub(super) fn make(&mut self, around: &Around<'_>, at: usize, count: usize, weights: &Weights) {
        let (guesses, activities) = (&mut self.guesses[..count], &mut self.activities[..count]);
        let neighbours = around.neighbours(at, count);
        sum_values(guesses, activities, &neighbours, &weights.values);
        if weights.are_any {
            add_base(guesses, &around.base(at, count), &weights.base);
        }
        let (centers, cases) = (&mut self.centers[..count], &mut self.cases[..count]);
        value::places(guesses, activities, centers, cases);
    }

    /// All of it, block by block.
    #[inline(always)]
    pub(super) fn blocks(&self) -> impl Iterator<Item = SurveyedBlock<'_>> {
        let (guesses, _) = self.guesses.as_chunks();
        let (activities, _) = self.activities.as_chunks();
        let (centers, _) = self.centers.as_chunks();
        let (cases, _) = self.cases.as_chunks();
        let all = guesses.iter().zip(activities).zip(centers).zip(cases);
        all.map(|(((guesses, activities), centers), cases)| (guesses, activities, centers, cases))
    }
}

/// Guesses, activities, expected values and cases.
type SurveyedBlock<'a> = (
    &'a [f32; BLOCK],
    &'a [f32; BLOCK],
    &'a [i32; BLOCK],
    &'a [u8; BLOCK],
);

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
    let (up, here) = (&rows.up[..count + 2], &rows.here[..count + 2]);
    let (far_up, long_before) = (&rows.far_up[..count], &rows.long_before[..count]);
    let (before_up, before_down) = (&rows.before_up[..count], &rows.before_down[..count]);
    for i in 0..count {
        let nearest = [up[i + 1], here[i + 1]];
        let beside = [
            up[i],
            up[i + 2],
            far_up[i],
            here[i],
            here[i + 2],
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
    let here = &rows.here[..count + 2];
    let (up, down) = (&rows.up[..count], &rows.down[..count]);
    let (before, after) = (&rows.before[..count], &rows.after[..count]);
    for i in 0..count {
        let base = [
            here[i + 1],
            here[i],
            here[i + 2],
            up[i],
            down[i],
            before[i],
            after[i],
        ];
        let mut guess = 0.0;
        for (value, weight) in base.iter().zip(weights) {
            guess += value * weight;
        }
        guesses[i] += guess;
    }
}
