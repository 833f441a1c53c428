//! What is known around a place before its value is coded.

use ndarray::{ArrayView3, Axis};

use super::predict::{Guess, Predictor};
use crate::entropy::Plane;

/// Values are remembered up to this magnitude.
const FAR: i64 = 1 << 14;

/// Steps of the base are looked at up to this magnitude.
const STEEP: i32 = 1 << 11;

/// What is known around a place.
#[derive(Debug)]
pub(super) struct Place {
    /// The row and column.
    pub(super) at: (usize, usize),
    /// The neighbours in this frame.
    pub(super) west: i32,
    pub(super) north: i32,
    pub(super) north_west: i32,
    pub(super) north_east: i32,
    /// The values here, one and two frames before.
    pub(super) before: i32,
    pub(super) long_before: i32,
    /// A weighted sum of the magnitudes around, the weights adding to about 40.
    pub(super) activity: i32,
    /// A mean of the magnitudes here in the frames so far, in units of 1/256.
    pub(super) usual: i32,
    /// How far the base is above its neighbours to the left and right, and above and below, times 2.
    pub(super) bends: [i32; 2],
    /// How the base bends along the diagonals against how it bends along the axes, times 4.
    pub(super) twist: i32,
    /// How far the base is above the frames before and after, times 2.
    pub(super) time_bend: i32,
    /// A guess of the value.
    pub(super) guess: Guess,
}

/// The values coded so far and the base, as far as they are looked at.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    size: (usize, usize),
    /// The values of this frame and of the two before.
    values: [Plane; 3],
    /// For each place, the mean magnitude in the frames so far, in units of 1/256.
    usual: Plane,
    /// The base; none is as good as one that is 0 everywhere.
    base: Option<ArrayView3<'a, u16>>,
    /// The base of the frame before this, of this and of the one after; beyond either end, the frame at that end.
    base_frames: [Plane; 3],
    predictor: Predictor,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(height: usize, width: usize, base: Option<ArrayView3<'a, u16>>) -> Self {
        let plane = || Plane::new(height, width);
        Self {
            size: (height, width),
            values: [plane(), plane(), plane()],
            usual: plane(),
            base,
            base_frames: [plane(), plane(), plane()],
            predictor: Predictor::new(),
        }
    }

    /// Begins frame `t`; frames begin in order.
    pub(super) fn next_frame(&mut self, t: usize) {
        if t > 0 {
            self.remember_usual();
        }
        self.values.rotate_right(1);
        self.values[0].clear();
        let Some(base) = self.base else { return };
        let [before, now, after] = &mut self.base_frames;
        if t == 0 {
            load(after, base, 0);
            now.clone_from(after);
        }
        std::mem::swap(before, now);
        now.clone_from(after);
        load(after, base, t + 1);
    }

    /// Takes the frame just coded into the means.
    fn remember_usual(&mut self) {
        let (height, width) = self.size;
        for y in 0..height {
            let start = self.usual.index(y, 0);
            for at in start..start + width {
                let mean = self.usual.at(at);
                let new = self.values[0].at(at).abs().min(4095) << 8;
                self.usual.set(at, mean + ((new - mean) >> 3));
            }
        }
    }

    /// What is known around a place of this frame.
    #[inline]
    pub(super) fn of(&self, y: usize, x: usize) -> Place {
        let [now, before, long_before] = &self.values;
        let [base_before, base, base_after] = &self.base_frames;
        let row = now.stride;
        let at = now.index(y, x);
        let here = base.at(at);
        let step = |plane: &Plane, at: usize| (plane.at(at) - here).clamp(-STEEP, STEEP);

        let [west, east, north, south] = [at - 1, at + 1, at - row, at + row];
        let values = [
            now.at(west),
            now.at(north),
            now.at(north - 1),
            now.at(north + 1),
            now.at(west - 1),
            now.at(north - row),
            before.at(at),
            before.at(west),
            before.at(east),
            before.at(north),
            before.at(south),
            long_before.at(at),
        ];
        let steps = [
            step(base, west),
            step(base, east),
            step(base, north),
            step(base, south),
            step(base, north - 1),
            step(base, north + 1),
            step(base, south - 1),
            step(base, south + 1),
            step(base, west - 1),
            step(base, east + 1),
            step(base, north - row),
            step(base, south + row),
            step(base_before, at),
            step(base_after, at),
            step(base_before, west),
            step(base_before, east),
            step(base_before, north),
            step(base_before, south),
            step(base_after, west),
            step(base_after, east),
        ];
        let usual = self.usual.at(at);
        let weights = [4, 4, 2, 2, 2, 2, 4, 2, 2, 2, 2, 2];
        let weighted = values
            .iter()
            .zip(weights)
            .map(|(k, weight)| k.abs() * weight);
        let corners = [north - 1, north + 1, south - 1, south + 1].map(|at| before.at(at).abs());
        Place {
            at: (y, x),
            west: values[0],
            north: values[1],
            north_west: values[2],
            north_east: values[3],
            before: values[6],
            long_before: values[11],
            activity: weighted.sum::<i32>() + corners.iter().sum::<i32>() + usual / 64,
            usual,
            bends: [-(steps[0] + steps[1]), -(steps[2] + steps[3])],
            twist: 4 * (steps[0] + steps[1] + steps[2] + steps[3])
                - 2 * (steps[4] + steps[5] + steps[6] + steps[7]),
            time_bend: -(steps[12] + steps[13]),
            guess: self.predictor.guess(values, steps),
        }
    }

    /// Takes note of the value of a place of this frame.
    #[inline]
    pub(super) fn set(&mut self, place: &Place, k: i64) {
        let k = k.clamp(-FAR, FAR) as i32;
        self.predictor.learn(&place.guess, k);
        let (y, x) = place.at;
        let index = self.values[0].index(y, x);
        self.values[0].set(index, k);
    }
}

/// Copies frame `t` of the base, if there is one, and its edges into the margin.
fn load(plane: &mut Plane, base: ArrayView3<'_, u16>, t: usize) {
    if t < base.len_of(Axis(0)) {
        plane.fill_to_the_edge(base.index_axis(Axis(0), t));
    }
}
