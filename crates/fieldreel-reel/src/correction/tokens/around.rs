//! What is known around a run of places before their values are coded.

use ndarray::{ArrayView3, Axis};
use wide::f32x8;

use super::BLOCK;
use super::weights::{ALL, STEPS, VALUES, Weights};
use crate::entropy::Plane;

/// Values are remembered up to this magnitude.
const FAR: i64 = 1 << 14;

/// What is known around [`BLOCK`] places of a row, save for what is to the left of each.
#[derive(Debug)]
pub(super) struct Run {
    /// A guess of each value, in units of 2^−16.
    pub(super) guess: [i32; BLOCK],
    /// A weighted sum of the magnitudes around.
    pub(super) activity: [i32; BLOCK],
    /// The value above and the one in the frame before, added.
    pub(super) near: [i32; BLOCK],
    /// How large values usually are here, and how the base bends: less than [`HABITS`].
    pub(super) habit: [i32; BLOCK],
}

/// Steps of the usual magnitude, and of how the base bends.
const USUAL_STEPS: usize = 12;
pub(super) const BEND_STEPS: usize = 13;

/// Cases told apart by [`Run::habit`].
pub(super) const HABITS: usize = USUAL_STEPS * BEND_STEPS;

/// The values to the left of a place: the nearest, and the one before.
pub(super) type West = [i32; 2];

/// A value as it is remembered.
#[inline(always)]
pub(super) fn remembered(k: i64) -> i32 {
    k.clamp(-FAR, FAR) as i32
}

/// The values coded so far and the base, as far as they are looked at. All are whole numbers that `f32` holds exactly,
/// save for the means.
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// The values of this frame and of the two before.
    values: [Plane<f32>; 3],
    /// For each place, the mean magnitude in the frames so far.
    usual: Plane<f32>,
    base: Option<ArrayView3<'a, u16>>,
    /// The base of the frame before this, of this and of the one after; beyond either end, the frame at that end.
    base_frames: [Plane<f32>; 3],
}

impl<'a> Around<'a> {
    pub(super) fn new(height: usize, width: usize, base: Option<ArrayView3<'a, u16>>) -> Self {
        let plane = || Plane::new(height, width);
        Self {
            values: [plane(), plane(), plane()],
            usual: plane(),
            base,
            base_frames: [plane(), plane(), plane()],
        }
    }

    /// Begins frame `t`; frames begin in order, from any.
    pub(super) fn next_frame(&mut self, t: usize, is_first: bool) {
        if !is_first {
            for (usual, now) in self.usual.rows_mut().zip(self.values[0].rows_mut()) {
                for (usual, now) in usual.iter_mut().zip(now) {
                    *usual += (now.abs().min(4095.0) - *usual) * 0.125;
                }
            }
        }
        self.values.rotate_right(1);
        self.values[0].clear();
        let Some(base) = self.base else { return };
        if is_first {
            let [before, now, after] = &mut self.base_frames;
            load(before, base, t.saturating_sub(1));
            load(now, base, t);
            load(after, base, t + 1);
        } else {
            self.base_frames.rotate_left(1);
            load(&mut self.base_frames[2], base, t + 1);
        }
    }

    /// The index of a place.
    pub(super) fn index(&self, y: usize, x: usize) -> usize {
        self.values[0].index(y, x)
    }

    /// The two values to the left of an index of this frame: the nearest, and the one before.
    #[inline(always)]
    pub(super) fn west(&self, at: usize) -> West {
        [1, 2].map(|left| self.values[0].at(at - left) as i32)
    }

    /// Takes note of values of this frame from an index on.
    #[inline(always)]
    pub(super) fn set(&mut self, at: usize, values: &[i64]) {
        let mut kept = [0.0; BLOCK];
        for (kept, &k) in kept.iter_mut().zip(values) {
            *kept = remembered(k) as f32;
        }
        self.values[0].set_run(at, &kept[..values.len().min(BLOCK)]);
    }

