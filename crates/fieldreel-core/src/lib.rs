//! The types that most of the fieldreel crates share.
//!
//! | module | contents |
//! |---|---|
//! | [`element`] | the element types of a field: [`Element`], [`Float`], [`Dtype`], [`Scalar`] |
//! | [`dimension`], [`coordinate`] | the dimensions of a field, and the values along them |
//! | [`attributes`] | named text or numbers that describe a field or a file |
//! | [`limits`] | the memory that a reader may allocate |
//! | [`files`] | files that are written completely or not at all |
//!
//! The crate is pure Rust. The feature `serde` makes attributes, coordinates, dimensions, limits,
//! [`Dtype`] and [`Scalar`] serializable.
//!
//! ```
//! use fieldreel_core::{Dtype, Element, Limits, with_element_type};
//!
//! // Decode values whose element type and shape are those that a header states.
//! let dtype: Dtype = "i16".parse()?;
//! let count = Limits::default().values([1, 3], dtype.bytes() as u64)?;
//! let bytes = [0, 1, 0, 2, 0, 6];
//! let sum = with_element_type!(dtype, T => {
//!     T::from_bytes(&bytes, true).into_iter().map(T::to_f64).sum::<f64>()
//! });
//! assert_eq!(sum / count as f64, 3.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Place in the workspace
//!
//! ```text
//! fieldreel ─┬───────────────────────────────────────────────────────────┬─► fieldreel-core
//!            ├─► fieldreel-reel, fieldreel-hdf5-filter, fieldreel-codec ─┤
//!            ├─► fieldreel-formats, fieldreel-quant ─────────────────────┤
//!            └─► fieldreel-metrics, fieldreel-plot ──────────────────────┘
//! ```
//!
//! `fieldreel-predict` and `fieldreel-entropy` code plain integers, and do not depend on this
//! crate. It depends on no other crate of the workspace.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod attributes;
pub mod coordinate;
pub mod dimension;
pub mod element;
mod error;
mod error_kind;
pub mod files;
pub mod limits;
mod message;
#[cfg(feature = "serde")]
mod text;

pub use attributes::{AttributeValue, Attributes, NumericArray};
pub use coordinate::Coordinate;
pub use dimension::Dimension;
pub use element::{Dtype, Element, Float, Scalar};
pub use error::{LimitError, ParseError};
pub use error_kind::ErrorKind;
pub use limits::Limits;
pub use message::one_line_message;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
