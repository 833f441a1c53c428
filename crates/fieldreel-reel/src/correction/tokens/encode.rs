//! A correction into bytes.

use ndarray::{ArrayView2, ArrayView3, Axis, s};

use super::fit::Samples;
use super::flags;
use super::head::{Head, Wanted};
use super::symbols::Recorder;
use super::walk::{Walk, WantedGroup, code_values};
use crate::correction::{Known, is_coded};
use crate::entropy::Encoder;
use crate::wire::Writer;

/// About so many values other than 0 are worth weights of their own.
const VALUES_A_GROUP: usize = 6000;

/// Values are coded in turn where that makes the correction smaller by more than one part in this.
const WORTH_TURNS: usize = 40;

/// The bytes of a correction, for [`decode`] with the same `known`: as quick to decode as can be.
///
/// Nothing is guessed from the base: that would save 0.3 % of a segment, and take 5 % of the time to decode it.
pub(in crate::correction) fn encode<'a>(k: ArrayView3<'a, i64>, known: Known<'a>) -> Vec<u8> {
    let known = Known {
        base: None,
        ..known
    };
    Plan::of(k, known).encode(k, known, false)
}

/// As [`encode`], with values coded in turn where that is worth the time.
pub(in crate::correction) fn encode_smaller<'a>(
    k: ArrayView3<'a, i64>,
    known: Known<'a>,
) -> Vec<u8> {
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
pub(in crate::correction) fn encode_so<'a>(
    k: ArrayView3<'a, i64>,
    known: Known<'a>,
    in_turn: bool,
) -> Vec<u8> {
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
            code_values(walk, t, &mut recorder, read);
        });
        // What comes first is known last.
        wanted.on_lanes = recorder.is_worth_lanes();
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
        let (bits, tokens) = recorder.finish(&kinds, lanes);
        writer.block(&decisions);
        if !tokens.is_empty() {
            writer.block(&bits);
            writer.raw(&tokens);
        }
        writer.into_bytes()
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
