//! A stream's bytes in parts, one per frame: written, and split again.

mod av1;
mod container_stream;
mod ffv1;
mod hevc;
mod hvcc;
mod jpeg2000;
mod length_prefixed;

use ffmpeg_next::codec::Parameters;

use super::StreamFormat;
use crate::error::CodecError;
use crate::ffmpeg::extradata;
use crate::geometry::FrameSize;

pub(super) use container_stream::container_stream;

/// A stream in parts.
pub(super) struct StreamPackets<'a> {
    /// The frames in decoding order, as the decoder takes them. As many as were asked for.
    pub(super) frames: Vec<&'a [u8]>,
    /// The size of the frames, padding included, where the frames themselves do not say.
    pub(super) size: Option<FrameSize>,
    /// What the decoder must have before the first frame.
    pub(super) extradata: Vec<u8>,
}

/// Splits a stream of `count` frames.
///
/// # Errors
/// [`CodecError::InvalidStream`] if it is not of this format; [`CodecError::Truncated`] if it has
/// another number of frames.
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

/// Puts an encoder's packets into a stream.
pub(super) struct StreamWriter {
    format: StreamFormat,
    bytes: Vec<u8>,
    parameter_sets: hevc::ParameterSets,
}

impl StreamWriter {
    /// Starts the stream of an encoder of these parameters, whose frames are padded to `size`.
    ///
    /// # Errors
    /// [`CodecError::InvalidStream`] if the parameters are not of this format.
    pub(super) fn new(
        format: StreamFormat,
        size: FrameSize,
        parameters: &Parameters,
    ) -> Result<Self, CodecError> {
        let mut bytes = Vec::new();
        if format == StreamFormat::Ffv1 {
            ffv1::write_header(size, &extradata(parameters), &mut bytes)?;
        }
        Ok(Self {
            format,
            bytes,
            parameter_sets: hevc::ParameterSets::default(),
        })
    }

    /// Takes the next packet, in decoding order.
    ///
    /// # Errors
    /// [`CodecError::InvalidStream`] if it is not of this format.
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

/// Says where a stream of `format` is not what it should be.
fn invalid_stream(format: StreamFormat, offset: usize, reason: &'static str) -> CodecError {
    CodecError::InvalidStream {
        format,
        offset,
        reason,
    }
}
