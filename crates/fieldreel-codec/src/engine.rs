//! The engines that encode and decode elementary streams, and write them into containers: FFmpeg,
//! and the embedded AV1 codec.
//!
//! If this build has both, FFmpeg decodes and writes containers.

use ndarray::ArrayView2;

use crate::backend::{Codec, EncoderLibrary};
#[cfg(feature = "av1-embedded")]
use crate::embedded::Rav1eEncoder;
#[cfg(not(feature = "ffmpeg"))]
pub(crate) use crate::embedded::{Rav1dDecoder as StreamDecoder, mux_packets};
use crate::error::CodecError;
#[cfg(feature = "ffmpeg")]
pub(crate) use crate::ffmpeg::FfmpegDecoder as StreamDecoder;
#[cfg(feature = "ffmpeg")]
use crate::ffmpeg::FfmpegEncoder;
use crate::geometry::FrameSize;
#[cfg(feature = "ffmpeg")]
pub(crate) use crate::video::mux_packets;

/// The open encoder of a stream.
pub(crate) enum StreamEncoder {
    /// An encoder of FFmpeg.
    #[cfg(feature = "ffmpeg")]
    Ffmpeg(Box<FfmpegEncoder>),
    /// rav1e.
    #[cfg(feature = "av1-embedded")]
    Rav1e(Box<Rav1eEncoder>),
}

impl StreamEncoder {
    /// Opens the encoder of `codec` for frames of `size`, to run in about `threads` threads.
    ///
    /// # Errors
    /// [`CodecError::FeatureMissing`] if this build lacks the encoder; otherwise the errors of
    /// `FfmpegEncoder::open` or `Rav1eEncoder::open`.
    pub(crate) fn open(
        codec: &dyn Codec,
        size: FrameSize,
        bit_depth: u8,
        frame_rate: u16,
        threads: usize,
    ) -> Result<Self, CodecError> {
        let config = codec.configure(bit_depth, size, threads)?;
        match config.library {
            // Without a container, only the stream itself can hold the headers.
            #[cfg(feature = "ffmpeg")]
            EncoderLibrary::Ffmpeg => {
                let open = FfmpegEncoder::open(codec, size, bit_depth, frame_rate, false, threads);
                Ok(Self::Ffmpeg(Box::new(open?)))
            }
            #[cfg(not(feature = "ffmpeg"))]
            EncoderLibrary::Ffmpeg => Err(CodecError::FeatureMissing {
                what: config.encoder,
                feature: "ffmpeg",
            }),
            #[cfg(feature = "av1-embedded")]
            EncoderLibrary::Rav1e { speed, quantizer } => {
                let settings = (speed, quantizer);
                let open =
                    Rav1eEncoder::open(codec, &config, size, bit_depth, frame_rate, settings);
                Ok(Self::Rav1e(Box::new(open?)))
            }
            #[cfg(not(feature = "av1-embedded"))]
            EncoderLibrary::Rav1e { .. } => Err(CodecError::FeatureMissing {
                what: config.encoder,
                feature: "av1-embedded",
            }),
        }
    }

    /// Returns the size of the encoded frames, padding included.
    pub(crate) fn encoded_size(&self) -> FrameSize {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg(encoder) => encoder.encoded_size(),
            #[cfg(feature = "av1-embedded")]
            Self::Rav1e(encoder) => encoder.encoded_size(),
        }
    }

    /// Returns the number of bits by which codes are shifted up within the pixels.
    pub(crate) fn shift(&self) -> u8 {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg(encoder) => encoder.shift(),
            #[cfg(feature = "av1-embedded")]
            Self::Rav1e(encoder) => encoder.shift(),
        }
    }

    /// Returns the headers that precede the first packet; empty if there are none.
    pub(crate) fn extradata(&self) -> Vec<u8> {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg(encoder) => encoder.extradata(),
            // The first packet contains the sequence header.
            #[cfg(feature = "av1-embedded")]
            Self::Rav1e(_) => Vec::new(),
        }
    }

    /// Sends the next frame to the encoder. The frame has the size for which the encoder was
    /// opened.
    ///
    /// # Errors
    /// The errors of `FfmpegEncoder::send` and `Rav1eEncoder::send`.
    pub(crate) fn send(&mut self, codes: ArrayView2<'_, u16>) -> Result<(), CodecError> {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg(encoder) => encoder.send(codes),
            #[cfg(feature = "av1-embedded")]
            Self::Rav1e(encoder) => encoder.send(codes),
        }
    }

    /// Marks the end of the stream; the remaining packets can then be received.
    ///
    /// # Errors
    /// The errors of `FfmpegEncoder::finish` and `Rav1eEncoder::finish`.
    pub(crate) fn finish(&mut self) -> Result<(), CodecError> {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg(encoder) => encoder.finish(),
            #[cfg(feature = "av1-embedded")]
            Self::Rav1e(encoder) => encoder.finish(),
        }
    }

    /// Receives the next packet, in decoding order, or `None` if the encoder has none yet.
    ///
    /// # Errors
    /// The errors of `FfmpegEncoder::receive` and `Rav1eEncoder::receive`.
    pub(crate) fn receive(&mut self) -> Result<Option<Vec<u8>>, CodecError> {
        match self {
            #[cfg(feature = "ffmpeg")]
            Self::Ffmpeg(encoder) => {
                let packet = encoder.receive()?;
                Ok(packet.map(|packet| packet.data().unwrap_or_default().to_vec()))
            }
            #[cfg(feature = "av1-embedded")]
            Self::Rav1e(encoder) => encoder.receive(),
        }
    }
}
