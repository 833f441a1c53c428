//! The supplement: metadata that became known after the header was written, between the last
//! segment and the index.

use super::{CHECKSUM_BYTES, SUPPLEMENT_MARKER, append_checksum, parse_with_checksum};
use crate::ReelError;
use crate::wire::ByteWriter;

/// The largest number of bytes before the metadata of a supplement.
pub(crate) const SUPPLEMENT_HEAD_BYTES: usize = SUPPLEMENT_MARKER.len() + 10 + CHECKSUM_BYTES;

/// Serializes a supplement; no bytes if there are no metadata.
pub(crate) fn write_supplement(metadata: &[u8]) -> Vec<u8> {
    if metadata.is_empty() {
        return Vec::new();
    }
    let mut writer = ByteWriter::default();
    writer.raw(&SUPPLEMENT_MARKER);
    writer.varint(metadata.len() as u64);
    let mut bytes = append_checksum(writer);
    bytes.extend(metadata);
    bytes.extend(crc32fast::hash(metadata).to_le_bytes());
    bytes
}

/// Parses the head of a supplement at the beginning of `bytes`. Returns the length of the metadata
/// and their checksum, which follow, and the length of the head.
///
/// # Errors
/// [`ReelError::Corrupt`] if there is no supplement, or if its head is damaged.
pub(crate) fn read_supplement_head(bytes: &[u8]) -> Result<(u64, usize), ReelError> {
    parse_with_checksum(
        bytes,
        "the checksum of the supplement's head does not match",
        |reader| {
            if reader.raw(SUPPLEMENT_MARKER.len())? != SUPPLEMENT_MARKER {
                return Err(ReelError::corrupt(
                    "the marker of the supplement is missing",
                ));
            }
            let metadata = reader.varint()?;
            metadata
                .checked_add(CHECKSUM_BYTES as u64)
                .ok_or(ReelError::corrupt(
                    "the length of the supplement is out of range",
                ))
        },
    )
}
