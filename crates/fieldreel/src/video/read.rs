//! A video file back into an array.

use std::path::Path;

use fieldreel_codec::{CodecError, ReadLimits, VideoReader};
use fieldreel_quant::{Dtype, Float, QuantError};
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
    dequantize(open(path)?, path)
}

/// Reads a video into an array of the type that it was stored from; `f32` for the original tool's.
///
/// # Errors
/// As [`video_to_array`], without [`Error::DtypeMismatch`].
pub fn video_to_values(path: impl AsRef<Path>) -> Result<VideoValues, Error> {
    let path = path.as_ref();
    let reader = open(path)?;
    match meaning::dtype(reader.info(), path)? {
        Some(Dtype::F64) => dequantize(reader, path).map(VideoValues::F64),
        _ => dequantize(reader, path).map(VideoValues::F32),
    }
}

fn open(path: &Path) -> Result<VideoReader, Error> {
    VideoReader::open(path, &ReadLimits::default()).map_err(at(path))
}

/// Frame by frame, so that the codes stay in the cache between the decoder and the quantizer.
fn dequantize<T: Float>(reader: VideoReader, path: &Path) -> Result<Array3<T>, Error> {
    let info = reader.info().clone();
    let quantizer = meaning::quantizer(&info, path)?;
    let values = reader.read_all(|codes, values| -> Result<(), Failure> {
        Ok(quantizer.dequantize_into(codes, values)?)
    });
    let values = values.map_err(|failure| match failure {
        Failure::Codec(source) => at(path)(source),
        Failure::Quant(source) => source.into(),
    })?;
    meaning::check_frames(&info, path, values.dim().0)?;
    Ok(values)
}

/// What can fail while frames are read: the codec's part has yet to be told the path.
enum Failure {
    Codec(CodecError),
    Quant(QuantError),
}

impl From<CodecError> for Failure {
    fn from(source: CodecError) -> Self {
        Self::Codec(source)
    }
}

impl From<QuantError> for Failure {
    fn from(source: QuantError) -> Self {
        Self::Quant(source)
    }
}

fn at(path: &Path) -> impl FnOnce(CodecError) -> Error {
    let path = Some(path.to_owned());
    |source| Error::Codec { path, source }
}
