//! The index at the end of a finished reel.

use super::{
    CHECKSUM_BYTES, END_MARKER, INDEX_MARKER, SegmentHead, append_checksum, verify_checksum,
};
use crate::wire::{ByteReader, ByteWriter};
use crate::{Limits, ReelError};

/// The size in bytes of the footer, which follows the index and locates it.
pub(crate) const FOOTER_BYTES: usize = 4 + END_MARKER.len();

/// The largest memory that one segment's entry takes in a reader, in bytes.
const ENTRY_BYTES: u64 = 64;

/// The index of a reel. Its segments follow each other from the end of the header, so that no two
/// overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReelIndex {
    /// The heads of all segments, in order of their frames and then of their tiles.
    pub(crate) heads: Vec<SegmentHead>,
    /// The number of bytes between the last segment and the index.
    pub(crate) supplement: u64,
}

impl ReelIndex {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = ByteWriter::default();
        writer.raw(&INDEX_MARKER);
        writer.varint(self.supplement);
        writer.varint(self.heads.len() as u64);
        for head in &self.heads {
            if head.tile == 0 {
                writer.varint(head.frames);
            }
            writer.varint(head.length);
        }
        append_checksum(writer)
    }

    /// Parses all of `bytes` as the index of a reel whose frames have `tiles` tiles.
    ///
    /// # Errors
    /// [`ReelError::Corrupt`]; [`ReelError::LimitExceeded`] before memory is allocated.
    pub(crate) fn parse(bytes: &[u8], tiles: usize, limits: &Limits) -> Result<Self, ReelError> {
        let mut reader = ByteReader::new(verify_checksum(
            bytes,
            "the checksum of the index does not match",
        )?);
        if reader.raw(INDEX_MARKER.len())? != INDEX_MARKER {
            return Err(ReelError::corrupt("the marker of the index is missing"));
        }
        let supplement = reader.varint()?;
        let count = reader.length()?;
        if count > reader.len() || !count.is_multiple_of(tiles) {
            return Err(ReelError::corrupt(
                "the number of segments in the index is invalid",
            ));
        }
        check_entries(count, limits)?;
        let mut heads = Vec::with_capacity(count);
        let mut first = 0_u64;
        for _ in 0..count / tiles {
            let frames = reader.varint()?;
            for tile in 0..tiles as u64 {
                heads.push(SegmentHead {
                    first,
                    frames,
                    tile,
                    length: reader.varint()?,
                });
            }
            let end = first.checked_add(frames).filter(|&end| end > first);
            first = end.ok_or(ReelError::corrupt(
                "the frame numbers of a segment are out of range",
            ))?;
        }
        reader.finish()?;
        Ok(Self { heads, supplement })
    }
}

/// Checks that the limit allows the entries of `count` segments in memory.
///
/// # Errors
/// [`ReelError::LimitExceeded`].
pub(crate) fn check_entries(count: usize, limits: &Limits) -> Result<(), ReelError> {
    limits.values([count as u64], ENTRY_BYTES)?;
    Ok(())
}

/// Returns the footer of an index of `index` bytes.
///
/// # Errors
/// [`ReelError::Corrupt`] if the index is larger than 4 GiB.
pub(crate) fn write_footer(index: usize) -> Result<[u8; FOOTER_BYTES], ReelError> {
    let length =
        u32::try_from(index).map_err(|_| ReelError::corrupt("the index is larger than 4 GiB"))?;
    let mut bytes = [0; FOOTER_BYTES];
    let (front, back) = bytes.split_at_mut(size_of::<u32>());
    front.copy_from_slice(&length.to_le_bytes());
    back.copy_from_slice(&END_MARKER);
    Ok(bytes)
}

/// Reads the length of the index from a footer; `None` if the bytes are not a footer.
pub(crate) fn read_footer(bytes: &[u8]) -> Option<u64> {
    let mut reader = ByteReader::new(bytes);
    let length = reader.u32().ok()?;
    let end = reader.raw(END_MARKER.len()).ok()?;
    (end == END_MARKER && length as usize > CHECKSUM_BYTES).then_some(length.into())
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_damage_detected;
    use super::*;

    #[test]
    fn an_index_round_trips_and_damage_is_detected() {
        let head = |first, frames, tile, length| SegmentHead {
            first,
            frames,
            tile,
            length,
        };
        let limits = Limits::default();
        let tiled = ReelIndex {
            heads: vec![
                head(0, 64, 0, 9000),
                head(0, 64, 1, 8000),
                head(64, 2, 0, 700),
                head(64, 2, 1, 90),
            ],
            supplement: 0,
        };
        assert_eq!(
            ReelIndex::parse(&tiled.to_bytes(), 2, &limits).unwrap(),
            tiled
        );
        assert!(ReelIndex::parse(&tiled.to_bytes(), 3, &limits).is_err());
        let index = ReelIndex {
            heads: vec![
                head(0, 64, 0, 9000),
                head(64, 64, 0, 8000),
                head(128, 1, 0, 90),
            ],
            supplement: 300,
        };
        let bytes = index.to_bytes();
        assert_eq!(ReelIndex::parse(&bytes, 1, &limits).unwrap(), index);
        assert_damage_detected(&bytes, 2, |bytes| ReelIndex::parse(bytes, 1, &limits));
        let few = Limits::new(100);
        assert!(matches!(
            ReelIndex::parse(&bytes, 1, &few),
            Err(ReelError::LimitExceeded { .. })
        ));
        assert_eq!(
            read_footer(&write_footer(bytes.len()).unwrap()),
            Some(bytes.len() as u64)
        );
        assert_eq!(read_footer(&[0; FOOTER_BYTES]), None);
    }

    #[test]
    fn an_overflow_of_frame_numbers_is_an_error() {
        let mut writer = ByteWriter::default();
        writer.raw(&INDEX_MARKER);
        for number in [0, 2, u64::MAX, 1, 1, 1] {
            writer.varint(number);
        }
        assert!(ReelIndex::parse(&append_checksum(writer), 1, &Limits::default()).is_err());
    }
}
