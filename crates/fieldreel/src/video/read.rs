//! Decoding of video files into arrays.

use std::path::Path;

use fieldreel_codec::{CodecError, ReadLimits, VideoReader};
use fieldreel_quant::{Dtype, Float, QuantError};
use ndarray::Array3;

use super::interpretation;
use crate::Error;

/// The values of a video in the type of the original array, axis order `(time, y, x)`.
///
/// ```
/// use fieldreel::{Preset, VideoValues, array_to_video, video_to_values};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| (t + x) as f64 - y as f64 / 2.0);
/// let path = array_to_video(&wind, folder.path(), Preset::High)?;
/// let shape = match video_to_values(&path)? {
///     VideoValues::F64(values) => values.dim(),
///     other => panic!("{other:?}"),
/// };
/// assert_eq!(shape, wind.dim());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum VideoValues {
    /// Single precision.
    F32(Array3<f32>),
    /// Double precision.
    F64(Array3<f64>),
}

/// Reads a video into an array, axis order `(time, y, x)`.
///
/// The range of the values is read from the tags of the file. A video of the original tool has no
/// tags, and the range is read from its name, `video_min<number>_max<number>_fc<number>`. There,
/// `fc` is the bit depth or, in older files, the number of frames.
///
/// ```
/// use fieldreel::{Preset, array_to_video, video_to_array};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| (t + x) as f32 - y as f32 / 2.0);
/// let path = array_to_video(&wind, folder.path(), Preset::High)?;
/// let decoded = video_to_array::<f32>(&path)?;
/// assert_eq!(decoded.dim(), wind.dim());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// - [`Error::Codec`] if the file cannot be read, is not a video, is damaged, or exceeds the
///   default [`ReadLimits`].
/// - [`Error::NotFieldreel`] if neither tags nor the name contain the range of the values.
/// - [`Error::NameMismatch`], [`Error::BadTag`] or [`Error::Quant`] if the tags or the name are
///   invalid.
/// - [`Error::DtypeMismatch`] if the values are of another type. [`video_to_values`] accepts all
///   types.
pub fn video_to_array<T: Float>(path: impl AsRef<Path>) -> Result<Array3<T>, Error> {
    let path = path.as_ref();
    dequantize(open(path)?, path)
}

/// Reads a video into an array of the type of the original array. The values of a video of the
/// original tool are `f32`.
///
/// See the example of [`VideoValues`].
///
/// # Errors
/// As [`video_to_array`], without [`Error::DtypeMismatch`].
pub fn video_to_values(path: impl AsRef<Path>) -> Result<VideoValues, Error> {
    let path = path.as_ref();
    let reader = open(path)?;
    match interpretation::dtype(reader.info(), path)? {
        Some(Dtype::F64) => dequantize(reader, path).map(VideoValues::F64),
        _ => dequantize(reader, path).map(VideoValues::F32),
    }
}

fn open(path: &Path) -> Result<VideoReader, Error> {
    VideoReader::open(path, &ReadLimits::default()).map_err(codec_error(path))
}

/// Decodes and dequantizes frame by frame, so that the codes of a frame stay in the CPU cache.
fn dequantize<T: Float>(reader: VideoReader, path: &Path) -> Result<Array3<T>, Error> {
    let info = reader.info().clone();
    let quantizer = interpretation::quantizer(&info, path)?;
    let values = reader.read_all(|codes, values| -> Result<(), ReadError> {
        Ok(quantizer.dequantize_into(codes, values)?)
    });
    let values = values.map_err(|error| match error {
        ReadError::Codec(source) => codec_error(path)(source),
        ReadError::Quant(source) => source.into(),
    })?;
    interpretation::check_frames(&info, path, values.dim().0)?;
    Ok(values)
}

/// An error of reading frames, without the path of the file.
enum ReadError {
    Codec(CodecError),
    Quant(QuantError),
}

impl From<CodecError> for ReadError {
    fn from(source: CodecError) -> Self {
        Self::Codec(source)
    }
}

impl From<QuantError> for ReadError {
    fn from(source: QuantError) -> Self {
        Self::Quant(source)
    }
}

fn codec_error(path: &Path) -> impl FnOnce(CodecError) -> Error {
    let path = Some(path.to_owned());
    |source| Error::Codec { path, source }
}
