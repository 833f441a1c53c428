//! The codestream within what an encoder gives: OpenJPEG wraps it in the boxes of a JP2 file.
//!
//! Codestream and boxes: ISO/IEC 15444-1, annexes A and I.

use super::{StreamFormat, bad};
use crate::error::CodecError;

/// The markers "start of codestream" and "image and tile size", which every codestream starts with.
const START: &[u8] = b"\xff\x4f\xff\x51";

/// The codestream in a JP2 file, or `packet` if it is one itself.
///
/// # Errors
/// [`CodecError::InvalidStream`] if there is none.
pub(super) fn codestream(packet: &[u8]) -> Result<&[u8], CodecError> {
    let mut rest = packet;
    while !rest.starts_with(START) {
        let at = packet.len() - rest.len();
        let (size, after) = rest
            .split_first_chunk()
            .ok_or_else(|| bad(StreamFormat::Jpeg2000, at, "there is no codestream"))?;
        let size = u32::from_be_bytes(*size) as usize;
        if let Some(content) = after.strip_prefix(b"jp2c") {
            // A size of 0 is "to the end".
            let length = if size == 0 {
                content.len()
            } else {
                size.saturating_sub(8)
            };
            rest = content.get(..length).unwrap_or_default();
            if !rest.starts_with(START) {
                return Err(bad(StreamFormat::Jpeg2000, at, "a box holds no codestream"));
            }
        } else {
            // A box has at least 8 bytes, so this ends.
            rest = rest.get(size.max(8)..).unwrap_or_default();
        }
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codestreams_are_found_in_boxes_and_bare() {
        let bare = [START, b"..."].concat();
        assert_eq!(codestream(&bare).unwrap(), bare);
        let boxed = [b"\0\0\0\x09ftyp!\0\0\0\x0fjp2c", &bare[..], b"after"].concat();
        assert_eq!(codestream(&boxed).unwrap(), bare);
        let open = [b"\0\0\0\x00jp2c", &bare[..]].concat();
        assert_eq!(codestream(&open).unwrap(), bare);
        for end in 0..boxed.len() - 5 {
            assert!(codestream(&boxed[..end]).is_err(), "{end}");
        }
    }
}
