//! Frames into an elementary stream.

use ffmpeg_next::Rational;
use ndarray::{Array2, ArrayView3, Axis};

use super::StreamFormat;
use super::decode::decode_packets;
use super::packets::{Writer, split};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::ffmpeg::Encoder;
use crate::geometry::FrameSize;
use crate::lossless::check_lossless;
use crate::video::{VideoOptions, VideoShape};

/// An elementary stream, and what else its decoder must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementaryStream {
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
/// lossy codec gives the codes that [`encode_video`](crate::encode_video) gives by default. The stream
/// of a lossless codec is decoded and compared before it is returned.
///
/// # Errors
/// [`CodecError::NoFrames`], [`CodecError::FrameSize`], [`CodecError::BitDepth`],
/// [`CodecError::InvalidOption`], [`CodecError::CodeOutOfRange`] for arguments that cannot be;
/// [`CodecError::EncoderMissing`], [`CodecError::OutOfMemory`]; [`CodecError::InvalidStream`] if what
/// the encoder gave is not of the codec's format; [`CodecError::Ffmpeg`] if the encoder fails;
/// [`CodecError::NotLossless`], or an error of [`decode_stream`](crate::decode_stream), if a lossless codec was not.
pub fn encode_stream(
    frames: ArrayView3<'_, u16>,
    bit_depth: u8,
    codec: &dyn Codec,
) -> Result<ElementaryStream, CodecError> {
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
    let stream = ElementaryStream {
        format,
        shift: encoder.shift(),
        bytes: writer.into_bytes(),
    };
    if codec.is_lossless() {
        verify(&stream, frames, bit_depth, codec)?;
    }
    Ok(stream)
}

/// Decodes the stream of a lossless codec, and compares it with the codes that went in.
fn verify(
    stream: &ElementaryStream,
    frames: ArrayView3<'_, u16>,
    bit_depth: u8,
    codec: &dyn Codec,
) -> Result<(), CodecError> {
    let (count, height, width) = frames.dim();
    let shape = VideoShape {
        frames: count,
        size: FrameSize { height, width },
        bit_depth,
    };
    let packets = split(stream.format, &stream.bytes, count)?;
    let mut decoded = Array2::zeros((height, width));
    let mut originals = frames.axis_iter(Axis(0)).enumerate();
    decode_packets(stream.format, &packets, shape, stream.shift, 1, |decoder| {
        decoder.copy_frame(decoded.view_mut(), bit_depth, stream.shift)?;
        match originals.next() {
            Some((at, original)) => check_lossless(codec.name(), at, original, decoded.view()),
            None => Ok(()),
        }
    })
}

/// Packets come in decoding order, which is the stream's; their times do not matter here.
fn drain(encoder: &mut Encoder, writer: &mut Writer) -> Result<(), CodecError> {
    while let Some(packet) = encoder.receive()? {
        writer.push(packet.data().unwrap_or_default())?;
    }
    Ok(())
}
