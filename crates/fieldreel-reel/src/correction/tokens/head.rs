//! What is said of a whole correction, before any frame of it.

use super::weights::WeightModel;
use crate::entropy::{BinaryCoder, Bit, LANES, RUN};

/// What an encoder wants to be said.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) in_group: usize,
    pub(super) step_bits: Option<i32>,
    pub(super) in_turn: bool,
    /// Whether symbols take turns on lanes.
    pub(super) on_lanes: bool,
}

/// What was said.
#[derive(Debug)]
pub(super) struct Head {
    /// Frames that share weights and distributions; 0 if there are no weights, and one group.
    pub(super) in_group: usize,
    /// Weights of steps are multiples of 2 to the minus this.
    pub(super) step_bits: i32,
    /// Whether guesses take in what is to the left, so that values must be decoded one after the other.
    pub(super) in_turn: bool,
    /// How many lanes symbols take turns on.
    pub(super) lanes: usize,
}

impl Head {
    /// Codes it: an encoder writes what is `wanted`, a decoder ignores that; what was written is given back.
    pub(super) fn code<C: BinaryCoder>(coder: &mut C, wanted: &Wanted) -> Self {
        let in_group = coder.code_number(wanted.in_group as u64, &mut [Bit::NEW; 64]);
        let step_bits = match in_group {
            0 => 0,
            _ => WeightModel::code_unit(coder, wanted.step_bits.unwrap_or(0)),
        };
        let on_lanes = coder.code_raw(wanted.on_lanes.into(), 1) == 1;
        let in_turn = coder.code_raw(wanted.in_turn.into(), 1) == 1;
        Self {
            in_group: usize::try_from(in_group).unwrap_or(usize::MAX),
            step_bits,
            in_turn,
            // A run at once need not wait for the one before if that is on other lanes. One after the other wait anyway.
            lanes: match (on_lanes, in_turn) {
                (false, _) => 1,
                (true, true) => RUN,
                (true, false) => LANES,
            },
        }
    }
}
