//! Interpretation of the codes of a video: the element type and the range, from tags or the file
//! name.

use std::path::Path;

use fieldreel_codec::VideoInfo;
use fieldreel_quant::{BitDepth, Dtype, Float, QuantError, Quantizer, ValueRange};

use super::file_name::VideoName;
use crate::{Error, Preset};

const DTYPE: &str = "fieldreel_dtype";
const MIN: &str = "fieldreel_min";
const MAX: &str = "fieldreel_max";
const PRESET: &str = "fieldreel_preset";

/// Returns the tags of a video. Numbers are the shortest texts that parse to the same bits.
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

/// Returns the element type of a video; `None` for a video of the original tool, which does not
/// store it.
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

/// Returns the quantizer of a video, from its tags or, for a video of the original tool, from its
/// name.
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
            let limit = |key| {
                let text = tag(info, key);
                T::from_text(text).map_err(|_| bad_tag(path, key, text))
            };
            ValueRange::new(limit(MIN)?, limit(MAX)?)?
        }
        None => {
            let name = name(path)?;
            let limit = |text: &str| T::from_text(text).map_err(QuantError::from);
            ValueRange::new(limit(&name.min)?, limit(&name.max)?)?
        }
    };
    Ok(Quantizer::new(range, depth))
}

/// Checks the number `fc` in the name of a video of the original tool against the number of
/// decoded frames.
///
/// In newer files, `fc` is the bit depth that was passed to FFmpeg, which reduces 16 bits to 12
/// for x265. In older files it is the number of frames. The bit depth of the stream is correct in
/// both.
pub(super) fn check_frames(info: &VideoInfo, path: &Path, frames: usize) -> Result<(), Error> {
    if info.version.is_some() {
        return Ok(());
    }
    let fc = name(path)?.fc;
    let bit_depth = info.bit_depth;
    let is_bit_depth = fc == u64::from(bit_depth) || (fc == 16 && bit_depth == 12);
    if is_bit_depth || fc == frames as u64 {
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
    VideoName::from_path(path).ok_or_else(|| Error::NotFieldreel {
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
