//! The packets of an elementary stream, one for each frame: writing and splitting.

mod av1;
mod container_stream;
mod ffv1;
mod hevc;
mod hvcc;
mod jpeg2000;
mod length_prefixed;

use super::StreamFormat;
use crate::error::CodecError;
use crate::geometry::FrameSize;

#[cfg(not(feature = "ffmpeg"))]
pub(crate) use av1::without_temporal_delimiters;
pub(crate) use container_stream::ContainerStream;
pub(super) use container_stream::{DisplayInfo, container_stream};

/// The packets of a stream, and the headers that precede them.
pub(super) struct StreamPackets<'a> {
    /// The frames in decoding order, as the decoder takes them. Their number is the one that was
    /// requested.
    pub(super) frames: Vec<&'a [u8]>,
    /// The size of the frames, padding included, if the frames themselves do not contain it.
    pub(super) size: Option<FrameSize>,
    /// The headers that the decoder needs before the first frame.
    pub(super) extradata: Vec<u8>,
}

/// Splits a stream of `count` frames into packets.
///
/// # Errors
/// [`CodecError::InvalidStream`] or [`CodecError::FrameSize`] if the stream is not of this format;
/// [`CodecError::Truncated`] if it has another number of frames.
pub(super) fn split(
    format: StreamFormat,
    bytes: &[u8],
    count: usize,
) -> Result<StreamPackets<'_>, CodecError> {
    let mut packets = StreamPackets {
        frames: Vec::new(),
        size: None,
        extradata: Vec::new(),
    };
    match format {
        StreamFormat::Hevc => packets.frames = hevc::access_units(bytes)?,
        StreamFormat::Av1 => packets.frames = av1::temporal_units(bytes)?,
        StreamFormat::Jpeg2000 => packets.frames = length_prefixed::split_frames(format, bytes, 0)?,
        StreamFormat::Ffv1 => {
            let header = ffv1::read_header(bytes)?;
            packets.frames = length_prefixed::split_frames(format, bytes, header.len)?;
            packets.size = Some(header.size);
            packets.extradata = header.record.to_vec();
        }
    }
    match packets.frames.len() {
        found if found == count => Ok(packets),
        found => Err(CodecError::Truncated {
            expected: count,
            found,
        }),
    }
}

/// A writer that assembles an encoder's packets into a stream.
pub(super) struct StreamWriter {
    format: StreamFormat,
    bytes: Vec<u8>,
    parameter_sets: hevc::ParameterSets,
}

impl StreamWriter {
    /// Starts the stream of an encoder with these headers, whose frames are padded to `size`.
    ///
    /// # Errors
    /// [`CodecError::InvalidStream`] if the headers are not of this format.
    pub(super) fn new(
        format: StreamFormat,
        size: FrameSize,
        extradata: &[u8],
    ) -> Result<Self, CodecError> {
        let mut bytes = Vec::new();
        if format == StreamFormat::Ffv1 {
            ffv1::write_header(size, extradata, &mut bytes)?;
        }
        Ok(Self {
            format,
            bytes,
            parameter_sets: hevc::ParameterSets::default(),
        })
    }

    /// Appends the next packet, in decoding order.
    ///
    /// # Errors
    /// [`CodecError::InvalidStream`] if the packet is not of this format.
    pub(super) fn write_packet(&mut self, packet: &[u8]) -> Result<(), CodecError> {
        match self.format {
            StreamFormat::Hevc => self.parameter_sets.append_packet(packet, &mut self.bytes),
            StreamFormat::Av1 => av1::append_packet(packet, &mut self.bytes),
            StreamFormat::Jpeg2000 => {
                let codestream = jpeg2000::codestream(packet)?;
                length_prefixed::append_frame(self.format, codestream, &mut self.bytes)
            }
            StreamFormat::Ffv1 => {
                length_prefixed::append_frame(self.format, packet, &mut self.bytes)
            }
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Returns the error for a stream that does not conform to `format` at byte `offset`.
fn invalid_stream(format: StreamFormat, offset: usize, reason: &'static str) -> CodecError {
    CodecError::InvalidStream {
        format,
        offset,
        reason,
    }
}
