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
    frames: [Plane; 3],
    cases: [Bit; 256],
    are_any: bool,
    are_all: bool,
    any_of_rows: Vec<bool>,
}

impl Flags {
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self {
            size: (rows, columns),
            frames: [(); 3].map(|()| Plane::new(rows, columns)),
            cases: [Bit::NEW; 256],
            are_any: false,
            are_all: false,
            any_of_rows: vec![false; rows],
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

    /// Whether all blocks of this frame do.
    pub(super) fn are_all(&self) -> bool {
        self.are_all
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
        (self.are_any, self.are_all) = (false, true);
        let (rows, columns) = self.size;
        let up = now.stride;
        for (row, any_of_row) in (0..rows).zip(&mut self.any_of_rows) {
            let mut any = false;
            for column in 0..columns {
                let at = now.index(row, column);
                let around =
                    before.at(at - 1) + before.at(at + 1) + before.at(at - up) + before.at(at + up);
                let case = [
                    now.at(at - 1),
                    now.at(at - up),
                    now.at(at - up + 1),
                    now.at(at - up - 1),
                    before.at(at),
                    long_before.at(at),
                ];
                let case = case.iter().fold(around.min(3) as usize, |case, &any| {
                    case << 1 | any as usize
                });
                let flag = self.cases[case].code(coder, wanted(row * columns + column));
                now.set(at, flag.into());
                any |= flag;
                self.are_all &= flag;
            }
            *any_of_row = any;
            self.are_any |= any;
        }
    }
}
