//! HEVC through libx265.

use std::ops::RangeInclusive;

use super::{Codec, EncoderConfig, X265Preset, carrier, in_range, x265_params};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded};
use crate::stream::StreamFormat;

pub(super) const NAME: &str = "x265";

/// Below width 49 x265's look-ahead overruns its buffers, and at a width of one coding tree unit
/// (16, 32, 64) encoder and decoder drift apart; below 16 in either direction it refuses.
const MIN_FRAME: FrameSize = FrameSize {
    height: 16,
    width: 72,
};

/// The longest side of HEVC's level 4.1 is `√(8 · 2,228,224)` (H.265, A.4.1), or 4222. x265 makes sides multiples of 8 or 16.
const LEVEL_4_SIDE: usize = 4208;

/// The smallest frame whose coding tree units are larger than 16. From level 5 on they must be (H.265, A.4.1), and at the
/// preset `placebo`, whose transform trees are too deep for smaller ones; x265 refuses to open otherwise.
const MIN_FRAME_OF_LARGER_UNITS: FrameSize = FrameSize {
    height: 32,
    width: 72,
};

/// Not 8: x265's vector code for 8-bit pixels reads past the end of its own blocks.
const CARRIERS: &[u8] = &[10, 12];

/// What every stream gets, whatever the caller's parameters.
///
/// - `log-level`: x265 writes to stderr by itself, past FFmpeg's log.
/// - `info`: a banner of 2 KB in the stream, half of a strongly compressed one.
/// - `weightb`: at 12 bit, weighted bi-prediction makes encoder and decoder disagree (x265 3.5).
/// - `early-skip`: without it a decision reads a flag that was never set (x265 3.5).
/// - `log2-max-poc-lsb`: two bits less in every frame; 6 suffices for 16 B-frames in a row.
/// - `vui-timing-info`: 9 bytes that only say the frame rate, which containers say too.
/// - `weightp`: of gray frames, its analysis reads weights that were never set; it saves nothing.
const ALWAYS: &str = "log-level=none:info=0:vui-timing-info=0:log2-max-poc-lsb=6:early-skip=1:\
                      weightb=0:weightp=0";

/// Shorter groups cost more: of the wind field U, 4 to 9 % in groups of 250 frames, 2 % in two of 650.
/// Where `keyint` is set, where decoding can start is the caller's business.
const GROUP: usize = 500;

/// From this height and width on, frames are encoded in wavefronts. Rows of blocks, 64 pixels high by
/// default, then learn less from each other: that takes some 0.5 % of size, 8 % at a crf of 49.
const WAVEFRONTS_FROM: FrameSize = FrameSize {
    height: 256,
    width: 256,
};

/// How many frames wavefronts run through at once: those of one alone keep few cores busy. Left to
/// x265, it follows the cores, and the bytes with it.
const FRAMES_AT_ONCE: usize = 3;

/// HEVC through libx265: codes of 1 to 12 bits.
///
/// The bytes do not depend on the number of cores. Groups of frames of a long video are encoded side
/// by side; and within frames of at least 256 × 256, rows of blocks as *wavefronts*, in as many threads
/// as there are. x265 runs in one thread where frames are smaller.
#[derive(Clone, Debug, PartialEq)]
pub struct X265 {
    rate: X265Rate,
    preset: X265Preset,
    wavefronts: bool,
    params: Vec<(String, String)>,
}

/// How x265 trades size for error.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum X265Rate {
    /// Constant rate factor, 0 (finest) to 51.
    Crf(f32),
    /// Constant quantization parameter, 0 (finest) to 51; a step of 6 doubles the error.
    Qp(u8),
    /// Exact.
    Lossless,
}

impl X265 {
    /// Constant rate factor, 0 (finest) to 51; preset `medium`.
    #[must_use]
    pub const fn crf(crf: f32) -> Self {
        Self::new(X265Rate::Crf(crf))
    }

    /// Constant quantization parameter, 0 (finest) to 51; preset `medium`.
    #[must_use]
    pub const fn qp(qp: u8) -> Self {
        Self::new(X265Rate::Qp(qp))
    }

    /// Exact; preset `medium`.
    #[must_use]
    pub const fn lossless() -> Self {
        Self::new(X265Rate::Lossless)
    }

    const fn new(rate: X265Rate) -> Self {
        Self {
            rate,
            preset: X265Preset::Medium,
            wavefronts: true,
            params: Vec::new(),
        }
    }

    /// Sets the preset.
    #[must_use]
    pub const fn with_preset(mut self, preset: X265Preset) -> Self {
        self.preset = preset;
        self
    }

    /// Sets whether large frames are encoded in wavefronts. Without them streams are smaller, and
    /// take one thread each: better where many are encoded at once. Default: `true`.
    #[must_use]
    pub const fn with_wavefronts(mut self, wavefronts: bool) -> Self {
        self.wavefronts = wavefronts;
        self
    }

