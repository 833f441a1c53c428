//! What is known of a file before its segments are decoded.

use std::ops::Range;

use fieldreel_quant::Dtype;

use crate::stream::layout::SegmentHead;
use crate::stream::tiling::Tiling;
use crate::{Metadata, ReelElement, ReelError};

/// Where a segment is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SegmentEntry {
    /// Its frames.
    pub frames: Range<usize>,
    /// The rows of a frame that it has: those of a tile, or all.
    pub rows: Range<usize>,
    /// The columns of a frame that it has.
    pub columns: Range<usize>,
    /// The number of its tile.
    pub(super) tile: usize,
    /// Where its head is in the file, in bytes from the start.
    pub offset: u64,
    /// How many bytes it has, without the head.
    pub length: u64,
}

/// What a file lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReelIntegrity {
    /// Whether there is an index: the writer finished, and the end is not damaged. If not, segments were found by
    /// scanning.
    pub has_index: bool,
    /// Frames that were there once, from damage between segments that are: in order, none next to each other. What is
    /// damaged within a segment shows when it is decoded.
    pub lost_frames: Vec<Range<usize>>,
    /// Bytes after the last whole segment from which nothing could be read. They may have been frames.
    pub trailing_bytes: u64,
    /// Whether metadata are damaged, and so not there.
    pub metadata_is_lost: bool,
}

impl ReelIntegrity {
    /// Whether nothing is known to be missing.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.has_index && self.lost_frames.is_empty() && !self.metadata_is_lost
    }
}

/// Everything about a file but its segments.
#[derive(Debug)]
pub(super) struct ReelTable {
    pub(super) dtype: Dtype,
    /// The tiles of a frame.
    pub(super) tiling: Tiling,
    pub(super) metadata: Metadata,
    /// In order of their frames and then of their tiles, none of them twice, and all tiles of each frame.
    pub(super) segments: Vec<SegmentEntry>,
    pub(super) integrity: ReelIntegrity,
}

impl ReelTable {
    /// Returns the shape of a segment, axis order `(time, y, x)`.
    pub(super) fn shape(&self, number: usize) -> Option<[usize; 3]> {
        let entry = self.segments.get(number)?;
        Some([&entry.frames, &entry.rows, &entry.columns].map(Range::len))
    }

    /// How many frames there are, those that are lost between others included.
    pub(super) fn frames(&self) -> usize {
        self.segments.last().map_or(0, |entry| entry.frames.end)
    }

    /// # Errors
    /// [`ReelError::DtypeMismatch`].
    pub(super) fn check_dtype<T: ReelElement>(&self) -> Result<(), ReelError> {
        if self.dtype != T::DTYPE {
            return Err(ReelError::DtypeMismatch {
                expected: T::DTYPE,
                found: self.dtype,
            });
        }
        Ok(())
    }
}

impl SegmentEntry {
    /// # Errors
    /// [`ReelError::Corrupt`] for frames or bytes beyond what can be counted.
    pub(super) fn new(head: SegmentHead, tiling: &Tiling, offset: u64) -> Result<Self, ReelError> {
        let end = head.first.checked_add(head.frames);
        let place = usize::try_from(head.first)
            .ok()
            .zip(end.and_then(|end| usize::try_from(end).ok()));
        let (first, end) = place.ok_or(ReelError::corrupt("the frames of a segment"))?;
        let tile = usize::try_from(head.tile).ok();
        let tile = tile.filter(|&tile| tile < tiling.count());
        let tile = tile.ok_or(ReelError::corrupt("the tile of a segment"))?;
        let [rows, columns] = tiling.tile_region(tile);
        Ok(Self {
            frames: first..end,
            rows,
            columns,
            tile,
            offset,
            length: head.length,
        })
    }

    pub(super) fn head(&self) -> SegmentHead {
        SegmentHead {
            first: self.frames.start as u64,
            frames: self.frames.len() as u64,
            tile: self.tile as u64,
            length: self.length,
        }
    }
}
