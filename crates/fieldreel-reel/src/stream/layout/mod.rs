//! The parts of a `.reel` file, and their place in its bytes. `docs/reference/format.md` describes them.

mod header;
mod index;
mod segment_head;
mod supplement;

pub use header::STREAM_VERSION;
pub(crate) use header::{FileHeader, HEADER_BYTES};
pub(crate) use index::{FOOTER_BYTES, Index, check_entries, footer, read_footer};
pub(crate) use segment_head::{HEAD_BYTES, SegmentHead};
pub(crate) use supplement::{SUPPLEMENT_HEAD_BYTES, read_head, write_supplement};

use crate::ReelError;
use crate::wire::{Reader, Writer};

/// The first byte of every marker: no text, and no UTF-8, begins with it and an ASCII letter.
const MARK: u8 = 0xda;
pub(crate) const SEGMENT_MARKER: [u8; 4] = [MARK, b'S', b'E', b'G'];
const SUPPLEMENT_MARKER: [u8; 4] = [MARK, b'M', b'E', b'T'];
const INDEX_MARKER: [u8; 4] = [MARK, b'I', b'D', b'X'];
const END_MARKER: [u8; 4] = [MARK, b'E', b'N', b'D'];

pub(crate) const CHECKSUM_BYTES: usize = 4;

/// Adds the CRC-32 of all bytes so far.
fn append_checksum(mut writer: Writer) -> Vec<u8> {
    let checksum = crc32fast::hash(writer.as_bytes());
    writer.u32(checksum);
    writer.into_bytes()
}

/// Whether a checksum is that of these bytes.
pub(crate) fn matches(bytes: &[u8], checksum: u32) -> bool {
    // A fuzzer never guesses a checksum.
    cfg!(fuzzing) || crc32fast::hash(bytes) == checksum
}

/// Bytes without the checksum that follows them.
///
/// # Errors
/// [`ReelError::Corrupt`] if it is not theirs, or not there.
pub(crate) fn verify_checksum<'a>(
    bytes: &'a [u8],
    what: &'static str,
) -> Result<&'a [u8], ReelError> {
    match bytes.split_last_chunk() {
        Some((body, checksum)) if matches(body, u32::from_le_bytes(*checksum)) => Ok(body),
        _ => Err(ReelError::corrupt(what)),
    }
}

/// Reads parts at the beginning of some bytes, and the checksum after them. Gives how many bytes all take.
fn verify_checksum_at_front<'a, T>(
    bytes: &'a [u8],
    what: &'static str,
    parts: impl FnOnce(&mut Reader<'a>) -> Result<T, ReelError>,
) -> Result<(T, usize), ReelError> {
    let mut reader = Reader::new(bytes);
    let parts = parts(&mut reader)?;
    let body = bytes.len() - reader.len();
    let checksum = reader.u32()?;
    match bytes.get(..body) {
        Some(body) if matches(body, checksum) => Ok((parts, bytes.len() - reader.len())),
        _ => Err(ReelError::corrupt(what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that no beginning of these bytes can be read, nor the bytes with `flipped` bits of one of them.
    pub(super) fn assert_refused<T>(
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
