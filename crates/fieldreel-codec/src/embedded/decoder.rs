//! rav1d: packets to frames of codes.
//!
//! rav1d has the interface of dav1d's C library. Its functions abort the process if they panic,
//! which they do on any damaged stream if only one frame is decoded at a time, so the decoder has
//! two threads for two frames.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use ndarray::ArrayViewMut2;
use rav1d::include::dav1d::data::Dav1dData;
use rav1d::include::dav1d::dav1d::{Dav1dContext, Dav1dLogger, Dav1dSettings};
use rav1d::include::dav1d::headers::DAV1D_PIXEL_LAYOUT_I400;
use rav1d::include::dav1d::picture::Dav1dPicture;
use rav1d::src::lib::{
    dav1d_close, dav1d_data_create, dav1d_data_unref, dav1d_default_settings, dav1d_get_picture,
    dav1d_open, dav1d_picture_unref, dav1d_send_data,
};

use super::EmbeddedError;
use crate::codes::{max_code, pixel_to_code};
use crate::error::CodecError;
use crate::geometry::FrameSize;
use crate::stream::StreamFormat;

/// An open decoder of rav1d.
pub(crate) struct Rav1dDecoder {
    context: Option<Dav1dContext>,
    /// The frame received last.
    picture: Dav1dPicture,
}

impl Rav1dDecoder {
    /// Opens the decoder of an elementary stream whose frames have at most `max_pixels` pixels.
    ///
    /// # Errors
    /// [`CodecError::FeatureMissing`] if the stream is not AV1; [`CodecError::Embedded`] if the
    /// decoder does not open.
    pub(crate) fn open_stream(
        format: StreamFormat,
        _: Option<FrameSize>,
        _: &[u8],
        max_pixels: u64,
        _: usize,
    ) -> Result<Self, CodecError> {
        if format != StreamFormat::Av1 {
            return Err(CodecError::FeatureMissing {
                what: format.name(),
                feature: "ffmpeg",
            });
        }
        let mut settings = MaybeUninit::uninit();
        // SAFETY: the function initializes all of its argument.
        let mut settings: Dav1dSettings = unsafe {
            dav1d_default_settings(NonNull::from(&mut settings).cast());
            settings.assume_init()
        };
        settings.n_threads = 2;
        settings.max_frame_delay = 2;
        settings.frame_size_limit = u32::try_from(max_pixels).unwrap_or(u32::MAX);
        // SAFETY: without a callback, nothing is called.
        settings.logger = unsafe { Dav1dLogger::new(None, None) };
        let mut context = None;
        // SAFETY: both pointers are valid, and `context` is dropped by `dav1d_close` only.
        let opened = unsafe {
            dav1d_open(
                Some(NonNull::from(&mut context)),
                Some(NonNull::from(&mut settings)),
            )
        };
        check(opened.0, "open the decoder")?;
        Ok(Self {
            context,
            picture: Dav1dPicture::default(),
        })
    }

    /// Sends the packet of frame `index` to the decoder. The decoded frame inherits the index. The
    /// frames of earlier packets have been received.
    ///
    /// # Errors
    /// [`CodecError::Embedded`] if the packet cannot be decoded.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8], index: usize) -> Result<(), CodecError> {
        let mut data = Dav1dData::default();
        let pointer = Some(NonNull::from(&mut data));
        // SAFETY: the pointer is valid.
        let copy = unsafe { dav1d_data_create(pointer, bytes.len()) };
        if copy.is_null() {
            return Err(failure("decode a frame", EmbeddedError::OutOfMemory));
        }
        // SAFETY: `copy` is new, not null, and has room for all bytes.
        unsafe { copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        data.m.timestamp = index as i64;
        // SAFETY: the decoder is open, and `data` was created above.
        let sent = unsafe { dav1d_send_data(self.context, Some(NonNull::from(&mut data))) };
        // SAFETY: `data` is what the decoder left of it, which is nothing if it took the packet.
        unsafe { dav1d_data_unref(Some(NonNull::from(&mut data))) };
        check(sent.0, "decode a frame")
    }

