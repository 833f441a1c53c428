//! An elementary stream into a video file, without encoding it again.

use super::StreamFormat;
use super::decode::{check, decode_packets};
use super::packets::{Packets, muxed, split};
use crate::error::CodecError;
use crate::ffmpeg::{init, packet, stream_parameters};
use crate::geometry::FrameSize;
use crate::video::{
    Container, Muxer, ReadLimits, SharedBuffer, VideoOptions, VideoShape, check_container,
};

/// Puts a stream into a video file in memory, as [`decode_video`](crate::decode_video) reads it
/// back to the codes of [`decode_stream`](crate::decode_stream), and players show it.
///
/// The stream is decoded once: only that tells the order in which its frames are shown.
///
/// # Errors
/// [`CodecError::ContainerUnsupported`], [`CodecError::InvalidOption`],
/// [`CodecError::TagUnsupported`]; [`CodecError::InvalidStream`] if the stream lacks headers that the
/// container needs; [`CodecError::Ffmpeg`] if the container cannot be written; otherwise as
/// [`decode_stream`](crate::decode_stream).
pub fn mux_stream(
    format: StreamFormat,
    bytes: &[u8],
    shape: VideoShape,
    shift: u8,
    container: Container,
    options: &VideoOptions,
    limits: &ReadLimits,
) -> Result<Vec<u8>, CodecError> {
    init();
    check_container(format.name(), format.containers(), container)?;
    check(shape, shift, limits)?;
    let packets = split(format, bytes, shape.frames)?;
    let Shown { size, bits, times } = shown(format, &packets, shape, shift)?;
    let muxed = muxed(format, &packets, bits)?;
    let parameters = stream_parameters(format.codec(), Some(size), &muxed.extradata)?;
    let buffer = SharedBuffer::default();
    let mut muxer = Muxer::new(buffer.clone(), container, parameters, shape, shift, options)?;
    // A frame must be decoded before it is shown: how many frames earlier at most.
    let delay = times
        .iter()
        .enumerate()
        .map(|(index, &time)| index.saturating_sub(time));
    let delay = delay.max().unwrap_or(0) as i64;
    for (index, (frame, time)) in muxed.frames.iter().zip(times).enumerate() {
        let mut packet = packet(&frame.bytes, time)?;
        packet.set_dts(Some(index as i64 - delay));
        if frame.random_access {
            packet.set_flags(ffmpeg_next::packet::Flags::KEY);
        }
        muxer.write(packet)?;
    }
    muxer.finish()?;
    Ok(buffer.take())
}

/// What only a decoder tells.
struct Shown {
    /// The size of the frames, padding included.
    size: FrameSize,
    /// The bits of the pixels.
    bits: u8,
    /// For each packet the index of its frame in time.
    times: Vec<usize>,
}

/// Decodes a stream for what its container must be told.
fn shown(
    format: StreamFormat,
    packets: &Packets<'_>,
    shape: VideoShape,
    shift: u8,
) -> Result<Shown, CodecError> {
    let mut times = vec![None; packets.frames.len()];
    let (mut size, mut bits) = (shape.size, shape.bit_depth);
    let mut time = 0;
    decode_packets(format, packets, shape, shift, 0, |decoder| {
        if time == 0 {
            size = decoder.frame_size();
            bits = decoder.frame_bits()?;
        }
        if let Some(slot) = decoder
            .frame_packet()
            .and_then(|index| times.get_mut(index))
        {
            *slot = Some(time);
        }
        time += 1;
        Ok(())
    })?;
    // Frames and packets are equally many, so a packet without a frame means another with two.
    let found = times.iter().flatten().count();
    match times.into_iter().collect() {
        Some(times) => Ok(Shown { size, bits, times }),
        None => Err(CodecError::Truncated {
            expected: shape.frames,
            found,
        }),
    }
}
