//! What can go wrong between codes and a video, by who is at fault.

use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::geometry::FrameSize;
use crate::stream::StreamFormat;
use crate::video::Container;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    // A bad argument.
    /// The encoder has no mode for this bit depth.
    #[error("{codec} cannot hold {bit_depth}-bit codes, only {} to {}: {advice}", supported.start(), supported.end())]
    BitDepth {
        /// The encoder.
        codec: &'static str,
        /// The bit depth asked for.
        bit_depth: u8,
        /// What the encoder holds.
        supported: RangeInclusive<u8>,
        /// What to use instead, and why.
        advice: &'static str,
    },
    /// An option of an encoder is unknown or out of range.
    #[error("{codec}: {option}={value} is not valid, expected {expected}")]
    InvalidOption {
        /// The encoder.
        codec: &'static str,
        /// The option.
        option: String,
        /// The value given.
        value: String,
        /// What would be valid.
        expected: String,
    },
    /// A video of no frames cannot be read back, so none is written.
    #[error("there are no frames to encode")]
    NoFrames,
    /// A frame has no pixels, or more in one direction than a video can have.
    #[error("frames of {size} cannot be a video: each side must be 1 to {max}")]
    FrameSize {
        /// The size asked for.
        size: FrameSize,
        /// The longest side possible.
        max: usize,
    },
    /// A frame differs in size from the video it is written to.
    #[error("frame {frame} is {found}, the video is {expected}")]
    FrameMismatch {
        /// Index of the frame in time.
        frame: usize,
        /// Size of the video.
        expected: FrameSize,
        /// Size of the frame.
        found: FrameSize,
    },
    /// More or fewer frames were written than announced.
    #[error("{announced} frames were announced, {written} were written")]
    FrameCount {
        /// The count given when the video was created.
        announced: usize,
        /// The count that came.
        written: usize,
    },
    /// A code does not fit the bit depth.
    #[error("code {code} at ({frame}, {y}, {x}) is over {max_code}, the largest of the bit depth")]
    CodeOutOfRange {
        /// Index in time.
        frame: usize,
        /// Index of the row.
        y: usize,
        /// Index of the column.
        x: usize,
        /// The code.
        code: u16,
        /// The largest code allowed.
        max_code: u16,
    },
    /// The container cannot carry this codec exactly.
    #[error("{container} cannot carry {codec} exactly: use {alternative}")]
    ContainerUnsupported {
        /// The container asked for.
        container: Container,
        /// The encoder.
        codec: &'static str,
        /// A container that can.
        alternative: Container,
    },
    /// The file name's extension names no container of ours.
    #[error("{}: the extension is not .mp4 or .mkv", path.display())]
    UnknownExtension {
        /// The path given.
        path: PathBuf,
    },
    /// A tag of the caller's uses a name or characters that a container cannot keep.
    #[error("tag {key:?} cannot be stored: {reason}")]
    TagUnsupported {
        /// The tag's key.
        key: String,
        /// Why.
        reason: &'static str,
    },

    // The machine.
    /// FFmpeg was built without this encoder.
    #[error("FFmpeg has no encoder {encoder}: install {package}, or an FFmpeg built with it")]
    EncoderMissing {
        /// FFmpeg's name of the encoder.
        encoder: &'static str,
        /// The package that brings it.
        package: &'static str,
    },
    /// A video of a codec that is not read, so that a hostile file cannot reach every decoder of FFmpeg.
    #[error("videos of {codec} are not read, only those of HEVC, JPEG 2000, FFV1, AV1 and H.264")]
    CodecUnsupported {
        /// FFmpeg's name of the codec.
        codec: String,
    },
    /// FFmpeg was built without a decoder for this stream.
    #[error("FFmpeg has no decoder for {codec}")]
    DecoderMissing {
        /// FFmpeg's name of the codec.
        codec: String,
    },
    /// Memory for a frame could not be had.
    #[error("no memory for a frame of {size}")]
    OutOfMemory {
        /// The frame's size, padding included.
        size: FrameSize,
    },

    // A bad input.
    /// The bytes are no MP4 or MKV file, or one cut short.
    #[error("not a readable MP4 or MKV file")]
    NotAVideo {
        /// What FFmpeg says.
        source: ffmpeg_next::Error,
    },
    /// There is no video stream in the container.
    #[error("the file holds no video stream")]
    NoVideoStream,
    /// The stream's pixels are not gray levels.
    #[error("the stream's pixel format {format} is not gray of 8 to 16 bits")]
    PixelFormat {
        /// FFmpeg's name of the pixel format.
        format: String,
    },
    /// A newer version of this library wrote the file.
    #[error("the file's format version is {found}, this library reads up to {supported}")]
    VersionUnsupported {
        /// What the file says.
        found: u32,
        /// The newest that is understood.
        supported: u32,
    },
    /// A tag is missing or makes no sense.
    #[error("the file's tag {key} is {value:?}: {reason}")]
    InvalidTag {
        /// The tag's key.
        key: String,
        /// The tag's value; empty when it is missing.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file ends in the middle of a part.
    #[error("the file is cut short: {found} of at least {expected} bytes")]
    TruncatedFile {
        /// Where the part would end.
        expected: u64,
        /// Where the file ends.
        found: u64,
    },
    /// The source of a video could not be read.
    #[error("the video cannot be read")]
    Source {
        /// What the source says.
        source: io::Error,
    },
    /// The stream gave another number of frames than its tags say.
    #[error("the video is cut short or damaged: {found} of {expected} frames could be decoded")]
    Truncated {
        /// What the tags say.
        expected: usize,
        /// What came.
        found: usize,
    },
    /// A decoded frame has another size than the tags or the frames before it say.
    #[error("the stream's frames are {found}, at least {expected} was announced")]
    StreamSize {
        /// From the tags, or from the first frame.
        expected: FrameSize,
        /// As decoded.
        found: FrameSize,
    },
    /// A stream without a container is not of its format.
    #[error("the {format} stream is damaged at byte {offset}: {reason}")]
    InvalidStream {
        /// What the stream should be.
        format: StreamFormat,
        /// Where.
        offset: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The stream's pixels cannot hold the codes that they should.
    #[error(
        "codes of {bit_depth} bits, shifted up by {shift}, are not in pixels of {pixel_bits} bits"
    )]
    PixelBits {
        /// Bits of each code, as stated.
        bit_depth: u8,
        /// The shift stated.
        shift: u8,
        /// Bits of the stream's pixels; 16 where no pixels can hold the codes.
        pixel_bits: u8,
    },
    /// The video is larger than the reader's limits allow.
    #[error("{quantity} is {value}, over the limit of {limit}")]
    LimitExceeded {
        /// Which limit.
        quantity: &'static str,
        /// What the file asks for.
        value: u64,
        /// The limit.
        limit: u64,
    },

    // The encoder broke its promise.
    /// A lossless encode did not decode to the codes that went in. The file was not kept.
    #[error(
        "{codec} is not lossless here: code {expected} at ({frame}, {y}, {x}) came back as {found}"
    )]
    NotLossless {
        /// The encoder.
        codec: &'static str,
        /// Index in time.
        frame: usize,
        /// Index of the row.
        y: usize,
        /// Index of the column.
        x: usize,
        /// The code that went in.
        expected: u16,
        /// The code that came out.
        found: u16,
    },

    // I/O and the rest.
    /// A file could not be read or written.
    #[error("{}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// FFmpeg failed.
    #[error("FFmpeg failed to {operation}")]
    Ffmpeg {
        /// What was being done.
        operation: &'static str,
        /// What FFmpeg says.
        source: ffmpeg_next::Error,
    },
}

