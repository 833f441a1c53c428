//! The scan for segments in a reel without an index, which continues after damage at the next
//! segment.

use std::io::{Read, Seek};
use std::ops::Range;

use super::reel_table::SegmentEntry;
use super::windowed_source::WindowedSource;
use crate::stream::layout::{HEAD_BYTES, SEGMENT_MARKER, SegmentHead, check_entries};
use crate::stream::tiling::Tiling;
use crate::{Limits, ReelError};

/// The complete segments that were found.
#[derive(Debug, Default)]
pub(super) struct ScanResult {
    pub(super) segments: Vec<SegmentEntry>,
    /// The end of the last segment, or the position at which the first would start.
    pub(super) end: u64,
}

impl ScanResult {
    /// Removes the segments of frames of which a tile is missing.
    fn retain_complete_frames(mut self, tiling: &Tiling) -> Self {
        let tiles = tiling.count();
        let mut complete: Vec<SegmentEntry> = Vec::with_capacity(self.segments.len());
        for group in self.segments.chunk_by(|a, b| a.frames == b.frames) {
            let is_next = complete
                .last()
                .is_none_or(|last| last.frames.end <= group[0].frames.start);
            if group.len() == tiles && is_next {
                complete.extend_from_slice(group);
            }
        }
        if complete.len() < self.segments.len() {
            // Bytes after the last complete frames count as trailing bytes.
            let last = complete.last().map(|last| last.frames.end);
            let after = |entry: &&SegmentEntry| last.is_none_or(|last| entry.frames.start >= last);
            let first_dropped = self.segments.iter().find(after).map(|entry| entry.offset);
            self.end = first_dropped.unwrap_or(self.end);
            self.segments = complete;
        }
        self
    }

    /// Returns the frames that are missing before and between the segments.
    pub(super) fn lost_frames(&self) -> Vec<Range<usize>> {
        let mut next = 0;
        let mut lost = Vec::new();
        for SegmentEntry { frames, .. } in &self.segments {
            if next < frames.start {
                lost.push(next..frames.start);
            }
            next = frames.end;
        }
        lost
    }
}

/// Finds the segments from `start` on by their heads, without reading their bytes. Frames of which
/// a tile is missing are left out.
///
/// # Errors
/// [`ReelError::LimitExceeded`] if there are more segments than the limit allows;
/// [`ReelError::Io`].
pub(super) fn scan<R: Read + Seek>(
    source: &mut WindowedSource<R>,
    start: u64,
    tiling: &Tiling,
    limits: &Limits,
) -> Result<ScanResult, ReelError> {
    let mut found = ScanResult {
        segments: Vec::new(),
        end: start,
    };
    // Each byte is searched for a marker at most once.
    let mut searched = start;
    let mut next = (0, 0);
    loop {
        let mut segment = segment_at(source, found.end, tiling, next)?;
        while segment.is_none() {
            // If bytes are missing within the previous segment, the next one starts before the
            // previous one's expected end.
            let Some(at) = source.find(searched, &SEGMENT_MARKER)? else {
                return Ok(found.retain_complete_frames(tiling));
            };
            searched = at + 1;
            segment = segment_at(source, at, tiling, next)?;
        }
        let Some((entry, content)) = segment else {
            return Ok(found.retain_complete_frames(tiling));
        };
        if entry.offset < found.end {
            found.segments.pop();
        }
        check_entries(found.segments.len() + 1, limits)?;
        next = match entry.tile + 1 < tiling.count() {
            true => (entry.frames.start, entry.tile + 1),
            false => (entry.frames.end, 0),
        };
        searched = searched.max(content);
        found.end = content + entry.length;
        found.segments.push(entry);
    }
}

/// Returns the segment whose head is at `at`, and the position of the segment's bytes. `None` if
/// there is no valid head, if the segment's bytes extend beyond the file, or if its first frame
/// and tile are before `next`.
fn segment_at<R: Read + Seek>(
    source: &mut WindowedSource<R>,
    at: u64,
    tiling: &Tiling,
    next: (usize, usize),
) -> Result<Option<(SegmentEntry, u64)>, ReelError> {
    let length = source.len();
    let Ok((head, head_length)) = SegmentHead::parse(source.peek(at, HEAD_BYTES)?) else {
        return Ok(None);
    };
    let content = at + head_length as u64;
    let fits = content
        .checked_add(head.length)
        .is_some_and(|end| end <= length);
    let entry = SegmentEntry::new(head, tiling, at).ok();
    let entry = entry.filter(|entry| fits && (entry.frames.start, entry.tile) >= next);
    Ok(entry.map(|entry| (entry, content)))
}
