//! Missing values: which they are, what stands in for them in a video, and how they come back.

mod class;
mod infill;
mod mask;
mod specials;

pub use class::Class;
pub use infill::fill_smoothly;
pub use mask::Mask;
pub use specials::{class_values, restore_class_values};
