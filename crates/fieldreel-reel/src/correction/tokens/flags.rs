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
}

impl Flags {
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self {
            size: (rows, columns),
            frames: [(); 3].map(|()| Plane::new(rows, columns)),
            cases: [Bit::NEW; 256],
            are_any: false,
        }
    }

    /// The next blocks of a row, side by side, that hold anything but 0, from a column on.
    pub(super) fn span(&self, row: usize, column: usize) -> Option<Range<usize>> {
        let now = &self.frames[0];
        let flags = now.row(now.index(row, 0), self.size.1);
        let start = column + flags[column..].iter().position(|&any| any != 0)?;
        let length = flags[start..].iter().position(|&any| any == 0);
        Some(start..length.map_or(flags.len(), |length| start + length))
    }

    /// Whether any block of this frame does.
    pub(super) fn are_any(&self) -> bool {
        self.are_any
    }

    /// Codes the flags of the next frame: an encoder writes those of `any`, by the number of the block.
    pub(super) fn code<C: BinaryCoder>(&mut self, coder: &mut C, any: impl Fn(usize) -> bool) {
        self.frames.rotate_right(1);
        let [now, before, long_before] = &mut self.frames;
        now.clear();
        self.are_any = false;
        let (rows, columns) = self.size;
        let up = now.stride;
        for row in 0..rows {
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
                let flag = self.cases[case].code(coder, any(row * columns + column));
                now.set(at, flag.into());
                self.are_any |= flag;
            }
        }
    }
}
