//! One decoder: packets in, frames of codes out.

use ff::{Dictionary, Packet, codec, decoder};
use ffmpeg_next as ff;
use ndarray::ArrayViewMut2;

use super::{frame, frame_threads, init, receive_result};
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// An open decoder.
pub(crate) struct FfmpegDecoder {
    inner: decoder::Video,
    frame: ff::frame::Video,
}

impl FfmpegDecoder {
    /// Opens the decoder of a stream whose frames have at most `max_pixels` pixels, to run in
    /// `threads` threads (0: one per core).
    pub(crate) fn open(
        parameters: codec::Parameters,
        max_pixels: u64,
        threads: usize,
    ) -> Result<Self, CodecError> {
        init();
        let id = parameters.id();
        let mut context = codec::Context::from_parameters(parameters)
            .map_err(CodecError::ffmpeg("read the stream's parameters"))?;
        context.set_threading(frame_threads(threads));
        let codec = ff::decoder::find(id).ok_or_else(|| CodecError::DecoderMissing {
            codec: id.name().to_owned(),
        })?;
        let mut options = Dictionary::new();
        options.set("max_pixels", &max_pixels.to_string());
        // Damage is an error here, not something to be painted over.
        options.set("err_detect", "crccheck+bitstream+buffer+explode");
        let inner = context
            .decoder()
            .open_as_with(codec, options)
            .and_then(decoder::Opened::video)
            .map_err(CodecError::ffmpeg("open the decoder"))?;
        Ok(Self {
            inner,
            frame: ff::frame::Video::empty(),
        })
    }

    /// The size of the frames as the container states it; 0 where it does not.
    pub(crate) fn declared_size(&self) -> FrameSize {
        FrameSize {
            height: self.inner.height() as usize,
            width: self.inner.width() as usize,
        }
    }

    /// Takes the next packet.
    pub(crate) fn send(&mut self, packet: &Packet) -> Result<(), CodecError> {
        self.inner
            .send_packet(packet)
            .map_err(CodecError::ffmpeg("decode a frame"))
    }

    /// Says that no packet follows; the remaining frames can then be received.
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        self.inner
            .send_eof()
            .map_err(CodecError::ffmpeg("finish the decoder"))
    }

    /// Whether a frame was there to receive; it can then be looked at until the next call.
    pub(crate) fn receive(&mut self) -> Result<bool, CodecError> {
        let received = receive_result(self.inner.receive_frame(&mut self.frame), "decode a frame")?;
        Ok(received.is_some())
    }

    /// The size of the frame received last.
    pub(crate) fn frame_size(&self) -> FrameSize {
        FrameSize {
            height: self.frame.height() as usize,
            width: self.frame.width() as usize,
        }
    }

    /// The number of the packet that the frame received last came of.
    pub(crate) fn frame_packet_index(&self) -> Option<usize> {
        usize::try_from(self.frame.pts()?).ok()
    }

    /// The bits of the gray pixel format of the frame received last.
    pub(crate) fn frame_bits(&self) -> Result<u8, CodecError> {
        frame::gray_bits(self.frame.format())
    }

    /// Copies the top left corner of the frame received last, of codes of `bit_depth` bits that
    /// were shifted up by `shift`.
    pub(crate) fn copy_frame(
        &self,
        codes: ArrayViewMut2<'_, u16>,
        bit_depth: u8,
        shift: u8,
    ) -> Result<(), CodecError> {
        // FFmpeg's JPEG 2000 decoder has no pixels between 8 and 16 bits: it gives the 12-bit ones
        // that codes of 9 to 12 bits are carried in aligned to the top of 16.
        let is_aligned_to_16_bits =
            self.inner.id() == codec::Id::JPEG2000 && (9..=12).contains(&(bit_depth + shift));
        let shift = shift + if is_aligned_to_16_bits { 4 } else { 0 };
        frame::copy_codes(&self.frame, codes, shift, u16::MAX >> (16 - bit_depth))
    }
}
