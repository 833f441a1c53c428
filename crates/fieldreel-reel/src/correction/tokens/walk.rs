//! The order in which a correction is coded, in either direction.

use std::ops::Range;

use multiversion::multiversion;

use super::BLOCK;
use super::around::Around;
use super::flags::Flags;
use super::head::Head;
use super::kinds::KindModel;
use super::survey::Survey;
use super::value::{self, Block, LEVELS, TokenCoder};
use super::weights::{ALL, WeightModel, Weights};
use crate::correction::frame::{Far, Frame, is_far};
use crate::correction::{Known, is_coded};
use crate::entropy::BinaryCoder;

/// What an encoder wants to be said of a group of frames.
#[derive(Debug, Clone, Default)]
pub(super) struct WantedGroup {
    pub(super) weights: [f64; ALL],
    pub(super) kinds: [Option<usize>; LEVELS],
}

/// The order in which a correction is coded, and what is known at each point of it.
pub(super) struct Walk<'a> {
    known: Known<'a>,
    size: (usize, usize),
    pub(super) flags: Flags,
    /// Frames that share weights and kinds; 0 if there are no weights, and one group.
    in_group: usize,
    in_turn: bool,
    weight_model: WeightModel,
    weights: Weights,
    kind_model: KindModel,
    /// The kinds of distributions of this group.
    pub(super) kinds: [usize; LEVELS],
    around: Around<'a>,
    survey: Survey,
    /// Blocks side by side that hold anything but 0, of the row of blocks at hand.
    spans: Vec<Range<usize>>,
    /// The values of this frame that are far.
    far: Vec<Far>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        (_, height, width): (usize, usize, usize),
        known: Known<'a>,
        head: &Head,
    ) -> Self {
        Self {
            known,
            size: (height, width),
            flags: Flags::new(height.div_ceil(BLOCK), width.div_ceil(BLOCK)),
            in_group: head.in_group,
            in_turn: head.in_turn,
            weight_model: WeightModel::new(head.step_bits),
            weights: Weights::default(),
            kind_model: KindModel::default(),
            kinds: [0; LEVELS],
            around: Around::new(height, width, known.base),
            survey: Survey::new(width),
            spans: Vec::new(),
            far: Vec::new(),
        }
    }

    /// Whether frame `t` is the first of a group.
    pub(super) fn is_first(&self, t: usize) -> bool {
        t == 0 || self.in_group > 0 && t.is_multiple_of(self.in_group)
    }

    /// The values of the frame that was coded last.
    pub(super) fn frame(&self) -> Frame<'_> {
        let near = self.flags.are_any().then(|| self.around.values());
        Frame::new(near, (BLOCK, self.flags.any_of_rows()), &self.far)
    }

    /// Codes the weights, if there are any, and the kinds of a group of frames.
    pub(super) fn begin_group<C: BinaryCoder>(&mut self, coder: &mut C, wanted: &WantedGroup) {
        if self.in_group > 0 {
            self.weights = self.weight_model.code(coder, &wanted.weights);
        }
        self.kinds = self.kind_model.code(coder, &wanted.kinds);
    }
}

/// Codes the values of frame `t`, which has begun, a run of a row at a time: `read` gives the values to encode from a
/// place on; [`Walk::frame`] has those coded.
///
/// Compiled once more for processors with AVX2, not with its fused multiplication: that rounds otherwise.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2+popcnt"))]
pub(super) fn code_values<C: TokenCoder>(
    walk: &mut Walk<'_>,
    t: usize,
    coder: &mut C,
    read: impl Fn(usize, usize, &mut [i64]),
) {
    walk.far.clear();
    if !walk.flags.are_any() {
        return;
    }
    walk.around
        .begin(t, walk.flags.are_all(), walk.weights.are_any);
    let (height, width) = walk.size;
    let classes = walk.known.frame_of_classes(t);
    let mut block = Block::default();
    for y in 0..height {
        if y % BLOCK == 0 {
            walk.flags.spans(y / BLOCK, &mut walk.spans);
        }
        for blocks in &walk.spans {
            let start = walk.around.index(y, blocks.start * BLOCK);
            let count = blocks.len() * BLOCK;
            walk.survey.make(&walk.around, start, count, &walk.weights);
            let all = blocks.clone().zip(walk.survey.blocks());
            for (column, (guesses, activities, centers, cases)) in all {
                let x = column * BLOCK;
                let length = BLOCK.min(width - x);
                let mut coded = [true; BLOCK];
                if classes.is_some() || length < BLOCK {
                    coded =
                        std::array::from_fn(|i| i < length && is_coded(classes.as_ref(), y, x + i));
                }
                if C::WRITES {
                    read(y, x, &mut block.values[..length]);
                }
                let at = start + x - blocks.start * BLOCK;
                if walk.in_turn {
                    let west = walk.around.west(at);
                    let known = (guesses, activities);
                    value::code_in_turn(coder, &mut block, known, coded, west, &walk.weights);
                } else {
                    value::code(coder, &mut block, (centers, cases), coded);
                }
                walk.around.set(at, &block.near, length);
                while let Some((i, k)) = block.take_beyond() {
                    walk.around.set_one(at + i, k);
                    if is_far(k) {
                        walk.far.push(Far { y, x: x + i, k });
                    }
                }
            }
        }
    }
}
