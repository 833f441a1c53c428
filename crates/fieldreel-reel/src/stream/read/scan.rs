//! Segments without an index: from each to the next, and past damage to where one is again.

use std::io::{Read, Seek};
use std::ops::Range;

use super::reel_table::SegmentEntry;
use super::windowed_source::WindowedSource;
use crate::stream::layout::{HEAD_BYTES, SEGMENT_MARKER, SegmentHead, check_entries};
use crate::stream::tiling::Tiling;
use crate::{Limits, ReelError};

/// The whole segments of a file.
#[derive(Debug, Default)]
pub(super) struct ScanResult {
    pub(super) segments: Vec<SegmentEntry>,
    /// Where the last of them ends, or the first would be.
    pub(super) end: u64,
}

impl ScanResult {
    /// Leaves out the segments of frames some of whose tiles are missing.
    fn retain_complete_frames(mut self, tiling: &Tiling) -> Self {
        let tiles = tiling.count();
        let mut whole: Vec<SegmentEntry> = Vec::with_capacity(self.segments.len());
        for group in self.segments.chunk_by(|a, b| a.frames == b.frames) {
            let is_next = whole
                .last()
                .is_none_or(|last| last.frames.end <= group[0].frames.start);
            if group.len() == tiles && is_next {
                whole.extend_from_slice(group);
            }
        }
        if whole.len() < self.segments.len() {
            // What is after the last whole frames is dropped.
            let last = whole.last().map(|last| last.frames.end);
            let after = |entry: &&SegmentEntry| last.is_none_or(|last| entry.frames.start >= last);
            let first_dropped = self.segments.iter().find(after).map(|entry| entry.offset);
            self.end = first_dropped.unwrap_or(self.end);
            self.segments = whole;
        }
        self
    }

    /// The frames before and between the segments.
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

/// The segments from `start` on, until there are none: their heads are read, and not what is in them. Frames some of whose tiles
/// are not there have none.
///
/// # Errors
/// [`ReelError::LimitExceeded`] for more segments than may be kept; [`ReelError::Io`].
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
    // Every byte is looked for a marker once at most.
    let mut searched = start;
    let mut next = (0, 0);
    loop {
        let mut segment = segment_at(source, found.end, tiling, next)?;
        while segment.is_none() {
            // Bytes may be missing within the segment before, so that the next begins before that one's end.
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

/// The segment whose head is at `at`, if its first frame and its tile are `next` or after it and its bytes are there; and where
/// these begin.
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
