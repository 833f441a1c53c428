//! What the tests of this crate share.

use fieldreel_codec::{
    Codec, CodecError, Container, DecodedVideo, ReadLimits, VideoOptions, decode_video,
    encode_video,
};
use ndarray::{Array3, ArrayView3};

/// A moving smooth pattern with noise in its lowest bits, over all codes of the depth: smooth parts
/// tempt an encoder to approximate, noise shows when it did.
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

/// A small video of 3 frames of 20×30.
pub(crate) fn encode(codec: &dyn Codec, container: Container) -> Vec<u8> {
    let codes = pattern(3, 20, 30, 8);
    encode_video(codes.view(), 8, codec, container, &VideoOptions::default()).unwrap()
}

/// Encodes and decodes; [`encode_video`] itself fails if a lossless codec's decode differs, and so does this.
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

/// Decodes with the default limits.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<DecodedVideo, CodecError> {
    decode_video(bytes, &ReadLimits::default())
}
