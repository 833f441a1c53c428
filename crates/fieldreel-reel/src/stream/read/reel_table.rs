//! The table of a reel: everything that is known before its segments are decoded.

use std::ops::Range;

use fieldreel_quant::Dtype;

use crate::stream::layout::SegmentHead;
use crate::stream::tiling::Tiling;
use crate::{Metadata, ReelElement, ReelError};

/// The position of a segment in the field and in the file.
///
/// ```
/// use fieldreel_reel::{
///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
/// };
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
/// let options = options.with_frames_per_segment(20).with_tile([4, 4]);
/// let values = Array3::from_elem((30, 4, 6), 273.15_f32);
/// let reel = compress(values.view(), &Metadata::default(), &options)?;
/// let reader = ReelReader::from_bytes(reel, Limits::default())?;
///
/// let entry = &reader.segments()[3];
/// assert_eq!((entry.frames.clone(), entry.columns.clone()), (20..30, 4..6));
/// assert!(entry.offset > 0 && entry.length > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SegmentEntry {
    /// The frames of the segment.
    pub frames: Range<usize>,
    /// The rows of its tile; all rows of a frame if frames are not tiled.
    pub rows: Range<usize>,
    /// The columns of its tile; all columns of a frame if frames are not tiled.
    pub columns: Range<usize>,
    /// The number of its tile.
    pub(super) tile: usize,
    /// The position of the segment's head in the file, in bytes from the start.
    pub offset: u64,
    /// The length of the segment without its head, in bytes.
    pub length: u64,
}

/// The damage that was found when a reel was opened.
///
/// ```
/// use fieldreel_reel::{
///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
/// };
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
/// let options = options.with_frames_per_segment(10);
/// let values = Array3::from_elem((30, 4, 6), 273.15_f32);
/// let mut reel = compress(values.view(), &Metadata::default(), &options)?;
///
/// reel.truncate(reel.len() - 1);
/// let reader = ReelReader::from_bytes(reel, Limits::default())?;
/// let integrity = reader.integrity();
/// assert!(!integrity.has_index && !integrity.is_complete());
/// assert_eq!(reader.shape(), [30, 4, 6]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReelIntegrity {
    /// True if there is an index: the writer finished and the end of the file is intact. Otherwise
    /// the segments were found by a scan of the file.
    pub has_index: bool,
    /// The frames that were lost to damage between the segments that were found, in ascending
    /// order and disjoint. Damage within a segment is detected when the segment is decoded.
    pub lost_frames: Vec<Range<usize>>,
    /// The number of bytes after the last complete segment that could not be read. They may have
    /// contained frames.
    pub trailing_bytes: u64,
    /// True if metadata are damaged and therefore missing.
    pub metadata_is_lost: bool,
}

impl ReelIntegrity {
    /// Returns true if no damage was found.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.has_index && self.lost_frames.is_empty() && !self.metadata_is_lost
    }
}

/// Everything that is known of a reel besides its segments' bytes.
#[derive(Debug)]
pub(super) struct ReelTable {
    pub(super) dtype: Dtype,
    /// The tiles of a frame.
    pub(super) tiling: Tiling,
    pub(super) metadata: Metadata,
    /// The segments, in order of their frames and then of their tiles, without duplicates, with
    /// all tiles of each frame.
    pub(super) segments: Vec<SegmentEntry>,
    pub(super) integrity: ReelIntegrity,
}

impl ReelTable {
    /// Returns the shape of a segment, axis order `(time, y, x)`.
    pub(super) fn shape(&self, number: usize) -> Option<[usize; 3]> {
        let entry = self.segments.get(number)?;
        Some([&entry.frames, &entry.rows, &entry.columns].map(Range::len))
    }

    /// Returns the number of frames, including frames lost between others.
    pub(super) fn frames(&self) -> usize {
        self.segments.last().map_or(0, |entry| entry.frames.end)
    }

    /// Checks that the element type is `T`.
    ///
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
    /// Returns the entry of a segment whose head is at `offset`.
    ///
    /// # Errors
    /// [`ReelError::Corrupt`] if the frames or the tile of the head are out of range.
    pub(super) fn new(head: SegmentHead, tiling: &Tiling, offset: u64) -> Result<Self, ReelError> {
        let end = head.first.checked_add(head.frames);
        let range = usize::try_from(head.first)
            .ok()
            .zip(end.and_then(|end| usize::try_from(end).ok()));
        let (first, end) = range.ok_or(ReelError::corrupt(
            "the frame numbers of a segment are out of range",
        ))?;
        let tile = usize::try_from(head.tile).ok();
        let tile = tile.filter(|&tile| tile < tiling.count());
        let tile = tile.ok_or(ReelError::corrupt(
            "the tile number of a segment is out of range",
        ))?;
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
