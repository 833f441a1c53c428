//! Decoding of elementary streams: bytes to frames.

use ndarray::{Array3, ArrayViewMut2};

use super::StreamFormat;
use super::packets::{StreamPackets, split};
use crate::engine::StreamDecoder;
use crate::error::CodecError;
use crate::geometry::{FrameSize, LARGEST_MIN_FRAME, padded};
use crate::video::{ReadLimits, VideoShape};

/// Decodes a stream into codes, axis order `(time, y, x)`.
///
/// `shape` and `shift` are those of the encoding, because the stream does not contain them.
/// Decoding runs in the caller's thread, so that a caller can decode many streams in parallel.
///
/// ```
/// use fieldreel_codec::{Ffv1, FrameSize, ReadLimits, VideoShape, decode_stream, encode_stream};
/// use ndarray::Array3;
///
/// let codes = Array3::from_shape_fn((3, 20, 30), |(t, y, x)| (40 * t + 8 * y + x) as u16);
/// let stream = encode_stream(codes.view(), 10, &Ffv1)?;
/// let shape = VideoShape { frames: 3, size: FrameSize::new(20, 30)?, bit_depth: 10 };
/// let limits = ReadLimits::default();
/// let decoded = decode_stream(stream.format, &stream.bytes, shape, stream.shift, &limits)?;
/// assert_eq!(decoded, codes);
/// # Ok::<(), fieldreel_codec::CodecError>(())
/// ```
///
/// # Errors
/// - [`CodecError::NoFrames`], [`CodecError::FrameSize`] or [`CodecError::PixelBits`] if `shape`
///   and `shift` are invalid or do not fit the stream.
/// - [`CodecError::LimitExceeded`] if `shape` exceeds `limits`.
/// - [`CodecError::InvalidStream`], [`CodecError::Truncated`], [`CodecError::StreamSize`],
///   [`CodecError::PixelFormat`] or [`CodecError::Ffmpeg`] if the stream is damaged or has another
///   shape.
/// - [`CodecError::DecoderMissing`] if FFmpeg lacks the decoder.
pub fn decode_stream(
    format: StreamFormat,
    bytes: &[u8],
    shape: VideoShape,
    shift: u8,
    limits: &ReadLimits,
) -> Result<Array3<u16>, CodecError> {
    /// The maximum number of codes for which memory is allocated before the first frame is
    /// decoded. Beyond it, memory grows with the decoded frames, not with the claim of `shape`.
    const MAX_INITIAL_CODES: usize = 1 << 22;

    check_shape(shape, shift, limits)?;
    let FrameSize { height, width } = shape.size;
    let packets = split(format, bytes, shape.frames)?;
    let declared_codes = shape.frames.saturating_mul(shape.size.pixels());
    let mut codes = Vec::with_capacity(declared_codes.min(MAX_INITIAL_CODES));
    decode_packets(format, &packets, shape, shift, 1, |decoder| {
        let start = codes.len();
        codes.resize(start + shape.size.pixels(), 0);
        let frame = ArrayViewMut2::from_shape((height, width), &mut codes[start..]);
        let frame = frame.map_err(|_| impossible_shape_error(shape.size))?;
        decoder.copy_frame(frame, shape.bit_depth, shift)
    })?;
    Array3::from_shape_vec((shape.frames, height, width), codes)
        .map_err(|_| impossible_shape_error(shape.size))
}

/// Checks the stated shape of a stream before memory is allocated.
///
/// # Errors
/// [`CodecError::NoFrames`], [`CodecError::FrameSize`], [`CodecError::PixelBits`] or
/// [`CodecError::LimitExceeded`].
pub(super) fn check_shape(
    shape: VideoShape,
    shift: u8,
    limits: &ReadLimits,
) -> Result<(), CodecError> {
    if shape.frames == 0 {
        return Err(CodecError::NoFrames);
    }
    let size = FrameSize::new(shape.size.height, shape.size.width)?;
    check_bits(shape, shift, 16)?;
    limits.check_frame(size)?;
    limits.check_codes(size, shape.frames)
}

/// Decodes all packets in `threads` threads (0: one per core), and calls `on_frame` with the
/// decoder for each frame, in display order.
///
/// # Errors
/// The errors of [`decode_stream`] that concern the stream, and the errors of `on_frame`.
pub(super) fn decode_packets(
    format: StreamFormat,
    packets: &StreamPackets<'_>,
    shape: VideoShape,
    shift: u8,
    threads: usize,
    mut on_frame: impl FnMut(&StreamDecoder) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    // Decoders round sides up before they compare the number of pixels with the limit.
    let max_pixels = 2 * padded(shape.size, LARGEST_MIN_FRAME).pixels() as u64;
    let StreamPackets {
        size, extradata, ..
    } = packets;
    let mut decoder = StreamDecoder::open_stream(format, *size, extradata, max_pixels, threads)?;
    let mut frames = 0;
    let mut drain = |decoder: &mut StreamDecoder| {
        while decoder.receive()? {
            frames += 1;
            if frames > shape.frames {
                break;
            }
            check_bits(shape, shift, decoder.frame_bits()?)?;
            on_frame(decoder)?;
        }
        Ok::<_, CodecError>(frames)
    };
    for (index, bytes) in packets.frames.iter().enumerate() {
        decoder.send_bytes(bytes, index)?;
        drain(&mut decoder)?;
    }
    decoder.finish()?;
    match drain(&mut decoder)? {
        found if found == shape.frames => Ok(()),
        found => Err(CodecError::Truncated {
            expected: shape.frames,
            found,
        }),
    }
}

fn check_bits(shape: VideoShape, shift: u8, pixel_bits: u8) -> Result<(), CodecError> {
    let VideoShape { bit_depth, .. } = shape;
    if bit_depth >= 1 && u16::from(bit_depth) + u16::from(shift) <= u16::from(pixel_bits) {
        Ok(())
    } else {
        Err(CodecError::PixelBits {
            bit_depth,
            shift,
            pixel_bits,
        })
    }
}

/// Returns the error for codes that do not have the shape of the frames, which cannot occur after
/// [`check_shape`].
const fn impossible_shape_error(size: FrameSize) -> CodecError {
    CodecError::StreamSize {
        expected: size,
        found: size,
    }
}
