//! The head of an FFV1 stream: what a container would otherwise keep.
//!
//! Configuration record: RFC 9043, section 4.3.

use super::{StreamFormat, bad};
use crate::error::CodecError;
use crate::geometry::FrameSize;

/// The head of a stream: width, height and the record's length in 2 bytes each, little-endian,
/// then the record.
pub(super) struct Head<'a> {
    /// The size of the frames, padding included.
    pub(super) size: FrameSize,
    /// The configuration record.
    pub(super) record: &'a [u8],
    /// Number of bytes of the head.
    pub(super) length: usize,
}

/// Reads the head of a stream.
///
/// # Errors
/// [`CodecError::InvalidStream`] if it is cut short; [`CodecError::FrameSize`] if no frame has the size.
pub(super) fn head(bytes: &[u8]) -> Result<Head<'_>, CodecError> {
    let short = || bad(StreamFormat::Ffv1, bytes.len(), "the head is cut short");
    let number = |index: usize| -> Result<usize, CodecError> {
        let rest = bytes.get(2 * index..).ok_or_else(short)?;
        let pair = rest.first_chunk().ok_or_else(short)?;
        Ok(u16::from_le_bytes(*pair).into())
    };
    let size = FrameSize::new(number(1)?, number(0)?)?;
    let length = 6 + number(2)?;
    let record = bytes.get(6..length).ok_or_else(short)?;
    Ok(Head {
        size,
        record,
        length,
    })
}

/// Writes the head of a stream.
///
/// # Errors
/// [`CodecError::InvalidStream`] if size or record are too large for it.
pub(super) fn write_head(
    size: FrameSize,
    record: &[u8],
    bytes: &mut Vec<u8>,
) -> Result<(), CodecError> {
    for number in [size.width, size.height, record.len()] {
        let number = u16::try_from(number)
            .map_err(|_| bad(StreamFormat::Ffv1, 0, "the head has no room for that"))?;
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(record);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_come_back_and_every_cut_is_seen() {
        let size = FrameSize {
            height: 300,
            width: 16384,
        };
        let mut bytes = Vec::new();
        write_head(size, b"record", &mut bytes).unwrap();
        let found = head(&bytes).unwrap();
        assert_eq!(
            (found.size, found.record, found.length),
            (size, &b"record"[..], 12)
        );
        for end in 0..bytes.len() {
            assert!(head(&bytes[..end]).is_err(), "{end}");
        }
    }
}
