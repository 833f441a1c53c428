//! The choice of the reference frame of each frame of a mask.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use ndarray::{ArrayView2, ArrayView3, Axis};

use crate::entropy::{AdaptiveBit, BinaryCoder};

/// The largest distance at which a similar frame is searched for.
const MAX_SEARCH_DISTANCE: u64 = 32;

/// The approximate number of positions of two frames that are compared in the search for a similar
/// one.
const COMPARED_POSITIONS: usize = 4096;

/// The reference of a frame. Distances are in frames, and all values before the first frame are
/// valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameReference {
    /// The frame equals the frame at this distance.
    Same(u64),
    /// The frame is coded relative to the frame at this distance.
    Near(u64),
}

impl Default for FrameReference {
    fn default() -> Self {
        Self::Same(1)
    }
}

impl FrameReference {
    /// Returns the distance to the reference frame.
    pub(super) fn distance(self) -> u64 {
        let (Self::Same(distance) | Self::Near(distance)) = self;
        distance
    }
}

/// An adaptive model of the references of frames.
#[derive(Debug)]
pub(super) struct ReferenceModel {
    last: FrameReference,
    changed: AdaptiveBit,
    is_same: AdaptiveBit,
    distance_bits: [AdaptiveBit; 64],
}

impl ReferenceModel {
    pub(super) fn new() -> Self {
        Self {
            last: FrameReference::default(),
            changed: AdaptiveBit::NEW,
            is_same: AdaptiveBit::NEW,
            distance_bits: [AdaptiveBit::NEW; 64],
        }
    }

    /// Codes the reference of the next frame: whether it changed and, if so, its variant and
    /// distance.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        reference: FrameReference,
    ) -> FrameReference {
        if self.changed.code(coder, reference != self.last) {
            let same = self
                .is_same
                .code(coder, matches!(reference, FrameReference::Same(_)));
            let distance = coder.code_number(reference.distance(), &mut self.distance_bits);
            self.last = if same {
                FrameReference::Same(distance)
            } else {
                FrameReference::Near(distance)
            };
        }
        self.last
    }
}

/// Returns the index of the frame at `distance` before frame `t`; `None` before the first frame,
/// where all values are valid.
pub(super) fn frame_before(t: usize, distance: u64) -> Option<usize> {
    let distance = usize::try_from(distance).ok()?;
    t.checked_sub(distance).filter(|_| distance > 0)
}

/// Returns the frame at `distance` before the next frame, and the frame at twice that distance;
/// `None` before the first frame, where all values are valid.
pub(super) fn reference_frames(
    coded: ArrayView3<'_, u8>,
    distance: u64,
) -> [Option<ArrayView2<'_, u8>>; 2] {
    let frames = coded.len_of(Axis(0));
    [Some(distance), distance.checked_mul(2)]
        .map(|distance| Some(coded.index_axis_move(Axis(0), frame_before(frames, distance?)?)))
}

/// The state from which an encoder chooses references.
#[derive(Debug, Default)]
pub(super) struct ReferenceFinder {
    last: FrameReference,
    /// The index of the last frame with each hash.
    last_by_hash: HashMap<u64, usize>,
}

impl ReferenceFinder {
    /// Returns the reference of frame `t`.
    pub(super) fn find(&mut self, classes: ArrayView3<'_, u8>, t: usize) -> FrameReference {
        let frame = classes.index_axis(Axis(0), t);
        let (coded, _) = classes.split_at(Axis(0), t);
        let mut hasher = DefaultHasher::new();
        frame.hash(&mut hasher);
        let last_equal = self.last_by_hash.insert(hasher.finish(), t);
        let before_first = t as u64 + 1;
        // The previous distance costs nearly nothing, so it comes first and wins a tie.
        let last = self.last.distance().min(before_first);
        let distances = [last, last_equal.map_or(before_first, |at| (t - at) as u64)];
        let is_same = |distance: &u64| match reference_frames(coded, *distance) {
            [Some(back), _] => back == frame,
            [None, _] => frame.iter().all(|&class| class == 0),
        };
        let same = distances.into_iter().find(is_same);
        let nearest = || {
            let differences = |distance: u64| match reference_frames(coded, distance) {
                [Some(back), _] => differences(frame, back),
                [None, _] => usize::MAX,
            };
            let distances = [last]
                .into_iter()
                .chain(1..=MAX_SEARCH_DISTANCE.min(t as u64));
            distances.min_by_key(|&distance| differences(distance))
        };
        self.last = match same {
            Some(distance) => FrameReference::Same(distance),
            None => FrameReference::Near(nearest().unwrap_or(1)),
        };
        self.last
    }
}

/// Returns the number of positions that differ, in a sample of the rows of two frames.
fn differences(a: ArrayView2<'_, u8>, b: ArrayView2<'_, u8>) -> usize {
    let stride = (a.len() / COMPARED_POSITIONS).max(1);
    let rows = a.outer_iter().zip(b.outer_iter()).step_by(stride);
    rows.map(|(a, b)| a.iter().zip(b).filter(|(a, b)| a != b).count())
        .sum()
}
