//! Coding of fields of integers within half a step, by linear prediction with fitted coefficients.
//!
//! [`encode`] codes the positions of a field in passes from coarse to fine. Each pass has the
//! positions midway between known ones along one axis, and predicts them in two stages:
//!
//! 1. *Interpolation*: a linear combination of 20 known integers on both sides predicts the
//!    integer at a position. The difference between the integer and this prediction is the
//!    *interpolation error*.
//! 2. *Causal prediction*, at the levels at which it saves bytes: the interpolation errors of up
//!    to 15 causal neighbors predict the interpolation error. In tiles with their own
//!    coefficients, the 20 known integers contribute once more.
//!
//! The rest is rounded to a multiple of a step, the residual, which a coder of `fieldreel_entropy`
//! codes.
//!
//! The first pass, the base pass, has the coarsest positions. Its first stage predicts each plane
//! from the two previous planes; the words interpolation and interpolation error are used for this
//! prediction too. A field without coarse levels is a single base pass.
//!
//! The memory of planes is reused: the process keeps up to 256 MiB of it for each type of integers
//! and each field that is being coded, and up to 256 MiB for each type in between.
//!
//! [`decode`] uses only integers, modulo 2 to the power of the width of a [`Word`], and returns
//! the same integers on every machine. `docs/reference/format.md` specifies the bytes.
//!
//! ```
//! use fieldreel_predict::{CoderKind, Settings, decode, encode};
//!
//! // Four planes of 6 × 10 integers, in row-major order.
//! let shape = [4, 6, 10];
//! let value = |i: i32| 100 * (i / 60) + 10 * (i / 10 % 6) + i % 10;
//! let integers: Vec<i32> = (0..240).map(value).collect();
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
//! let bytes = encode(&integers, None, shape, &settings).unwrap();
//! let decoded = decode::<i32>(&bytes, shape, None).unwrap();
//! let mut buffer = Vec::new();
//! for t in 0..4 {
//!     for y in 0..6 {
//!         for x in 0..10 {
//!             // The step is 4, so that no error exceeds 2.
//!             let error = decoded.row(t, y, &mut buffer)[x] - integers[(6 * t + y) * 10 + x];
//!             assert!(error.abs() <= 2);
//!         }
//!     }
//! }
//! ```
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-reel ─► fieldreel-predict ─► fieldreel-entropy
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod activity;
mod buffers;
mod coefficients;
mod decode;
mod decoded_integers;
mod encode;
mod extrapolation;
mod fit;
mod header;
mod interpolator;
mod mask;
mod pass_coder;
mod passes;
mod plane_predictor;
mod taps;
mod tiles;
mod volume;
mod weighted_sum;
mod word;

pub use decode::decode;
pub use decoded_integers::DecodedIntegers;
pub use encode::{Settings, encode};
pub use word::Word;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The error of bytes that are not an encoded field.
///
/// ```
/// use fieldreel_predict::{CorruptField, decode};
///
/// // No encoder writes 9 as its first byte.
/// assert_eq!(decode::<i32>(&[9, 0, 0], [1, 2, 2], None).err(), Some(CorruptField));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorruptField;

/// The error of arguments that are not valid for any field.
///
/// The variable `lossless` is that of the example of [`Settings`]:
///
/// ```
/// # use fieldreel_predict::{CoderKind, Settings};
/// use fieldreel_predict::{InvalidInput, encode};
///
/// # let lossless = Settings {
/// #     levels: 20,
/// #     step_bits: 0,
/// #     extra_bits: 0,
/// #     coarse_step_reduction: 0,
/// #     causal_levels: 2,
/// #     masked_levels: 2,
/// #     sample_size: 4096,
/// #     sample_divisor: 4,
/// #     tile_positions: 0,
/// #     coder: CoderKind::Quick,
/// # };
/// // Four integers do not have the shape 1 × 2 × 3.
/// assert_eq!(encode(&[5_i32, 7, 6, 9], None, [1, 2, 3], &lossless), Err(InvalidInput));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidInput;

/// The coder of residuals.
///
/// The variable `lossless` is that of the example of [`Settings`]:
///
/// ```
/// use fieldreel_predict::{CoderKind, Settings, encode};
///
/// # let lossless = Settings {
/// #     levels: 20,
/// #     step_bits: 0,
/// #     extra_bits: 0,
/// #     coarse_step_reduction: 0,
/// #     causal_levels: 2,
/// #     masked_levels: 2,
/// #     sample_size: 4096,
/// #     sample_divisor: 4,
/// #     tile_positions: 0,
/// #     coder: CoderKind::Quick,
/// # };
/// let integers: Vec<i32> = (0..4000).map(|i| (i % 100) * (i % 77) / 9).collect();
/// let size = |coder| {
///     let settings = Settings { coder, ..lossless };
///     encode(&integers, None, [10, 20, 20], &settings).unwrap().len()
/// };
/// assert!(size(CoderKind::Adaptive) < size(CoderKind::Quick));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum CoderKind {
    /// Codes symbols in rANS, which is fast.
    Quick,
    /// Codes symbols with mixed adaptive distributions, which takes fewer bytes. Near small
    /// residuals, a mixed binary decision that the residual is not 0 precedes the symbol.
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
