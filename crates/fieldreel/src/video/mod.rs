//! Arrays as plain video files: quantized once over the field's range, encoded with a preset.

mod meaning;
mod name;
mod read;
mod write;

pub use read::{VideoValues, video_to_array, video_to_values};
pub use write::{array_to_video, video_path};
