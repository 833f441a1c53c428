//! The order in which a correction is coded, in either direction.

use std::ops::Range;

use multiversion::multiversion;

use super::around::Around;
use super::coder::TokenCoder;
use super::flags::Flags;
use super::head::Head;
use super::kinds::KindModel;
use super::row::Row;
use super::span::Span;
use super::survey::Survey;
use super::value::LEVELS;
use super::weights::{ALL, WeightModel, Weights};
use super::{BLOCK, turn};
use crate::correction::Known;
use crate::correction::frame::{Far, Frame};
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
    span: Span,
    row: Row,
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
            span: Span::default(),
            row: Row::default(),
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
    let (height, width) = walk.size;
    let rows = walk.flags.any_of_rows();
    let first = rows.iter().position(|&any| any).unwrap_or(0);
    let end = rows.iter().rposition(|&any| any).map_or(0, |last| last + 1);
    let rows = first * BLOCK..(end * BLOCK).min(height);
    let with_base = walk.weights.are_any_of_base;
    walk.around.begin(t, rows.clone(), true, with_base);
    let classes = walk.known.frame_of_classes(t);
    for y in rows {
        if y % BLOCK == 0 {
            walk.flags.spans(y / BLOCK, &mut walk.spans);
        }
        let far = &mut walk.far;
        let mut each_far = |x, k| far.push(Far { y, x, k });
        let classes = classes.as_ref().filter(|classes| y < classes.nrows());
        let classes = classes.map(|classes| classes.row(y));
        let mut end = 0;
        for blocks in &walk.spans {
            walk.around.clear(y, end..blocks.start * BLOCK);
            end = (blocks.end * BLOCK).min(width);
            let (x, span) = (blocks.start * BLOCK, &mut walk.span);
            let start = walk.around.index(y, x);
            let places = blocks.len() * BLOCK;
            walk.survey.make(&walk.around, start, places, &walk.weights);
            let read = C::WRITES.then_some(|values: &mut [i64]| read(y, x, values));
            span.begin(x, blocks.len(), width, classes, read);
            if walk.in_turn {
                let around = (&mut walk.around, start);
                turn::code(
                    coder,
                    span,
                    &walk.survey,
                    around,
                    &walk.weights,
                    &mut each_far,
                );
            } else {
                let near = walk.around.row_mut(start, span.length);
                walk.row
                    .code(coder, span, &mut walk.survey, near, &mut each_far);
            }
        }
        walk.around.clear(y, end..width);
    }
}
