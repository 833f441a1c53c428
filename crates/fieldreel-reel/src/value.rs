//! The element types of segments.

use fieldreel_core::Element;
use pco::data_types::Number;

/// A value of a segment: of any [`Element`] type.
pub trait Value: Element + Number {}

impl<T: Element + Number> Value for T {}
