//! [`CodecError`]: the errors between codes and a video, grouped by cause.

use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use fieldreel_core::ErrorKind;

#[cfg(feature = "av1-embedded")]
use crate::embedded::EmbeddedError;
#[cfg(feature = "ffmpeg")]
use crate::ffmpeg_error::FfmpegError;
use crate::geometry::FrameSize;
use crate::stream::StreamFormat;
use crate::video::Container;

/// The error type of this crate.
///
/// ```
/// use fieldreel_codec::{Av1, CodecError, ErrorKind, encode_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::<u16>::zeros((2, 20, 30));
/// let error = encode_stream(codes.view(), 16, &Av1::quantizer(20)).unwrap_err();
/// assert!(matches!(error, CodecError::BitDepth { bit_depth: 16, .. }));
/// assert_eq!(error.kind(), ErrorKind::Argument);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    // Invalid arguments.
    /// The encoder does not support the bit depth of the codes.
    #[error("{codec} cannot hold {bit_depth}-bit codes, only {} to {}: {advice}", supported.start(), supported.end())]
    BitDepth {
        /// The short name of the encoder.
        codec: &'static str,
        /// The bit depth of the codes.
        bit_depth: u8,
        /// The bit depths that the encoder supports.
        supported: RangeInclusive<u8>,
        /// The reason, and what to use instead.
        advice: &'static str,
    },
    /// An option of an encoder or of a container is unknown or out of range.
    #[error("{codec}: {option}={value} is not valid, expected {expected}")]
    InvalidOption {
        /// The short name of the encoder, or FFmpeg's name of the container's muxer.
        codec: &'static str,
        /// The name of the option.
        option: String,
        /// The value of the option.
        value: String,
        /// A description of the valid values or names.
        expected: String,
    },
    /// There are no frames to encode or to decode. A video without frames could not be read back.
    #[error("there are no frames to encode or to decode")]
    NoFrames,
    /// The size of the frames is not possible: a side is 0, or longer than all encoders allow.
    #[error("frames of {size} cannot be a video: each side must be 1 to {max}")]
    FrameSize {
        /// The size of the frames.
        size: FrameSize,
        /// The longest possible side, in pixels.
        max: usize,
    },
    /// The size of an array of codes differs from the size of the video.
    #[error("frame {frame} is {found}, the video is {expected}")]
    FrameMismatch {
        /// The index of the frame in time.
        frame: usize,
        /// The size of the video.
        expected: FrameSize,
        /// The size of the array.
        found: FrameSize,
    },
    /// The number of frames that were written differs from the announced number.
    #[error("{announced} frames were announced, {written} were written")]
    FrameCount {
        /// The number of frames that was given when the video was created.
        announced: usize,
        /// The number of frames that were written.
        written: usize,
    },
    /// A code exceeds the largest code of its bit depth.
    #[error("code {code} at ({frame}, {y}, {x}) is over {max_code}, the largest of the bit depth")]
    CodeOutOfRange {
        /// The index of the frame in time.
        frame: usize,
        /// The index of the row.
        y: usize,
        /// The index of the column.
        x: usize,
        /// The code.
        code: u16,
        /// The largest code of the bit depth.
        max_code: u16,
    },
    /// The container cannot carry streams of this codec exactly.
    #[error("{container} cannot carry {codec} exactly: use {alternative}")]
    ContainerUnsupported {
        /// The requested container.
        container: Container,
        /// The short name of the encoder or of the stream's format.
        codec: &'static str,
        /// A container that carries the codec exactly.
        alternative: Container,
    },
    /// The extension of a file name is not that of a container.
    #[error("{}: the extension is not .mp4 or .mkv", path.display())]
    UnknownExtension {
        /// The path of the file.
        path: PathBuf,
    },
    /// A tag of the caller has a key or a value that a container would not preserve.
    #[error("tag {key:?} cannot be stored: {reason}")]
    TagUnsupported {
        /// The key of the tag.
        key: String,
        /// The requirement that the key or the value violates.
        reason: &'static str,
    },

    // Limitations of this build, of FFmpeg or of the machine.
    /// This build lacks a feature.
    #[error("{what} needs the feature \"{feature}\", which this build of fieldreel lacks")]
    FeatureMissing {
        /// The encoder, the format or the operation that is not available.
        what: &'static str,
        /// The feature that provides it.
        feature: &'static str,
    },
    /// FFmpeg was built without this encoder.
    #[error("FFmpeg has no encoder {encoder}: install {package}, or an FFmpeg built with it")]
    EncoderMissing {
        /// FFmpeg's name of the encoder.
        encoder: &'static str,
        /// The package that provides the encoder.
        package: &'static str,
    },
    /// The video is of a codec that this crate does not read. Only a few codecs are read, so that
    /// a malicious file cannot reach every decoder of FFmpeg.
    #[error("videos of {codec} are not read, only those of HEVC, JPEG 2000, FFV1, AV1 and H.264")]
    CodecUnsupported {
        /// FFmpeg's name of the codec.
        codec: String,
    },
    /// FFmpeg was built without a decoder for the codec of the stream.
    #[error("FFmpeg has no decoder for {codec}")]
    DecoderMissing {
        /// FFmpeg's name of the codec.
        codec: String,
    },
    /// There is not enough memory for a frame.
    #[error("no memory for a frame of {size}")]
    OutOfMemory {
        /// The size of the frame, padding included.
        size: FrameSize,
    },

    // Invalid or damaged input.
    /// The bytes are not an MP4 or MKV file, or the file is truncated.
    #[cfg(feature = "ffmpeg")]
    #[error("not a readable MP4 or MKV file")]
    NotAVideo {
        /// The error of FFmpeg.
        source: FfmpegError,
    },
    /// The container has no video stream.
    #[error("the file holds no video stream")]
    NoVideoStream,
    /// The pixel format of the stream is not gray.
    #[error("the stream's pixel format {format} is not gray of 8 to 16 bits")]
    PixelFormat {
        /// FFmpeg's name of the pixel format.
        format: String,
    },
    /// The file was written by a newer version of this library.
    #[error("the file's format version is {found}, this library reads up to {supported}")]
    VersionUnsupported {
        /// The format version of the file.
        found: u32,
        /// The newest format version that this library reads.
        supported: u32,
    },
    /// A tag of the file format is missing, invalid, or contradicts the stream.
    #[error("the file's tag {key} is {value:?}: {reason}")]
    InvalidTag {
        /// The key of the tag.
        key: String,
        /// The value of the tag; empty if the tag is missing.
        value: String,
        /// A description of the problem.
        reason: &'static str,
    },
    /// An MP4 file ends within one of its boxes.
    #[error("the file is cut short: {found} of at least {expected} bytes")]
    TruncatedFile {
        /// The offset at which the box would end, in bytes.
        expected: u64,
        /// The length of the file, in bytes.
        found: u64,
    },
    /// The reader from which a video is decoded failed.
    #[error("the video cannot be read")]
    Source {
        /// The error of the reader.
        source: io::Error,
    },
    /// The number of frames in a stream differs from the expected number.
    #[error("the video is cut short or damaged: {found} of {expected} frames could be decoded")]
    Truncated {
        /// The number of frames that the tags or the caller state.
        expected: usize,
        /// The number of frames found. Reading stops at the first frame that is too many.
        found: usize,
    },
    /// A decoded frame is smaller than the size that the tags, the caller or the first frame
    /// state.
    #[error("the stream's frames are {found}, at least {expected} was expected")]
    StreamSize {
        /// The stated size.
        expected: FrameSize,
        /// The size of the decoded frame.
        found: FrameSize,
    },
    /// The bytes of an elementary stream do not conform to its format.
    #[error("the {format} stream is damaged at byte {offset}: {reason}")]
    InvalidStream {
        /// The format of the stream.
        format: StreamFormat,
        /// The offset of the damage, in bytes.
        offset: usize,
        /// A description of the damage.
        reason: &'static str,
    },
    /// The pixels of a stream are too narrow for codes of the stated bit depth and shift.
    #[error(
        "codes of {bit_depth} bits, shifted up by {shift}, do not fit pixels of {pixel_bits} bits"
    )]
    PixelBits {
        /// The stated bit depth of the codes.
        bit_depth: u8,
        /// The stated shift of the codes within the pixels, in bits.
        shift: u8,
        /// The bits of the stream's pixels; 16 if no pixels could hold the codes.
        pixel_bits: u8,
    },
    /// The video exceeds a limit of the reader.
    #[error("{quantity} is {value}, over the limit of {limit}")]
    LimitExceeded {
        /// The quantity that is limited, such as "the number of codes".
        quantity: &'static str,
        /// The value that the file states.
        value: u64,
        /// The limit.
        limit: u64,
    },

    // Faults of an encoder.
    /// The output of a lossless encoder did not decode to the codes that were encoded, and was
    /// discarded.
    #[error(
        "{codec} is not lossless here: code {expected} at ({frame}, {y}, {x}) was decoded as {found}"
    )]
    NotLossless {
        /// The short name of the encoder.
        codec: &'static str,
        /// The index of the frame in time.
        frame: usize,
        /// The index of the row.
        y: usize,
        /// The index of the column.
        x: usize,
        /// The code that was encoded.
        expected: u16,
        /// The code that was decoded.
        found: u16,
    },

    // Input and output, and failures of the libraries.
    /// A file or folder could not be read or written.
    #[error("{}", path.display())]
    Io {
        /// The path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The embedded AV1 codec failed.
    #[cfg(feature = "av1-embedded")]
    #[error("the embedded AV1 codec failed to {operation}: {source}")]
    Embedded {
        /// The operation that failed, such as "decode a frame".
        operation: &'static str,
        /// The cause.
        source: EmbeddedError,
    },
    /// A call of FFmpeg failed.
    #[cfg(feature = "ffmpeg")]
    #[error("FFmpeg failed to {operation}")]
    Ffmpeg {
        /// The operation that failed, such as "decode a frame".
        operation: &'static str,
        /// The error of FFmpeg.
        source: FfmpegError,
    },
}

