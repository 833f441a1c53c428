//! A video file back into an array.

use std::path::Path;

use fieldreel_codec::{ReadLimits, Video, read_video};
use fieldreel_quant::{Dtype, Float};
use ndarray::Array3;

use super::meaning;
use crate::Error;

/// The values of a video, in the type they were stored from; axis order `(time, y, x)`.
#[derive(Clone, Debug, PartialEq)]
pub enum VideoValues {
    /// Single precision.
    F32(Array3<f32>),
    /// Double precision.
    F64(Array3<f64>),
}

/// Reads a video into an array, axis order `(time, y, x)`.
///
/// A video of ours says in its tags how to read it. One of the original tool says it in its name,
/// `video_min<number>_max<number>_fc<number>`; `fc` is the bit depth or, in older files, the
/// number of frames, and the depth is then the stream's.
///
/// # Errors
/// [`Error::Codec`] if the file cannot be read, is no video, damaged or over the default
/// [`ReadLimits`]; [`Error::NotFieldreel`] if nothing says what its codes mean;
/// [`Error::NameMismatch`], [`Error::BadTag`] or [`Error::Quant`] if what it says cannot be;
/// [`Error::DtypeMismatch`] if it holds values of the other type ([`video_to_values`] takes both).
pub fn video_to_array<T: Float>(path: impl AsRef<Path>) -> Result<Array3<T>, Error> {
    let path = path.as_ref();
    dequantise(&read(path)?, path)
}

/// Reads a video into an array of the type that it was stored from; `f32` for the original tool's.
///
/// # Errors
/// As [`video_to_array`], without [`Error::DtypeMismatch`].
pub fn video_to_values(path: impl AsRef<Path>) -> Result<VideoValues, Error> {
    let path = path.as_ref();
    let video = read(path)?;
    match meaning::dtype(&video.info, path)? {
        Some(Dtype::F64) => dequantise(&video, path).map(VideoValues::F64),
        _ => dequantise(&video, path).map(VideoValues::F32),
    }
}

fn read(path: &Path) -> Result<Video, Error> {
    read_video(path, &ReadLimits::default()).map_err(|source| Error::Codec {
        path: Some(path.to_owned()),
        source,
    })
}

fn dequantise<T: Float>(video: &Video, path: &Path) -> Result<Array3<T>, Error> {
    let frames = video.frames.dim().0;
    let quantiser = meaning::quantiser(&video.info, path, frames)?;
    Ok(quantiser.dequantise(video.frames.view())?)
}
