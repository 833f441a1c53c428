//! Which blocks hold anything but 0.

use crate::entropy::{BinaryCoder, Bit, Mixer, Plane};

/// Opinions on a block.
const OPINIONS: usize = 3;

/// What each opinion is a table of.
const CASES: usize = 1 << 10;

/// Whether each block of a frame and of the two before holds anything but 0, and how that is coded.
#[derive(Debug)]
pub(super) struct Blocks {
    /// This frame and the two before: 1 where a block holds anything but 0.
    frames: [Plane; 3],
    table: Vec<Bit>,
    mixer: Mixer<OPINIONS>,
}

impl Blocks {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            frames: [(); 3].map(|()| Plane::new(height, width)),
            table: vec![Bit::NEW; OPINIONS * CASES],
            mixer: Mixer::new(1),
        }
    }

    /// Begins a frame: blocks hold only 0 until they are coded.
    pub(super) fn next_frame(&mut self) {
        self.frames.rotate_right(1);
        self.frames[0].clear();
    }

    /// Whether a block of this frame holds anything but 0.
    pub(super) fn any(&self, y: usize, x: usize) -> bool {
        let now = &self.frames[0];
        now.at(now.index(y, x)) != 0
    }

    /// Codes whether a block holds anything but 0.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        y: usize,
        x: usize,
        any: impl FnOnce() -> bool,
    ) {
        let [now, before, long_before] = &self.frames;
        let (at, row) = (now.index(y, x), now.stride);
        let near = [
            now.at(at - 1),
            now.at(at - row),
            now.at(at - row - 1),
            now.at(at - row + 1),
            now.at(at - 2),
        ];
        let same = [before.at(at), long_before.at(at)];
        let around = [
            before.at(at - 1),
            before.at(at + 1),
            before.at(at - row),
            before.at(at + row),
        ];
        let bits = |all: &[i32]| all.iter().fold(0, |bits, &any| bits << 1 | any as usize);
        let count = |all: &[i32]| all.iter().sum::<i32>() as usize;
        let cases = [
            bits(&near) << 2 | bits(&same),
            (count(&near) * 5 + count(&around)) << 2 | bits(&same),
            bits(&around) << 4 | bits(&same) << 2 | bits(&near[..2]),
        ];
        let mut places = [0; OPINIONS];
        for (opinion, (place, case)) in places.iter_mut().zip(cases).enumerate() {
            *place = opinion * CASES + case;
        }
        let any = self.mixer.code(coder, any(), 0, &mut self.table, &places);
        self.frames[0].set(at, any.into());
    }
}
