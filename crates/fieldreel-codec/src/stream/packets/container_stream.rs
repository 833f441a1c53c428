//! The parts of a stream that a container stores separately: headers, and packets with flags.

use std::borrow::Cow;

use super::{StreamFormat, StreamPackets, av1, hevc, hvcc, invalid_stream};
use crate::error::CodecError;

/// A stream in the parts that a container stores.
pub(in crate::stream) struct ContainerStream<'a> {
    /// The headers.
    pub(in crate::stream) extradata: Vec<u8>,
    /// The packets, one for each frame, in decoding order.
    pub(in crate::stream) packets: Vec<ContainerPacket<'a>>,
}

/// One packet of a container: a frame.
pub(in crate::stream) struct ContainerPacket<'a> {
    pub(in crate::stream) bytes: Cow<'a, [u8]>,
    /// True if decoding can start here.
    pub(in crate::stream) is_random_access: bool,
}

/// Converts a stream, whose frames are gray with pixels of `pixel_bits` bits, into the parts that
/// a container stores.
///
/// # Errors
/// [`CodecError::InvalidStream`] if headers are missing or a unit is damaged.
pub(in crate::stream) fn container_stream<'a>(
    format: StreamFormat,
    packets: &StreamPackets<'a>,
    pixel_bits: u8,
) -> Result<ContainerStream<'a>, CodecError> {
    let mut extradata = packets.extradata.clone();
    let mut container_packets = Vec::with_capacity(packets.frames.len());
    for &frame in &packets.frames {
        let (bytes, is_random_access) = match format {
            StreamFormat::Hevc => {
                let parts = hevc::split_access_unit(frame)?;
                let invalid = |reason| invalid_stream(format, 0, reason);
                let mut bytes = Vec::with_capacity(frame.len() + 4);
                if extradata.is_empty() {
                    extradata =
                        hvcc::configuration_record(&parts.sets, pixel_bits).map_err(invalid)?;
                } else {
                    // Later parameter sets, if there are any, replace those in the container's
                    // header.
                    for (_, set) in parts.sets {
                        hvcc::append_nal_unit(set, &mut bytes).map_err(invalid)?;
                    }
                }
                for unit in parts.other_units {
                    hvcc::append_nal_unit(unit, &mut bytes).map_err(invalid)?;
                }
                (bytes.into(), parts.is_random_access)
            }
            StreamFormat::Av1 => {
                let header = av1::sequence_header(frame)?;
                if let Some(header) = header.filter(|_| extradata.is_empty()) {
                    extradata = header.to_vec();
                }
                (frame.into(), header.is_some())
            }
            // Each frame is coded independently.
            StreamFormat::Jpeg2000 | StreamFormat::Ffv1 => (frame.into(), true),
        };
        container_packets.push(ContainerPacket {
            bytes,
            is_random_access,
        });
    }
    if extradata.is_empty() && format != StreamFormat::Jpeg2000 {
        return Err(invalid_stream(format, 0, "there are no headers"));
    }
    Ok(ContainerStream {
        extradata,
        packets: container_packets,
    })
}
