//! An array into a video file.

use std::fs;
use std::path::{Path, PathBuf};

use fieldreel_codec::{VideoOptions, write_video};
use fieldreel_quant::{Float, Quantizer, ValueRange};
use ndarray::{AsArray, Ix3};

use super::meaning;
use super::name::VideoName;
use crate::{Error, Preset};

/// Writes `array`, axis order `(time, y, x)`, as an MP4 into `folder`, and says where.
///
/// The file is named as the original tool names it, `video_min<min>_max<max>_fc<bit depth>.mp4`;
/// what it holds is also in its tags, from which [`video_to_array`](crate::video_to_array) reads
/// it. The folder is made if it is not there. The file appears only when it is whole, and replaces
/// one of the same name.
///
/// The error of each value is half a quantization step plus what the codec of the preset adds,
/// which is not bounded, except in `vlow` and `LL-JP2K`: their codes are decoded and compared
/// before the file is kept.
///
/// # Errors
/// [`Error::Quant`] if the array is empty or has NaN or infinite values; [`Error::Codec`] if a
/// frame is too large, an encoder is missing or fails, or the folder cannot be written;
/// [`Error::Io`] if the folder cannot be made.
pub fn array_to_video<'a, T: Float>(
    array: impl AsArray<'a, T, Ix3>,
    folder: impl AsRef<Path>,
    preset: Preset,
) -> Result<PathBuf, Error> {
    let (array, folder) = (array.into(), folder.as_ref());
    let depth = preset.bit_depth();
    let range = ValueRange::from_values(array)?;
    let path = path_for(folder, range, preset);
    let codes = Quantizer::new(range, depth).quantize(array)?;

    fs::create_dir_all(folder).map_err(|source| Error::Io {
        path: Some(folder.to_owned()),
        source,
    })?;
    let options = VideoOptions {
        tags: meaning::tags(range, preset),
        ..VideoOptions::default()
    };
    write_video(
        &path,
        codes.view(),
        depth.bits(),
        preset.codec().as_ref(),
        &options,
    )
    .map_err(|source| Error::Codec { path: None, source })?;
    Ok(path)
}

/// Returns the path of the file that [`array_to_video`] writes: to find out first what is there.
///
/// # Errors
/// [`Error::Quant`] if the array is empty or has NaN or infinite values.
pub fn video_path<'a, T: Float>(
    array: impl AsArray<'a, T, Ix3>,
    folder: impl AsRef<Path>,
    preset: Preset,
) -> Result<PathBuf, Error> {
    let range = ValueRange::from_values(array.into())?;
    Ok(path_for(folder.as_ref(), range, preset))
}

fn path_for<T: Float>(folder: &Path, range: ValueRange<T>, preset: Preset) -> PathBuf {
    let name = VideoName {
        min: range.min().to_text(),
        max: range.max().to_text(),
        fc: preset.bit_depth().bits().into(),
    };
    folder.join(name.file_name())
}
