//! Frames that each follow their length in 4 bytes, little-endian.

use super::{StreamFormat, bad};
use crate::error::CodecError;

/// The frames after the first `start` bytes.
///
/// # Errors
/// [`CodecError::InvalidStream`] if a frame is empty or reaches past the end.
pub(super) fn parts(
    format: StreamFormat,
    bytes: &[u8],
    start: usize,
) -> Result<Vec<&[u8]>, CodecError> {
    let mut parts = Vec::new();
    let mut rest = bytes.get(start..).unwrap_or_default();
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let (length, after) = rest
            .split_first_chunk()
            .ok_or_else(|| bad(format, at, "a length is cut short"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let (part, after) = after
            .split_at_checked(length)
            .ok_or_else(|| bad(format, at, "a frame reaches past the end"))?;
        if part.is_empty() {
            return Err(bad(format, at, "a frame is empty"));
        }
        parts.push(part);
        rest = after;
    }
    Ok(parts)
}

/// Writes a frame after its length.
///
/// # Errors
/// [`CodecError::InvalidStream`] if it is 4 GiB or more.
pub(super) fn write(
    format: StreamFormat,
    part: &[u8],
    bytes: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let length = u32::try_from(part.len())
        .map_err(|_| bad(format, bytes.len(), "a frame is longer than 4 GiB"))?;
    bytes.extend(length.to_le_bytes());
    bytes.extend(part);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_and_every_cut_is_seen() {
        let format = StreamFormat::Jpeg2000;
        let mut bytes = b"head".to_vec();
        for part in [&b"a"[..], b"bcd"] {
            write(format, part, &mut bytes).unwrap();
        }
        assert_eq!(parts(format, &bytes, 4).unwrap(), [&b"a"[..], b"bcd"]);
        for end in 5..bytes.len() {
            let whole = parts(format, &bytes[..end], 4);
            assert_eq!(whole.is_ok(), end == 9, "{end}");
        }
    }
}
