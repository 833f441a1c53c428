//! The errors of this crate.

use fieldreel_core::{Dtype, ErrorKind, LimitError};

use crate::{Criterion, Target};

/// An error of encoding, writing or reading a reel.
///
/// [`kind`](Self::kind) groups the variants by their cause:
/// - `Argument`: `InvalidCriterion`, `UnknownCriterion`, `UnknownEffort`, `UnknownBase`,
///   `UnknownCodec`, `Empty`, `FrameShape`, `InvalidMetadata`, `DtypeMismatch`,
///   `FramesOutOfBounds`, `RegionOutOfBounds`, `SegmentOutOfBounds`, `NoVideo`, `WriterPoisoned`;
/// - `Values`: `TargetUnreachable`, `VideoImpossible`, `BoundExceeded`;
/// - `Corrupt`: `BadMagic`, `Corrupt`, `FramesLost`;
/// - `Unsupported`: `UnsupportedVersion`, `VideoUnsupported`;
/// - `Limit`: `LimitExceeded`;
/// - `Io`: `Io`;
/// - `Library`: `Pco`;
/// - the kind of its source: `Codec`.
///
/// ```
/// use fieldreel_reel::{ErrorKind, ReelError, segment};
///
/// let error = segment::inspect(b"not a segment").unwrap_err();
/// assert!(matches!(error, ReelError::BadMagic { expected: "segment" }));
/// assert_eq!(error.kind(), ErrorKind::Corrupt);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReelError {
    /// The number of an error bound or a target is out of range.
    #[error("invalid criterion `{criterion}`: {}", criterion.valid_range())]
    InvalidCriterion {
        /// The criterion.
        criterion: Criterion,
    },
    /// A text is not an error bound or a target.
    #[error("`{text}` is not a bound; use abs:E, rel:R, pointwise:R, lossless, psnr:DB or ratio:X")]
    UnknownCriterion {
        /// The text.
        text: String,
    },
    /// The array has no values.
    #[error("the array of shape {shape:?} has no values")]
    Empty {
        /// The shape, axis order `(time, y, x)`.
        shape: [usize; 3],
    },
    /// No effort has this name.
    #[error("no effort is called `{name}`; use fast, balanced or best")]
    UnknownEffort {
        /// The name.
        name: String,
    },
    /// No kind of base layer has this name.
    #[error("no base layer is called `{name}`; use auto, prediction or video")]
    UnknownBase {
        /// The name.
        name: String,
    },
    /// No choice of a codec has this name.
    #[error("no codec is called `{name}`; use any, x265 or av1")]
    UnknownCodec {
        /// The name.
        name: String,
    },
    /// No absolute bound reaches the target on these values.
    #[error("the target `{target}` cannot be reached; the best result is {reached}")]
    TargetUnreachable {
        /// The target.
        target: Target,
        /// The best result, in the unit of the target.
        reached: f64,
    },
    /// The encoded segment decodes to values that exceed the bound, so it was discarded.
    #[error("the encoded segment does not decode to values within the bound")]
    BoundExceeded,
    /// The values have another element type than the caller asks for.
    #[error("the values are {found}, not {expected}")]
    DtypeMismatch {
        /// The type that the caller asks for.
        expected: Dtype,
        /// The type in the file.
        found: Dtype,
    },
    /// The input does not begin as a segment or a reel does.
    #[error("not a {expected}: wrong magic bytes")]
    BadMagic {
        /// The kind of data that was expected: `segment` or `reel`.
        expected: &'static str,
    },
    /// The input was written in a newer version of the format.
    #[error("format version {found} is not supported; this library reads up to {supported}")]
    UnsupportedVersion {
        /// The version in the file.
        found: u32,
        /// The newest version that this library reads.
        supported: u32,
    },
    /// The input is damaged or truncated.
    #[error("corrupt data: {reason}")]
    Corrupt {
        /// The inconsistency that was found.
        reason: &'static str,
    },
    /// The reel does not have these rows or columns.
    #[error("{start}..{end} is outside of the {length} rows or columns of a frame")]
    RegionOutOfBounds {
        /// The first row or column.
        start: usize,
        /// One past the last row or column.
        end: usize,
        /// The number of rows or columns in a frame.
        length: usize,
    },
    /// Reading needs more memory than the limit allows.
    #[error("reading needs {bytes} bytes of memory, more than the limit of {limit}")]
    LimitExceeded {
        /// The bytes of memory that reading needs.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The segment has no video to export.
    #[error("the segment has no video")]
    NoVideo,
    /// A video is to be encoded or decoded, and this build has no codecs.
    #[error(
        "this build cannot encode or decode videos; enable the feature \"ffmpeg\", or \"av1-embedded\" for AV1"
    )]
    VideoUnsupported,
    /// No encoder makes a video of values of this shape.
    #[error("no encoder makes a video of values of shape {shape:?}")]
    VideoImpossible {
        /// The shape, axis order `(time, y, x)`.
        shape: [usize; 3],
    },
    /// The video of the base layer could not be encoded or decoded.
    #[cfg(feature = "video")]
    #[error("the video of the base layer: {0}")]
    Codec(#[from] fieldreel_codec::CodecError),
    /// The lossless coder pco failed.
    #[error("lossless coding failed: {0}")]
    Pco(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The metadata contradict each other or the frames.
    #[error("invalid metadata: {reason}")]
    InvalidMetadata {
        /// The contradiction.
        reason: &'static str,
    },
    /// The frames have another shape than those of the reel.
    #[error("the frames have shape {found:?}, those of the reel {expected:?}")]
    FrameShape {
        /// The shape of the frames of the reel, `[y, x]`.
        expected: [usize; 2],
        /// The shape of the given frames, `[y, x]`.
        found: [usize; 2],
    },
    /// The reel does not have these frames.
    #[error("frames {start}..{end} are outside of the {frames} frames of the reel")]
    FramesOutOfBounds {
        /// The first frame.
        start: usize,
        /// One past the last frame.
        end: usize,
        /// The number of frames of the reel.
        frames: usize,
    },
    /// The frames were in the reel before it was damaged.
    #[error("frames {start}..{end} are lost: that part of the file is damaged")]
    FramesLost {
        /// The first frame.
        start: usize,
        /// One past the last frame.
        end: usize,
    },
    /// The reel does not have this segment.
    #[error("segment {number} is outside of the {segments} segments of the reel")]
    SegmentOutOfBounds {
        /// The number of the segment, counted from 0.
        number: usize,
        /// The number of segments of the reel.
        segments: usize,
    },
    /// An earlier call on this writer failed, so that the reel cannot be continued.
    #[error("the writer cannot continue after an earlier error")]
    WriterPoisoned,
    /// Reading or writing failed, or a thread could not be started.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl ReelError {
    /// Returns the cause of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidCriterion { .. }
            | Self::UnknownCriterion { .. }
            | Self::UnknownEffort { .. }
            | Self::UnknownBase { .. }
            | Self::UnknownCodec { .. }
            | Self::Empty { .. }
            | Self::FrameShape { .. }
            | Self::InvalidMetadata { .. }
            | Self::DtypeMismatch { .. }
            | Self::FramesOutOfBounds { .. }
            | Self::RegionOutOfBounds { .. }
            | Self::SegmentOutOfBounds { .. }
            | Self::NoVideo
            | Self::WriterPoisoned => ErrorKind::Argument,
            Self::TargetUnreachable { .. } | Self::VideoImpossible { .. } | Self::BoundExceeded => {
                ErrorKind::Values
            }
            Self::BadMagic { .. } | Self::Corrupt { .. } | Self::FramesLost { .. } => {
                ErrorKind::Corrupt
            }
            Self::UnsupportedVersion { .. } | Self::VideoUnsupported => ErrorKind::Unsupported,
            Self::LimitExceeded { .. } => ErrorKind::Limit,
            #[cfg(feature = "video")]
            Self::Codec(error) => error.kind(),
            Self::Pco(_) => ErrorKind::Library,
            Self::Io(_) => ErrorKind::Io,
        }
    }

    /// Returns the error for an inconsistency in the input.
    pub(crate) const fn corrupt(reason: &'static str) -> Self {
        Self::Corrupt { reason }
    }

    /// Returns the error for a failure of the lossless coder.
    pub(crate) fn pco(source: pco::errors::PcoError) -> Self {
        Self::Pco(Box::new(source))
    }

    /// Returns whether an encoder failed, so that another plan may succeed.
    pub(crate) fn is_encoder_failure(&self) -> bool {
        match self {
            #[cfg(feature = "video")]
            Self::Codec(error) => error.is_encoder_failure(),
            _ => false,
        }
    }
}

impl From<LimitError> for ReelError {
    fn from(LimitError { bytes, limit, .. }: LimitError) -> Self {
        Self::LimitExceeded { bytes, limit }
    }
}