    /// What is around the places from an index on.
    #[inline(always)]
    pub(super) fn run(&self, at: usize, weights: &Weights) -> Run {
        let values = self.values_around(at);
        let steps = self.steps_around(at);
        let mut guess = f32x8::ZERO;
        for (input, weight) in values.iter().zip(weights.values) {
            guess += *input * weight;
        }
        for (input, weight) in steps.iter().zip(weights.steps) {
            guess += *input * weight;
        }
        let guess = guess.max(f32x8::splat(-16384.0)).min(f32x8::splat(16384.0)) * 65536.0;

        let usual = f32x8::new(self.usual.run(at));
        let [north, north_west, north_east, far_north, before, rest @ ..] = &values;
        let beside = [north_west, north_east, far_north].into_iter().chain(rest);
        let beside = beside.fold(f32x8::ZERO, |sum, value| sum + value.abs());
        let activity = (usual + north.abs() + before.abs()) * 4.0 + beside * 2.0;

        let [west, east, up, down, ..] = steps;
        let bend = (west + east).abs() + (up + down).abs();
        // So large that they are the last steps.
        let usual = (usual * 4.0).min(f32x8::splat(62.0)).to_array();
        let bend = bend.min(f32x8::splat(8190.0)).to_array();
        let mut habit = [0; BLOCK];
        for i in 0..BLOCK {
            habit[i] = halves(usual[i]) * BEND_STEPS as i32 + (halves(bend[i]) >> 1);
        }
        Run {
            guess: guess.fast_trunc_int().to_array(),
            activity: activity.fast_trunc_int().to_array(),
            near: (*north + *before).fast_trunc_int().to_array(),
            habit,
        }
    }

    /// What a guess at an index is made of, in the order of the weights.
    pub(super) fn inputs(&self, at: usize) -> [f64; ALL] {
        let west = self.west(at).map(|value| value as f32);
        let values = self.values_around(at).map(|run| run.to_array()[0]);
        let steps = self.steps_around(at).map(|run| run.to_array()[0]);
        let mut all = west.iter().chain(&values).chain(&steps).copied();
        std::array::from_fn(|_| all.next().unwrap_or(0.0).into())
    }

    #[inline(always)]
    fn values_around(&self, at: usize) -> [f32x8; VALUES] {
        let [now, before, long_before] = &self.values;
        let row = now.stride;
        let run = |plane: &Plane<f32>, at: usize| f32x8::new(plane.run(at));
        [
            run(now, at - row),
            run(now, at - row - 1),
            run(now, at - row + 1),
            run(now, at - 2 * row),
            run(before, at),
            run(before, at - 1),
            run(before, at + 1),
            run(before, at - row),
            run(before, at + row),
            run(long_before, at),
        ]
    }

    #[inline(always)]
    fn steps_around(&self, at: usize) -> [f32x8; STEPS] {
        let [before, now, after] = &self.base_frames;
        let row = now.stride;
        let here = f32x8::new(now.run(at));
        let step = |plane: &Plane<f32>, at: usize| f32x8::new(plane.run(at)) - here;
        [
            step(now, at - 1),
            step(now, at + 1),
            step(now, at - row),
            step(now, at + row),
            step(now, at - row - 1),
            step(now, at - row + 1),
            step(now, at + row - 1),
            step(now, at + row + 1),
            step(before, at),
            step(after, at),
        ]
    }
}

/// Two steps per octave of `value + 1`: the exponent and the first bit of its mantissa.
#[inline]
fn halves(value: f32) -> i32 {
    ((value + 1.0).to_bits() >> 22) as i32 - 254
}

/// Copies frame `t` of the base, or the last, and its edges into the margin.
fn load(plane: &mut Plane<f32>, base: ArrayView3<'_, u16>, t: usize) {
    if let Some(last) = base.len_of(Axis(0)).checked_sub(1) {
        plane.fill_to_the_edge(base.index_axis(Axis(0), t.min(last)));
    }
}