    /// Sets one of [`X265_PARAMS`](super::X265_PARAMS) by x265's own name, such as `psy-rd`.
    ///
    /// x265 only warns of a parameter that it does not know or cannot read, so names and values
    /// are checked by [`configure`](Codec::configure).
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// x265's threads. With a pool of any size the bytes are the same, but not those without one.
    fn threading(&self, size: FrameSize, threads: usize) -> String {
        let least = WAVEFRONTS_FROM;
        if self.wavefronts && size.height >= least.height && size.width >= least.width {
            format!("pools={}:frame-threads={FRAMES_AT_ONCE}", threads.max(1))
        } else {
            "pools=none:frame-threads=1".to_owned()
        }
    }

    /// The rate control.
    #[must_use]
    pub const fn rate(&self) -> X265Rate {
        self.rate
    }

    /// The preset.
    #[must_use]
    pub const fn preset(&self) -> X265Preset {
        self.preset
    }
}

impl Codec for X265 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn bit_depths(&self) -> RangeInclusive<u8> {
        1..=12
    }

    fn is_lossless(&self) -> bool {
        self.rate == X265Rate::Lossless
    }

    fn encoded_size(&self, size: FrameSize) -> FrameSize {
        let size = padded(size, MIN_FRAME);
        if size.width.max(size.height) > LEVEL_4_SIDE || self.preset == X265Preset::Placebo {
            padded(size, MIN_FRAME_OF_LARGER_UNITS)
        } else {
            size
        }
    }

    fn stream_format(&self) -> StreamFormat {
        StreamFormat::Hevc
    }

    fn configure(
        &self,
        bit_depth: u8,
        size: FrameSize,
        threads: usize,
    ) -> Result<EncoderConfig, CodecError> {
        let pixel_bits = carrier(
            NAME,
            CARRIERS,
            bit_depth,
            "HEVC's gray profiles end at 12 bits in x265, and FFmpeg would drop the rest silently; \
             use 12 bits, or ffv1 or openjpeg for 16",
        )?;
        let mut options = vec![("preset", self.preset.to_string())];
        let mut params = format!("{ALWAYS}:{}", self.threading(size, threads));
        match self.rate {
            X265Rate::Crf(crf) => {
                options.push(("crf", in_range(NAME, "crf", crf, 0.0..=51.0)?.to_string()));
            }
            X265Rate::Qp(qp) => {
                options.push(("qp", in_range(NAME, "qp", qp, 0..=51)?.to_string()));
            }
            X265Rate::Lossless => params.push_str(":lossless=1"),
        }
        for (name, value) in &self.params {
            x265_params::check(name, value)?;
            params.push_str(&format!(":{name}={value}"));
        }
        options.push(("x265-params", params));
        Ok(EncoderConfig {
            encoder: "libx265",
            package: "libx265 (Debian: libavcodec-extra)",
            pixel_bits,
            options,
            threads: 1,
            min_group_frames: (!self.params.iter().any(|(name, _)| name == "keyint"))
                .then_some(GROUP),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: FrameSize = FrameSize {
        height: 150,
        width: 150,
    };

    #[test]
    fn sixteen_bits_are_refused_with_the_reason_and_the_way_out() {
        let refused = X265::lossless().configure(16, SMALL, 1).unwrap_err();
        assert!(matches!(
            refused,
            CodecError::BitDepth { bit_depth: 16, .. }
        ));
        let text = refused.to_string();
        assert!(text.contains("12 bits") && text.contains("ffv1"), "{text}");
        assert!(X265::lossless().configure(0, SMALL, 1).is_err());
    }

    #[test]
    fn options_out_of_range_never_reach_x265() {
        // qp=-1 crashes x265; a u8 cannot hold it, and over 51 is refused.
        assert!(X265::qp(52).configure(8, SMALL, 1).is_err());
        assert!(X265::crf(-1.0).configure(8, SMALL, 1).is_err());
        assert!(X265::crf(f32::NAN).configure(8, SMALL, 1).is_err());
        let refused = [
            ("psy-dr", "1"),
            ("psy-rd", "one"),
            ("psy-rd", "1:pools=8"),
            ("pools", "8"),
        ];
        for (name, value) in refused {
            let refused = X265::crf(20.0)
                .with_param(name, value)
                .configure(8, SMALL, 1);
            assert!(
                matches!(refused, Err(CodecError::InvalidOption { .. })),
                "{name}={value}"
            );
        }
        for (name, value) in [
            ("psy-rd", "1.5"),
            ("bframes", "8"),
            ("ctu", "16"),
            ("pbratio", "1"),
        ] {
            assert!(
                X265::crf(20.0)
                    .with_param(name, value)
                    .configure(8, SMALL, 1)
                    .is_ok(),
                "{name}={value}"
            );
        }
    }

    #[test]
    fn only_large_frames_are_encoded_in_more_than_one_thread() {
        let threading = |codec: &X265, height, width| {
            let config = codec.configure(12, FrameSize { height, width }, 4).unwrap();
            let (_, params) = config.options.last().unwrap().clone();
            params.split_once(":pools=").unwrap().1.to_owned()
        };
        let (with, without) = ("4:frame-threads=3", "none:frame-threads=1");
        let codec = X265::crf(15.0);
        assert_eq!(threading(&codec, 361, 720), with);
        assert_eq!(threading(&codec, 256, 256), with);
        assert_eq!(threading(&codec, 255, 4000), without);
        assert_eq!(threading(&codec, 4000, 255), without);
        assert_eq!(threading(&codec.with_wavefronts(false), 361, 720), without);
    }
}
