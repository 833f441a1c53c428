//! Helpers shared by the tests of this crate.

#[cfg(feature = "ffmpeg")]
use fieldreel_codec::{Codec, Container, DecodedVideo, VideoOptions, decode_video, encode_video};
use fieldreel_codec::{
    CodecError, ElementaryStream, FrameSize, ReadLimits, VideoShape, decode_stream,
};
use ndarray::Array3;
#[cfg(feature = "ffmpeg")]
use ndarray::ArrayView3;

/// Returns codes that use the full range of the bit depth: a moving smooth pattern with noise in
/// the lowest bits. The smooth parts tempt an encoder to approximate, and the noise reveals that
/// it did.
pub(crate) fn pattern(frames: usize, height: usize, width: usize, bit_depth: u8) -> Array3<u16> {
    let max = f64::from(u16::MAX >> (16 - bit_depth));
    let mut noise = 0x2545_f491_u32;
    Array3::from_shape_fn((frames, height, width), |(t, y, x)| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let (t, y, x) = (t as f64, y as f64, x as f64);
        let wave = 0.5 + 0.5 * ((x + 2.0 * t) / 7.0).sin() * ((y - t) / 5.0).cos();
        let level = wave * max + f64::from(noise % 16) * max / 1024.0;
        level.round().clamp(0.0, max) as u16
    })
}

/// Returns the shape of a video of codes.
pub(crate) fn shape_of(codes: &Array3<u16>, bit_depth: u8) -> VideoShape {
    let (frames, height, width) = codes.dim();
    let size = FrameSize { height, width };
    VideoShape {
        frames,
        size,
        bit_depth,
    }
}

/// Decodes a stream with the default limits.
pub(crate) fn decode_with_shape(
    stream: &ElementaryStream,
    shape: VideoShape,
) -> Result<Array3<u16>, CodecError> {
    let limits = ReadLimits::default();
    decode_stream(stream.format, &stream.bytes, shape, stream.shift, &limits)
}

/// Encodes a small video of 3 frames of 20×30.
#[cfg(feature = "ffmpeg")]
pub(crate) fn encode(codec: &dyn Codec, container: Container) -> Vec<u8> {
    let codes = pattern(3, 20, 30, 8);
    encode_video(codes.view(), 8, codec, container, &VideoOptions::default()).unwrap()
}

/// Encodes and decodes a video. With a lossless codec, [`encode_video`] fails if the decoded codes
/// differ.
#[cfg(feature = "ffmpeg")]
pub(crate) fn round_trip(
    codec: &dyn Codec,
    container: Container,
    depth: u8,
    codes: ArrayView3<'_, u16>,
) -> Result<DecodedVideo, CodecError> {
    decode(encode_video(
        codes,
        depth,
        codec,
        container,
        &VideoOptions::default(),
    )?)
}

/// Decodes a video with the default limits.
#[cfg(feature = "ffmpeg")]
pub(crate) fn decode(bytes: Vec<u8>) -> Result<DecodedVideo, CodecError> {
    decode_video(bytes, &ReadLimits::default())
}
