//! Float fields to N-bit codes and back, with a proven error bound.
//!
//! A [`Quantizer`] is made of a [`ValueRange`] and a [`BitDepth`]. It gives each `f32` or `f64` of an array the nearest
//! of `2^bits` evenly spaced levels, as a `u16` code, and gives the floats back from the codes:
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
//! let back = quantizer.dequantize(codes.view())?;
//! for (x, y) in field.iter().zip(&back) {
//!     assert!(f64::from((x - y).abs()) <= quantizer.max_error());
//! }
//! # Ok::<(), fieldreel_quant::QuantError>(())
//! ```
//!
//! | module of the source | what it holds |
//! |---|---|
//! | `depth` | the number of bits of a code |
//! | `range` | minimum and maximum: scanned from a field, given, or read from text, always exactly |
//! | `quantizer` | the levels and their error bound, the loops over blocks, the report of what cannot be coded |
//! | `missing` | masks of NaN, infinities and fill values; smooth values in their place, and the way back |
//! | `traverse` | arrays of any memory layout as contiguous blocks, in parallel |
//! | `bytes` | the high and low bytes of codes |
//!
//! Arrays may have any number of axes, in any order, and any memory layout: sliced, transposed, reversed, broadcast.
//! Work on large arrays runs on rayon's current thread pool; results do not depend on the number of threads, the memory
//! layout or the machine. The crate is pure Rust, without `unsafe`.

mod bytes;
mod depth;
mod error;
mod missing;
mod offenders;
mod quantizer;
mod range;
mod traverse;

pub use bytes::{join_bytes, split_bytes};
pub use depth::BitDepth;
pub use error::QuantError;
pub use fieldreel_core::{Dtype, Element, Float, ParseError};
pub use missing::{Class, Mask, class_values, fill_smoothly, restore_class_values};
pub use quantizer::Quantizer;
pub use range::ValueRange;
