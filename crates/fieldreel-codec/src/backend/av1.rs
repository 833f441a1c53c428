//! AV1 through libaom or rav1e.

use std::ops::RangeInclusive;

use super::{Codec, EncoderConfig, EncoderLibrary, check_range, narrowest_pixel};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded};
use crate::stream::StreamFormat;

const NAME: &str = "av1";

const MIN_FRAME: FrameSize = FrameSize {
    height: 16,
    width: 16,
};

/// AV1 through libaom or rav1e: codes of 1 to 12 bits.
///
/// ```
/// use fieldreel_codec::{Av1, StreamFormat, encode_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((2, 20, 30), |(t, y, x)| (t + y * y + x * x) as u16 % 256);
/// let fine = encode_stream(codes.view(), 8, &Av1::quantizer(5).with_speed(8))?;
/// let coarse = encode_stream(codes.view(), 8, &Av1::quantizer(50).with_speed(8))?;
/// assert_eq!(coarse.format, StreamFormat::Av1);
/// assert!(coarse.bytes.len() < fine.bytes.len());
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Av1 {
    rate: Av1Rate,
    speed: u8,
    encoder: Av1Encoder,
}

/// The rate control of AV1.
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
    /// Lossless, by libaom only.
    Lossless,
}

/// The encoder of AV1.
///
/// ```
/// use fieldreel_codec::{Av1, Av1Encoder};
///
/// assert_eq!(Av1::quantizer(20).encoder(), Av1Encoder::DEFAULT);
/// let rav1e = Av1::quantizer(20).with_encoder(Av1Encoder::Rav1e);
/// assert_eq!(rav1e.encoder(), Av1Encoder::Rav1e);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Av1Encoder {
    /// libaom through FFmpeg. Needs the feature `ffmpeg`.
    Libaom,
    /// rav1e, which is compiled into the program and writes elementary streams only. Needs the
    /// feature `av1-embedded`.
    Rav1e,
}

impl Av1Encoder {
    /// The encoder of [`Av1::quantizer`]: libaom if this build has the feature `ffmpeg`, and rav1e
    /// otherwise.
    pub const DEFAULT: Self = match cfg!(feature = "ffmpeg") {
        true => Self::Libaom,
        false => Self::Rav1e,
    };
}

impl Av1 {
    /// Returns an encoder with a constant quantizer level of 1 (finest) to 63, at speed 4.
    #[must_use]
    pub const fn quantizer(level: u8) -> Self {
        Self {
            rate: Av1Rate::Quantizer(level),
            speed: 4,
            encoder: Av1Encoder::DEFAULT,
        }
    }

    /// Returns a lossless encoder at speed 4, which is always libaom.
    #[must_use]
    pub const fn lossless() -> Self {
        Self {
            rate: Av1Rate::Lossless,
            speed: 4,
            encoder: Av1Encoder::Libaom,
        }
    }

    /// Sets the speed: 0 (slowest, smallest stream) to 8 (fastest).
    #[must_use]
    pub const fn with_speed(mut self, speed: u8) -> Self {
        self.speed = speed;
        self
    }

    /// Sets the encoder. At the same quantizer level, both have the same quantizer steps.
    #[must_use]
    pub const fn with_encoder(mut self, encoder: Av1Encoder) -> Self {
        self.encoder = encoder;
        self
    }

    /// Returns the rate control.
    #[must_use]
    pub const fn rate(&self) -> Av1Rate {
        self.rate
    }

    /// Returns the encoder.
    #[must_use]
    pub const fn encoder(&self) -> Av1Encoder {
        self.encoder
    }

    /// Returns what FFmpeg needs to open libaom.
    fn libaom(&self, pixel_bits: u8, speed: u8) -> Result<EncoderConfig, CodecError> {
        let package = "libaom (Debian: libavcodec-extra)";
        let config = EncoderConfig::new("libaom-av1", package, pixel_bits)
            .with_option("cpu-used", speed.to_string())
            .with_option("b", "0")
            .with_option("row-mt", "0");
        Ok(match self.rate {
            Av1Rate::Quantizer(level) => config.with_option("crf", check_level(level)?.to_string()),
            // libaom filters key frames over time, and codes the filtered frames losslessly:
            // libaom 3.12 does so at 10 and 12 bits even with `lossless=1`. A filter over 0 frames
            // changes nothing.
            Av1Rate::Lossless => config
                .with_option("aom-params", "lossless=1")
                .with_option("arnr-max-frames", "0"),
        })
    }

    /// Returns what is needed to open rav1e.
    fn rav1e(&self, pixel_bits: u8, speed: u8) -> Result<EncoderConfig, CodecError> {
        let Av1Rate::Quantizer(level) = self.rate else {
            return Err(CodecError::InvalidOption {
                codec: NAME,
                option: "lossless".to_owned(),
                value: "1".to_owned(),
                expected: "a quantizer level, because rav1e is not lossless".to_owned(),
            });
        };
        // At 12 bits, smaller blocks than those of speed 9 have errors of hundreds of codes at
        // every quantizer.
        let speed = if speed < 7 { 9 } else { 10 };
        // The base quantizer index of libaom for this level (`quantizer_to_qindex` in
        // `av1/encoder/av1_quantize.c`).
        let quantizer = match check_level(level)? {
            62 => 249,
            63 => 255,
            level => 4 * level,
        };
        let package = "the feature av1-embedded of fieldreel-codec";
        let library = EncoderLibrary::Rav1e { speed, quantizer };
        Ok(EncoderConfig::new("rav1e", package, pixel_bits).with_library(library))
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
        let FrameSize { height, width } = padded(size, MIN_FRAME);
        match self.encoder {
            Av1Encoder::Libaom => FrameSize { height, width },
            // At the edges of other sizes, rav1e uses blocks that are too small: see `rav1e`.
            Av1Encoder::Rav1e => FrameSize {
                height: height.next_multiple_of(16),
                width: width.next_multiple_of(16),
            },
        }
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
        match self.encoder {
            Av1Encoder::Libaom => self.libaom(pixel_bits, speed),
            Av1Encoder::Rav1e => self.rav1e(pixel_bits, speed),
        }
    }
}

/// Checks a quantizer level. Level 0 would be libaom's lossless mode, which is
/// [`Av1Rate::Lossless`] here.
fn check_level(level: u8) -> Result<u8, CodecError> {
    check_range(NAME, "quantizer", level, 1..=63)
}
