//! Muxing of an elementary stream into a video file, without encoding it again.

use super::StreamFormat;
use super::decode::{check_shape, decode_packets};
use super::packets::{DisplayInfo, StreamPackets, container_stream, split};
use crate::engine::mux_packets;
use crate::error::CodecError;
use crate::video::{Container, ReadLimits, VideoOptions, VideoShape, check_container};

/// Muxes a stream into a video file in memory. [`decode_video`](crate::decode_video) decodes the
/// file to the same codes as [`decode_stream`](crate::decode_stream) decodes the stream, and
/// players can show it.
///
/// The stream is decoded once, because only a decoder tells the display order of its frames.
///
/// ```
/// use fieldreel_codec::{Container, FrameSize, ReadLimits, VideoOptions, VideoShape, X265};
/// use fieldreel_codec::{decode_video, encode_stream, mux_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((4, 33, 49), |(t, y, x)| (40 * t + 8 * y + x) as u16);
/// let stream = encode_stream(codes.view(), 12, &X265::lossless())?;
/// let shape = VideoShape { frames: 4, size: FrameSize::new(33, 49)?, bit_depth: 12 };
/// let (format, shift, container) = (stream.format, stream.shift, Container::Mp4);
/// let (options, limits) = (VideoOptions::default(), ReadLimits::default());
/// let mp4 = mux_stream(format, &stream.bytes, shape, shift, container, &options, &limits)?;
/// assert_eq!(decode_video(mp4, &limits)?.frames, codes);
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
///
/// # Errors
/// [`CodecError::ContainerUnsupported`], [`CodecError::InvalidOption`] or
/// [`CodecError::TagUnsupported`] if an argument is invalid; [`CodecError::InvalidStream`] if the
/// stream lacks headers that the container needs; [`CodecError::Ffmpeg`] if the container cannot
/// be written; otherwise the errors of [`decode_stream`](crate::decode_stream).
pub fn mux_stream(
    format: StreamFormat,
    bytes: &[u8],
    shape: VideoShape,
    shift: u8,
    container: Container,
    options: &VideoOptions,
    limits: &ReadLimits,
) -> Result<Vec<u8>, CodecError> {
    check_container(format.name(), format.containers(), container)?;
    check_shape(shape, shift, limits)?;
    let packets = split(format, bytes, shape.frames)?;
    let display = display_info(format, &packets, shape, shift)?;
    let stream = container_stream(format, &packets, &display)?;
    mux_packets(&stream, container, shape, shift, options)
}

/// Decodes a stream to find the properties that its container needs.
///
/// # Errors
/// The errors of [`decode_packets`]; [`CodecError::Truncated`] if a packet has no frame.
fn display_info(
    format: StreamFormat,
    packets: &StreamPackets<'_>,
    shape: VideoShape,
    shift: u8,
) -> Result<DisplayInfo, CodecError> {
    let mut display_indices = vec![None; packets.frames.len()];
    let (mut size, mut pixel_bits) = (shape.size, shape.bit_depth);
    let mut display_index = 0;
    decode_packets(format, packets, shape, shift, 0, |decoder| {
        if display_index == 0 {
            size = decoder.frame_size();
            pixel_bits = decoder.frame_bits()?;
        }
        if let Some(slot) = decoder
            .frame_packet_index()
            .and_then(|index| display_indices.get_mut(index))
        {
            *slot = Some(display_index);
        }
        display_index += 1;
        Ok(())
    })?;
    // There are as many frames as packets, so if a packet has no frame, another packet has two.
    let found = display_indices.iter().flatten().count();
    match display_indices.into_iter().collect() {
        Some(display_indices) => Ok(DisplayInfo {
            size,
            pixel_bits,
            display_indices,
        }),
        None => Err(CodecError::Truncated {
            expected: shape.frames,
            found,
        }),
    }
}
