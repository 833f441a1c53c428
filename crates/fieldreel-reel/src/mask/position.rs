//! Coding of the class of one position, by the classes of its neighbors.

use super::neighborhood::{FrameContext, Neighborhood};
use crate::entropy::{AdaptiveBit, BinaryCoder, Mixer};

/// The number of contexts whose predictions are mixed.
const CONTEXT_COUNT: usize = 4;

/// The number of states of a context.
const STATES_PER_CONTEXT: usize = 1 << 13;

/// A model of the decision that a value is missing, where its neighbors have several classes.
#[derive(Debug)]
pub(super) struct MissingModel {
    bits: Vec<AdaptiveBit>,
    mixer: Mixer<CONTEXT_COUNT>,
}

impl MissingModel {
    pub(super) fn new() -> Self {
        Self {
            bits: vec![AdaptiveBit::NEW; CONTEXT_COUNT * STATES_PER_CONTEXT],
            mixer: Mixer::new(16),
        }
    }

    /// Codes whether a value is missing.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        neighborhood: Neighborhood,
        is_missing: bool,
    ) -> bool {
        let Neighborhood {
            causal,
            reference,
            center,
            second_reference,
        } = neighborhood;
        // `nearest` are the causal neighbors next to the position, and `changed` those of them
        // that differ in the reference frame.
        let nearest = causal >> 1 & 14 | causal & 1;
        let changed = nearest ^ (reference & 15);
        let ahead = reference >> 3 & 6 | center;
        // The neighbors next to the position, in the reference frame.
        let adjacent = reference >> 2 & 12 | reference & 3;
        let contexts = [
            causal << 3 | ahead,
            (reference << 1 | center) << 4 | nearest,
            (adjacent << 1 | center) << 7 | nearest << 3 | second_reference,
            changed << 3 | ahead,
        ];
        // The mixer selects its weights by the neighbors above and to the left, and by the
        // position in the reference frame and in the second reference frame.
        let weight_set = causal >> 1 & 2 | causal & 1 | center << 2 | (second_reference & 1) << 3;
        let mut indices = [0; CONTEXT_COUNT];
        for (context, (index, context_bits)) in indices.iter_mut().zip(contexts).enumerate() {
            *index = context * STATES_PER_CONTEXT + context_bits;
        }
        self.mixer
            .code(coder, is_missing, weight_set, &mut self.bits, &indices)
    }
}

/// A model of the class of a missing value.
#[derive(Debug)]
pub(super) struct ClassModel {
    /// The distributions of the three bits of a class, by the adjacent classes and the bits
    /// before.
    bits: Vec<AdaptiveBit>,
    /// The distributions of the decision that a class differs from the expected one, by the set of
    /// adjacent classes that equal the expected one.
    differs: [AdaptiveBit; 8],
    previous: u8,
}

impl ClassModel {
    pub(super) fn new() -> Self {
        Self {
            bits: vec![AdaptiveBit::NEW; 1 << 12],
            differs: [AdaptiveBit::NEW; 8],
            previous: 1,
        }
    }

    /// Codes the class of the missing value at an index, 1 to 7: first whether the class is the
    /// expected one and, if not, its bits.
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        context: &FrameContext,
        at: usize,
        class: u8,
    ) -> u8 {
        let adjacent = context.adjacent_classes(at);
        let expected = adjacent.into_iter().find(|&class| class != 0);
        let expected = expected.unwrap_or(self.previous);
        let are_expected = adjacent.map(|class| usize::from(class == expected));
        let context_bits = are_expected
            .iter()
            .fold(0, |context_bits, is_match| context_bits << 1 | is_match);
        self.previous = if self.differs[context_bits].code(coder, class != expected) {
            self.code_bits(coder, context, at, class)
        } else {
            expected
        };
        self.previous
    }

    /// Codes the class of the missing value at an index, 1 to 7, bit by bit.
    fn code_bits<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        context: &FrameContext,
        at: usize,
        class: u8,
    ) -> u8 {
        let adjacent = context.adjacent_classes(at);
        let context_bits = adjacent.iter().fold(0, |context_bits, &class| {
            context_bits << 3 | usize::from(class) & 7
        });
        let mut prefix = 1_usize;
        for shift in (0..3).rev() {
            let bit = class >> shift & 1 == 1;
            let bit = match self.bits.get_mut(context_bits << 3 | prefix & 7) {
                Some(adaptive) => adaptive.code(coder, bit),
                None => coder.code(bit, 1 << 15),
            };
            prefix = prefix << 1 | usize::from(bit);
        }
        // The prefix is 8 to 15. A damaged stream may contain class 0, which is no kind of missing
        // value.
        (prefix as u8 & 7).max(1)
    }
}
