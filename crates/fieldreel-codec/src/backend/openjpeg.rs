//! JPEG 2000 through OpenJPEG: every frame on its own.

use std::ops::RangeInclusive;

use super::{Codec, EncoderConfig, carrier, in_range};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded};
use crate::stream::StreamFormat;

const NAME: &str = "openjpeg";

/// Five halvings (OpenJPEG's six resolutions) need 32 pixels.
const MIN_FRAME: FrameSize = FrameSize {
    height: 32,
    width: 32,
};

/// JPEG 2000 through OpenJPEG: codes of 1 to 16 bits, every frame on its own.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenJpeg {
    rate: OpenJpegRate,
}

/// How OpenJPEG trades size for error.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OpenJpegRate {
    /// So many times smaller than the codes, 1 to 4000. Frames that are too small for their
    /// headers come out larger.
    Ratio(u16),
    /// Exact.
    Lossless,
}

impl OpenJpeg {
    /// So many times smaller than the codes, 1 to 4000.
    #[must_use]
    pub const fn ratio(ratio: u16) -> Self {
        Self {
            rate: OpenJpegRate::Ratio(ratio),
        }
    }

    /// Exact.
    #[must_use]
    pub const fn lossless() -> Self {
        Self {
            rate: OpenJpegRate::Lossless,
        }
    }

    /// The rate control.
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
        let pixel_bits = carrier(
            NAME,
            &[8, 12, 16],
            bit_depth,
            "no code is wider than 16 bits",
        )?;
        let mut options = Vec::new();
        if let OpenJpegRate::Ratio(ratio) = self.rate {
            let ratio = in_range(NAME, "ratio", ratio, 1..=4000)?;
            options.push(("compression_level", ratio.to_string()));
        }
        Ok(EncoderConfig {
            encoder: "libopenjpeg",
            package: "OpenJPEG (Debian: libavcodec-extra)",
            pixel_bits,
            options,
            threads: 0,
            min_group_frames: None,
        })
    }
}
