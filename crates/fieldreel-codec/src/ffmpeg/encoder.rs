//! FFmpeg's encoders: frames of codes to packets.

use ff::{Dictionary, Packet, Rational, codec, encoder};
use ffmpeg_next as ff;
use ndarray::ArrayView2;

use super::{frame, frame_threads, init, receive_result};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// An open encoder of FFmpeg.
pub(crate) struct FfmpegEncoder {
    inner: encoder::video::Encoder,
    encoded_size: FrameSize,
    pixel_bits: u8,
    shift: u8,
    max_code: u16,
    /// The index of the next frame.
    next_frame: usize,
}

impl FfmpegEncoder {
    /// Opens the encoder of `codec` for frames of `size`, to run in about `threads` threads.
    /// `global_header` puts the stream's headers into the header of the container, as MP4 and MKV
    /// require, instead of the first packet.
    ///
    /// # Errors
    /// [`CodecError::BitDepth`] or [`CodecError::InvalidOption`] if the codec does not support the
    /// bit depth or an option; [`CodecError::EncoderMissing`] if FFmpeg lacks the encoder;
    /// [`CodecError::Ffmpeg`] if the encoder does not open.
    pub(crate) fn open(
        codec: &dyn Codec,
        size: FrameSize,
        bit_depth: u8,
        time_base: Rational,
        global_header: bool,
        threads: usize,
    ) -> Result<Self, CodecError> {
        init();
        let config = codec.configure(bit_depth, size, threads)?;
        let encoder =
            ff::encoder::find_by_name(config.encoder).ok_or(CodecError::EncoderMissing {
                encoder: config.encoder,
                package: config.package,
            })?;
        let encoded_size = codec.encoded_size(size);
        // The effect of a lossy encoder's options depends on how much of the pixels' range the
        // codes use, so they are shifted up to use all of it. A lossless encoder would only spend
        // bits on the zeros below the codes.
        let shift = match codec.is_lossless() {
            true => 0,
            false => config.pixel_bits.saturating_sub(bit_depth),
        };
        let mut context = codec::Context::new_with_codec(encoder)
            .encoder()
            .video()
            .map_err(CodecError::ffmpeg("set the encoder up"))?;
        context.set_width(encoded_size.width as u32);
        context.set_height(encoded_size.height as u32);
        context.set_format(frame::gray_format(config.pixel_bits));
        context.set_time_base(time_base);
        context.set_frame_rate(Some(time_base.invert()));
        // Codes use all values of their bit depth, as full-range video does.
        context.set_color_range(ff::color::Range::JPEG);
        if global_header {
            context.set_flags(codec::Flags::GLOBAL_HEADER);
        }
        context.set_threading(frame_threads(config.threads));
        let mut options = Dictionary::new();
        for (name, value) in &config.options {
            options.set(name, value);
        }
        let inner = context
            .open_with(options)
            .map_err(CodecError::ffmpeg("open the encoder"))?;
        Ok(Self {
            inner,
            encoded_size,
            pixel_bits: config.pixel_bits,
            shift,
            max_code: u16::MAX >> (16 - bit_depth.clamp(1, 16)),
            next_frame: 0,
        })
    }

    /// Sets the index of the first frame, 0 by default.
    pub(crate) fn with_first_frame(self, first: usize) -> Self {
        Self {
            next_frame: first,
            ..self
        }
    }

    /// Returns the parameters of the stream, for a container.
    pub(crate) fn parameters(&self) -> codec::Parameters {
        codec::Parameters::from(&self.inner)
    }

    /// Returns the size of the encoded frames, padding included.
    pub(crate) const fn encoded_size(&self) -> FrameSize {
        self.encoded_size
    }

    /// Returns the number of bits by which codes are shifted up within the pixels.
    pub(crate) const fn shift(&self) -> u8 {
        self.shift
    }

    /// Sends the next frame to the encoder. The frame has the size for which the encoder was
    /// opened.
    ///
    /// # Errors
    /// [`CodecError::CodeOutOfRange`], [`CodecError::OutOfMemory`]; [`CodecError::Ffmpeg`] if the
    /// encoder fails.
    pub(crate) fn send(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        self.check_codes(codes)?;
        let mut frame = frame::from_codes(codes, self.encoded_size, self.pixel_bits, self.shift)?;
        frame.set_pts(i64::try_from(self.next_frame).ok());
        self.inner
            .send_frame(&frame)
            .map_err(CodecError::ffmpeg("encode a frame"))?;
        self.next_frame += 1;
        Ok(())
    }

    /// Marks the end of the stream; the remaining packets can then be received.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the encoder fails.
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        self.inner
            .send_eof()
            .map_err(CodecError::ffmpeg("finish the encoder"))
    }

    /// Receives the next packet, or `None` if the encoder has none yet.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the encoder fails.
    pub(crate) fn receive(&mut self) -> Result<Option<Packet>, CodecError> {
        let mut packet = Packet::empty();
        let received = receive_result(self.inner.receive_packet(&mut packet), "encode a frame")?;
        Ok(received.map(|()| packet))
    }

    fn check_codes(&self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        let max_code = self.max_code;
        if max_code == u16::MAX || codes.fold(0, |max, &code| code.max(max)) <= max_code {
            return Ok(());
        }
        let first = codes.indexed_iter().find(|&(_, &code)| code > max_code);
        let ((y, x), &code) = first.unwrap_or(((0, 0), &0));
        Err(CodecError::CodeOutOfRange {
            frame: self.next_frame,
            y,
            x,
            code,
            max_code,
        })
    }
}