    /// Marks the end of the stream; the remaining frames can then be received.
    ///
    /// # Errors
    /// None: the decoder itself notices that no packet follows.
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        Ok(())
    }

    /// Receives the next frame, and returns true if there was one. The frame can be read until the
    /// next call.
    ///
    /// # Errors
    /// [`CodecError::Embedded`] if a frame cannot be decoded.
    pub(crate) fn receive(&mut self) -> Result<bool, CodecError> {
        self.release_picture();
        // The decoder works ahead: only the second call waits for the frames of all packets.
        for _ in 0..2 {
            let picture = Some(NonNull::from(&mut self.picture));
            // SAFETY: the decoder is open, and the picture was released.
            let received = unsafe { dav1d_get_picture(self.context, picture) };
            match received.0 {
                0 => return Ok(true),
                code if code == -libc::EAGAIN => {}
                code => return check(code, "decode a frame").map(|()| false),
            }
        }
        Ok(false)
    }

    /// Returns the size of the frame received last.
    pub(crate) fn frame_size(&self) -> FrameSize {
        FrameSize {
            height: usize::try_from(self.picture.p.h).unwrap_or(0),
            width: usize::try_from(self.picture.p.w).unwrap_or(0),
        }
    }

    /// Returns the index of the packet from which the frame received last was decoded.
    pub(crate) fn frame_packet_index(&self) -> Option<usize> {
        usize::try_from(self.picture.m.timestamp).ok()
    }

    /// Returns the bits of the pixels of the frame received last.
    ///
    /// # Errors
    /// [`CodecError::PixelFormat`] if the frame is not gray.
    pub(crate) fn frame_bits(&self) -> Result<u8, CodecError> {
        let parameters = &self.picture.p;
        match u8::try_from(parameters.bpc) {
            Ok(bits) if parameters.layout == DAV1D_PIXEL_LAYOUT_I400 => Ok(bits),
            _ => Err(CodecError::PixelFormat {
                format: "of a color video".to_owned(),
            }),
        }
    }

    /// Copies the codes in the top left corner of the frame received last. The codes have
    /// `bit_depth` bits and are shifted up by `shift` within the pixels.
    ///
    /// # Errors
    /// [`CodecError::PixelFormat`] if the frame is not gray; [`CodecError::StreamSize`] if the
    /// frame is smaller than `codes`.
    pub(crate) fn copy_frame(
        &self,
        mut codes: ArrayViewMut2<'_, u16>,
        bit_depth: u8,
        shift: u8,
    ) -> Result<(), CodecError> {
        let bits = self.frame_bits()?;
        let found = self.frame_size();
        let (height, width) = codes.dim();
        let data = self.picture.data[0];
        let Some(data) = data.filter(|_| found.height >= height && found.width >= width) else {
            return Err(CodecError::StreamSize {
                expected: FrameSize { height, width },
                found,
            });
        };
        let max_code = max_code(bit_depth);
        for (y, mut row) in codes.rows_mut().into_iter().enumerate() {
            // SAFETY: the picture has at least as many rows as `codes`, `stride` bytes apart.
            let pixels = unsafe {
                data.cast::<u8>()
                    .offset(y as isize * self.picture.stride[0])
            };
            if bits <= 8 {
                // SAFETY: a row has at least `width` pixels of one byte, and the decoder no longer
                // writes to a picture that it returned.
                let pixels = unsafe { NonNull::slice_from_raw_parts(pixels, width).as_ref() };
                for (code, &pixel) in row.iter_mut().zip(pixels) {
                    *code = pixel_to_code(pixel.into(), shift, max_code);
                }
            } else {
                // SAFETY: as above, with pixels of two bytes, to which rows are aligned.
                let pixels =
                    unsafe { NonNull::slice_from_raw_parts(pixels.cast(), width).as_ref() };
                for (code, &pixel) in row.iter_mut().zip(pixels) {
                    *code = pixel_to_code(pixel, shift, max_code);
                }
            }
        }
        Ok(())
    }

    fn release_picture(&mut self) {
        // SAFETY: the picture is empty, or the decoder returned it.
        unsafe { dav1d_picture_unref(Some(NonNull::from(&mut self.picture))) };
    }
}

impl Drop for Rav1dDecoder {
    fn drop(&mut self) {
        self.release_picture();
        // SAFETY: the context came from `dav1d_open`, and is `None` afterward.
        unsafe { dav1d_close(Some(NonNull::from(&mut self.context))) };
    }
}

/// Converts a result of rav1d, which is 0 or a negative `errno`.
///
/// # Errors
/// [`CodecError::Embedded`] if the result is an error.
fn check(result: i32, operation: &'static str) -> Result<(), CodecError> {
    let source = match -result {
        0 => return Ok(()),
        libc::ENOMEM => EmbeddedError::OutOfMemory,
        libc::ERANGE => EmbeddedError::FrameTooLarge,
        libc::EINVAL | libc::ENOENT | 1 => EmbeddedError::InvalidData,
        code => EmbeddedError::Other { code },
    };
    Err(failure(operation, source))
}

/// Returns the error for a failure of rav1d.
const fn failure(operation: &'static str, source: EmbeddedError) -> CodecError {
    CodecError::Embedded { operation, source }
}
