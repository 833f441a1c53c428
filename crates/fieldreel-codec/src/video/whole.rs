//! Whole videos in one call.

use std::io::{Cursor, Read, Seek};
use std::path::Path;

use fieldreel_core::files::PendingFile;
use ndarray::{Array2, Array3, ArrayView3, Axis};

use super::sink::SharedBuffer;
use super::{Container, ReadLimits, VideoInfo, VideoOptions, VideoReader, VideoShape, VideoWriter};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::geometry::FrameSize;
use crate::lossless::check_lossless;

/// A video read as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedVideo {
    /// What the video says of itself.
    pub info: VideoInfo,
    /// The codes, axis order `(time, y, x)`.
    pub frames: Array3<u16>,
}

/// Encodes `frames` (axis order `(time, y, x)`) of `bit_depth` bits into a video in memory, groups of
/// frames side by side where the codec makes groups, and parts of frames where it makes parts.
///
/// Runs in as many threads as rayon's current pool has; the bytes do not depend on it.
///
/// What a lossless codec made is decoded and compared before it is returned.
///
/// # Errors
/// As [`VideoWriter::new`] and [`VideoWriter::write_frame`]; [`CodecError::NotLossless`] if a
/// lossless codec was not.
pub fn encode_video(
    frames: ArrayView3<'_, u16>,
    bit_depth: u8,
    codec: &dyn Codec,
    container: Container,
    options: &VideoOptions,
) -> Result<Vec<u8>, CodecError> {
    let buffer = SharedBuffer::default();
    write_all(buffer.clone(), container, frames, bit_depth, codec, options)?;
    let bytes = buffer.take();
    if !codec.is_lossless() {
        return Ok(bytes);
    }
    verify(Cursor::new(bytes.clone()), frames, codec)?;
    Ok(bytes)
}

/// Writes `frames` (axis order `(time, y, x)`) of `bit_depth` bits to a video file; the extension
/// of `path` names the container.
///
/// The file appears under its name only when it is whole; a file of that name is replaced. What a
/// lossless codec made is decoded and compared before that.
///
/// # Errors
/// [`CodecError::UnknownExtension`]; [`CodecError::Io`] if the file cannot be written: the disk is
/// full, the folder must not be written, the path is that of a FIFO or a device; otherwise as
/// [`encode_video`].
pub fn write_video(
    path: &Path,
    frames: ArrayView3<'_, u16>,
    bit_depth: u8,
    codec: &dyn Codec,
    options: &VideoOptions,
) -> Result<(), CodecError> {
    let container = Container::from_path(path)?;
    let pending = PendingFile::create(path).map_err(CodecError::io(path))?;
    let open = || pending.open().map_err(CodecError::io(path));
    let written = write_all(open()?, container, frames, bit_depth, codec, options);
    written.map_err(|error| match (&error, pending.write_error()) {
        // FFmpeg says that it could not write, not where.
        (CodecError::Ffmpeg { .. }, Some(source)) => CodecError::io(path)(source),
        _ => error,
    })?;
    if codec.is_lossless() {
        verify(open()?, frames, codec)?;
    }
    pending.commit().map_err(CodecError::io(path))
}

/// Reads a whole video file, of ours or of another program's.
///
/// # Errors
/// As [`VideoReader::open`] and [`VideoReader::read_frame`]; [`CodecError::LimitExceeded`] if there are
/// more codes than `limits` allow.
pub fn read_video(path: &Path, limits: &ReadLimits) -> Result<DecodedVideo, CodecError> {
    read_all(VideoReader::open(path, limits)?)
}

/// Reads a whole video from memory, of ours or of another program's.
///
/// # Errors
/// As [`read_video`], without [`CodecError::Io`].
pub fn decode_video(bytes: Vec<u8>, limits: &ReadLimits) -> Result<DecodedVideo, CodecError> {
    read_all(VideoReader::from_reader(Cursor::new(bytes), limits)?)
}

fn write_all<W: std::io::Write + Seek + Send + 'static>(
    sink: W,
    container: Container,
    frames: ArrayView3<'_, u16>,
    bit_depth: u8,
    codec: &dyn Codec,
    options: &VideoOptions,
) -> Result<(), CodecError> {
    let (count, height, width) = frames.dim();
    let shape = VideoShape {
        frames: count,
        size: FrameSize { height, width },
        bit_depth,
    };
    VideoWriter::open(sink, container, shape, codec, options, true)?.write_all(frames)
}

fn read_all(reader: VideoReader) -> Result<DecodedVideo, CodecError> {
    let info = reader.info().clone();
    let frames = reader.read_all(|codes, mut out| -> Result<(), CodecError> {
        out.assign(&codes);
        Ok(())
    })?;
    Ok(DecodedVideo { info, frames })
}

/// Decodes a lossless video and compares it with the codes that went in.
fn verify<R: Read + Seek + Send + 'static>(
    source: R,
    frames: ArrayView3<'_, u16>,
    codec: &dyn Codec,
) -> Result<(), CodecError> {
    let mut reader = VideoReader::from_reader(source, &ReadLimits::default())?;
    let (count, height, width) = frames.dim();
    let mut decoded = Array2::zeros((height, width));
    for (index, frame) in frames.axis_iter(Axis(0)).enumerate() {
        if !reader.read_frame(decoded.view_mut())? {
            return Err(CodecError::Truncated {
                expected: count,
                found: index,
            });
        }
        check_lossless(codec.name(), index, frame, decoded.view())?;
    }
    Ok(())
}
