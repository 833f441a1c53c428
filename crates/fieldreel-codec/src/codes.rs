//! Codes within pixels: the pixels of an encoder, checks of codes, and rounding back to codes.

use ndarray::ArrayView2;

use crate::backend::{Codec, EncoderConfig};
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// The frames that an encoder takes: their size, and the codes within their pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameLayout {
    /// The size of the encoded frames, padding included.
    pub(crate) encoded_size: FrameSize,
    /// The bits of the pixels.
    pub(crate) pixel_bits: u8,
    /// The number of bits by which codes are shifted up within the pixels.
    pub(crate) shift: u8,
    max_code: u16,
}

impl FrameLayout {
    /// Returns the layout for frames of `size` with codes of `bit_depth` bits.
    pub(crate) fn new(
        codec: &dyn Codec,
        config: &EncoderConfig,
        size: FrameSize,
        bit_depth: u8,
    ) -> Self {
        // The effect of a lossy encoder's options depends on how much of the pixels' range the
        // codes use, so they are shifted up to use all of it. A lossless encoder would only spend
        // bits on the zeros below the codes.
        let shift = match codec.is_lossless() {
            true => 0,
            false => config.pixel_bits.saturating_sub(bit_depth),
        };
        Self {
            encoded_size: codec.encoded_size(size),
            pixel_bits: config.pixel_bits,
            shift,
            max_code: max_code(bit_depth.clamp(1, 16)),
        }
    }

    /// Checks that every code of frame `frame` fits the bit depth.
    ///
    /// # Errors
    /// [`CodecError::CodeOutOfRange`] with the first position at which a code does not.
    pub(crate) fn check_codes(
        &self,
        frame: usize,
        codes: ArrayView2<'_, u16>,
    ) -> Result<(), CodecError> {
        let max_code = self.max_code;
        if max_code == u16::MAX || codes.fold(0, |max, &code| code.max(max)) <= max_code {
            return Ok(());
        }
        let first = codes.indexed_iter().find(|&(_, &code)| code > max_code);
        let ((y, x), &code) = first.unwrap_or(((0, 0), &0));
        Err(CodecError::CodeOutOfRange {
            frame,
            y,
            x,
            code,
            max_code,
        })
    }
}

/// Returns the largest code of a bit depth from 1 to 16.
pub(crate) const fn max_code(bit_depth: u8) -> u16 {
    u16::MAX >> (16 - bit_depth)
}

/// Returns the code of a pixel: shifted down by `shift` bits, rounded to the nearest code (ties
/// up), and limited to `max_code`.
///
/// The limit matters for a lossy codec, which may exceed the largest code if the pixels are wider
/// than the codes.
#[inline]
pub(crate) fn pixel_to_code(pixel: u16, shift: u8, max_code: u16) -> u16 {
    let half = (1 << shift) >> 1;
    (((u32::from(pixel) + half) >> shift) as u16).min(max_code)
}
