//! Fields of integers, predicted linearly with fitted coefficients and coded within half a step.
//!
//! [`encode`] codes the places of a field in passes from coarse to fine. Each pass predicts the places in the middle
//! between known ones, along one axis, from 20 known numbers on both sides. The difference between a number and this
//! prediction is its departure. Where that pays, a departure is predicted from those of up to 15 neighbors of the same
//! pass, and, in tiles that have coefficients of their own, from the 20 known numbers once more. The rest is a multiple of
//! a step, the residual, which a coder of `fieldreel_entropy` codes. A field without coarse levels is one pass, which
//! predicts each plane from the two before it.
//!
//! [`decode`] works in integers alone, modulo 2 to the power of the width of a [`Word`], and gives the same numbers on
//! every machine. `docs/reference/format.md` specifies the bytes.
//!
//! ```
//! use fieldreel_predict::{CoderKind, Settings, decode, encode};
//!
//! // Four planes of 6 × 10 numbers, in row-major order.
//! let shape = [4, 6, 10];
//! let numbers: Vec<i32> = (0..240).map(|at| 100 * (at / 60) + 10 * (at / 10 % 6) + at % 10).collect();
//! let settings = Settings {
//!     levels: 20,
//!     step_bits: 2,
//!     extra_bits: 0,
//!     coarse_step_reduction: 0,
//!     causal_levels: 2,
//!     masked_levels: 2,
//!     sample_size: 4096,
//!     sample_divisor: 4,
//!     tile_positions: 0,
//!     coder: CoderKind::Quick,
//! };
//! let bytes = encode(&numbers, None, shape, &settings).unwrap();
//! let decoded = decode::<i32>(&bytes, shape, None).unwrap();
//! for t in 0..4 {
//!     for y in 0..6 {
//!         for x in 0..10 {
//!             // The step is 4, so no number is off by more than 2.
//!             let off = decoded.row(t, y)[x] - numbers[(6 * t + y) * 10 + x];
//!             assert!(off.abs() <= 2);
//!         }
//!     }
//! }
//! ```

mod activity;
mod buffers;
mod coefficients;
mod continuation;
mod decode;
mod encode;
mod field;
mod fit;
mod head;
mod lattice;
mod mask;
mod pass;
mod planes;
mod taps;
mod tiles;
mod volume;
mod weigh;
mod word;

pub use decode::decode;
pub use encode::{Settings, encode};
pub use field::DecodedIntegers;
pub use word::Word;

/// The error of bytes that are not an encoded field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorruptField;

/// The error of arguments that no field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidInput;

/// The coder of residuals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoderKind {
    /// Codes symbols in rANS, which is quick.
    Quick,
    /// Codes mixed adaptive decisions, which is small.
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
