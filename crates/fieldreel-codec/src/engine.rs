//! The engines that encode and decode elementary streams, and write them into containers.

use ndarray::ArrayView2;

use crate::backend::Codec;
use crate::error::CodecError;
pub(crate) use crate::ffmpeg::FfmpegDecoder as StreamDecoder;
use crate::ffmpeg::FfmpegEncoder;
use crate::geometry::FrameSize;
pub(crate) use crate::video::mux_packets;

/// The open encoder of a stream.
pub(crate) enum StreamEncoder {
    /// An encoder of FFmpeg.
    Ffmpeg(Box<FfmpegEncoder>),
}

impl StreamEncoder {
    /// Opens the encoder of `codec` for frames of `size`, to run in about `threads` threads.
    ///
    /// # Errors
    /// The errors of [`FfmpegEncoder::open`].
    pub(crate) fn open(
        codec: &dyn Codec,
        size: FrameSize,
        bit_depth: u8,
        frame_rate: u16,
        threads: usize,
    ) -> Result<Self, CodecError> {
        // Without a container, only the stream itself can hold the headers.
        let encoder = FfmpegEncoder::open(codec, size, bit_depth, frame_rate, false, threads)?;
        Ok(Self::Ffmpeg(Box::new(encoder)))
    }

    /// Returns the size of the encoded frames, padding included.
    pub(crate) fn encoded_size(&self) -> FrameSize {
        match self {
            Self::Ffmpeg(encoder) => encoder.encoded_size(),
        }
    }

    /// Returns the number of bits by which codes are shifted up within the pixels.
    pub(crate) fn shift(&self) -> u8 {
        match self {
            Self::Ffmpeg(encoder) => encoder.shift(),
        }
    }

    /// Returns the headers that precede the first packet; empty if there are none.
    pub(crate) fn extradata(&self) -> Vec<u8> {
        match self {
            Self::Ffmpeg(encoder) => encoder.extradata(),
        }
    }

    /// Sends the next frame to the encoder. The frame has the size for which the encoder was
    /// opened.
    ///
    /// # Errors
    /// The errors of [`FfmpegEncoder::send`].
    pub(crate) fn send(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        match self {
            Self::Ffmpeg(encoder) => encoder.send(codes),
        }
    }

    /// Marks the end of the stream; the remaining packets can then be received.
    ///
    /// # Errors
    /// The errors of [`FfmpegEncoder::finish`].
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        match self {
            Self::Ffmpeg(encoder) => encoder.finish(),
        }
    }

    /// Receives the next packet, in decoding order, or `None` if the encoder has none yet.
    ///
    /// # Errors
    /// The errors of [`FfmpegEncoder::receive`].
    pub(crate) fn receive(&mut self) -> Result<Option<Vec<u8>>, CodecError> {
        match self {
            Self::Ffmpeg(encoder) => {
                let packet = encoder.receive()?;
                Ok(packet.map(|packet| packet.data().unwrap_or_default().to_vec()))
            }
        }
    }
}
