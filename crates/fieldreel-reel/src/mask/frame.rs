//! Coding of the classes of one frame, relative to two reference frames.

use ndarray::{ArrayView1, ArrayView2, s};

use super::neighborhood::FrameContext;
use super::position::{ClassModel, MissingModel};
use crate::entropy::{AdaptiveBit, BinaryCoder};

/// A coder of the classes of frames, whose distributions adapt over all frames of a mask.
#[derive(Debug)]
pub(super) struct FrameCoder {
    context: FrameContext,
    missing_model: MissingModel,
    class_model: ClassModel,
    /// The distributions of the decision that a run ends early, for runs of valid and of missing
    /// values, by the binary logarithm of the expected length.
    run_ends_early: [[AdaptiveBit; usize::BITS as usize]; 2],
    /// The distribution of the decision that the value after a run of missing values is valid. (It
    /// may have another class of missing values.)
    run_ends_valid: AdaptiveBit,
    /// A bit for each class that was coded position by position. Runs only repeat these classes or
    /// class 0.
    class_set: u8,
}

impl FrameCoder {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            context: FrameContext::new(height, width),
            missing_model: MissingModel::new(),
            class_model: ClassModel::new(),
            run_ends_early: [[AdaptiveBit::NEW; usize::BITS as usize]; 2],
            run_ends_valid: AdaptiveBit::NEW,
            class_set: 0,
        }
    }

    /// Returns a bit for each class that was coded so far. The bit of class 0 may be 0 even if
    /// class 0 was coded.
    pub(super) fn class_set(&self) -> u8 {
        self.class_set
    }

    /// Begins a frame with its two reference frames.
    pub(super) fn begin(&mut self, earlier: [Option<ArrayView2<'_, u8>>; 2]) {
        self.context.begin(earlier);
    }

    /// Codes the frame that was begun. An encoder passes its `classes`, and a decoder passes
    /// `None`. `each` receives every row after it is coded.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        classes: Option<ArrayView2<'_, u8>>,
        mut each: impl FnMut(&[u8]),
    ) {
        for y in 0..self.context.height() {
            self.context.compute_row(y);
            let classes = classes.as_ref().map(|classes| classes.row(y));
            self.row(coder, y, classes);
            each(self.context.current.frame_row(y));
        }
    }

    /// Codes a row: as runs where the neighbors agree, and elsewhere position by position.
    fn row<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        y: usize,
        classes: Option<ArrayView1<'_, u8>>,
    ) {
        let class_at = |x: usize| classes.as_ref().map_or(0, |classes| classes[x]);
        let (mut x, width) = (0, self.context.width());
        while x < width {
            let at = self.context.current.index(y, x);
            let Some((class, run)) = self.context.expected_run(x, at) else {
                let (neighborhood, class) = (self.context.neighborhood(x, at), class_at(x));
                let is_missing = self.missing_model.code(coder, neighborhood, class != 0);
                self.set(coder, at, is_missing, class);
                x += 1;
                continue;
            };
            let length = classes.as_ref().map_or(run, |classes| {
                let rest = classes.slice(s![x..x + run]);
                let end = rest.iter().position(|&other| other != class);
                end.unwrap_or(run)
            });
            let ends_early =
                &mut self.run_ends_early[usize::from(class != 0)][run.ilog2() as usize];
            let ends_early = ends_early.code(coder, length < run);
            let length = match ends_early {
                // A damaged stream may contain a greater length.
                true => (coder.code_raw(length as u64, bits_below(run)) as usize).min(run - 1),
                false => run,
            };
            self.context.current.row_mut(at, length).fill(class);
            x += length;
            if ends_early {
                let class_after = class_at(x);
                let is_missing = class == 0 || !self.run_ends_valid.code(coder, class_after == 0);
                self.set(coder, at + length, is_missing, class_after);
                x += 1;
            }
        }
    }

    /// Sets the class at an index. The class is coded if the value is missing, and is 0 otherwise.
    fn set<C: BinaryCoder>(&mut self, coder: &mut C, at: usize, is_missing: bool, class: u8) {
        let class = match is_missing {
            true => self.class_model.code(coder, &self.context, at, class),
            false => 0,
        };
        self.class_set |= 1 << class;
        self.context.current.set(at, class);
    }
}

/// Returns the number of bits of the numbers below `count`.
fn bits_below(count: usize) -> u32 {
    usize::BITS - (count - 1).leading_zeros()
}
