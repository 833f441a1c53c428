//! What is known around a run of places before their values are coded.

use ndarray::{ArrayView3, Axis};

use super::BLOCK;
use super::value;
use super::weights::{ALL, STEPS, VALUES, Weights};
use crate::entropy::Plane;

/// Values are remembered up to this magnitude.
pub(super) const FAR: i32 = 1 << 14;

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

/// The values to the left of a place: the nearest, and the one before.
pub(super) type West = [f32; 2];

/// A value as it is remembered.
#[inline(always)]
pub(super) fn remembered(k: i64) -> f32 {
    k.clamp(-i64::from(FAR), FAR.into()) as i32 as f32
}

/// The values coded so far and the base, as far as they are looked at. All are whole numbers that `f32` holds exactly,
/// save for the means.
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// The values of this frame and of the two before.
    values: [Plane<f32>; 3],
    /// The frame that these are of.
    values_of: Option<usize>,
    base: Option<ArrayView3<'a, u16>>,
    /// The frame whose base is known.
    base_of: Option<usize>,
    /// The base of the frame before this, of this and of the one after; beyond either end, the frame at that end.
    base_frames: [Plane<f32>; 3],
}

impl<'a> Around<'a> {
    pub(super) fn new(height: usize, width: usize, base: Option<ArrayView3<'a, u16>>) -> Self {
        let plane = || Plane::new(height, width);
        Self {
            values: [plane(), plane(), plane()],
            values_of: None,
            base,
            base_of: None,
            base_frames: [plane(), plane(), plane()],
        }
    }

    /// Begins frame `t`, of which values are known, and the base if it is asked for. Frames begin in order, from any;
    /// those left out hold nothing but 0.
    pub(super) fn begin(&mut self, t: usize, with_base: bool) {
        let passed = self.values_of.map_or(3, |last| t.saturating_sub(last));
        for _ in 0..passed.min(3) {
            self.values.rotate_right(1);
            self.values[0].clear();
        }
        self.values_of = Some(t);
        let Some(base) = self.base.filter(|_| with_base) else {
            return;
        };
        let next = self.base_of.is_some_and(|last| last + 1 == t);
        self.base_of = Some(t);
        if next {
            self.base_frames.rotate_left(1);
        } else {
            load(&mut self.base_frames[0], base, t.saturating_sub(1));
            load(&mut self.base_frames[1], base, t);
        }
        load(&mut self.base_frames[2], base, t + 1);
    }

    /// The index of a place.
    pub(super) fn index(&self, y: usize, x: usize) -> usize {
        self.values[0].index(y, x)
    }

    /// The two values to the left of an index of this frame: the nearest, and the one before.
    #[inline(always)]
    pub(super) fn west(&self, at: usize) -> West {
        [1, 2].map(|left| self.values[0].at(at - left))
    }

    /// Takes note of the first so many of these values of this frame, from an index on.
    #[inline(always)]
    pub(super) fn set(&mut self, at: usize, values: &[f32; BLOCK], length: usize) {
        self.values[0].set_run(at, values, length);
    }

    /// Takes note of one value.
    pub(super) fn set_one(&mut self, at: usize, k: i64) {
        self.values[0].set(at, remembered(k));
    }

    /// Surveys `count` places from an index on.
    #[inline(always)]
    pub(super) fn survey(&self, at: usize, count: usize, weights: &Weights, survey: &mut Survey) {
        let (guesses, activities) = (&mut survey.guesses, &mut survey.activities);
        let (guesses, activities) = (&mut guesses[..count], &mut activities[..count]);
        let row = self.values[0].stride;
        let [now, before, long_before] = &self.values;
        let values = Neighbours {
            up: now.row(at - row - 1, count + 2),
            far_up: now.row(at - 2 * row, count),
            here: before.row(at - 1, count + 2),
            before_up: before.row(at - row, count),
            before_down: before.row(at + row, count),
            long_before: long_before.row(at, count),
        };
        sum_values(guesses, activities, &values, &weights.values);
        if weights.are_any {
            let [before, now, after] = &self.base_frames;
            let base = Base {
                here: now.row(at - 1, count + 2),
                up: now.row(at - row, count),
                down: now.row(at + row, count),
                before: before.row(at, count),
                after: after.row(at, count),
            };
            add_base(guesses, &base, &weights.base);
        }
        let (centers, cases) = (&mut survey.centers[..count], &mut survey.cases[..count]);
        value::places(guesses, activities, centers, cases);
    }

    /// What a guess at an index is made of, in the order of the weights.
    pub(super) fn inputs(&self, at: usize) -> [f64; ALL] {
        let [now, before, long_before] = &self.values;
        let row = now.stride;
        let [west, far_west] = self.west(at);
        let [base_before, base, base_after] = &self.base_frames;
        let here = base.at(at);
        let inputs = [
            west,
            far_west,
            now.at(at - row),
            before.at(at),
            now.at(at - row - 1),
            now.at(at - row + 1),
            now.at(at - 2 * row),
            before.at(at - 1),
            before.at(at + 1),
            before.at(at - row),
            before.at(at + row),
            long_before.at(at),
            base.at(at - 1) - here,
            base.at(at + 1) - here,
            base.at(at - row) - here,
            base.at(at + row) - here,
            base_before.at(at) - here,
            base_after.at(at) - here,
        ];
        inputs.map(f64::from)
    }
}

/// Rows of values coded before, as long as a survey; some with a place more at either end.
struct Neighbours<'a> {
    up: &'a [f32],
    far_up: &'a [f32],
    here: &'a [f32],
    before_up: &'a [f32],
    before_down: &'a [f32],
    long_before: &'a [f32],
}

/// Rows of the base, likewise.
struct Base<'a> {
    here: &'a [f32],
    up: &'a [f32],
    down: &'a [f32],
    before: &'a [f32],
    after: &'a [f32],
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

/// Copies frame `t` of the base, or the last, and its edges into the margin.
fn load(plane: &mut Plane<f32>, base: ArrayView3<'_, u16>, t: usize) {
    if let Some(last) = base.len_of(Axis(0)).checked_sub(1) {
        plane.fill_to_the_edge(base.index_axis(Axis(0), t.min(last)));
    }
}
