//! What can encode frames: one file per encoder, one trait before them all.

mod av1;
mod ffv1;
mod openjpeg;
mod x265;
mod x265_params;
mod x265_preset;

use std::fmt;
use std::ops::RangeInclusive;

use crate::error::CodecError;
use crate::geometry::FrameSize;
use crate::stream::StreamFormat;
use crate::video::Container;

pub use av1::{Av1, Av1Rate};
pub use ffv1::Ffv1;
pub use openjpeg::{OpenJpeg, OpenJpegRate};
pub use x265::{X265, X265Rate};
pub use x265_params::X265_PARAMS;
pub use x265_preset::X265Preset;

/// An encoder with its options: what turns frames of codes into a video stream.
///
/// A value says what to encode with; it holds no state, so one value can serve many videos and
/// threads.
pub trait Codec: fmt::Debug + Send + Sync {
    /// The short name that tables and errors use, such as `x265`.
    fn name(&self) -> &'static str;

    /// The bit depths that the encoder holds.
    fn bit_depths(&self) -> RangeInclusive<u8>;

    /// Whether a decode must give back exactly the codes that went in.
    fn is_lossless(&self) -> bool;

    /// Returns the size at which frames of `size` are encoded: the nearest one, no smaller in either direction, that the
    /// encoder opens for and handles safely. Frames are padded to it, and cropped when they are read.
    fn encoded_size(&self, size: FrameSize) -> FrameSize;

    /// What FFmpeg needs to open the encoder for codes of this depth in frames of this size, to run
    /// in about so many threads at most (0 counts as 1), on which the bytes do not depend.
    ///
    /// # Errors
    /// [`CodecError::BitDepth`] if the encoder has no mode for the depth;
    /// [`CodecError::InvalidOption`] if an option is unknown or out of range.
    fn configure(
        &self,
        bit_depth: u8,
        size: FrameSize,
        threads: usize,
    ) -> Result<EncoderConfig, CodecError>;

    /// What the encoder's stream is without a container.
    fn stream_format(&self) -> StreamFormat;

    /// The containers that carry this codec's stream exactly, the preferred one first.
    fn containers(&self) -> &'static [Container] {
        self.stream_format().containers()
    }
}

/// What FFmpeg needs to open an encoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderConfig {
    /// FFmpeg's name of the encoder.
    pub encoder: &'static str,
    /// The package that brings the encoder where FFmpeg lacks it.
    pub package: &'static str,
    /// The bits of the gray pixel format that carries the codes: 8, 10, 12 or 16. A lossy
    /// encoder's codes are shifted up to fill them.
    pub pixel_bits: u8,
    /// Encoder options by FFmpeg's names.
    pub options: Vec<(&'static str, String)>,
    /// Threads of libavcodec's own inside the encoder: 0 for one per core. More than one only where
    /// the bytes do not depend on it.
    pub threads: usize,
    /// The fewest frames of a video that are worth a group, which starts anew and can be encoded
    /// beside the others; `None` if nothing is.
    pub min_group_frames: Option<usize>,
}

/// The narrowest of `carriers` (ascending) that holds `bit_depth` bits.
///
/// # Errors
/// [`CodecError::BitDepth`], with `advice`, if none does.
fn carrier(
    codec: &'static str,
    carriers: &[u8],
    bit_depth: u8,
    advice: &'static str,
) -> Result<u8, CodecError> {
    let widest = carriers.last().copied().unwrap_or(0);
    let held = carriers.iter().copied().find(|&bits| bits >= bit_depth);
    held.filter(|_| bit_depth > 0).ok_or(CodecError::BitDepth {
        codec,
        bit_depth,
        supported: 1..=widest,
        advice,
    })
}

/// Checks an option's value against a range.
///
/// # Errors
/// [`CodecError::InvalidOption`] if it is outside, or NaN.
fn in_range<T: PartialOrd + fmt::Display>(
    codec: &'static str,
    option: &str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<T, CodecError> {
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(CodecError::InvalidOption {
            codec,
            option: option.to_owned(),
            value: value.to_string(),
            expected: format!("{} to {}", range.start(), range.end()),
        })
    }
}
