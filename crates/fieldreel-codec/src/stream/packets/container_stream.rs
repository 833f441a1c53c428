//! The parts of a stream that a container stores separately: headers, and packets with flags.

use std::borrow::Cow;

use super::{StreamFormat, StreamPackets, av1, hevc, hvcc, invalid_stream};
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// A stream in the parts that a container stores.
pub(crate) struct ContainerStream<'a> {
    pub(crate) format: StreamFormat,
    /// The size of the frames, padding included.
    pub(crate) size: FrameSize,
    /// The headers.
    pub(crate) extradata: Vec<u8>,
    /// The packets, one for each frame, in decoding order.
    pub(crate) packets: Vec<ContainerPacket<'a>>,
}

/// One packet of a container: a frame.
pub(crate) struct ContainerPacket<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    /// The index of the frame in time.
    pub(crate) display_index: usize,
    /// True if decoding can start here.
    pub(crate) is_random_access: bool,
}

/// The properties of a stream that only a decoder tells.
pub(in crate::stream) struct DisplayInfo {
    /// The size of the frames, padding included.
    pub(in crate::stream) size: FrameSize,
    /// The bits of the pixels.
    pub(in crate::stream) pixel_bits: u8,
    /// The index of each packet's frame in time, which is its position in display order.
    pub(in crate::stream) display_indices: Vec<usize>,
}

/// Converts a stream of gray frames into the parts that a container stores.
///
/// # Errors
/// [`CodecError::InvalidStream`] if headers are missing or a unit is damaged.
pub(in crate::stream) fn container_stream<'a>(
    format: StreamFormat,
    packets: &StreamPackets<'a>,
    display: &DisplayInfo,
) -> Result<ContainerStream<'a>, CodecError> {
    let mut extradata = packets.extradata.clone();
    let mut container_packets = Vec::with_capacity(packets.frames.len());
    for (&frame, &display_index) in packets.frames.iter().zip(&display.display_indices) {
        let (bytes, is_random_access) = match format {
            StreamFormat::Hevc => {
                let parts = hevc::split_access_unit(frame)?;
                let invalid = |reason| invalid_stream(format, 0, reason);
                let mut bytes = Vec::with_capacity(frame.len() + 4);
                if extradata.is_empty() {
                    extradata = hvcc::configuration_record(&parts.sets, display.pixel_bits)
                        .map_err(invalid)?;
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
            display_index,
            is_random_access,
        });
    }
    if extradata.is_empty() && format != StreamFormat::Jpeg2000 {
        return Err(invalid_stream(format, 0, "there are no headers"));
    }
    Ok(ContainerStream {
        format,
        size: display.size,
        extradata,
        packets: container_packets,
    })
}
