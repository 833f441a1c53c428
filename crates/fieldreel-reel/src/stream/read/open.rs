//! The opening of a file: header, metadata and index.

use std::io::{Read, Seek};

use super::reel_table::{ReelIntegrity, ReelTable, SegmentEntry};
use super::scan::{ScanResult, scan};
use super::windowed_source::WindowedSource;
use crate::stream::layout::{
    CHECKSUM_BYTES, FOOTER_BYTES, FileHeader, HEADER_BYTES, ReelIndex, SUPPLEMENT_HEAD_BYTES,
    read_footer, read_supplement_head, verify_checksum,
};
use crate::stream::metadata;
use crate::stream::tiling::Tiling;
use crate::{Limits, Metadata, ReelError};

const CHECKSUM_LENGTH: u64 = CHECKSUM_BYTES as u64;
const FOOTER_LENGTH: u64 = FOOTER_BYTES as u64;

/// Reads everything except the segments. Damage after the header is reported in the table's
/// integrity.
///
/// # Errors
/// [`ReelError::BadMagic`], [`ReelError::UnsupportedVersion`] or [`ReelError::Corrupt`] for the
/// header; [`ReelError::LimitExceeded`], [`ReelError::Io`].
pub(super) fn open<R: Read + Seek>(
    source: &mut WindowedSource<R>,
    limits: &Limits,
) -> Result<ReelTable, ReelError> {
    let (header, header_length) = FileHeader::parse(source.peek(0, HEADER_BYTES)?)?;
    let tiling = header.tiling;
    let frame = tiling.frame();
    let [height, width] = tiling.tile().map(|side| side as u64);
    limits.values([1, height, width], header.dtype.bytes() as u64)?;

    let mut integrity = ReelIntegrity::default();
    let mut start = header_length as u64;
    let mut metadata = Metadata::default();
    if header.metadata > 0 {
        let length = header.metadata.saturating_add(CHECKSUM_LENGTH);
        match none_if_corrupt(read_metadata(source, start, length, limits))? {
            Some(stored) if stored.check(frame).is_ok() => metadata = stored,
            _ => integrity.metadata_is_lost = true,
        }
        // The file may end within the metadata.
        start = start.saturating_add(length).min(source.len());
    }

    let (found, has_supplement) =
        match none_if_corrupt(read_segments_from_index(source, start, &tiling, limits))? {
            Some((found, has_supplement)) => {
                integrity.has_index = true;
                (found, Some(has_supplement))
            }
            None => {
                let found = scan(source, start, &tiling, limits)?;
                integrity.lost_frames = found.lost_frames();
                integrity.trailing_bytes = source.len() - found.end;
                (found, None)
            }
        };
    // Without an index, or with an index that lists it, there may be an intact supplement.
    if has_supplement != Some(false) {
        let mut combined = metadata.clone();
        let supplement = none_if_corrupt(read_supplement(source, found.end, limits))?;
        let is_read = supplement.is_some();
        combined.supplement(supplement.unwrap_or_default());
        let is_valid = is_read && combined.check(frame).is_ok();
        if is_valid {
            metadata = combined;
        }
        integrity.metadata_is_lost |= !is_valid && has_supplement == Some(true);
    }
    Ok(ReelTable {
        dtype: header.dtype,
        tiling,
        metadata,
        segments: found.segments,
        integrity,
    })
}

/// Returns `None` for corrupt data, so that the caller can continue without them.
fn none_if_corrupt<T>(outcome: Result<T, ReelError>) -> Result<Option<T>, ReelError> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(ReelError::Corrupt { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Reads the segments that the index lists, and returns whether the index lists a supplement.
fn read_segments_from_index<R: Read + Seek>(
    source: &mut WindowedSource<R>,
    start: u64,
    tiling: &Tiling,
    limits: &Limits,
) -> Result<(ScanResult, bool), ReelError> {
    const OUTSIDE: ReelError =
        ReelError::corrupt("the index or its segments extend beyond the file");
    let footer_at = source.len().checked_sub(FOOTER_LENGTH).ok_or(OUTSIDE)?;
    let length = read_footer(source.peek(footer_at, FOOTER_BYTES)?);
    let length = length.ok_or(ReelError::corrupt("the index is missing"))?;
    let index_at = footer_at.checked_sub(length).ok_or(OUTSIDE)?;
    let index = source.read(index_at, length, limits)?;
    let index = ReelIndex::parse(&index, tiling.count(), limits)?;
    let mut end = start;
    let mut segments = Vec::with_capacity(index.heads.len());
    for head in index.heads {
        segments.push(SegmentEntry::new(head, tiling, end)?);
        let length = head.length.checked_add(head.to_bytes().len() as u64);
        let next = length.and_then(|length| end.checked_add(length));
        end = next.filter(|&next| next <= index_at).ok_or(OUTSIDE)?;
    }
    if end.checked_add(index.supplement) != Some(index_at) {
        return Err(ReelError::corrupt("the index does not follow the segments"));
    }
    Ok((ScanResult { segments, end }, index.supplement > 0))
}

fn read_supplement<R: Read + Seek>(
    source: &mut WindowedSource<R>,
    at: u64,
    limits: &Limits,
) -> Result<Metadata, ReelError> {
    let (length, head) = read_supplement_head(source.peek(at, SUPPLEMENT_HEAD_BYTES)?)?;
    read_metadata(source, at + head as u64, length, limits)
}

/// Reads metadata and their checksum, which take `length` bytes together.
fn read_metadata<R: Read + Seek>(
    source: &mut WindowedSource<R>,
    at: u64,
    length: u64,
    limits: &Limits,
) -> Result<Metadata, ReelError> {
    let bytes = source.read(at, length, limits)?;
    metadata::decode(
        verify_checksum(&bytes, "the checksum of the metadata does not match")?,
        limits,
    )
}
