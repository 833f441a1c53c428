//! The class of one place, with regard to its neighbors.

use super::around::{Frames, Neighborhood};
use crate::entropy::{AdaptiveBit, BinaryCoder, Mixer};

/// Opinions on whether a value is valid.
const OPINIONS: usize = 4;

/// Cases of an opinion.
const CASES: usize = 1 << 13;

/// How it is coded whether a value is missing where some of those around it are.
#[derive(Debug)]
pub(super) struct MissingModel {
    table: Vec<AdaptiveBit>,
    mixer: Mixer<OPINIONS>,
}

impl MissingModel {
    pub(super) fn new() -> Self {
        Self {
            table: vec![AdaptiveBit::NEW; OPINIONS * CASES],
            mixer: Mixer::new(16),
        }
    }

    /// Codes whether a value is missing.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        around: Neighborhood,
        is_missing: bool,
    ) -> bool {
        let Neighborhood {
            causal,
            earlier,
            here,
            long_before,
        } = around;
        // Above and to the left: here, and the same places in the earlier frame.
        let nearest = causal >> 1 & 14 | causal & 1;
        let differ = nearest ^ (earlier & 15);
        let ahead = earlier >> 3 & 6 | here;
        // Those next to it, in the earlier frame.
        let next_to = earlier >> 2 & 12 | earlier & 3;
        let cases = [
            causal << 3 | ahead,
            (earlier << 1 | here) << 4 | nearest,
            (next_to << 1 | here) << 7 | nearest << 3 | long_before,
            differ << 3 | ahead,
        ];
        // Above, to the left, here in the earlier frame, and in the one before that.
        let set = causal >> 1 & 2 | causal & 1 | here << 2 | (long_before & 1) << 3;
        let mut places = [0; OPINIONS];
        for (opinion, (place, case)) in places.iter_mut().zip(cases).enumerate() {
            *place = opinion * CASES + case;
        }
        self.mixer
            .code(coder, is_missing, set, &mut self.table, &places)
    }
}

/// How it is coded which class a missing value is of.
#[derive(Debug)]
pub(super) struct ClassModel {
    /// The three bits of a class, by what is next to it.
    bits: Vec<AdaptiveBit>,
    /// Whether it is another than expected, by which of those next to it are that.
    other: [AdaptiveBit; 8],
    last: u8,
}

impl ClassModel {
    pub(super) fn new() -> Self {
        Self {
            bits: vec![AdaptiveBit::NEW; 1 << 12],
            other: [AdaptiveBit::NEW; 8],
            last: 1,
        }
    }

    /// Codes the class of the missing value at an index, 1 to 7: whether it is as expected, and if not, its bits.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        frames: &Frames,
        at: usize,
        class: u8,
    ) -> u8 {
        let next_to = frames.next_to(at);
        let expected = next_to.into_iter().find(|&class| class != 0);
        let expected = expected.unwrap_or(self.last);
        let alike = next_to.map(|class| usize::from(class == expected));
        let case = alike.iter().fold(0, |case, alike| case << 1 | alike);
        self.last = if self.other[case].code(coder, class != expected) {
            self.code_bits(coder, frames, at, class)
        } else {
            expected
        };
        self.last
    }

    /// Codes the class of the missing value at an index, 1 to 7, bit by bit.
    fn code_bits<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        frames: &Frames,
        at: usize,
        class: u8,
    ) -> u8 {
        let next_to = frames.next_to(at);
        let case = next_to
            .iter()
            .fold(0, |case, &class| case << 3 | usize::from(class) & 7);
        let mut found = 1_usize;
        for shift in (0..3).rev() {
            let bit = class >> shift & 1 == 1;
            let bit = match self.bits.get_mut(case << 3 | found & 7) {
                Some(seen) => seen.code(coder, bit),
                None => coder.code(bit, 1 << 15),
            };
            found = found << 1 | usize::from(bit);
        }
        // 8 to 15; a damaged stream may say 0, which is not a way of missing.
        (found as u8 & 7).max(1)
    }
}
