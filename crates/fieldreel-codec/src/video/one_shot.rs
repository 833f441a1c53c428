//! Encoding and decoding of complete videos in one call.

use std::io::{Cursor, Read, Seek};
use std::path::Path;

use fieldreel_core::files::PendingFile;
use ndarray::{Array2, ArrayView3, Axis};

use super::shared_buffer::SharedBuffer;
use super::{
    Container, DecodedVideo, ReadLimits, VideoOptions, VideoReader, VideoShape, VideoWriter,
};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::geometry::FrameSize;
use crate::lossless::check_lossless;

/// Encodes `frames`, axis order `(time, y, x)`, of codes of `bit_depth` bits into a video in
/// memory.
///
/// The encoder runs in as many threads as rayon's current pool has, over groups of frames and
/// within frames where the codec supports it. The encoded bytes do not depend on the number of
/// threads.
///
/// The output of a lossless codec is decoded and compared with `frames` before it is returned.
///
/// ```
/// use fieldreel_codec::{Container, VideoOptions, X265, encode_video};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((4, 33, 49), |(t, y, x)| (40 * t + 8 * y + x) as u16);
/// let codec = X265::crf(10.0);
/// let mp4 = encode_video(codes.view(), 12, &codec, Container::Mp4, &VideoOptions::default())?;
/// assert_eq!(&mp4[4..8], b"ftyp");
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
///
/// # Errors
/// The errors of [`VideoWriter::new`] and [`VideoWriter::write_frame`]. With a lossless codec,
/// also [`CodecError::NotLossless`] if the decoded codes differ, and the errors of
/// [`decode_video`] if the output cannot be decoded.
pub fn encode_video(
    frames: ArrayView3<'_, u16>,
    bit_depth: u8,
    codec: &dyn Codec,
    container: Container,
    options: &VideoOptions,
) -> Result<Vec<u8>, CodecError> {
    let buffer = SharedBuffer::default();
    write_frames(buffer.clone(), container, frames, bit_depth, codec, options)?;
    let bytes = buffer.take();
    if !codec.is_lossless() {
        return Ok(bytes);
    }
    verify_lossless(Cursor::new(bytes.clone()), frames, codec)?;
    Ok(bytes)
}

/// Encodes `frames`, axis order `(time, y, x)`, of codes of `bit_depth` bits to a video file. The
/// extension of `path` denotes the container.
///
/// The file appears under its name only when it is complete, and replaces a file of the same name.
/// The output of a lossless codec is decoded and compared with `frames` before that.
///
/// ```
/// use fieldreel_codec::{ReadLimits, VideoOptions, X265, read_video, write_video};
/// use ndarray::Array3;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("codes.mp4");
/// let codes = Array3::from_shape_fn((4, 33, 49), |(t, y, x)| (40 * t + 8 * y + x) as u16);
/// write_video(&path, codes.view(), 12, &X265::lossless(), &VideoOptions::default())?;
/// assert_eq!(read_video(&path, &ReadLimits::default())?.frames, codes);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`CodecError::UnknownExtension`] if the extension is neither `mp4` nor `mkv`;
/// [`CodecError::Io`] if the file cannot be written, for example because the disk is full, the
/// folder is read-only, or the path is a FIFO or a device; otherwise the errors of
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
    let written = write_frames(open()?, container, frames, bit_depth, codec, options);
    written.map_err(|error| match (&error, pending.write_error()) {
        // FFmpeg reports that it could not write, but not the path.
        (CodecError::Ffmpeg { .. }, Some(source)) => CodecError::io(path)(source),
        _ => error,
    })?;
    if codec.is_lossless() {
        verify_lossless(open()?, frames, codec)?;
    }
    pending.commit().map_err(CodecError::io(path))
}

/// Decodes a video file, which this library or another program wrote.
///
/// See the example of [`write_video`].
///
/// # Errors
/// The errors of [`VideoReader::open`] and [`VideoReader::read_frame`], which are
/// [`CodecError::LimitExceeded`] if there are more codes than `limits` allow.
pub fn read_video(path: &Path, limits: &ReadLimits) -> Result<DecodedVideo, CodecError> {
    read_frames(VideoReader::open(path, limits)?)
}

/// Decodes a video in memory, which this library or another program wrote.
///
/// ```
/// use fieldreel_codec::{Container, Ffv1, ReadLimits, VideoOptions, decode_video, encode_video};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((2, 20, 30), |(t, y, x)| (90 * t + 4 * y + x) as u16);
/// let mkv = encode_video(codes.view(), 8, &Ffv1, Container::Mkv, &VideoOptions::default())?;
/// let video = decode_video(mkv, &ReadLimits::default())?;
/// assert_eq!(video.frames, codes);
/// assert_eq!(video.info.size.to_string(), "30×20");
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
///
/// # Errors
/// The errors of [`VideoReader::from_reader`] and [`VideoReader::read_frame`], which are
/// [`CodecError::LimitExceeded`] if there are more codes than `limits` allow.
pub fn decode_video(bytes: Vec<u8>, limits: &ReadLimits) -> Result<DecodedVideo, CodecError> {
    read_frames(VideoReader::from_reader(Cursor::new(bytes), limits)?)
}

fn write_frames<W: std::io::Write + Seek + Send + 'static>(
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

fn read_frames(reader: VideoReader) -> Result<DecodedVideo, CodecError> {
    let info = reader.info().clone();
    let frames = reader.read_all(|codes, mut out| -> Result<(), CodecError> {
        out.assign(&codes);
        Ok(())
    })?;
    Ok(DecodedVideo { info, frames })
}

/// Decodes the video of a lossless codec, and compares it with the original codes.
fn verify_lossless<R: Read + Seek + Send + 'static>(
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
