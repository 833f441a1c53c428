//! One encoder: frames of codes in, packets out.

use ff::{Dictionary, Packet, Rational, codec, encoder};
use ffmpeg_next as ff;
use ndarray::ArrayView2;

use super::{frame, frame_threads, init, received};
use crate::backend::Codec;
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// An open encoder.
pub(crate) struct Encoder {
    inner: encoder::video::Encoder,
    encoded_size: FrameSize,
    pixel_bits: u8,
    shift: u8,
    max_code: u16,
    /// The number of the next frame.
    next: usize,
}

impl Encoder {
    /// Opens `codec` for frames of `size`, to run in about `threads` threads. `global_header` puts the stream's headers into the
    /// container's, as MP4 and MKV want, instead of the first packet.
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
        // What a lossy encoder makes of its options depends on how much of the pixel's range is
        // used; a lossless one would only spend bits on the zeros below.
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
        context.set_format(frame::pixel(config.pixel_bits));
        context.set_time_base(time_base);
        context.set_frame_rate(Some(time_base.invert()));
        // Codes use all values of their depth, as full-range video does.
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
            next: 0,
        })
    }

    /// Counts frames from `first` instead of 0.
    pub(crate) fn starting_at(self, first: usize) -> Self {
        Self {
            next: first,
            ..self
        }
    }

    /// The stream's parameters, for a container.
    pub(crate) fn parameters(&self) -> codec::Parameters {
        codec::Parameters::from(&self.inner)
    }

    /// The size of the frames, padding included.
    pub(crate) const fn encoded_size(&self) -> FrameSize {
        self.encoded_size
    }

    /// How far codes are shifted up within the pixels.
    pub(crate) const fn shift(&self) -> u8 {
        self.shift
    }

    /// Takes the next frame, of the size the encoder was opened for.
    pub(crate) fn send(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        self.check(codes)?;
        let mut frame = frame::filled(codes, self.encoded_size, self.pixel_bits, self.shift)?;
        frame.set_pts(i64::try_from(self.next).ok());
        self.inner
            .send_frame(&frame)
            .map_err(CodecError::ffmpeg("encode a frame"))?;
        self.next += 1;
        Ok(())
    }

    /// Says that no frame follows; the remaining packets can then be received.
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        self.inner
            .send_eof()
            .map_err(CodecError::ffmpeg("finish the encoder"))
    }

    /// The next packet, if there is one now.
    pub(crate) fn receive(&mut self) -> Result<Option<Packet>, CodecError> {
        let mut packet = Packet::empty();
        let got = received(self.inner.receive_packet(&mut packet), "encode a frame")?;
        Ok(got.map(|()| packet))
    }

    fn check(&self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        let max_code = self.max_code;
        if max_code == u16::MAX || codes.fold(0, |max, &code| code.max(max)) <= max_code {
            return Ok(());
        }
        let first = codes.indexed_iter().find(|&(_, &code)| code > max_code);
        let ((y, x), &code) = first.unwrap_or(((0, 0), &0));
        Err(CodecError::CodeOutOfRange {
            frame: self.next,
            y,
            x,
            code,
            max_code,
        })
    }
}
