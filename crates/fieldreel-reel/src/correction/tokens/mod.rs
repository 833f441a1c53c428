//! The correction as one token a value, by distributions that the writer chose: quick to decode.
//!
//! Frame after frame; a frame in rows of blocks of [`BLOCK`] × [`BLOCK`] places. What is in the blocks is in two
//! sections, read side by side: which blocks hold anything but 0, the [`weights`] of the guesses and the [`kinds`] of the
//! distributions, as binary decisions; and the [values](value) of these blocks. A run of a block's row is coded at once, from
//! what is above and in the frames before; where it makes the correction much smaller, value by value, from what is to the
//! left as well.

mod around;
mod fit;
mod flags;
mod head;
mod kinds;
mod symbols;
mod tables;
mod value;
mod weights;

use multiversion::multiversion;
use ndarray::{ArrayView2, ArrayView3, Axis, s};

use super::{Known, is_coded};
use crate::entropy::{BinaryCoder, Corrupt, Decoder, Encoder, copy_run};
use crate::wire::{Reader, Writer};
use around::{Around, Survey};
use fit::Samples;
use flags::Flags;
use head::{Head, Wanted};
use kinds::KindModel;
use symbols::{Reading, Recorder};
use value::{Block, LEVELS, TokenCoder};
use weights::{ALL, WeightModel, Weights};

/// The height and width of a block, in places.
const BLOCK: usize = 8;

/// About so many values other than 0 are worth weights of their own.
const VALUES_A_GROUP: usize = 6000;

/// Values are coded in turn where that makes the correction smaller by more than one part in this.
const WORTH_TURNS: usize = 24;

/// The bytes of a correction, for [`decode`] with the same `known`.
pub(super) fn encode<'a>(k: ArrayView3<'a, i64>, known: Known<'a>) -> Vec<u8> {
    let plan = Plan::of(k, known);
    let at_once = plan.encode(k, known, false);
    if plan.in_group == 0 {
        return at_once;
    }
    let in_turn = plan.encode(k, known, true);
    let saved = at_once.len().saturating_sub(in_turn.len());
    if saved > at_once.len() / WORTH_TURNS {
        in_turn
    } else {
        at_once
    }
}

/// As [`encode`], with values coded in turn or not.
#[cfg(test)]
pub(super) fn encode_so<'a>(k: ArrayView3<'a, i64>, known: Known<'a>, in_turn: bool) -> Vec<u8> {
    Plan::of(k, known).encode(k, known, in_turn)
}

/// What an encoder knows of a correction before it codes it.
struct Plan {
    /// Which blocks of each frame hold anything but 0.
    flags: Vec<Vec<bool>>,
    /// Frames that share weights; 0 if there are none.
    in_group: usize,
    /// What the weights of each group are fitted to.
    samples: Vec<Samples>,
}

impl Plan {
    fn of(k: ArrayView3<'_, i64>, known: Known<'_>) -> Self {
        let flags: Vec<Vec<bool>> = k
            .axis_iter(Axis(0))
            .enumerate()
            .map(|(t, frame)| {
                let classes = known.frame_of_classes(t);
                flags::of(frame, |y, x| is_coded(classes.as_ref(), y, x))
            })
            .collect();
        let frames = k.len_of(Axis(0));
        let count = k.iter().filter(|&&k| k != 0).count();
        let groups = ((count + 3 * VALUES_A_GROUP / 4) / VALUES_A_GROUP).min(24);
        let in_group = match groups {
            0 => 0,
            groups => frames.div_ceil(groups),
        };
        let starts = (0..frames).step_by(in_group.max(1));
        let samples = starts
            .filter(|_| in_group > 0)
            .map(|start| Samples::of(k, known, start..(start + in_group).min(frames), &flags))
            .collect();
        Self {
            flags,
            in_group,
            samples,
        }
    }

