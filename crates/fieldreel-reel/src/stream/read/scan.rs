//! Segments without an index: from each to the next, and past damage to where one is again.

use std::io::{Read, Seek};
use std::ops::Range;

use super::source::Source;
use super::table::SegmentEntry;
use crate::stream::layout::{HEAD_BYTES, SEGMENT_MARKER, SegmentHead, check_entries};
use crate::{Limits, ReelError};

/// The whole segments of a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) segments: Vec<SegmentEntry>,
    /// Where the last of them ends, or the first would be.
    pub(super) end: u64,
}

impl Found {
    /// The frames before and between the segments.
    pub(super) fn lost(&self) -> Vec<Range<usize>> {
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

/// The segments from `start` on, until there are none: their heads are read, and not what is in them.
///
/// # Errors
/// [`ReelError::Limit`] for more segments than may be kept; [`ReelError::Io`].
pub(super) fn scan<R: Read + Seek>(
    source: &mut Source<R>,
    start: u64,
    limits: &Limits,
) -> Result<Found, ReelError> {
    let mut found = Found {
        segments: Vec::new(),
        end: start,
    };
    // Every byte is looked for a marker once at most.
    let mut searched = start;
    let mut next_frame = 0;
    loop {
        let mut segment = segment_at(source, found.end, next_frame)?;
        while segment.is_none() {
            // Bytes may be missing within the segment before, so that the next begins before that one's end.
            let Some(at) = source.find(searched, &SEGMENT_MARKER)? else {
                return Ok(found);
            };
            searched = at + 1;
            segment = segment_at(source, at, next_frame)?;
        }
        let Some((entry, content)) = segment else {
            return Ok(found);
        };
        if entry.offset < found.end {
            found.segments.pop();
        }
        check_entries(found.segments.len() + 1, limits)?;
        next_frame = entry.frames.end;
        searched = searched.max(content);
        found.end = content + entry.length;
        found.segments.push(entry);
    }
}

/// The segment whose head is at `at`, if its frames are from `next_frame` on and its bytes are there; and where these
/// begin.
fn segment_at<R: Read + Seek>(
    source: &mut Source<R>,
    at: u64,
    next_frame: usize,
) -> Result<Option<(SegmentEntry, u64)>, ReelError> {
    let length = source.len();
    let Ok((head, head_length)) = SegmentHead::parse(source.peek(at, HEAD_BYTES)?) else {
        return Ok(None);
    };
    let content = at + head_length as u64;
    let fits = content
        .checked_add(head.length)
        .is_some_and(|end| end <= length);
    let entry = SegmentEntry::new(head, at).ok();
    let entry = entry.filter(|entry| fits && entry.frames.start >= next_frame);
    Ok(entry.map(|entry| (entry, content)))
}
