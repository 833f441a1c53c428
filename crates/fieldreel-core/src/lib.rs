//! The types that all fieldreel crates share.
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

pub mod attributes;
pub mod coordinate;
pub mod dimension;
pub mod element;
mod error;
pub mod files;
pub mod limits;
#[cfg(feature = "serde")]
mod text;

pub use attributes::{AttributeValue, Attributes, NumericArray};
pub use coordinate::Coordinate;
pub use dimension::Dimension;
pub use element::{Dtype, Element, Float, Scalar};
pub use error::{LimitError, ParseError};
pub use limits::Limits;
