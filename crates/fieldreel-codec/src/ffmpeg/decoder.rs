//! FFmpeg's decoders: packets to frames of codes.

use ff::{Dictionary, Packet, codec, decoder};
use ffmpeg_next as ff;
use ndarray::ArrayViewMut2;

use super::{frame, frame_threads, init, new_packet, receive_result, stream_parameters};
use crate::codes::max_code;
use crate::error::CodecError;
use crate::geometry::FrameSize;
use crate::stream::StreamFormat;

/// An open decoder of FFmpeg.
pub(crate) struct FfmpegDecoder {
    inner: decoder::Video,
    frame: ff::frame::Video,
}

impl FfmpegDecoder {
    /// Opens the decoder of an elementary stream whose frames have at most `max_pixels` pixels, to
    /// run in `threads` threads (0: one per core). `size` is the size of the frames if they do not
    /// state it, and `extradata` the headers that the decoder needs before the first frame.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub(crate) fn open_stream(
        format: StreamFormat,
        size: Option<FrameSize>,
        extradata: &[u8],
        max_pixels: u64,
        threads: usize,
    ) -> Result<Self, CodecError> {
        let parameters = stream_parameters(format, size, extradata)?;
        Self::open(parameters, max_pixels, threads)
    }

    /// Opens the decoder of a stream whose frames have at most `max_pixels` pixels, to run in
    /// `threads` threads (0: one per core).
    ///
    /// # Errors
    /// [`CodecError::DecoderMissing`] if FFmpeg lacks the decoder; [`CodecError::Ffmpeg`] if the
    /// parameters are invalid or the decoder does not open.
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
        // FFmpeg would conceal damage by default; here, damage is an error.
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

    /// Returns the size of the frames that the container states, or sides of 0 if it states none.
    pub(crate) fn declared_size(&self) -> FrameSize {
        FrameSize {
            height: self.inner.height() as usize,
            width: self.inner.width() as usize,
        }
    }

    /// Sends the next packet to the decoder.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the packet cannot be decoded.
    pub(crate) fn send(&mut self, packet: &Packet) -> Result<(), CodecError> {
        self.inner
            .send_packet(packet)
            .map_err(CodecError::ffmpeg("decode a frame"))
    }

    /// Sends the packet of frame `index` to the decoder. The decoded frame inherits the index.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the packet cannot be decoded.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8], index: usize) -> Result<(), CodecError> {
        self.send(&new_packet(bytes, index)?)
    }

    /// Marks the end of the stream; the remaining frames can then be received.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if the decoder fails.
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        self.inner
            .send_eof()
            .map_err(CodecError::ffmpeg("finish the decoder"))
    }

    /// Receives the next frame, and returns true if there was one. The frame can be read until the
    /// next call.
    ///
    /// # Errors
    /// [`CodecError::Ffmpeg`] if a frame cannot be decoded.
    pub(crate) fn receive(&mut self) -> Result<bool, CodecError> {
        let received = receive_result(self.inner.receive_frame(&mut self.frame), "decode a frame")?;
        Ok(received.is_some())
    }

    /// Returns the size of the frame received last.
    pub(crate) fn frame_size(&self) -> FrameSize {
        FrameSize {
            height: self.frame.height() as usize,
            width: self.frame.width() as usize,
        }
    }

    /// Returns the index of the packet from which the frame received last was decoded.
    pub(crate) fn frame_packet_index(&self) -> Option<usize> {
        usize::try_from(self.frame.pts()?).ok()
    }

    /// Returns the bits of the gray pixel format of the frame received last.
    ///
    /// # Errors
    /// [`CodecError::PixelFormat`] if the pixel format is not gray.
    pub(crate) fn frame_bits(&self) -> Result<u8, CodecError> {
        frame::gray_bits(self.frame.format())
    }

    /// Copies the codes in the top left corner of the frame received last. The codes have
    /// `bit_depth` bits and are shifted up by `shift` within the pixels.
    ///
    /// # Errors
    /// [`CodecError::PixelFormat`] if the pixel format is not gray; [`CodecError::StreamSize`] if
    /// the frame is smaller than `codes`.
    pub(crate) fn copy_frame(
        &self,
        codes: ArrayViewMut2<'_, u16>,
        bit_depth: u8,
        shift: u8,
    ) -> Result<(), CodecError> {
        // FFmpeg's JPEG 2000 decoder has no pixel format between 8 and 16 bits. Codes of 9 to
        // 12 bits are stored in 12-bit pixels, which it returns in the upper 12 of 16 bits.
        let is_aligned_to_16_bits =
            self.inner.id() == codec::Id::JPEG2000 && (9..=12).contains(&(bit_depth + shift));
        let shift = shift + if is_aligned_to_16_bits { 4 } else { 0 };
        frame::copy_codes(&self.frame, codes, shift, max_code(bit_depth))
    }
}
