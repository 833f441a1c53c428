//! Reading of fields, reels and files.

#[cfg(feature = "dataset")]
mod dataset;
mod distinct_files;
mod field;
#[cfg(feature = "ffmpeg")]
mod float_frames;
mod format;
mod reel;
#[cfg(feature = "netcdf")]
mod variables;

#[cfg(feature = "dataset")]
pub(crate) use dataset::{DatasetFile, VariableDescription, recorded_error};
pub(crate) use distinct_files::check_distinct;
pub(crate) use field::{fill_values, read_field, valid_range};
#[cfg(feature = "ffmpeg")]
pub(crate) use float_frames::to_float_frames;
pub(crate) use format::FileFormat;
pub(crate) use reel::{InputReader, open_reel};
