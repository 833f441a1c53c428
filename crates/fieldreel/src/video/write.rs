//! Encoding of arrays into video files.

use std::fs;
use std::path::{Path, PathBuf};

use fieldreel_codec::{VideoOptions, write_video};
use fieldreel_quant::{Float, Quantizer, ValueRange};
use ndarray::{ArrayView3, AsArray, Ix3};

use super::file_name::VideoName;
use super::interpretation;
use crate::{Error, Preset};

/// Writes `array`, axis order `(time, y, x)`, as an MP4 file into `folder`, and returns its path.
///
/// The file has the name that the original tool gives it,
/// `video_min<min>_max<max>_fc<bit depth>.mp4`. Tags in the file contain the same information, and
/// [`video_to_array`](crate::video_to_array) reads these. [`array_to_video_file`] writes a file of
/// any name. The folder is created if it does not exist. The file appears when it is complete, and
/// replaces a file of the same name.
///
/// The error of each value is at most half a quantization step plus the error of the codec, which
/// is unbounded except for `vlow` and `LL-JP2K`: their codes are decoded and compared before the
/// file appears.
///
/// ```
/// use fieldreel::{Preset, array_to_video};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| (t + x) as f32 - y as f32 / 2.0);
/// let path = array_to_video(&wind, folder.path(), Preset::High)?;
/// assert!(path.ends_with("video_min-29.5_max102.0_fc12.mp4"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Quant`] if the array is empty or has NaN or infinite values; [`Error::Codec`] if a
/// frame is too large, an encoder is missing or fails, or the file cannot be written;
/// [`Error::Io`] if the folder cannot be created.
pub fn array_to_video<'a, T: Float>(
    array: impl AsArray<'a, T, Ix3>,
    folder: impl AsRef<Path>,
    preset: Preset,
) -> Result<PathBuf, Error> {
    let (array, folder) = (array.into(), folder.as_ref());
    let range = ValueRange::from_values(array)?;
    let path = path_in_folder(folder, range, preset);
    write_array(array, range, &path, preset, || {
        fs::create_dir_all(folder).map_err(|source| Error::Io {
            path: Some(folder.to_owned()),
            source,
        })
    })?;
    Ok(path)
}

/// Writes `array`, axis order `(time, y, x)`, as a video file of any name. The extension, `.mp4`
/// or `.mkv`, determines the container.
///
/// The type and the range of the values are stored in tags, from which
/// [`video_to_array`](crate::video_to_array) reads them. The file appears when it is complete, and
/// replaces a file of the same name. Errors of values are those of [`array_to_video`].
///
/// ```
/// use fieldreel::{Preset, array_to_video_file, video_to_array};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("wind.mkv");
/// let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| (t + x) as f32 - y as f32 / 2.0);
/// array_to_video_file(&wind, &path, Preset::Vlow)?;
/// assert_eq!(video_to_array::<f32>(&path)?.dim(), wind.dim());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Quant`] if the array is empty or has NaN or infinite values; [`Error::Codec`] if the
/// extension is unknown, a frame is too large, an encoder is missing or fails, or the file cannot
/// be written.
pub fn array_to_video_file<'a, T: Float>(
    array: impl AsArray<'a, T, Ix3>,
    path: impl AsRef<Path>,
    preset: Preset,
) -> Result<(), Error> {
    let array = array.into();
    write_array(
        array,
        ValueRange::from_values(array)?,
        path.as_ref(),
        preset,
        || Ok(()),
    )
}

/// Returns the path of the file that [`array_to_video`] writes, without writing it.
///
/// ```
/// use fieldreel::{Preset, video_path};
/// use ndarray::Array3;
///
/// let wind = Array3::from_shape_fn((24, 60, 80), |(t, y, x)| (t + x) as f32 - y as f32 / 2.0);
/// let path = video_path(&wind, "videos", Preset::Max)?;
/// assert!(path.ends_with("videos/video_min-29.5_max102.0_fc8.mp4"));
/// # Ok::<(), fieldreel::Error>(())
/// ```
///
/// # Errors
/// [`Error::Quant`] if the array is empty or has NaN or infinite values.
pub fn video_path<'a, T: Float>(
    array: impl AsArray<'a, T, Ix3>,
    folder: impl AsRef<Path>,
    preset: Preset,
) -> Result<PathBuf, Error> {
    let range = ValueRange::from_values(array.into())?;
    Ok(path_in_folder(folder.as_ref(), range, preset))
}

/// Quantizes an array with this range, and writes it to a file. `prepare` is called when the array
/// is quantized, before the file is written.
fn write_array<T: Float>(
    array: ArrayView3<'_, T>,
    range: ValueRange<T>,
    path: &Path,
    preset: Preset,
    prepare: impl FnOnce() -> Result<(), Error>,
) -> Result<(), Error> {
    let depth = preset.bit_depth();
    let codes = Quantizer::new(range, depth).quantize(array)?;
    prepare()?;
    let options = VideoOptions::default().with_tags(interpretation::tags(range, preset));
    write_video(
        path,
        codes.view(),
        depth.bits(),
        preset.codec().as_ref(),
        &options,
    )
    .map_err(|source| Error::Codec { path: None, source })
}

fn path_in_folder<T: Float>(folder: &Path, range: ValueRange<T>, preset: Preset) -> PathBuf {
    let name = VideoName {
        min: range.min().to_text(),
        max: range.max().to_text(),
        fc: preset.bit_depth().bits().into(),
    };
    folder.join(name.file_name())
}
