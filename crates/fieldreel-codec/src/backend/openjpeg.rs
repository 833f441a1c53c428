//! JPEG 2000 through OpenJPEG, which codes each frame independently.

use std::ops::RangeInclusive;

use super::{Codec, EncoderConfig, EncoderLibrary, check_range, narrowest_pixel};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded};
use crate::stream::StreamFormat;

const NAME: &str = "openjpeg";

/// The smallest frame: the five wavelet decompositions of OpenJPEG's six resolutions need sides of
/// 32 pixels.
const MIN_FRAME: FrameSize = FrameSize {
    height: 32,
    width: 32,
};

/// JPEG 2000 through OpenJPEG: codes of 1 to 16 bits. It codes each frame independently.
///
/// ```
/// use fieldreel_codec::{OpenJpeg, encode_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((2, 64, 64), |(t, y, x)| (t * 999 + y * y * x) as u16);
/// let lossless = encode_stream(codes.view(), 16, &OpenJpeg::lossless())?;
/// let lossy = encode_stream(codes.view(), 16, &OpenJpeg::ratio(16))?;
/// assert!(lossy.bytes.len() < lossless.bytes.len());
/// // Codes of 16 bits take two bytes each.
/// assert!(lossy.bytes.len() <= 2 * codes.len() / 16);
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct OpenJpeg {
    rate: OpenJpegRate,
}

/// The rate control of OpenJPEG.
///
/// ```
/// use fieldreel_codec::OpenJpeg;
/// use fieldreel_codec::backend::OpenJpegRate;
///
/// assert_eq!(OpenJpeg::ratio(4).rate(), OpenJpegRate::Ratio(4));
/// assert_eq!(OpenJpeg::lossless().rate(), OpenJpegRate::Lossless);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OpenJpegRate {
    /// A compression ratio of 1 to 4000, relative to the size of the codes. Very small frames take
    /// more bytes than the ratio allows, because of their headers.
    Ratio(u16),
    /// Lossless.
    Lossless,
}

impl OpenJpeg {
    /// Returns an encoder with a compression ratio of 1 to 4000, relative to the size of the
    /// codes.
    #[must_use]
    pub const fn ratio(ratio: u16) -> Self {
        Self {
            rate: OpenJpegRate::Ratio(ratio),
        }
    }

    /// Returns a lossless encoder.
    #[must_use]
    pub const fn lossless() -> Self {
        Self {
            rate: OpenJpegRate::Lossless,
        }
    }

    /// Returns the rate control.
    #[must_use]
    pub const fn rate(&self) -> OpenJpegRate {
        self.rate
    }
}

impl Codec for OpenJpeg {
    fn name(&self) -> &'static str {
        NAME
    }

    fn bit_depths(&self) -> RangeInclusive<u8> {
        1..=16
    }

    fn is_lossless(&self) -> bool {
        self.rate == OpenJpegRate::Lossless
    }

    fn encoded_size(&self, size: FrameSize) -> FrameSize {
        padded(size, MIN_FRAME)
    }

    fn stream_format(&self) -> StreamFormat {
        StreamFormat::Jpeg2000
    }

    fn configure(
        &self,
        bit_depth: u8,
        _: FrameSize,
        _: usize,
    ) -> Result<EncoderConfig, CodecError> {
        let pixel_bits = narrowest_pixel(
            NAME,
            &[8, 12, 16],
            bit_depth,
            "no code is wider than 16 bits",
        )?;
        let mut options = Vec::new();
        if let OpenJpegRate::Ratio(ratio) = self.rate {
            let ratio = check_range(NAME, "ratio", ratio, 1..=4000)?;
            options.push(("compression_level", ratio.to_string()));
        }
        Ok(EncoderConfig {
            library: EncoderLibrary::Ffmpeg,
            encoder: "libopenjpeg",
            package: "OpenJPEG (Debian: libavcodec-extra)",
            pixel_bits,
            options,
            threads: 0,
            min_group_frames: None,
        })
    }
}