impl CodecError {
    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::BitDepth { .. }
            | Self::InvalidOption { .. }
            | Self::NoFrames
            | Self::FrameSize { .. }
            | Self::FrameMismatch { .. }
            | Self::FrameCount { .. }
            | Self::CodeOutOfRange { .. }
            | Self::ContainerUnsupported { .. }
            | Self::UnknownExtension { .. }
            | Self::TagUnsupported { .. } => ErrorKind::Argument,
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg { source, .. } if source.is_invalid_data() => ErrorKind::Corrupt,
            #[cfg(feature = "ffmpeg")]
            Self::NotAVideo { .. } => ErrorKind::Corrupt,
            #[cfg(feature = "av1-embedded")]
            Self::Embedded {
                source: EmbeddedError::InvalidData,
                ..
            } => ErrorKind::Corrupt,
            #[cfg(feature = "av1-embedded")]
            Self::Embedded {
                source: EmbeddedError::FrameTooLarge,
                ..
            } => ErrorKind::Limit,
            Self::NoVideoStream
            | Self::InvalidTag { .. }
            | Self::TruncatedFile { .. }
            | Self::Truncated { .. }
            | Self::StreamSize { .. }
            | Self::InvalidStream { .. }
            | Self::PixelBits { .. } => ErrorKind::Corrupt,
            Self::FeatureMissing { .. }
            | Self::CodecUnsupported { .. }
            | Self::PixelFormat { .. }
            | Self::VersionUnsupported { .. } => ErrorKind::Unsupported,
            Self::LimitExceeded { .. } => ErrorKind::Limit,
            Self::Source { .. } | Self::Io { .. } => ErrorKind::Io,
            Self::EncoderMissing { .. }
            | Self::DecoderMissing { .. }
            | Self::OutOfMemory { .. }
            | Self::NotLossless { .. } => ErrorKind::Library,
            #[cfg(feature = "av1-embedded")]
            Self::Embedded { .. } => ErrorKind::Library,
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg { .. } => ErrorKind::Library,
        }
    }

    /// Returns true if an encoder failed because of the size or the content of the frames, so that
    /// another encoder, or the same one with other options, may succeed.
    ///
    /// Returns false for invalid arguments, an encoder that FFmpeg or this build lacks,
    /// insufficient memory, and failures of input and output.
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
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg { source, .. } => *source != FfmpegError::OUT_OF_MEMORY,
            #[cfg(feature = "av1-embedded")]
            Self::Embedded { source, .. } => *source != EmbeddedError::OutOfMemory,
            _ => false,
        }
    }

    /// Returns a function that wraps an error of FFmpeg with the operation that failed.
    #[cfg(feature = "ffmpeg")]
    pub(crate) fn ffmpeg(operation: &'static str) -> impl FnOnce(ffmpeg_next::Error) -> Self {
        move |source| Self::Ffmpeg {
            operation,
            source: FfmpegError::new(source),
        }
    }

    /// Returns a function that wraps an error of the operating system with a path.
    #[cfg(feature = "ffmpeg")]
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

#[cfg(all(test, feature = "ffmpeg"))]
mod tests {
    use super::*;

    #[test]
    fn missing_memory_and_missing_encoders_are_not_encoder_failures() {
        let failed = |errno| CodecError::Ffmpeg {
            operation: "open the encoder",
            source: FfmpegError::new(ffmpeg_next::Error::Other { errno }),
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
