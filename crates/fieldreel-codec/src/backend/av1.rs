//! AV1 through libaom.

use std::ops::RangeInclusive;

use super::{Codec, EncoderConfig, check_range, narrowest_pixel};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded};
use crate::stream::StreamFormat;

const NAME: &str = "av1";

const MIN_FRAME: FrameSize = FrameSize {
    height: 16,
    width: 16,
};

/// AV1 through libaom: codes of 1 to 12 bits.
///
/// ```
/// use fieldreel_codec::{Av1, StreamFormat, encode_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((2, 20, 30), |(t, y, x)| (t + y * y + x * x) as u16 % 256);
/// let lossless = encode_stream(codes.view(), 8, &Av1::lossless().with_speed(8))?;
/// let lossy = encode_stream(codes.view(), 8, &Av1::quantizer(50).with_speed(8))?;
/// assert_eq!(lossy.format, StreamFormat::Av1);
/// assert!(lossy.bytes.len() < lossless.bytes.len());
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Av1 {
    rate: Av1Rate,
    speed: u8,
}

/// The rate control of libaom.
///
/// ```
/// use fieldreel_codec::Av1;
/// use fieldreel_codec::backend::Av1Rate;
///
/// assert_eq!(Av1::quantizer(20).rate(), Av1Rate::Quantizer(20));
/// assert_eq!(Av1::lossless().rate(), Av1Rate::Lossless);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Av1Rate {
    /// A constant quantizer level, libaom's `cq-level`: 1 (finest) to 63.
    Quantizer(u8),
    /// Lossless.
    Lossless,
}

impl Av1 {
    /// Returns an encoder with a constant quantizer level of 1 (finest) to 63, at speed 4.
    #[must_use]
    pub const fn quantizer(level: u8) -> Self {
        Self {
            rate: Av1Rate::Quantizer(level),
            speed: 4,
        }
    }

    /// Returns a lossless encoder at speed 4.
    #[must_use]
    pub const fn lossless() -> Self {
        Self {
            rate: Av1Rate::Lossless,
            speed: 4,
        }
    }

    /// Sets the speed: 0 (slowest, smallest stream) to 8 (fastest).
    #[must_use]
    pub const fn with_speed(mut self, speed: u8) -> Self {
        self.speed = speed;
        self
    }

    /// Returns the rate control.
    #[must_use]
    pub const fn rate(&self) -> Av1Rate {
        self.rate
    }
}

impl Codec for Av1 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn bit_depths(&self) -> RangeInclusive<u8> {
        1..=12
    }

    fn is_lossless(&self) -> bool {
        self.rate == Av1Rate::Lossless
    }

    fn encoded_size(&self, size: FrameSize) -> FrameSize {
        padded(size, MIN_FRAME)
    }

    fn stream_format(&self) -> StreamFormat {
        StreamFormat::Av1
    }

    fn configure(
        &self,
        bit_depth: u8,
        _: FrameSize,
        _: usize,
    ) -> Result<EncoderConfig, CodecError> {
        let pixel_bits = narrowest_pixel(
            NAME,
            &[8, 10, 12],
            bit_depth,
            "AV1 has at most 12 bits; use 12 bits, or ffv1 or openjpeg for 16",
        )?;
        let speed = check_range(NAME, "speed", self.speed, 0..=8)?;
        let mut options = vec![
            ("cpu-used", speed.to_string()),
            ("b", "0".to_owned()),
            ("row-mt", "0".to_owned()),
        ];
        match self.rate {
            Av1Rate::Quantizer(level) => {
                // Level 0 would be libaom's lossless mode, which is `Av1Rate::Lossless` here.
                let level = check_range(NAME, "quantizer", level, 1..=63)?;
                options.push(("crf", level.to_string()));
            }
            // libaom filters key frames over time, and codes the filtered frames losslessly:
            // libaom 3.12 does so at 10 and 12 bits even with `lossless=1`. A filter over 0 frames
            // changes nothing.
            Av1Rate::Lossless => {
                options.push(("aom-params", "lossless=1".to_owned()));
                options.push(("arnr-max-frames", "0".to_owned()));
            }
        }
        Ok(EncoderConfig {
            encoder: "libaom-av1",
            package: "libaom (Debian: libavcodec-extra)",
            pixel_bits,
            options,
            threads: 1,
            min_group_frames: None,
        })
    }
}