    fn encode<'a>(&self, k: ArrayView3<'a, i64>, known: Known<'a>, in_turn: bool) -> Vec<u8> {
        let mut wanted = Wanted {
            in_group: self.in_group,
            step_bits: self.samples.iter().map(Samples::step_bits).max(),
            in_turn,
            ..Wanted::default()
        };
        let samples = self.samples.iter();
        let mut groups: Vec<WantedGroup> = samples
            .map(|samples| WantedGroup {
                weights: samples.weights(in_turn),
                ..WantedGroup::default()
            })
            .collect();
        let mut recorder = Recorder::default();
        self.decide(k, known, &wanted, &groups, |walk, t, is_first, frame| {
            if is_first {
                recorder.begin_group();
            }
            let read = |y: usize, x: usize, block: &mut [i64]| {
                for (place, &k) in block.iter_mut().zip(frame.slice(s![y, x..])) {
                    *place = k;
                }
            };
            code_values(walk, t, &mut recorder, read, |_, _, _, _| {});
        });
        // What comes first is known last.
        wanted.lanes = recorder.lanes();
        let kinds = recorder.kinds();
        groups.resize_with(kinds.len(), WantedGroup::default);
        for (group, kinds) in groups.iter_mut().zip(kinds) {
            group.kinds = kinds;
        }
        let mut kinds = Vec::new();
        let each = |walk: &mut Walk<'_>, _, is_first, _| {
            if is_first {
                kinds.push(walk.kinds);
            }
        };
        let (decisions, lanes) = self.decide(k, known, &wanted, &groups, each);
        let mut writer = Writer::default();
        writer.block(&decisions);
        let mut bytes = writer.into_bytes();
        bytes.extend(recorder.finish(&kinds, lanes));
        bytes
    }

    /// The bytes of the decisions, and the number of lanes; after the decisions of a frame, `each` is told whether it is
    /// the first of a group and may code its values.
    fn decide<'a>(
        &self,
        k: ArrayView3<'a, i64>,
        known: Known<'a>,
        wanted: &Wanted,
        groups: &[WantedGroup],
        mut each: impl FnMut(&mut Walk<'a>, usize, bool, ArrayView2<'a, i64>),
    ) -> (Vec<u8>, usize) {
        let mut decisions = Encoder::new();
        let head = Head::code(&mut decisions, wanted);
        let mut walk = Walk::new(k.dim(), known, &head);
        let mut groups = groups.iter();
        for (t, flags) in self.flags.iter().enumerate() {
            let is_first = walk.is_first(t);
            if is_first {
                let wanted = groups.next().cloned().unwrap_or_default();
                walk.begin_group(&mut decisions, &wanted);
            }
            let any = |block| flags.get(block) == Some(&true);
            walk.flags.code(&mut decisions, any);
            each(&mut walk, t, is_first, k.index_axis_move(Axis(0), t));
        }
        (decisions.finish(), head.lanes)
    }
}

/// What an encoder wants to be said of a group of frames.
#[derive(Debug, Clone, Default)]
struct WantedGroup {
    weights: [f64; ALL],
    kinds: [Option<usize>; LEVELS],
}

/// Gives `each` frame of the correction that [`encode`] wrote, in row-major order, or some other if the bytes are not its.
pub(super) fn decode(
    bytes: &[u8],
    (frames, height, width): (usize, usize, usize),
    known: Known<'_>,
    mut each: impl FnMut(usize, &[i64]),
) -> Result<(), Corrupt> {
    let mut reader = Reader::new(bytes);
    let decisions = reader.block().map_err(|_| Corrupt)?;
    let symbols = reader.raw(reader.len()).map_err(|_| Corrupt)?;
    let mut decisions = Decoder::new(decisions);
    let head = Head::code(&mut decisions, &Wanted::default());
    let mut symbols = Reading::new(symbols, head.lanes);
    let mut walk = Walk::new((frames, height, width), known, &head);
    let mut frame = vec![0; height * width];
    for t in 0..frames {
        // Where nothing was written, all is 0 still.
        for (row, rows) in frame.chunks_mut((BLOCK * width).max(1)).enumerate() {
            if walk.flags.span(row, 0).is_some() {
                rows.fill(0);
            }
        }
        if walk.is_first(t) {
            walk.begin_group(&mut decisions, &WantedGroup::default());
            symbols.begin_group(&walk.kinds);
        }
        walk.flags.code(&mut decisions, |_| false);
        let write = |y: usize, x: usize, block: &[i64; BLOCK], length: usize| {
            let places = frame.get_mut(y * width + x..).unwrap_or_default();
            copy_run(places, block, length);
        };
        code_values(&mut walk, t, &mut symbols, |_, _, _| {}, write);
        each(t, &frame);
    }
    Ok(())
}

