//! Types that all crates of fieldreel share.
//!
//! | module | contents |
//! |---|---|
//! | [`element`] | the types of a field's values: [`Element`], [`Float`], [`Dtype`], [`Scalar`] |
//! | [`dimension`], [`coordinate`] | the axes of a field, and the numbers along them |
//! | [`attributes`] | names, and the text or numbers that each stands for |
//! | [`limits`] | the memory that a reader may take |
//! | [`files`] | files that appear whole or not at all |
//!
//! The crate is pure Rust, without `unsafe`.

pub mod attributes;
pub mod coordinate;
pub mod dimension;
pub mod element;
mod error;
pub mod files;
pub mod limits;

pub use attributes::{AttributeValue, Attributes, NumericArray};
pub use coordinate::Coordinate;
pub use dimension::Dimension;
pub use element::{Dtype, Element, Float, Scalar};
pub use error::{LimitError, ParseError};
pub use limits::Limits;
