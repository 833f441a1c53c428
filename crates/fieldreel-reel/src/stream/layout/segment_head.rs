//! The head before each segment, from which a segment is found without an index.

use super::{CHECKSUM_BYTES, SEGMENT_MARKER, append_checksum, parse_with_checksum};
use crate::ReelError;
use crate::wire::ByteWriter;

/// The largest size of a [`SegmentHead`] in bytes.
pub(crate) const HEAD_BYTES: usize = SEGMENT_MARKER.len() + 4 * 10 + CHECKSUM_BYTES;

/// The head before each segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHead {
    /// The number of the segment's first frame, counted from 0.
    pub(crate) first: u64,
    /// The number of frames, at least 1.
    pub(crate) frames: u64,
    /// The number of the tile, counted from 0.
    pub(crate) tile: u64,
    /// The length of the segment that follows, in bytes.
    pub(crate) length: u64,
}

impl SegmentHead {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut writer = ByteWriter::default();
        writer.raw(&SEGMENT_MARKER);
        writer.varint(self.first);
        writer.varint(self.frames);
        writer.varint(self.tile);
        writer.varint(self.length);
        append_checksum(writer)
    }

    /// Parses the head at the beginning of `bytes`, and returns its length too.
    ///
    /// # Errors
    /// [`ReelError::Corrupt`] if there is no head, or if it is damaged.
    pub(crate) fn parse(bytes: &[u8]) -> Result<(Self, usize), ReelError> {
        parse_with_checksum(
            bytes,
            "the checksum of a segment's head does not match",
            |reader| {
                if reader.raw(SEGMENT_MARKER.len())? != SEGMENT_MARKER {
                    return Err(ReelError::corrupt("the marker of a segment is missing"));
                }
                let head = Self {
                    first: reader.varint()?,
                    frames: reader.varint()?,
                    tile: reader.varint()?,
                    length: reader.varint()?,
                };
                match head.first.checked_add(head.frames) {
                    Some(end) if end > head.first => Ok(head),
                    _ => Err(ReelError::corrupt(
                        "the frame numbers of a segment are out of range",
                    )),
                }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_damage_detected;
    use super::*;

    #[test]
    fn a_head_round_trips_and_damage_is_detected() {
        let head = SegmentHead {
            first: 640,
            frames: 64,
            tile: 3,
            length: 100_000,
        };
        let bytes = head.to_bytes();
        assert_eq!(SegmentHead::parse(&bytes).unwrap(), (head, bytes.len()));
        assert_damage_detected(&bytes, 0x10, SegmentHead::parse);
        for (first, frames) in [(0, 0), (u64::MAX, 1)] {
            let length = u64::MAX;
            let head = SegmentHead {
                first,
                frames,
                tile: u64::MAX,
                length,
            };
            assert!(head.to_bytes().len() <= HEAD_BYTES);
            assert!(SegmentHead::parse(&head.to_bytes()).is_err());
        }
    }
}
