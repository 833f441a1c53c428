//! Frames as a container keeps them: headers apart, and a mark where decoding can start.

use std::borrow::Cow;

use super::{Packets, StreamFormat, av1, bad, hevc, hvcc};
use crate::error::CodecError;

/// A stream in the parts that a container keeps.
pub(in crate::stream) struct Muxed<'a> {
    /// The headers.
    pub(in crate::stream) extradata: Vec<u8>,
    /// The frames in decoding order.
    pub(in crate::stream) frames: Vec<MuxedFrame<'a>>,
}

/// One frame of a container.
pub(in crate::stream) struct MuxedFrame<'a> {
    pub(in crate::stream) bytes: Cow<'a, [u8]>,
    /// Whether decoding can start here.
    pub(in crate::stream) random_access: bool,
}

/// Brings a stream, whose frames are gray pixels of `bits` bits, into the parts that a container
/// keeps.
///
/// # Errors
/// [`CodecError::InvalidStream`] if it lacks headers.
pub(in crate::stream) fn muxed<'a>(
    format: StreamFormat,
    packets: &Packets<'a>,
    bits: u8,
) -> Result<Muxed<'a>, CodecError> {
    let mut extradata = packets.extradata.clone();
    let mut frames = Vec::with_capacity(packets.frames.len());
    for &frame in &packets.frames {
        let (bytes, random_access) = match format {
            StreamFormat::Hevc => {
                let parts = hevc::parts(frame)?;
                let damaged = |reason| bad(format, 0, reason);
                let mut bytes = Vec::with_capacity(frame.len() + 4);
                if extradata.is_empty() {
                    extradata = hvcc::record(&parts.sets, bits).map_err(damaged)?;
                } else {
                    // Later sets, if there are any, change what the container says.
                    for (_, set) in parts.sets {
                        hvcc::write(set, &mut bytes).map_err(damaged)?;
                    }
                }
                for unit in parts.rest {
                    hvcc::write(unit, &mut bytes).map_err(damaged)?;
                }
                (bytes.into(), parts.random_access)
            }
            StreamFormat::Av1 => {
                let header = av1::sequence_header(frame)?;
                if let Some(header) = header.filter(|_| extradata.is_empty()) {
                    extradata = header.to_vec();
                }
                (frame.into(), header.is_some())
            }
            // Every frame on its own.
            StreamFormat::Jpeg2000 | StreamFormat::Ffv1 => (frame.into(), true),
        };
        frames.push(MuxedFrame {
            bytes,
            random_access,
        });
    }
    if extradata.is_empty() && format != StreamFormat::Jpeg2000 {
        return Err(bad(format, 0, "there are no headers"));
    }
    Ok(Muxed { extradata, frames })
}
