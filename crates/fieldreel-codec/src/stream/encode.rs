//! Encoding of elementary streams: frames to bytes.

use ndarray::{Array2, ArrayView3, Axis};

use super::StreamFormat;
use super::decode::decode_packets;
use super::packets::{StreamWriter, split};
use crate::backend::Codec;
use crate::engine::StreamEncoder;
use crate::error::CodecError;
use crate::geometry::FrameSize;
use crate::lossless::check_lossless;
use crate::video::{VideoOptions, VideoShape};

/// An elementary stream, with the properties that its decoder needs besides the shape.
///
/// See the example of [`decode_stream`](crate::decode_stream).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ElementaryStream {
    /// The format of the bytes.
    pub format: StreamFormat,
    /// The number of bits by which codes are shifted up within the pixels: 0 to 16 minus the bit
    /// depth.
    pub shift: u8,
    /// The bytes of the stream.
    pub bytes: Vec<u8>,
}

impl ElementaryStream {
    /// Creates a stream from bytes of this format. `shift` is the number of bits by which codes
    /// are shifted up within the pixels.
    #[must_use]
    pub fn new(format: StreamFormat, shift: u8, bytes: Vec<u8>) -> Self {
        Self {
            format,
            shift,
            bytes,
        }
    }
}

/// Encodes `frames`, axis order `(time, y, x)`, of codes of `bit_depth` bits into an elementary
/// stream. The encoder runs in up to as many threads as rayon's current pool has. The encoded
/// bytes do not depend on the number of threads.
///
/// Rate controls that consider time get the frame rate of [`VideoOptions::default`], so that a
/// lossy codec gives the same codes as [`encode_video`](crate::encode_video) with default options.
/// The output of a lossless codec is decoded and compared with `frames` before it is returned.
///
/// ```
/// use fieldreel_codec::{StreamFormat, X265, encode_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((4, 33, 49), |(t, y, x)| (40 * t + 8 * y + x) as u16);
/// let stream = encode_stream(codes.view(), 12, &X265::crf(10.0))?;
/// assert_eq!(stream.format, StreamFormat::Hevc);
/// assert!(stream.bytes.len() < codes.len());
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
///
/// # Errors
/// - [`CodecError::NoFrames`], [`CodecError::FrameSize`], [`CodecError::BitDepth`],
///   [`CodecError::InvalidOption`] or [`CodecError::CodeOutOfRange`] if an argument is invalid.
/// - [`CodecError::EncoderMissing`] if FFmpeg lacks the encoder, [`CodecError::OutOfMemory`], or
///   [`CodecError::Ffmpeg`] if the encoder fails.
/// - [`CodecError::InvalidStream`] if the encoder's output is not of the codec's format.
/// - [`CodecError::NotLossless`], or an error of [`decode_stream`](crate::decode_stream), if the
///   output of a lossless codec does not decode to `frames`.
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
    let frame_rate = VideoOptions::default().frame_rate;
    let threads = rayon::current_num_threads();
    let mut encoder = StreamEncoder::open(codec, size, bit_depth, frame_rate, threads)?;
    let format = codec.stream_format();
    let mut writer = StreamWriter::new(format, encoder.encoded_size(), &encoder.extradata())?;
    for frame in frames.axis_iter(Axis(0)) {
        encoder.send(frame)?;
        write_packets(&mut encoder, &mut writer)?;
    }
    encoder.finish()?;
    write_packets(&mut encoder, &mut writer)?;
    let stream = ElementaryStream {
        format,
        shift: encoder.shift(),
        bytes: writer.into_bytes(),
    };
    if codec.is_lossless() {
        verify_lossless(&stream, frames, bit_depth, codec)?;
    }
    Ok(stream)
}

/// Decodes the stream of a lossless codec, and compares it with the original codes.
fn verify_lossless(
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
            Some((index, original)) => {
                check_lossless(codec.name(), index, original, decoded.view())
            }
            None => Ok(()),
        }
    })
}

/// Writes all packets that the encoder has. They come in decoding order, which is the order of the
/// stream; their times are not needed.
fn write_packets(encoder: &mut StreamEncoder, writer: &mut StreamWriter) -> Result<(), CodecError> {
    while let Some(packet) = encoder.receive()? {
        writer.write_packet(&packet)?;
    }
    Ok(())
}
