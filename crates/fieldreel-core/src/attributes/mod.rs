//! Attributes: named text or numbers that describe a field or a file.
//!
//! Numbers keep the type that they have in the file, and attributes keep their order.
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

mod map;
mod numeric_array;
mod value;

pub use map::Attributes;
pub use numeric_array::NumericArray;
pub use value::AttributeValue;