/// The order in which a correction is coded, and what is known at each point of it.
struct Walk<'a> {
    known: Known<'a>,
    size: (usize, usize),
    flags: Flags,
    /// Frames that share weights and kinds; 0 if there are no weights, and one group.
    in_group: usize,
    in_turn: bool,
    weight_model: WeightModel,
    weights: Weights,
    kind_model: KindModel,
    /// The kinds of distributions of this group.
    kinds: [usize; LEVELS],
    around: Around<'a>,
    survey: Survey,
}

impl<'a> Walk<'a> {
    fn new((_, height, width): (usize, usize, usize), known: Known<'a>, head: &Head) -> Self {
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
        }
    }

    /// Whether frame `t` is the first of a group.
    fn is_first(&self, t: usize) -> bool {
        t == 0 || self.in_group > 0 && t.is_multiple_of(self.in_group)
    }

    /// Codes the weights, if there are any, and the kinds of a group of frames.
    fn begin_group<C: BinaryCoder>(&mut self, coder: &mut C, wanted: &WantedGroup) {
        if self.in_group > 0 {
            self.weights = self.weight_model.code(coder, &wanted.weights);
        }
        self.kinds = self.kind_model.code(coder, &wanted.kinds);
    }
}

/// Codes the values of frame `t`, which has begun, a run of a row at a time: `read` gives the values to encode from a
/// place on, `write` takes those coded.
#[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
fn code_values<C: TokenCoder>(
    walk: &mut Walk<'_>,
    t: usize,
    coder: &mut C,
    read: impl Fn(usize, usize, &mut [i64]),
    mut write: impl FnMut(usize, usize, &[i64; BLOCK], usize),
) {
    if !walk.flags.are_any() {
        return;
    }
    walk.around.begin(t, walk.weights.are_any);
    let (height, width) = walk.size;
    let classes = walk.known.frame_of_classes(t);
    for y in 0..height {
        let mut next = 0;
        while let Some(blocks) = walk.flags.span(y / BLOCK, next) {
            next = blocks.end;
            let start = walk.around.index(y, blocks.start * BLOCK);
            let count = blocks.len() * BLOCK;
            walk.around
                .survey(start, count, &walk.weights, &mut walk.survey);
            let all = blocks.zip(walk.survey.blocks());
            for (block, (guesses, activities, centers, cases)) in all {
                let x = block * BLOCK;
                let length = BLOCK.min(width - x);
                let mut coded = [true; BLOCK];
                if classes.is_some() || length < BLOCK {
                    coded =
                        std::array::from_fn(|i| i < length && is_coded(classes.as_ref(), y, x + i));
                }
                let mut block = Block::default();
                if C::WRITES {
                    read(y, x, &mut block.values[..length]);
                }
                let at = walk.around.index(y, x);
                if walk.in_turn {
                    let west = walk.around.west(at);
                    let known = (guesses, activities);
                    value::code_in_turn(coder, &mut block, known, coded, west, &walk.weights);
                } else {
                    value::code(coder, &mut block, (centers, cases), coded);
                }
                walk.around.set(at, &block.remembered, length);
                write(y, x, &block.values, length);
            }
        }
    }
}

/// 0, −1, 1, −2, 2 … as 0, 1, 2, 3, 4 …
#[inline]
fn fold(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// The number that [`fold`] made this of.
#[inline]
fn unfold(folded: u64) -> i64 {
    (folded >> 1) as i64 ^ -((folded & 1) as i64)
}
