//! Which blocks hold anything but 0.

use std::ops::Range;

use ndarray::ArrayView2;

use super::BLOCK;
use crate::entropy::{BinaryCoder, Bit, Plane};

/// Whether each block of a frame holds anything but 0, in row-major order; what is not coded counts as 0.
pub(super) fn of(frame: ArrayView2<'_, i64>, is_coded: impl Fn(usize, usize) -> bool) -> Vec<bool> {
    let (height, width) = frame.dim();
    let columns = width.div_ceil(BLOCK);
    let mut any = vec![false; height.div_ceil(BLOCK) * columns];
    for ((y, x), _) in frame.indexed_iter().filter(|&(_, &k)| k != 0) {
        if is_coded(y, x) {
            any[y / BLOCK * columns + x / BLOCK] = true;
        }
    }
    any
}

/// Whether each block of a frame and of the two before holds anything but 0, and how that is coded.
#[derive(Debug)]
pub(super) struct Flags {
    size: (usize, usize),
    /// This frame and the two before: 1 where a block holds anything but 0.
    frames: [Plane<u8>; 3],
    cases: [Bit; 256],
    are_any: bool,
    any_of_rows: Vec<bool>,
    /// What the frames before say of each block of a row.
    known: Vec<u8>,
}

impl Flags {
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self {
            size: (rows, columns),
            frames: [(); 3].map(|()| Plane::new(rows, columns)),
            cases: [Bit::NEW; 256],
            are_any: false,
            any_of_rows: vec![false; rows],
            known: vec![0; columns],
        }
    }

    /// Sets `spans` to the blocks of a row, side by side, that hold anything but 0.
    pub(super) fn spans(&self, row: usize, spans: &mut Vec<Range<usize>>) {
        let now = &self.frames[0];
        let flags = now.row(now.index(row, 0), self.size.1);
        spans.clear();
        let mut end = 0;
        while let Some(next) = flags[end..].iter().position(|&any| any != 0) {
            let start = end + next;
            let length = flags[start..].iter().position(|&any| any == 0);
            end = length.map_or(flags.len(), |length| start + length);
            spans.push(start..end);
        }
    }

    /// Whether any block of this frame does.
    pub(super) fn are_any(&self) -> bool {
        self.are_any
    }

    /// Whether any block of each row does.
    pub(super) fn any_of_rows(&self) -> &[bool] {
        &self.any_of_rows
    }

    /// Codes the flags of the next frame: an encoder writes those `wanted`, by the number of the block.
    pub(super) fn code<C: BinaryCoder>(&mut self, coder: &mut C, wanted: impl Fn(usize) -> bool) {
        self.frames.rotate_right(1);
        let [now, before, long_before] = &mut self.frames;
        now.clear();
        self.are_any = false;
        let (rows, columns) = self.size;
        for (row, any_of_row) in (0..rows).zip(&mut self.any_of_rows) {
            let at = now.index(row, 0);
            know(&mut self.known, before, long_before, at);
            let (mut any, mut left) = (false, false);
            for (column, &known) in self.known.iter().enumerate() {
                let above = now.row(at - now.stride + column - 1, 3);
                let above = above[1] << 2 | above[2] << 1 | above[0];
                let case = known | u8::from(left) << 5 | above << 2;
                let case = &mut self.cases[usize::from(case)];
                left = case.code(coder, wanted(row * columns + column));
                now.set(at + column, left.into());
                any |= left;
            }
            *any_of_row = any;
            self.are_any |= any;
        }
    }
}

/// What the two frames before say of a row of blocks, which begins at this index.
fn know(known: &mut [u8], before: &Plane<u8>, long_before: &Plane<u8>, at: usize) {
    let (up, count) = (before.stride, known.len());
    let [left, here, right] = [at - 1, at, at + 1].map(|at| before.row(at, count));
    let [above, below] = [at - up, at + up].map(|at| before.row(at, count));
    let long_before = long_before.row(at, count);
    for (i, known) in known.iter_mut().enumerate() {
        let around = left[i] + right[i] + above[i] + below[i];
        *known = around.min(3) << 6 | here[i] << 1 | long_before[i];
    }
}
