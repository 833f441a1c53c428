//! The header of an FFV1 stream, which holds what a container would otherwise store.
//!
//! Configuration record: RFC 9043, section 4.3.

use super::{StreamFormat, invalid_stream};
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// The header of a stream: the width, the height and the length of the configuration record in 2
/// bytes each, little-endian, followed by the record.
pub(super) struct Ffv1Header<'a> {
    /// The size of the frames, padding included.
    pub(super) size: FrameSize,
    /// The configuration record.
    pub(super) record: &'a [u8],
    /// The length of the header in bytes.
    pub(super) len: usize,
}

/// Reads the header of a stream.
///
/// # Errors
/// [`CodecError::InvalidStream`] if the header is truncated; [`CodecError::FrameSize`] if no video
/// can have the size.
pub(super) fn read_header(bytes: &[u8]) -> Result<Ffv1Header<'_>, CodecError> {
    let truncated = || invalid_stream(StreamFormat::Ffv1, bytes.len(), "the header is cut short");
    let field = |index: usize| -> Result<usize, CodecError> {
        let rest = bytes.get(2 * index..).ok_or_else(truncated)?;
        let pair = rest.first_chunk().ok_or_else(truncated)?;
        Ok(u16::from_le_bytes(*pair).into())
    };
    let size = FrameSize::new(field(1)?, field(0)?)?;
    let len = 6 + field(2)?;
    let record = bytes.get(6..len).ok_or_else(truncated)?;
    Ok(Ffv1Header { size, record, len })
}

/// Writes the header of a stream.
///
/// # Errors
/// [`CodecError::InvalidStream`] if the size or the record is too large for the header.
pub(super) fn write_header(
    size: FrameSize,
    record: &[u8],
    bytes: &mut Vec<u8>,
) -> Result<(), CodecError> {
    for number in [size.width, size.height, record.len()] {
        let number = u16::try_from(number).map_err(|_| {
            invalid_stream(
                StreamFormat::Ffv1,
                0,
                "the size or the record is too large for the header",
            )
        })?;
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(record);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_round_trip_and_every_truncation_is_an_error() {
        let size = FrameSize {
            height: 300,
            width: 16384,
        };
        let mut bytes = Vec::new();
        write_header(size, b"record", &mut bytes).unwrap();
        let found = read_header(&bytes).unwrap();
        assert_eq!(
            (found.size, found.record, found.len),
            (size, &b"record"[..], 12)
        );
        for end in 0..bytes.len() {
            assert!(read_header(&bytes[..end]).is_err(), "{end}");
        }
    }
}
