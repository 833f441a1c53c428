//! Fields as integers, predicted linearly with coefficients that were fitted to them, and coded within half a step.
//!
//! The places of a field are coded in passes from coarse to fine. Each pass predicts the places in the middle between those that are known,
//! along one axis, from 20 known numbers on both sides; and then, where that pays, predicts what each number departs from that from the departures of up
//! to 15 neighbours of the same pass. What is left is a multiple of a step, the residual. A field without coarse levels is one pass: each plane predicted from the two before.
//!
//! Everything a reader does is in integers, modulo 2 to the power of the width of a [`Word`]: the same on every machine.

mod activity;
mod coefficients;
mod decode;
mod encode;
mod field;
mod fit;
mod head;
mod lattice;
mod mask;
mod pass;
mod taps;
mod volume;
mod word;

pub use decode::decode;
pub use encode::{Settings, encode};
pub use field::Numbers;
pub use word::Word;

/// The bytes do not hold what they should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

/// Which coder residuals are coded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoderKind {
    /// Symbols in rANS: quick.
    Quick,
    /// Mixed adaptive decisions: small.
    Adaptive,
}

impl CoderKind {
    const fn id(self) -> u8 {
        match self {
            Self::Quick => 0,
            Self::Adaptive => 1,
        }
    }

    const fn from_id(id: u8) -> Option<Self> {
        match id {
            0 => Some(Self::Quick),
            1 => Some(Self::Adaptive),
            _ => None,
        }
    }
}
