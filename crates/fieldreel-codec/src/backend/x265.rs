//! HEVC through libx265.

use std::ops::RangeInclusive;

use super::{
    Codec, EncoderConfig, EncoderLibrary, X265Preset, check_range, narrowest_pixel, x265_params,
};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded};
use crate::stream::StreamFormat;

pub(super) const NAME: &str = "x265";

/// The smallest frame that x265 handles safely. At widths up to 48, its look-ahead overruns its
/// buffers; at a width of one coding tree unit (16, 32 or 64), its reconstruction drifts from the
/// decoder's; sides under 16 are refused.
const MIN_FRAME: FrameSize = FrameSize {
    height: 16,
    width: 72,
};

/// The longest side that level 4 always allows. The longest side of HEVC's level 4.1 is 4222, or
/// `√(8 · 2,228,224)` (H.265, A.4.1), and x265 rounds sides up to multiples of 8 or 16.
const MAX_LEVEL_4_SIDE: usize = 4208;

/// The smallest frame for which x265 can use coding tree units larger than 16. They must be larger
/// from level 5 on (H.265, A.4.1), and at the preset `placebo`, whose transform trees are too deep
/// for smaller units; x265 refuses to open otherwise.
const MIN_FRAME_WITH_LARGE_CTU: FrameSize = FrameSize {
    height: 32,
    width: 72,
};

/// The bits of the pixels. 8 is missing because x265's vector code for 8-bit pixels reads past the
/// end of its own blocks.
const PIXEL_WIDTHS: &[u8] = &[10, 12];

/// The parameters of every stream, which the caller's parameters cannot override.
///
/// - `log-level`: x265 writes to stderr directly, not through FFmpeg's log.
/// - `info`: a banner of 2 KB in the stream, half of the size of a strongly compressed stream.
/// - `vui-timing-info`: 9 bytes that only hold the frame rate, which containers store too.
/// - `log2-max-poc-lsb`: two bits less in every frame; 6 bits suffice for 16 consecutive B frames.
/// - `early-skip`: without it, a decision reads an uninitialized flag (x265 3.5).
/// - `weightb`: at 12 bits, weighted bi-prediction makes encoder and decoder disagree (x265 3.5).
/// - `weightp`: its analysis of gray frames reads uninitialized weights, and it saves nothing.
const FIXED_PARAMS: &str = "log-level=none:info=0:vui-timing-info=0:log2-max-poc-lsb=6:\
                            early-skip=1:weightb=0:weightp=0";

/// The smallest number of frames in a group. Shorter groups cost more: for a field of zonal wind,
/// groups of 250 frames cost 4 to 9 %, and two groups of 650 frames cost 2 %. There are no groups
/// if the caller sets `keyint`, because the caller then decides where decoding can start.
const MIN_GROUP_FRAMES: usize = 500;

/// The smallest frame that is encoded in wavefronts. The entropy coder then restarts in each row
/// of blocks, 64 pixels high by default, from its state near the start of the row above, which
/// costs about 0.5 % of the size, and 8 % at a CRF of 49.
const MIN_WAVEFRONT_FRAME: FrameSize = FrameSize {
    height: 256,
    width: 256,
};

/// The number of frames that wavefronts encode concurrently: the wavefronts of a single frame keep
/// few cores busy. By default, x265 derives it from the number of cores, and the bytes depend on
/// it.
const FRAME_THREADS: usize = 3;

/// HEVC through libx265: codes of 1 to 12 bits.
///
/// The encoded bytes do not depend on the number of cores. Groups of frames of a long video are
/// encoded in parallel. Within frames of at least 256 × 256, rows of blocks are encoded as
/// *wavefronts* in as many threads as there are. For smaller frames, x265 runs in one thread.
///
/// ```
/// use fieldreel_codec::{X265, X265Preset, encode_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((3, 40, 80), |(t, y, x)| (9 * t + y * y + x * x / 4) as u16);
/// let fine = X265::crf(5.0).with_preset(X265Preset::Fast);
/// let coarse = X265::crf(45.0).with_preset(X265Preset::Fast);
/// let fine = encode_stream(codes.view(), 12, &fine)?;
/// let coarse = encode_stream(codes.view(), 12, &coarse)?;
/// assert!(coarse.bytes.len() < fine.bytes.len());
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct X265 {
    rate: X265Rate,
    preset: X265Preset,
    wavefronts: bool,
    params: Vec<(String, String)>,
}

/// The rate control of x265.
///
/// ```
/// use fieldreel_codec::X265;
/// use fieldreel_codec::backend::X265Rate;
///
/// assert_eq!(X265::crf(18.5).rate(), X265Rate::Crf(18.5));
/// assert_eq!(X265::qp(20).rate(), X265Rate::Qp(20));
/// assert_eq!(X265::lossless().rate(), X265Rate::Lossless);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum X265Rate {
    /// A constant rate factor (CRF), 0 (finest) to 51.
    Crf(f32),
    /// A constant quantization parameter (QP), 0 (finest) to 51; each increase by 6 doubles the
    /// error.
    Qp(u8),
    /// Lossless.
    Lossless,
}

