//! FFV1, FFmpeg's own lossless codec, which codes each frame independently.

use std::ops::RangeInclusive;

use super::{Codec, EncoderConfig, EncoderLibrary, narrowest_pixel};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded};
use crate::stream::StreamFormat;

const NAME: &str = "ffv1";

const MIN_FRAME: FrameSize = FrameSize {
    height: 16,
    width: 16,
};

/// FFV1 (RFC 9043): a lossless codec of codes of 1 to 16 bits. It codes each frame independently,
/// and only MKV carries it.
///
/// ```
/// use fieldreel_codec::{Container, Ffv1, ReadLimits, VideoOptions, decode_video, encode_video};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((2, 20, 30), |(t, y, x)| (9000 * t + 800 * y + x) as u16);
/// let mkv = encode_video(codes.view(), 16, &Ffv1, Container::Mkv, &VideoOptions::default())?;
/// assert_eq!(decode_video(mkv, &ReadLimits::default())?.frames, codes);
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ffv1;

impl Codec for Ffv1 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn bit_depths(&self) -> RangeInclusive<u8> {
        1..=16
    }

    fn is_lossless(&self) -> bool {
        true
    }

    fn encoded_size(&self, size: FrameSize) -> FrameSize {
        padded(size, MIN_FRAME)
    }

    fn stream_format(&self) -> StreamFormat {
        StreamFormat::Ffv1
    }

    fn configure(
        &self,
        bit_depth: u8,
        _: FrameSize,
        _: usize,
    ) -> Result<EncoderConfig, CodecError> {
        let pixel_bits = narrowest_pixel(
            NAME,
            &[8, 10, 12, 16],
            bit_depth,
            "no code is wider than 16 bits",
        )?;
        Ok(EncoderConfig {
            library: EncoderLibrary::Ffmpeg,
            encoder: "ffv1",
            package: "FFmpeg itself, built with --enable-encoder=ffv1",
            pixel_bits,
            options: vec![
                ("level", "3".to_owned()),
                ("coder", "range_tab".to_owned()),
                ("context", "1".to_owned()),
                ("g", "1".to_owned()),
                // By default, the number of slices depends on the number of threads, and the bytes
                // would with it.
                ("slices", "4".to_owned()),
                ("slicecrc", "1".to_owned()),
            ],
            threads: 0,
            min_group_frames: None,
        })
    }
}
