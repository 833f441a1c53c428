//! Stand-ins for the functions of video files in a build without the feature `ffmpeg`.

use std::path::Path;

use ndarray::ArrayView3;

use super::{Container, DecodedVideo, ReadLimits, VideoOptions};
use crate::backend::Codec;
use crate::error::CodecError;

/// Refuses to encode a video. [`mux_stream`](crate::mux_stream) writes MP4 files of AV1 streams.
///
/// # Errors
/// [`CodecError::FeatureMissing`], always.
pub fn encode_video(
    _: ArrayView3<'_, u16>,
    _: u8,
    _: &dyn Codec,
    _: Container,
    _: &VideoOptions,
) -> Result<Vec<u8>, CodecError> {
    Err(WRITING)
}

/// Refuses to encode a video file. [`mux_stream`](crate::mux_stream) writes MP4 files of AV1
/// streams.
///
/// # Errors
/// [`CodecError::FeatureMissing`], always.
pub fn write_video(
    _: &Path,
    _: ArrayView3<'_, u16>,
    _: u8,
    _: &dyn Codec,
    _: &VideoOptions,
) -> Result<(), CodecError> {
    Err(WRITING)
}

/// Refuses to decode a video file.
///
/// # Errors
/// [`CodecError::FeatureMissing`], always.
pub fn read_video(_: &Path, _: &ReadLimits) -> Result<DecodedVideo, CodecError> {
    Err(READING)
}

/// Refuses to decode a video.
///
/// # Errors
/// [`CodecError::FeatureMissing`], always.
pub fn decode_video(_: Vec<u8>, _: &ReadLimits) -> Result<DecodedVideo, CodecError> {
    Err(READING)
}

const WRITING: CodecError = CodecError::FeatureMissing {
    what: "encoding of a video file",
    feature: "ffmpeg",
};

const READING: CodecError = CodecError::FeatureMissing {
    what: "reading of a video file",
    feature: "ffmpeg",
};
