//! Decisions that all residuals of a block are 0.
//!
//! At loose bounds, nearly all residuals are 0. Where all neighbors of a block are 0, one decision
//! codes its residuals together, which takes less time than a decision for each.

use super::distributions::MODELS;
use crate::residual::PASS_CONTEXTS;
use crate::{AdaptiveBit, BinaryCoder, Mixer};

/// The number of positions of a block. The last block of a row may have fewer.
pub(super) const BLOCK_LEN: usize = 32;

/// The number of contexts of a model.
const CONTEXTS: usize = 64;
const _: () = assert!(4 * PASS_CONTEXTS <= CONTEXTS);

/// The residuals of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
enum BlockState {
    /// A decision says that all residuals are 0.
    #[default]
    Zero,
    /// A decision says that a residual is not 0.
    Nonzero,
    /// A neighbor is not 0, so that there is no decision.
    Undecided,
}

/// The coder of the decisions.
#[derive(Debug)]
pub(super) struct ZeroBlocks {
    bits: Vec<AdaptiveBit>,
    mixer: Mixer<MODELS>,
    /// The class of the number of active positions of each block of the row, and a final 0. A
    /// position is active if a neighbor is not 0.
    activity_classes: Vec<u8>,
    /// The blocks of the previous row, which those of this row replace, and a final block.
    states: Vec<BlockState>,
}

impl ZeroBlocks {
    pub(super) fn new() -> Self {
        Self {
            bits: vec![AdaptiveBit::NEW; MODELS * CONTEXTS],
            mixer: Mixer::new(2),
            activity_classes: Vec::new(),
            states: Vec::new(),
        }
    }

    /// Begins a pass, whose first row has no previous row.
    pub(super) fn begin_pass(&mut self) {
        self.states.clear();
    }

    /// Begins a row.
    #[inline(always)]
    pub(super) fn begin_row(&mut self, activity: &[u16]) {
        self.activity_classes.clear();
        self.activity_classes
            .extend(activity.chunks(BLOCK_LEN).map(|activity| {
                let active: u16 = activity
                    .iter()
                    .map(|&activity| u16::from(activity > 0))
                    .sum();
                u8::from(active > 0) + u8::from(active > 2) + u8::from(active > 8)
            }));
        self.activity_classes.push(0);
        if self.states.len() < self.activity_classes.len() {
            self.states
                .resize(self.activity_classes.len(), BlockState::Zero);
        }
    }

    /// Returns true if a decision precedes the residuals of a block.
    #[inline(always)]
    pub(super) fn has_decision(&mut self, block: usize) -> bool {
        let is_active = self.activity_classes[block] > 0;
        if is_active {
            self.states[block] = BlockState::Undecided;
        }
        !is_active
    }

    /// Codes the decision that a residual of a block is not 0. `left` are the two residuals before
    /// the block.
    #[inline(always)]
    pub(super) fn code<C: BinaryCoder>(
        &mut self,
        coder: &mut C,
        is_nonzero: bool,
        (pass_context, block): (usize, usize),
        left: [i32; 2],
    ) -> bool {
        let left = usize::from(left[0] != 0) + 2 * usize::from(left[1] != 0);
        let class = |block: Option<usize>| {
            block.map_or(0, |block| usize::from(self.activity_classes[block]))
        };
        let state = |block: Option<usize>| block.map_or(0, |block| self.states[block] as usize);
        let (before, after) = (block.checked_sub(1), Some(block + 1));
        let classes = class(before) << 4 | class(after) << 2;
        let states = state(Some(block)) << 4 | state(after) << 2 | state(before);
        let contexts = [
            pass_context << 2 | left,
            CONTEXTS + (classes | left),
            2 * CONTEXTS + states,
        ];
        let set = usize::from(left | classes | states != 0);
        let is_nonzero = self
            .mixer
            .code(coder, is_nonzero, set, &mut self.bits, &contexts);
        self.states[block] = match is_nonzero {
            true => BlockState::Nonzero,
            false => BlockState::Zero,
        };
        is_nonzero
    }
}
