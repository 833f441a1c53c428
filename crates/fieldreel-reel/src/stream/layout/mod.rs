//! The layout of a `.reel` file: its parts and their bytes, as `docs/reference/format.md`
//! specifies them.

mod header;
mod index;
mod segment_head;
mod supplement;

pub use header::STREAM_VERSION;
pub(crate) use header::{FileHeader, HEADER_BYTES};
pub(crate) use index::{FOOTER_BYTES, ReelIndex, check_entries, read_footer, write_footer};
pub(crate) use segment_head::{HEAD_BYTES, SegmentHead};
pub(crate) use supplement::{SUPPLEMENT_HEAD_BYTES, read_supplement_head, write_supplement};

use crate::ReelError;
use crate::wire::{ByteReader, ByteWriter};

/// The first byte of every marker. No text in ASCII or UTF-8 has this byte before an ASCII letter.
const MARKER_BYTE: u8 = 0xda;
pub(crate) const SEGMENT_MARKER: [u8; 4] = [MARKER_BYTE, b'S', b'E', b'G'];
const SUPPLEMENT_MARKER: [u8; 4] = [MARKER_BYTE, b'M', b'E', b'T'];
const INDEX_MARKER: [u8; 4] = [MARKER_BYTE, b'I', b'D', b'X'];
const END_MARKER: [u8; 4] = [MARKER_BYTE, b'E', b'N', b'D'];

pub(crate) const CHECKSUM_BYTES: usize = 4;

/// Appends the CRC-32 of all bytes written so far.
fn append_checksum(mut writer: ByteWriter) -> Vec<u8> {
    let checksum = crc32fast::hash(writer.as_bytes());
    writer.u32(checksum);
    writer.into_bytes()
}

/// Returns whether `checksum` is the CRC-32 of these bytes.
pub(crate) fn checksum_matches(bytes: &[u8], checksum: u32) -> bool {
    // A fuzzer cannot guess a checksum.
    cfg!(fuzzing) || crc32fast::hash(bytes) == checksum
}

/// Verifies the checksum that ends these bytes, and returns the bytes before it.
///
/// # Errors
/// [`ReelError::Corrupt`] if the checksum differs or is missing.
pub(crate) fn verify_checksum<'a>(
    bytes: &'a [u8],
    error: &'static str,
) -> Result<&'a [u8], ReelError> {
    match bytes.split_last_chunk() {
        Some((body, checksum)) if checksum_matches(body, u32::from_le_bytes(*checksum)) => Ok(body),
        _ => Err(ReelError::corrupt(error)),
    }
}

/// Parses a part at the beginning of `bytes` and verifies the checksum after it. Also returns the
/// length of both.
///
/// # Errors
/// [`ReelError::Corrupt`], and the errors of `parse`.
fn parse_with_checksum<'a, T>(
    bytes: &'a [u8],
    error: &'static str,
    parse: impl FnOnce(&mut ByteReader<'a>) -> Result<T, ReelError>,
) -> Result<(T, usize), ReelError> {
    let mut reader = ByteReader::new(bytes);
    let parsed = parse(&mut reader)?;
    let body = bytes.len() - reader.len();
    let checksum = reader.u32()?;
    match bytes.get(..body) {
        Some(body) if checksum_matches(body, checksum) => Ok((parsed, bytes.len() - reader.len())),
        _ => Err(ReelError::corrupt(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that no prefix of these bytes can be parsed, nor the bytes with the bits `flipped`
    /// of any one byte inverted.
    pub(super) fn assert_damage_detected<T>(
        bytes: &[u8],
        flipped: u8,
        parse: impl Fn(&[u8]) -> Result<T, ReelError>,
    ) {
        for end in 0..bytes.len() {
            assert!(parse(&bytes[..end]).is_err(), "the first {end}");
            let mut damaged = bytes.to_vec();
            damaged[end] ^= flipped;
            assert!(parse(&damaged).is_err(), "damage at {end}");
        }
    }
}
