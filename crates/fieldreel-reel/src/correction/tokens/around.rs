//! What is known around a run of places before their values are coded.

use std::ops::Range;

use ndarray::{ArrayView3, Axis};

use super::survey::{Base, Neighbours};
use super::weights::ALL;
use crate::correction::frame::near;
use crate::entropy::Plane;

/// The values to the left of a place: the nearest, and the one before.
pub(super) type West = [f32; 2];

/// The values coded so far and the base, as far as they are looked at. All are whole numbers that `f32` holds exactly,
/// save for the means.
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// The values of this frame and of the two before.
    values: [Plane<f32>; 3],
    /// The rows of each that were set: in all others, all values are 0.
    set_rows: [Range<usize>; 3],
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
            set_rows: [0..0, 0..0, 0..0],
            values_of: None,
            base,
            base_of: None,
            base_frames: [plane(), plane(), plane()],
        }
    }

    /// Begins frame `t`, of which values in these rows will be set, and the base is known if it is asked for. Frames begin
    /// in order, from any; those left out hold nothing but 0. All values are 0, but those of these rows where all of them
    /// will be set.
    pub(super) fn begin(&mut self, t: usize, rows: Range<usize>, sets_all: bool, with_base: bool) {
        let passed = self.values_of.map_or(3, |last| t.saturating_sub(last));
        for left in (0..passed.min(3)).rev() {
            self.values.rotate_right(1);
            self.set_rows.rotate_right(1);
            let set = std::mem::take(&mut self.set_rows[0]);
            let kept = if left == 0 && sets_all {
                rows.clone()
            } else {
                0..0
            };
            self.values[0].clear_rows(set.start..set.end.min(kept.start));
            self.values[0].clear_rows(set.start.max(kept.end)..set.end);
        }
        self.set_rows[0] = rows;
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

    /// The values of this frame, those that are far as the last near ones on the way to them.
    pub(super) fn values(&self) -> &Plane<f32> {
        &self.values[0]
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

    /// `count` values of this frame, from an index on, to be set.
    #[inline(always)]
    pub(super) fn row_mut(&mut self, at: usize, count: usize) -> &mut [f32] {
        self.values[0].row_mut(at, count)
    }

    /// Sets values of these columns of a row of this frame to 0.
    #[inline(always)]
    pub(super) fn clear(&mut self, y: usize, columns: Range<usize>) {
        let start = self.index(y, columns.start);
        self.values[0].row_mut(start, columns.len()).fill(0.0);
    }

    /// Takes note of one value, and gives the near one that stands for it.
    pub(super) fn set_one(&mut self, at: usize, k: i64) -> f32 {
        let near = near(k);
        self.values[0].set(at, near);
        near
    }

    /// The values around `count` places from an index on.
    #[inline(always)]
    pub(super) fn neighbours(&self, at: usize, count: usize) -> Neighbours<'_> {
        let row = self.values[0].stride;
        let [now, before, long_before] = &self.values;
        Neighbours {
            up: now.row(at - row - 1, count + 2),
            far_up: now.row(at - 2 * row, count),
            here: before.row(at - 1, count + 2),
            before_up: before.row(at - row, count),
            before_down: before.row(at + row, count),
            long_before: long_before.row(at, count),
        }
    }

    /// The base there and around.
    #[inline(always)]
    pub(super) fn base(&self, at: usize, count: usize) -> Base<'_> {
        let row = self.values[0].stride;
        let [before, now, after] = &self.base_frames;
        Base {
            here: now.row(at - 1, count + 2),
            up: now.row(at - row, count),
            down: now.row(at + row, count),
            before: before.row(at, count),
            after: after.row(at, count),
        }
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

/// Copies frame `t` of the base, or the last, and its edges into the margin.
fn load(plane: &mut Plane<f32>, base: ArrayView3<'_, u16>, t: usize) {
    if let Some(last) = base.len_of(Axis(0)).checked_sub(1) {
        plane.fill_to_the_edge(base.index_axis(Axis(0), t.min(last)));
    }
}
