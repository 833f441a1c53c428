//! Arrays as plain video files: values are quantized over their range and encoded with a preset.

mod file_name;
mod interpretation;
mod read;
mod write;

pub use read::{VideoValues, video_to_array, video_to_values};
pub use write::{array_to_video, array_to_video_file, video_path};