impl X265 {
    /// Returns an encoder with a constant rate factor of 0 (finest) to 51, at the preset `medium`.
    #[must_use]
    pub const fn crf(crf: f32) -> Self {
        Self::new(X265Rate::Crf(crf))
    }

    /// Returns an encoder with a constant quantization parameter of 0 (finest) to 51, at the
    /// preset `medium`.
    #[must_use]
    pub const fn qp(qp: u8) -> Self {
        Self::new(X265Rate::Qp(qp))
    }

    /// Returns a lossless encoder at the preset `medium`.
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

    /// Sets whether large frames are encoded in wavefronts. Without wavefronts, streams are
    /// smaller and take one thread each, which is better if many streams are encoded concurrently.
    /// Default: `true`.
    #[must_use]
    pub const fn with_wavefronts(mut self, wavefronts: bool) -> Self {
        self.wavefronts = wavefronts;
        self
    }

    /// Sets a parameter by x265's own name, such as `psy-rd`. The parameters are listed in
    /// [`X265_PARAMS`](super::X265_PARAMS).
    ///
    /// [`configure`](Codec::configure) checks names and values, because x265 itself only warns of
    /// a parameter that it does not know or cannot parse.
    ///
    /// ```
    /// use fieldreel_codec::{Codec, FrameSize, X265};
    ///
    /// let size = FrameSize { height: 60, width: 90 };
    /// let codec = X265::crf(20.0).with_param("psy-rd", "0.5");
    /// assert!(codec.configure(12, size, 1).is_ok());
    /// let misspelled = X265::crf(20.0).with_param("psyrd", "0.5");
    /// assert!(misspelled.configure(12, size, 1).is_err());
    /// ```
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the parameters for x265's threads. The bytes are the same with a thread pool of any
    /// size, but differ from the bytes without a pool.
    fn threading_params(&self, size: FrameSize, threads: usize) -> String {
        let min = MIN_WAVEFRONT_FRAME;
        if self.wavefronts && size.height >= min.height && size.width >= min.width {
            format!("pools={}:frame-threads={FRAME_THREADS}", threads.max(1))
        } else {
            "pools=none:frame-threads=1".to_owned()
        }
    }

    /// Returns the rate control.
    #[must_use]
    pub const fn rate(&self) -> X265Rate {
        self.rate
    }

    /// Returns the preset.
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
        if size.width.max(size.height) > MAX_LEVEL_4_SIDE || self.preset == X265Preset::Placebo {
            padded(size, MIN_FRAME_WITH_LARGE_CTU)
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
        let pixel_bits = narrowest_pixel(
            NAME,
            PIXEL_WIDTHS,
            bit_depth,
            "x265 has no gray format of more than 12 bits, and FFmpeg would drop the rest silently; \
             use 12 bits, or ffv1 or openjpeg for 16",
        )?;
        let mut options = vec![("preset", self.preset.to_string())];
        let mut params = format!("{FIXED_PARAMS}:{}", self.threading_params(size, threads));
        match self.rate {
            X265Rate::Crf(crf) => {
                options.push((
                    "crf",
                    check_range(NAME, "crf", crf, 0.0..=51.0)?.to_string(),
                ));
            }
            X265Rate::Qp(qp) => {
                options.push(("qp", check_range(NAME, "qp", qp, 0..=51)?.to_string()));
            }
            X265Rate::Lossless => params.push_str(":lossless=1"),
        }
        for (name, value) in &self.params {
            x265_params::check_param(name, value)?;
            params.push_str(&format!(":{name}={value}"));
        }
        options.push(("x265-params", params));
        Ok(EncoderConfig {
            library: EncoderLibrary::Ffmpeg,
            encoder: "libx265",
            package: "libx265 (Debian: libavcodec-extra)",
            pixel_bits,
            options,
            threads: 1,
            min_group_frames: (!self.params.iter().any(|(name, _)| name == "keyint"))
                .then_some(MIN_GROUP_FRAMES),
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
    fn sixteen_bits_are_refused_with_the_reason_and_an_alternative() {
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
        // qp=-1 crashes x265. A u8 cannot hold it, and values over 51 are refused.
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
        let (wavefronts, no_wavefronts) = ("4:frame-threads=3", "none:frame-threads=1");
        let codec = X265::crf(15.0);
        assert_eq!(threading(&codec, 361, 720), wavefronts);
        assert_eq!(threading(&codec, 256, 256), wavefronts);
        assert_eq!(threading(&codec, 255, 4000), no_wavefronts);
        assert_eq!(threading(&codec, 4000, 255), no_wavefronts);
        assert_eq!(
            threading(&codec.with_wavefronts(false), 361, 720),
            no_wavefronts
        );
    }
}
