//! Frames into an elementary stream.

use ffmpeg_next::Rational;
use ndarray::{ArrayView3, Axis};

use super::StreamFormat;
use super::packets::Writer;
use crate::backend::Codec;
use crate::error::CodecError;
use crate::ffmpeg::Encoder;
use crate::geometry::FrameSize;
use crate::video::VideoOptions;

/// An elementary stream, and what else its decoder must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// What the bytes are.
    pub format: StreamFormat,
    /// How many bits the codes are shifted up within the pixels: 0 to 16 less the bit depth.
    pub shift: u8,
    /// The stream.
    pub bytes: Vec<u8>,
}

/// Encodes `frames` (axis order `(time, y, x)`) of `bit_depth` bits into a stream, in as many threads
/// as rayon's current pool has where the encoder has use for them. The bytes do not depend on it.
///
/// A rate control that looks at time is told the frame rate of [`VideoOptions::default`], so a
/// lossy codec gives the codes that [`encode_video`](crate::encode_video) gives by default. What
/// a lossless codec made is *not* decoded and compared: do so before relying on it.
///
/// # Errors
/// [`CodecError::NoFrames`], [`CodecError::FrameSize`], [`CodecError::BitDepth`],
/// [`CodecError::InvalidOption`], [`CodecError::CodeOutOfRange`] for arguments that cannot be;
/// [`CodecError::EncoderMissing`], [`CodecError::OutOfMemory`]; [`CodecError::BadStream`] if what
/// the encoder gave is not of the codec's format; [`CodecError::Ffmpeg`] if the encoder fails.
pub fn encode_stream(
    frames: ArrayView3<'_, u16>,
    bit_depth: u8,
    codec: &dyn Codec,
) -> Result<Stream, CodecError> {
    let (count, height, width) = frames.dim();
    if count == 0 {
        return Err(CodecError::NoFrames);
    }
    let size = FrameSize::new(height, width)?;
    let time_base = Rational(1, i32::from(VideoOptions::default().frame_rate));
    let threads = rayon::current_num_threads();
    // Without a container there is no place for headers but the stream itself.
    let mut encoder = Encoder::open(codec, size, bit_depth, time_base, false, threads)?;
    let format = codec.stream_format();
    let mut writer = Writer::new(format, encoder.encoded_size(), &encoder.parameters())?;
    for frame in frames.axis_iter(Axis(0)) {
        encoder.send(frame)?;
        drain(&mut encoder, &mut writer)?;
    }
    encoder.finish()?;
    drain(&mut encoder, &mut writer)?;
    Ok(Stream {
        format,
        shift: encoder.shift(),
        bytes: writer.into_bytes(),
    })
}

/// Packets come in decoding order, which is the stream's; their times do not matter here.
fn drain(encoder: &mut Encoder, writer: &mut Writer) -> Result<(), CodecError> {
    while let Some(packet) = encoder.receive()? {
        writer.push(packet.data().unwrap_or_default())?;
    }
    Ok(())
}
