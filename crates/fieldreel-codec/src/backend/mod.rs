//! The encoders: one file for each, and the trait [`Codec`] that all of them implement.

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

pub use av1::{Av1, Av1Encoder, Av1Rate};
pub use ffv1::Ffv1;
pub use openjpeg::{OpenJpeg, OpenJpegRate};
pub use x265::{X265, X265Rate};
pub use x265_params::X265_PARAMS;
pub use x265_preset::X265Preset;

/// An encoder and its options.
///
/// A `Codec` holds options and no state, so one value can encode many videos, in many threads.
///
/// ```
/// use fieldreel_codec::{Av1, Codec, Ffv1, OpenJpeg, X265};
///
/// let (x265, av1, openjpeg) = (X265::lossless(), Av1::lossless(), OpenJpeg::lossless());
/// let codecs: [&dyn Codec; 4] = [&x265, &av1, &openjpeg, &Ffv1];
/// assert!(codecs.iter().all(|codec| codec.is_lossless()));
/// let deep = codecs.iter().filter(|codec| codec.bit_depths().contains(&16));
/// let names: Vec<_> = deep.map(|codec| codec.name()).collect();
/// assert_eq!(names, ["openjpeg", "ffv1"]);
/// ```
pub trait Codec: fmt::Debug + Send + Sync {
    /// Returns the short name that tables and errors use, such as `x265`.
    fn name(&self) -> &'static str;

    /// Returns the bit depths that the encoder supports.
    fn bit_depths(&self) -> RangeInclusive<u8>;

    /// Returns true if decoding must give back exactly the codes that were encoded.
    fn is_lossless(&self) -> bool;

    /// Returns the size at which frames of `size` are encoded: the smallest size, no smaller than
    /// `size` in either direction, at which the encoder opens and works safely. Frames are padded
    /// to it before encoding, and cropped when they are read.
    ///
    /// ```
    /// use fieldreel_codec::{Codec, FrameSize, X265};
    ///
    /// let size = FrameSize { height: 20, width: 30 };
    /// assert_eq!(X265::crf(20.0).encoded_size(size), FrameSize { height: 20, width: 72 });
    /// ```
    fn encoded_size(&self, size: FrameSize) -> FrameSize;

    /// Returns what is needed to open the encoder for codes of `bit_depth` bits in frames of
    /// `size`, to run in about `threads` threads at most (0 counts as 1). The encoded bytes do not
    /// depend on `threads`.
    ///
    /// # Errors
    /// [`CodecError::BitDepth`] if the encoder does not support the bit depth;
    /// [`CodecError::InvalidOption`] if an option is unknown or out of range.
    fn configure(
        &self,
        bit_depth: u8,
        size: FrameSize,
        threads: usize,
    ) -> Result<EncoderConfig, CodecError>;

    /// Returns the format of the encoder's elementary stream.
    fn stream_format(&self) -> StreamFormat;

    /// Returns the containers that carry this codec's stream exactly, the preferred one first.
    fn containers(&self) -> &'static [Container] {
        self.stream_format().containers()
    }
}

/// The library that runs an encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncoderLibrary {
    /// FFmpeg, which finds the encoder by its name. Needs the feature `ffmpeg`.
    Ffmpeg,
    /// rav1e. Needs the feature `av1-embedded`.
    Rav1e {
        /// rav1e's speed: 0 (slowest) to 10.
        speed: u8,
        /// rav1e's quantizer: 1 (finest) to 255.
        quantizer: u8,
    },
}

/// The configuration that is needed to open an encoder.
///
/// ```
/// use fieldreel_codec::backend::EncoderConfig;
///
/// let config = EncoderConfig::new("ffv1", "FFmpeg", 16).with_option("level", "3").with_threads(2);
/// assert_eq!(config.options, [("level", "3".to_owned())]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncoderConfig {
    /// The library that runs the encoder. Default: FFmpeg.
    pub library: EncoderLibrary,
    /// The name of the encoder, which is FFmpeg's name if FFmpeg runs it.
    pub encoder: &'static str,
    /// The package that provides the encoder, for the error message if FFmpeg lacks it.
    pub package: &'static str,
    /// The bits of the gray pixel format that holds the codes: 8, 10, 12 or 16. The codes of a
    /// lossy encoder are shifted up to fill the pixels.
    pub pixel_bits: u8,
    /// Options of the encoder, by FFmpeg's names.
    pub options: Vec<(&'static str, String)>,
    /// The number of threads that libavcodec itself uses in the encoder; 0 for one per core. It
    /// differs from 1 only where the bytes do not depend on it.
    pub threads: usize,
    /// The smallest number of frames that is worth a group. A group begins with a key frame and
    /// can be encoded in parallel with other groups. `None` if the video must be a single group.
    pub min_group_frames: Option<usize>,
}

impl EncoderConfig {
    /// Creates the configuration of an encoder without options, in one thread, that encodes a
    /// video as a single group.
    #[must_use]
    pub fn new(encoder: &'static str, package: &'static str, pixel_bits: u8) -> Self {
        Self {
            library: EncoderLibrary::Ffmpeg,
            encoder,
            package,
            pixel_bits,
            options: Vec::new(),
            threads: 1,
            min_group_frames: None,
        }
    }

    /// Sets the library that runs the encoder.
    #[must_use]
    pub fn with_library(mut self, library: EncoderLibrary) -> Self {
        self.library = library;
        self
    }

    /// Adds an option of the encoder, by FFmpeg's name.
    #[must_use]
    pub fn with_option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options.push((name, value.into()));
        self
    }

    /// Sets the number of threads of libavcodec; 0 for one per core.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Sets the smallest number of frames that is worth a group.
    #[must_use]
    pub fn with_min_group_frames(mut self, frames: usize) -> Self {
        self.min_group_frames = Some(frames);
        self
    }
}

/// Returns the narrowest of `pixel_widths`, in ascending order, that holds `bit_depth` bits.
///
/// # Errors
/// [`CodecError::BitDepth`], with `advice`, if none of the widths does.
fn narrowest_pixel(
    codec: &'static str,
    pixel_widths: &[u8],
    bit_depth: u8,
    advice: &'static str,
) -> Result<u8, CodecError> {
    let widest = pixel_widths.last().copied().unwrap_or(0);
    let narrowest = pixel_widths.iter().copied().find(|&bits| bits >= bit_depth);
    narrowest
        .filter(|_| bit_depth > 0)
        .ok_or(CodecError::BitDepth {
            codec,
            bit_depth,
            supported: 1..=widest,
            advice,
        })
}

/// Checks that the value of an option is within `range`, and returns the value.
///
/// # Errors
/// [`CodecError::InvalidOption`] if the value is outside of the range, or NaN.
fn check_range<T: PartialOrd + fmt::Display>(
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
