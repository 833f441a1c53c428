//! The errors of this crate.

use fieldreel_core::{Dtype, LimitError};

use crate::Bound;

/// An error of writing or reading a reel.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReelError {
    /// The bound's number is outside of what its variant allows.
    #[error("invalid bound `{bound}`: {}", bound.valid())]
    InvalidBound {
        /// The bound.
        bound: Bound,
    },
    /// An array without values.
    #[error("the array of {shape:?} values is empty")]
    Empty {
        /// Its shape, axis order `(time, y, x)`.
        shape: [usize; 3],
    },
    /// No effort has this name.
    #[error("no effort is called `{name}`; there are fast, balanced, best")]
    UnknownEffort {
        /// The name.
        name: String,
    },
    /// No kind of base layer has this name.
    #[error("no kind of base layer is called `{name}`; there are auto, video, none")]
    UnknownBase {
        /// The name.
        name: String,
    },
    /// No choice of codecs has this name.
    #[error("no choice of codecs is called `{name}`; there are any, x265, av1")]
    UnknownCodecs {
        /// The name.
        name: String,
    },
    /// A target that this field cannot reach.
    #[error("the target `{target}` cannot be reached: the best is {reached}")]
    Unreachable {
        /// The target.
        target: Bound,
        /// The nearest that was reached, in the target's unit.
        reached: f64,
    },
    /// The encoded segment does not decode to values within its bound; nothing was returned.
    #[error("the encoded segment did not decode to values within its bound")]
    Verification,
    /// The values are of the other type.
    #[error("the values are {found}, not {expected}")]
    DtypeMismatch {
        /// The type that was asked for.
        expected: Dtype,
        /// The type in the file.
        found: Dtype,
    },
    /// Not a segment or a reel.
    #[error("not a {expected}")]
    NotOne {
        /// The kind of data that was expected.
        expected: &'static str,
    },
    /// Written by a newer version.
    #[error("format version {found}; this library reads up to {supported}")]
    Version {
        /// The version in the file.
        found: u32,
        /// The newest that is read.
        supported: u32,
    },
    /// Damaged or cut short.
    #[error("damaged: {what}")]
    Damaged {
        /// What is not as it must be.
        what: &'static str,
    },
    /// Rows or columns that a reel does not have.
    #[error("{start}..{end} is no part of the {length} rows or columns of a frame")]
    RegionOutside {
        /// The first of them.
        start: usize,
        /// The one after the last.
        end: usize,
        /// The number of rows or columns that there are.
        length: usize,
    },
    /// More memory than allowed.
    #[error("{bytes} bytes of memory needed, over the limit of {limit}")]
    Limit {
        /// How many bytes it would take.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A segment without a base layer.
    #[error("the segment has no video")]
    NoVideo,
    /// A video was asked for or is to be decoded, and this build has no codecs.
    #[error("videos need the feature \"ffmpeg\" of fieldreel-reel, and this build is without it")]
    NoVideoSupport,
    /// A video was asked for, and no encoder makes one of these values.
    #[error("no encoder makes a video of {shape:?} values")]
    VideoImpossible {
        /// Their shape, axis order `(time, y, x)`.
        shape: [usize; 3],
    },
    /// The base layer could not be encoded or decoded.
    #[cfg(feature = "ffmpeg")]
    #[error("the base layer")]
    Codec(#[from] fieldreel_codec::CodecError),
    /// Values could not be packed.
    #[error("values could not be packed")]
    Packing(#[source] pco::errors::PcoError),
    /// Metadata that do not agree with each other or with the frames.
    #[error("the metadata do not fit: {what}")]
    Metadata {
        /// What does not.
        what: &'static str,
    },
    /// Frames of another size than the reel's.
    #[error("a frame of {found:?} values, not {expected:?}")]
    FrameShape {
        /// The size of the reel's frames, `[y, x]`.
        expected: [usize; 2],
        /// The size of the given ones.
        found: [usize; 2],
    },
    /// Frames that a reel does not have.
    #[error("frames {start}..{end} of a reel of {frames}")]
    FramesOutside {
        /// The first that was asked for.
        start: usize,
        /// One after the last.
        end: usize,
        /// How many there are.
        frames: usize,
    },
    /// Frames that the reel had before it was damaged.
    #[error("frames {start}..{end} are lost")]
    FramesLost {
        /// The first.
        start: usize,
        /// One after the last.
        end: usize,
    },
    /// A segment that a reel does not have.
    #[error("segment {number} of {segments}, counted from 0")]
    NoSegment {
        /// The number that was asked for, from 0.
        number: usize,
        /// How many there are.
        segments: usize,
    },
    /// Nothing more can be written: an earlier call failed, and said why.
    #[error("writing failed before")]
    Failed,
    /// The file could not be read or written, or threads not be started.
    #[error("input and output")]
    Io(#[from] std::io::Error),
}

impl ReelError {
    pub(crate) const fn damaged(what: &'static str) -> Self {
        Self::Damaged { what }
    }

    /// Returns whether an encoder failed, so that another plan may do better.
    pub(crate) fn is_encoder_failure(&self) -> bool {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Codec(error) => error.is_encoder_failure(),
            _ => false,
        }
    }
}

impl From<LimitError> for ReelError {
    fn from(LimitError { bytes, limit }: LimitError) -> Self {
        Self::Limit { bytes, limit }
    }
}
