//! Quantization of floating-point fields to N-bit codes, with a proven error bound.
//!
//! A [`Quantizer`] has a [`ValueRange`] and a [`BitDepth`]. It maps each `f32` or `f64` of an
//! array to the nearest of `2^bits` evenly spaced levels, stored as a `u16` code, and maps codes
//! back to floats:
//!
//! ```
//! use fieldreel_quant::{BitDepth, Quantizer, ValueRange};
//! use ndarray::array;
//!
//! let field = array![[271.25_f32, 280.5], [293.15, 301.0]];
//! let range = ValueRange::from_values(field.view())?;
//! let quantizer = Quantizer::new(range, BitDepth::TWELVE);
//!
//! let codes = quantizer.quantize(field.view())?;
//! assert_eq!((codes[[0, 0]], codes[[1, 1]]), (0, 4095));
//!
//! let decoded = quantizer.dequantize(codes.view())?;
//! for (x, y) in field.iter().zip(&decoded) {
//!     assert!(f64::from((x - y).abs()) <= quantizer.max_error());
//! }
//! # Ok::<(), fieldreel_quant::QuantError>(())
//! ```
//!
//! | source module | contents |
//! |---|---|
//! | `depth` | the number of bits of a code |
//! | `range` | the minimum and maximum of a field: computed, given, or parsed, always exact |
//! | `quantizer` | the levels and their error bound; the loops over blocks of values |
//! | `invalid` | the first value that cannot be quantized, for error messages |
//! | `missing` | masks of NaN, infinities and fill values; in-fill; restoring missing values |
//! | `traverse` | arrays of any memory layout as contiguous blocks, in parallel |
//! | `bytes` | the high and low bytes of codes |
//!
//! Arrays may have any number of axes, in any order, and any memory layout: sliced, transposed,
//! reversed or broadcast. Large arrays are processed in rayon's current thread pool. Results do
//! not depend on the number of threads, on the memory layout or on the machine. The crate is pure
//! Rust without `unsafe`.
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─► fieldreel-reel ─► fieldreel-quant ─► fieldreel-core
//!     └────────────────────────────────▲
//! ```

mod bytes;
mod depth;
mod error;
mod invalid;
mod missing;
mod quantizer;
mod range;
mod traverse;

pub use bytes::{join_bytes, split_bytes};
pub use depth::BitDepth;
pub use error::QuantError;
pub use fieldreel_core::{Dtype, Element, ErrorKind, Float, ParseError};
pub use missing::{Mask, ValueClass, class_values, fill_smoothly, restore_class_values};
pub use quantizer::Quantizer;
pub use range::ValueRange;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
