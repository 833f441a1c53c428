//! Metadata that were not known when the header was written, between the last segment and the index.

use super::{CHECKSUM_BYTES, SUPPLEMENT_MARKER, append_checksum, verify_checksum_at_front};
use crate::ReelError;
use crate::wire::ByteWriter;

/// The most bytes before a supplement's metadata.
pub(crate) const SUPPLEMENT_HEAD_BYTES: usize = SUPPLEMENT_MARKER.len() + 10 + CHECKSUM_BYTES;

/// All bytes of a supplement: none for none.
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

/// How many bytes of metadata and their checksum follow the head at the beginning of `bytes`, and the head's length.
///
/// # Errors
/// [`ReelError::Corrupt`] if there is no supplement.
pub(crate) fn read_supplement_head(bytes: &[u8]) -> Result<(u64, usize), ReelError> {
    verify_checksum_at_front(bytes, "a supplement's head", |reader| {
        if reader.raw(SUPPLEMENT_MARKER.len())? != SUPPLEMENT_MARKER {
            return Err(ReelError::corrupt("no supplement where one must be"));
        }
        let metadata = reader.varint()?;
        metadata
            .checked_add(CHECKSUM_BYTES as u64)
            .ok_or(ReelError::corrupt("a supplement's length"))
    })
}
