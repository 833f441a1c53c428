//! Missing values: their masks, the in-fill that replaces them, and their restoration.

mod class;
mod class_values;
mod infill;
mod mask;

pub use class::ValueClass;
pub use class_values::{class_values, restore_class_values};
pub use infill::fill_smoothly;
pub use mask::Mask;
