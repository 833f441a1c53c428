//! Extraction of JPEG 2000 codestreams from the packets of OpenJPEG, which are JP2 files.
//!
//! Codestream and boxes: ISO/IEC 15444-1, annexes A and I.

use super::{StreamFormat, invalid_stream};
use crate::error::CodecError;

/// The markers "start of codestream" and "image and tile size", with which every codestream
/// begins.
const START: &[u8] = b"\xff\x4f\xff\x51";

/// Returns the codestream in a JP2 file, or `packet` itself if it is a codestream.
///
/// # Errors
/// [`CodecError::InvalidStream`] if there is no codestream.
pub(super) fn codestream(packet: &[u8]) -> Result<&[u8], CodecError> {
    let mut rest = packet;
    while !rest.starts_with(START) {
        let offset = packet.len() - rest.len();
        let (size, after) = rest.split_first_chunk().ok_or_else(|| {
            invalid_stream(StreamFormat::Jpeg2000, offset, "there is no codestream")
        })?;
        let size = u32::from_be_bytes(*size) as usize;
        if let Some(content) = after.strip_prefix(b"jp2c") {
            // A size of 0 means that the box extends to the end.
            let length = if size == 0 {
                content.len()
            } else {
                size.saturating_sub(8)
            };
            rest = content.get(..length).unwrap_or_default();
            if !rest.starts_with(START) {
                return Err(invalid_stream(
                    StreamFormat::Jpeg2000,
                    offset,
                    "a box holds no codestream",
                ));
            }
        } else {
            // Every box has at least 8 bytes, so the loop ends.
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
