//! FFmpeg's encoders: frames of codes to packets.

use ff::{Dictionary, Packet, Rational, codec, encoder};
use ffmpeg_next as ff;
use ndarray::ArrayView2;

use super::{extradata, frame, frame_threads, init, receive_result};
use crate::backend::{Codec, EncoderLibrary};
use crate::codes::FrameLayout;
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// An open encoder of FFmpeg.
pub(crate) struct FfmpegEncoder {
    inner: encoder::video::Encoder,
    layout: FrameLayout,
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
        frame_rate: u16,
        global_header: bool,
        threads: usize,
    ) -> Result<Self, CodecError> {
        init();
        let config = codec.configure(bit_depth, size, threads)?;
        if config.library != EncoderLibrary::Ffmpeg {
            return Err(CodecError::InvalidOption {
                codec: codec.name(),
                option: "encoder".to_owned(),
                value: config.encoder.to_owned(),
                expected: "libaom; mux_stream writes the streams of rav1e into a file".to_owned(),
            });
        }
        let encoder =
            ff::encoder::find_by_name(config.encoder).ok_or(CodecError::EncoderMissing {
                encoder: config.encoder,
                package: config.package,
            })?;
        let layout = FrameLayout::new(codec, &config, size, bit_depth);
        let time_base = Rational(1, i32::from(frame_rate));
        let mut context = codec::Context::new_with_codec(encoder)
            .encoder()
            .video()
            .map_err(CodecError::ffmpeg("set the encoder up"))?;
        context.set_width(layout.encoded_size.width as u32);
        context.set_height(layout.encoded_size.height as u32);
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
            layout,
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

    /// Returns the headers that precede the first packet of the stream; empty if there are none.
    pub(crate) fn extradata(&self) -> Vec<u8> {
        extradata(&self.parameters())
    }

    /// Returns the size of the encoded frames, padding included.
    pub(crate) const fn encoded_size(&self) -> FrameSize {
        self.layout.encoded_size
    }

    /// Returns the number of bits by which codes are shifted up within the pixels.
    pub(crate) const fn shift(&self) -> u8 {
        self.layout.shift
    }

    /// Sends the next frame to the encoder. The frame has the size for which the encoder was
    /// opened.
    ///
    /// # Errors
    /// [`CodecError::CodeOutOfRange`], [`CodecError::OutOfMemory`]; [`CodecError::Ffmpeg`] if the
    /// encoder fails.
    pub(crate) fn send(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        self.layout.check_codes(self.next_frame, codes)?;
        let mut frame = frame::from_codes(codes, &self.layout)?;
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
}