impl CodecError {
    /// Returns whether an encoder failed on frames of this size or content, so that another encoder, or other options, may
    /// do. Wrong arguments, an encoder that FFmpeg lacks, a lack of memory and failures of input and output are none of these.
    #[must_use]
    pub fn is_encoder_failure(&self) -> bool {
        match self {
            Self::FrameSize { .. }
            | Self::NotLossless { .. }
            | Self::Truncated { .. }
            | Self::StreamSize { .. }
            | Self::PixelFormat { .. }
            | Self::PixelBits { .. }
            | Self::InvalidStream { .. } => true,
            Self::Ffmpeg { source, .. } => {
                let errno = ffmpeg_next::error::ENOMEM;
                *source != ffmpeg_next::Error::Other { errno }
            }
            _ => false,
        }
    }

    /// Wraps an error of FFmpeg's with what was being done.
    pub(crate) fn ffmpeg(operation: &'static str) -> impl FnOnce(ffmpeg_next::Error) -> Self {
        move |source| Self::Ffmpeg { operation, source }
    }

    /// Wraps an error of the system's with the path it is about.
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_of_memory_or_of_an_encoder_is_no_failure_of_the_encoder() {
        let failed = |errno| CodecError::Ffmpeg {
            operation: "open the encoder",
            source: ffmpeg_next::Error::Other { errno },
        };
        let size = FrameSize {
            height: 1,
            width: 20_000,
        };
        assert!(failed(ffmpeg_next::error::EINVAL).is_encoder_failure());
        assert!(CodecError::FrameSize { size, max: 16_384 }.is_encoder_failure());
        let missing = CodecError::EncoderMissing {
            encoder: "libx265",
            package: "libx265",
        };
        assert!(!missing.is_encoder_failure());
        assert!(!failed(ffmpeg_next::error::ENOMEM).is_encoder_failure());
        assert!(!CodecError::OutOfMemory { size }.is_encoder_failure());
        assert!(!CodecError::NoFrames.is_encoder_failure());
    }
}
