//! What the codes of a video mean: the type and range of the values, in tags or in the file name.

use std::path::Path;

use fieldreel_codec::VideoInfo;
use fieldreel_quant::{BitDepth, Dtype, Float, QuantError, Quantizer, ValueRange};

use super::name::VideoName;
use crate::{Error, Preset};

const DTYPE: &str = "fieldreel_dtype";
const MIN: &str = "fieldreel_min";
const MAX: &str = "fieldreel_max";
const PRESET: &str = "fieldreel_preset";

/// The tags that say what the codes mean. The numbers are the shortest that give the same bits.
pub(super) fn tags<T: Float>(range: ValueRange<T>, preset: Preset) -> Vec<(String, String)> {
    [
        (DTYPE, T::DTYPE.to_string()),
        (MIN, range.min().to_text()),
        (MAX, range.max().to_text()),
        (PRESET, preset.to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// The type of the values in a video; `None` if it is of the original tool, which does not say.
pub(super) fn dtype(info: &VideoInfo, path: &Path) -> Result<Option<Dtype>, Error> {
    match info.version {
        None => Ok(None),
        Some(_) => {
            let text = tag(info, DTYPE);
            text.parse()
                .map(Some)
                .map_err(|_| bad_tag(path, DTYPE, text))
        }
    }
}

/// The quantizer that a video was made with: from its tags if it is ours, from its name if it is
/// the original's.
pub(super) fn quantizer<T: Float>(info: &VideoInfo, path: &Path) -> Result<Quantizer<T>, Error> {
    let depth = BitDepth::new(info.bit_depth)?;
    let range = match dtype(info, path)? {
        Some(found) if found != T::DTYPE => {
            let path = path.to_owned();
            return Err(Error::DtypeMismatch {
                path,
                expected: T::DTYPE,
                found,
            });
        }
        Some(_) => {
            let bound = |key| {
                let text = tag(info, key);
                T::from_text(text).map_err(|_| bad_tag(path, key, text))
            };
            ValueRange::new(bound(MIN)?, bound(MAX)?)?
        }
        None => {
            let name = name(path)?;
            let bound = |text: &str| T::from_text(text).map_err(QuantError::from);
            ValueRange::new(bound(&name.min)?, bound(&name.max)?)?
        }
    };
    Ok(Quantizer::new(range, depth))
}

/// Checks the `fc` in the name of a video of the original tool, whose `frames` are decoded.
///
/// Newer files state the bit depth that FFmpeg was given, which made 12 bits of 16 for x265; older
/// ones the number of frames. The stream's depth is right in both cases.
pub(super) fn check_frames(info: &VideoInfo, path: &Path, frames: usize) -> Result<(), Error> {
    if info.version.is_some() {
        return Ok(());
    }
    let fc = name(path)?.fc;
    let bit_depth = info.bit_depth;
    let is_depth = fc == u64::from(bit_depth) || (fc == 16 && bit_depth == 12);
    if is_depth || fc == frames as u64 {
        return Ok(());
    }
    Err(Error::NameMismatch {
        path: path.to_owned(),
        fc,
        bit_depth,
        frames,
    })
}

fn name(path: &Path) -> Result<VideoName, Error> {
    VideoName::of_path(path).ok_or_else(|| Error::NotFieldreel {
        path: path.to_owned(),
    })
}

fn tag<'a>(info: &'a VideoInfo, key: &str) -> &'a str {
    info.tags.get(key).map_or("", String::as_str)
}

fn bad_tag(path: &Path, key: &'static str, value: &str) -> Error {
    Error::BadTag {
        path: path.to_owned(),
        key,
        value: value.to_owned(),
    }
}
