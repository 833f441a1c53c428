//! An elementary stream back into frames.

use ndarray::{Array3, ArrayViewMut2};

use super::StreamFormat;
use super::packets::{Packets, split};
use crate::error::CodecError;
use crate::ffmpeg::{Decoder, packet, stream_parameters};
use crate::geometry::{FrameSize, LARGEST_MIN_FRAME, padded};
use crate::video::{ReadLimits, VideoShape};

/// Decodes a stream into codes, axis order `(time, y, x)`.
///
/// `shape` and `shift` are those of the encoding; the stream itself does not say them. Runs in
/// the caller's thread: many streams are decoded side by side instead.
///
/// # Errors
/// [`CodecError::NoFrames`], [`CodecError::FrameSize`], [`CodecError::PixelBits`] if `shape` and
/// `shift` cannot be, or do not fit the stream; [`CodecError::LimitExceeded`] if they are over `limits`;
/// [`CodecError::InvalidStream`], [`CodecError::Truncated`], [`CodecError::StreamSize`],
/// [`CodecError::PixelFormat`], [`CodecError::Ffmpeg`] if the stream is damaged or of another
/// shape; [`CodecError::DecoderMissing`].
pub fn decode_stream(
    format: StreamFormat,
    bytes: &[u8],
    shape: VideoShape,
    shift: u8,
    limits: &ReadLimits,
) -> Result<Array3<u16>, CodecError> {
    /// Room for this many codes is taken at once; what a shape claims beyond it, as frames come.
    const FIRST_CODES: usize = 1 << 22;

    check(shape, shift, limits)?;
    let FrameSize { height, width } = shape.size;
    let packets = split(format, bytes, shape.frames)?;
    let claimed = shape.frames.saturating_mul(shape.size.pixels());
    let mut codes = Vec::with_capacity(claimed.min(FIRST_CODES));
    decode_packets(format, &packets, shape, shift, 1, |decoder| {
        let start = codes.len();
        codes.resize(start + shape.size.pixels(), 0);
        let frame = ArrayViewMut2::from_shape((height, width), &mut codes[start..]);
        let frame = frame.map_err(|_| size_error(shape.size))?;
        decoder.copy_frame(frame, shape.bit_depth, shift)
    })?;
    Array3::from_shape_vec((shape.frames, height, width), codes).map_err(|_| size_error(shape.size))
}

/// Checks what is claimed of a stream, before memory is taken.
pub(super) fn check(shape: VideoShape, shift: u8, limits: &ReadLimits) -> Result<(), CodecError> {
    if shape.frames == 0 {
        return Err(CodecError::NoFrames);
    }
    let size = FrameSize::new(shape.size.height, shape.size.width)?;
    check_bits(shape, shift, 16)?;
    limits.check_frame(size)?;
    limits.check_codes(size, shape.frames)
}

/// Decodes all packets in `threads` threads (0: one per core), and hands the decoder to `each`
/// frame, in the order of display.
pub(super) fn decode_packets(
    format: StreamFormat,
    packets: &Packets<'_>,
    shape: VideoShape,
    shift: u8,
    threads: usize,
    mut each: impl FnMut(&Decoder) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    // Decoders round sides up before they compare.
    let max_pixels = 2 * padded(shape.size, LARGEST_MIN_FRAME).pixels() as u64;
    let parameters = stream_parameters(format.codec(), packets.size, &packets.extradata)?;
    let mut decoder = Decoder::open(parameters, max_pixels, threads)?;
    let mut frames = 0;
    let mut drain = |decoder: &mut Decoder| {
        while decoder.receive()? {
            frames += 1;
            if frames > shape.frames {
                break;
            }
            check_bits(shape, shift, decoder.frame_bits()?)?;
            each(decoder)?;
        }
        Ok::<_, CodecError>(frames)
    };
    for (index, bytes) in packets.frames.iter().enumerate() {
        // The frame that comes of it says which packet it was.
        decoder.send(&packet(bytes, index)?)?;
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

const fn size_error(size: FrameSize) -> CodecError {
    CodecError::StreamSize {
        expected: size,
        found: size,
    }
}
