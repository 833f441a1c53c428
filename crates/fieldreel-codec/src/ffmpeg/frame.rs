//! The conversion between codes and FFmpeg's frames.

use ff::format::Pixel;
use ff::frame;
use ffmpeg_next as ff;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::codes::{FrameLayout, pixel_to_code};
use crate::error::CodecError;
use crate::geometry::{FrameSize, padded_row};

/// Returns the gray pixel format of `bits` bits, one of the widths that the backends use.
pub(super) const fn gray_format(bits: u8) -> Pixel {
    match bits {
        ..=8 => Pixel::GRAY8,
        9..=10 => Pixel::GRAY10LE,
        11..=12 => Pixel::GRAY12LE,
        _ => Pixel::GRAY16LE,
    }
}

/// Returns the bits of a gray pixel format.
///
/// # Errors
/// [`CodecError::PixelFormat`] if the format is not gray, or not little-endian.
pub(super) fn gray_bits(format: Pixel) -> Result<u8, CodecError> {
    match format {
        Pixel::GRAY8 => Ok(8),
        Pixel::GRAY9LE => Ok(9),
        Pixel::GRAY10LE => Ok(10),
        Pixel::GRAY12LE => Ok(12),
        Pixel::GRAY14LE => Ok(14),
        Pixel::GRAY16LE => Ok(16),
        other => Err(CodecError::PixelFormat {
            format: other
                .descriptor()
                .map_or("unknown", |known| known.name())
                .to_owned(),
        }),
    }
}

/// Returns a frame of this layout that holds `codes`. The frame is padded by repeating the last
/// row and the last column.
///
/// The frame is always a new one, because the encoder keeps references to earlier frames.
///
/// # Errors
/// [`CodecError::OutOfMemory`] if the frame cannot be allocated.
pub(super) fn from_codes(
    codes: ArrayView2<'_, u16>,
    layout: &FrameLayout,
) -> Result<frame::Video, CodecError> {
    let FrameLayout {
        encoded_size: size,
        pixel_bits: bits,
        shift,
        ..
    } = *layout;
    // Sides are at most MAX_SIDE.
    let mut frame = frame::Video::new(gray_format(bits), size.width as u32, size.height as u32);
    // FFmpeg leaves the frame without planes if memory runs out.
    if frame.stride(0) == 0 {
        return Err(CodecError::OutOfMemory { size });
    }
    let stride = frame.stride(0);
    let codes = codes.as_standard_layout();
    let data = frame.data_mut(0);
    let bytes_per_code = if bits <= 8 { 1 } else { 2 };
    let bytes_per_row = size.width * bytes_per_code;
    let rows = codes.rows().into_iter().enumerate();
    for (y, row) in rows {
        let row_bytes = &mut data[y * stride..][..bytes_per_row];
        let row = row.to_slice().unwrap_or_default();
        if bits <= 8 {
            for (byte, code) in row_bytes.iter_mut().zip(padded_row(row, size.width)) {
                *byte = (code << shift) as u8;
            }
        } else {
            for (bytes, code) in row_bytes
                .chunks_exact_mut(2)
                .zip(padded_row(row, size.width))
            {
                bytes.copy_from_slice(&(code << shift).to_le_bytes());
            }
        }
    }
    let last = codes.nrows().saturating_sub(1) * stride;
    for y in codes.nrows()..size.height {
        data.copy_within(last..last + bytes_per_row, y * stride);
    }
    Ok(frame)
}

/// Copies the codes in the top left corner of a decoded frame, by [`pixel_to_code`].
///
/// # Errors
/// [`CodecError::PixelFormat`] if the pixel format is not gray; [`CodecError::StreamSize`] if the
/// frame is smaller than `codes`.
pub(super) fn copy_codes(
    frame: &frame::Video,
    mut codes: ArrayViewMut2<'_, u16>,
    shift: u8,
    max_code: u16,
) -> Result<(), CodecError> {
    let bits = gray_bits(frame.format())?;
    let found = FrameSize {
        height: frame.height() as usize,
        width: frame.width() as usize,
    };
    let (height, width) = codes.dim();
    if found.height < height || found.width < width {
        return Err(CodecError::StreamSize {
            expected: FrameSize { height, width },
            found,
        });
    }
    let to_code = |pixel: u16| pixel_to_code(pixel, shift, max_code);
    let stride = frame.stride(0);
    let data = frame.data(0);
    for (y, mut row) in codes.rows_mut().into_iter().enumerate() {
        let row_bytes = &data[y * stride..];
        // The common case is a loop over slices, which vectorizes.
        if let (9.., 0, Some(row)) = (bits, shift, row.as_slice_mut()) {
            for (code, bytes) in row.iter_mut().zip(row_bytes.chunks_exact(2)) {
                *code = u16::from_le_bytes([bytes[0], bytes[1]]).min(max_code);
            }
            continue;
        }
        if bits <= 8 {
            for (code, &byte) in row.iter_mut().zip(row_bytes) {
                *code = to_code(byte.into());
            }
        } else {
            for (code, bytes) in row.iter_mut().zip(row_bytes.chunks_exact(2)) {
                *code = to_code(u16::from_le_bytes([bytes[0], bytes[1]]));
            }
        }
    }
    Ok(())
}
