//! Attributes: names, and the text or numbers that each stands for.
//!
//! Files of any format describe their values in this way. Numbers keep the type that a file gave them, and attributes
//! their order.
//!
//! ```
//! use fieldreel_core::{Attributes, NumericArray};
//!
//! let mut attributes = Attributes::new();
//! attributes.insert("units", "K");
//! attributes.insert("valid_range", vec![180.0_f32, 330.0]);
//! assert_eq!(attributes.text("units"), Some("K"));
//! assert_eq!(attributes.number("units"), None);
//! let range = NumericArray::F32(vec![180.0, 330.0]).into();
//! assert_eq!(attributes.get("valid_range"), Some(&range));
//! ```

mod named;
mod numbers;
mod value;

pub use named::Attributes;
pub use numbers::NumericArray;
pub use value::AttributeValue;
