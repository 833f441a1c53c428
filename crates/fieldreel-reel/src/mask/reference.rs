//! Which earlier frame a frame of a mask is like.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use ndarray::{ArrayView2, ArrayView3, Axis};

use crate::entropy::{AdaptiveBit, BinaryCoder};

/// How far back an encoder looks for a frame that is not the same but near.
const NEAR: u64 = 32;

/// About how many places it compares for that.
const COMPARED: usize = 4096;

/// What a frame is coded with regard to; distances are in frames. Before the first frame, all is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// It is the same as the frame this far back.
    Same(u64),
    /// It is coded with regard to the frame this far back.
    Near(u64),
}

impl Default for Choice {
    fn default() -> Self {
        Self::Same(1)
    }
}

impl Choice {
    /// The distance, of either kind.
    pub(super) fn distance(self) -> u64 {
        let (Self::Same(distance) | Self::Near(distance)) = self;
        distance
    }
}

/// How the choice of a frame is coded.
#[derive(Debug)]
pub(super) struct ReferenceModel {
    last: Choice,
    changes: AdaptiveBit,
    same: AdaptiveBit,
    length: [AdaptiveBit; 64],
}

impl ReferenceModel {
    pub(super) fn new() -> Self {
        Self {
            last: Choice::default(),
            changes: AdaptiveBit::NEW,
            same: AdaptiveBit::NEW,
            length: [AdaptiveBit::NEW; 64],
        }
    }

    /// Codes the choice of the next frame: as the last one, or else which kind and distance.
    pub(super) fn code<C: BinaryCoder>(&mut self, coder: &mut C, choice: Choice) -> Choice {
        if self.changes.code(coder, choice != self.last) {
            let same = self.same.code(coder, matches!(choice, Choice::Same(_)));
            let distance = coder.code_number(choice.distance(), &mut self.length);
            self.last = if same {
                Choice::Same(distance)
            } else {
                Choice::Near(distance)
            };
        }
        self.last
    }
}

/// The frame `distance` before frame `t`; `None` before the first, where all is valid.
pub(super) fn before(t: usize, distance: u64) -> Option<usize> {
    let distance = usize::try_from(distance).ok()?;
    t.checked_sub(distance).filter(|_| distance > 0)
}

/// The frame `distance` before the next, and the one as far before that; `None` before the first, where all is valid.
pub(super) fn earlier(done: ArrayView3<'_, u8>, distance: u64) -> [Option<ArrayView2<'_, u8>>; 2] {
    let frames = done.len_of(Axis(0));
    [Some(distance), distance.checked_mul(2)]
        .map(|distance| Some(done.index_axis_move(Axis(0), before(frames, distance?)?)))
}

/// An encoder's choices.
#[derive(Debug, Default)]
pub(super) struct Chooser {
    last: Choice,
    /// The last frame of each hash.
    seen: HashMap<u64, usize>,
}

impl Chooser {
    /// What to code frame `t` with regard to.
    pub(super) fn choose(&mut self, classes: ArrayView3<'_, u8>, t: usize) -> Choice {
        let frame = classes.index_axis(Axis(0), t);
        let (done, _) = classes.split_at(Axis(0), t);
        let mut hasher = DefaultHasher::new();
        for class in frame {
            class.hash(&mut hasher);
        }
        let alike = self.seen.insert(hasher.finish(), t);
        let before_all = t as u64 + 1;
        // The same distance as last time costs next to nothing, so it comes first and wins a draw.
        let last = self.last.distance().min(before_all);
        let distances = [last, alike.map_or(before_all, |at| (t - at) as u64)];
        let is_same = |distance: &u64| match earlier(done, *distance) {
            [Some(back), _] => back == frame,
            [None, _] => frame.iter().all(|&class| class == 0),
        };
        let same = distances.into_iter().find(is_same);
        let nearest = || {
            let differences = |distance: u64| match earlier(done, distance) {
                [Some(back), _] => differences(frame, back),
                [None, _] => usize::MAX,
            };
            let distances = [last].into_iter().chain(1..=NEAR.min(t as u64));
            distances.min_by_key(|&distance| differences(distance))
        };
        self.last = match same {
            Some(distance) => Choice::Same(distance),
            None => Choice::Near(nearest().unwrap_or(1)),
        };
        self.last
    }
}

/// About how much two frames differ: the number of differences in some of their rows.
fn differences(a: ArrayView2<'_, u8>, b: ArrayView2<'_, u8>) -> usize {
    let every = (a.len() / COMPARED).max(1);
    let rows = a.outer_iter().zip(b.outer_iter()).step_by(every);
    rows.map(|(a, b)| a.iter().zip(b).filter(|(a, b)| a != b).count())
        .sum()
}
