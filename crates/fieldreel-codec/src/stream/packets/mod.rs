//! A stream's bytes in parts, one per frame: written, and split again.

mod av1;
mod ffv1;
mod hevc;
mod hvcc;
mod jpeg2000;
mod lengths;
mod muxed;

use ffmpeg_next::codec::Parameters;

use super::StreamFormat;
use crate::error::CodecError;
use crate::ffmpeg::extradata;
use crate::geometry::FrameSize;

pub(super) use muxed::muxed;

/// A stream in parts.
pub(super) struct Packets<'a> {
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
) -> Result<Packets<'_>, CodecError> {
    let mut packets = Packets {
        frames: Vec::new(),
        size: None,
        extradata: Vec::new(),
    };
    match format {
        StreamFormat::Hevc => packets.frames = hevc::access_units(bytes)?,
        StreamFormat::Av1 => packets.frames = av1::temporal_units(bytes)?,
        StreamFormat::Jpeg2000 => packets.frames = lengths::parts(format, bytes, 0)?,
        StreamFormat::Ffv1 => {
            let head = ffv1::head(bytes)?;
            packets.frames = lengths::parts(format, bytes, head.length)?;
            packets.size = Some(head.size);
            packets.extradata = head.record.to_vec();
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
pub(super) struct Writer {
    format: StreamFormat,
    bytes: Vec<u8>,
    parameter_sets: hevc::ParameterSets,
}

impl Writer {
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
            ffv1::write_head(size, &extradata(parameters), &mut bytes)?;
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
    pub(super) fn push(&mut self, packet: &[u8]) -> Result<(), CodecError> {
        match self.format {
            StreamFormat::Hevc => self.parameter_sets.write(packet, &mut self.bytes),
            StreamFormat::Av1 => av1::write(packet, &mut self.bytes),
            StreamFormat::Jpeg2000 => {
                let codestream = jpeg2000::codestream(packet)?;
                lengths::write(self.format, codestream, &mut self.bytes)
            }
            StreamFormat::Ffv1 => lengths::write(self.format, packet, &mut self.bytes),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Says where a stream of `format` is not what it should be.
fn bad(format: StreamFormat, offset: usize, reason: &'static str) -> CodecError {
    CodecError::InvalidStream {
        format,
        offset,
        reason,
    }
}
