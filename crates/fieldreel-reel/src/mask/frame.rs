//! The classes of a frame, with regard to two earlier ones.

use ndarray::{ArrayView1, ArrayView2, s};

use super::around::Frames;
use super::place::{ClassModel, MissingModel};
use crate::entropy::{AdaptiveBit, BinaryCoder};

/// How the classes of a frame are coded.
#[derive(Debug)]
pub(super) struct FrameModel {
    frames: Frames,
    missing: MissingModel,
    classes: ClassModel,
    /// Whether a run ends before it must, by how many bits its length has: of valid values, and of missing ones.
    ends: [[AdaptiveBit; usize::BITS as usize]; 2],
    /// Whether what ends a run of missing values is valid.
    becomes_valid: AdaptiveBit,
    /// A bit for each class that was coded: no place is of another but 0.
    kinds: u8,
}

impl FrameModel {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            frames: Frames::new(height, width),
            missing: MissingModel::new(),
            classes: ClassModel::new(),
            ends: [[AdaptiveBit::NEW; usize::BITS as usize]; 2],
            becomes_valid: AdaptiveBit::NEW,
            kinds: 0,
        }
    }

    /// A bit for each class that was coded so far, and maybe one for class 0.
    pub(super) fn kinds(&self) -> u8 {
        self.kinds
    }

    /// Begins a frame, with regard to two earlier ones.
    pub(super) fn begin(&mut self, earlier: [Option<ArrayView2<'_, u8>>; 2]) {
        self.frames.begin(earlier);
    }

    /// Codes the frame that has begun: an encoder writes `wanted`, which a decoder has not; `each` takes the rows that were
    /// coded.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        wanted: Option<ArrayView2<'_, u8>>,
        mut each: impl FnMut(&[u8]),
    ) {
        for y in 0..self.frames.height() {
            self.frames.survey(y);
            let wanted = wanted.as_ref().map(|wanted| wanted.row(y));
            self.row(coder, y, wanted);
            each(self.frames.now.frame_row(y));
        }
    }

    /// Codes a row: runs of places that are expected to be as those around them, and places one by one.
    fn row<C: BinaryCoder>(&mut self, coder: &mut C, y: usize, wanted: Option<ArrayView1<'_, u8>>) {
        let wanted_at = |x: usize| wanted.as_ref().map_or(0, |wanted| wanted[x]);
        let (mut x, width) = (0, self.frames.width());
        while x < width {
            let at = self.frames.now.index(y, x);
            let Some((class, run)) = self.frames.run(x, at) else {
                let (around, class) = (self.frames.around(x, at), wanted_at(x));
                let is_missing = self.missing.code(coder, around, class != 0);
                self.set(coder, at, is_missing, class);
                x += 1;
                continue;
            };
            let alike = wanted.as_ref().map_or(run, |wanted| {
                let rest = wanted.slice(s![x..x + run]);
                let end = rest.iter().position(|&wanted| wanted != class);
                end.unwrap_or(run)
            });
            let ends = &mut self.ends[usize::from(class != 0)][run.ilog2() as usize];
            let ends = ends.code(coder, alike < run);
            let alike = match ends {
                // A damaged stream may say more.
                true => (coder.code_raw(alike as u64, bits(run)) as usize).min(run - 1),
                false => run,
            };
            self.frames.now.row_mut(at, alike).fill(class);
            x += alike;
            if ends {
                let wanted = wanted_at(x);
                let is_missing = class == 0 || !self.becomes_valid.code(coder, wanted == 0);
                self.set(coder, at + alike, is_missing, wanted);
                x += 1;
            }
        }
    }

    /// Sets the class of a place, which is coded if the value is missing.
    fn set<C: BinaryCoder>(&mut self, coder: &mut C, at: usize, is_missing: bool, class: u8) {
        let class = match is_missing {
            true => self.classes.code(coder, &self.frames, at, class),
            false => 0,
        };
        self.kinds |= 1 << class;
        self.frames.now.set(at, class);
    }
}

/// How many bits the numbers below this one have at most.
fn bits(count: usize) -> u32 {
    usize::BITS - (count - 1).leading_zeros()
}
