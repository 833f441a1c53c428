//! Frames that are preceded by their lengths, in 4 bytes, little-endian.

use super::{StreamFormat, invalid_stream};
use crate::error::CodecError;

/// Splits the bytes after the first `start` bytes into frames.
///
/// # Errors
/// [`CodecError::InvalidStream`] if a frame is empty or reaches past the end.
pub(super) fn split_frames(
    format: StreamFormat,
    bytes: &[u8],
    start: usize,
) -> Result<Vec<&[u8]>, CodecError> {
    let mut frames = Vec::new();
    let mut rest = bytes.get(start..).unwrap_or_default();
    while !rest.is_empty() {
        let offset = bytes.len() - rest.len();
        let (length, after) = rest
            .split_first_chunk()
            .ok_or_else(|| invalid_stream(format, offset, "a length is cut short"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let (frame, after) = after
            .split_at_checked(length)
            .ok_or_else(|| invalid_stream(format, offset, "a frame reaches past the end"))?;
        if frame.is_empty() {
            return Err(invalid_stream(format, offset, "a frame is empty"));
        }
        frames.push(frame);
        rest = after;
    }
    Ok(frames)
}

/// Appends a frame, preceded by its length.
///
/// # Errors
/// [`CodecError::InvalidStream`] if the frame has 4 GiB or more.
pub(super) fn append_frame(
    format: StreamFormat,
    frame: &[u8],
    bytes: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let length = u32::try_from(frame.len())
        .map_err(|_| invalid_stream(format, bytes.len(), "a frame is longer than 4 GiB"))?;
    bytes.extend(length.to_le_bytes());
    bytes.extend(frame);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_round_trip_and_truncation_is_an_error() {
        let format = StreamFormat::Jpeg2000;
        let mut bytes = b"head".to_vec();
        for frame in [&b"a"[..], b"bcd"] {
            append_frame(format, frame, &mut bytes).unwrap();
        }
        assert_eq!(
            split_frames(format, &bytes, 4).unwrap(),
            [&b"a"[..], b"bcd"]
        );
        for end in 5..bytes.len() {
            let split = split_frames(format, &bytes[..end], 4);
            assert_eq!(split.is_ok(), end == 9, "{end}");
        }
    }
}
