//! A file that is open.

use std::io::{Cursor, Read, Seek};
use std::ops::Range;
use std::sync::Arc;

use fieldreel_quant::Dtype;

use super::frames::check_segment;
use super::open::open;
use super::reel_table::{ReelIntegrity, ReelTable, SegmentEntry};
use super::windowed_source::WindowedSource;
use crate::segment::{self, SegmentInfo};
use crate::stream::layout::{HEAD_BYTES, SegmentHead};
use crate::{Limits, Metadata, ReelError};

/// Reads a `.reel`.
///
/// A clone shares what was read of the file when it was opened; it is as cheap as a clone of the source, for
/// [`from_bytes`](Self::from_bytes) that of an [`Arc`]. Clones read at the same time in different threads; of a file that
/// is not in memory, each thread opens its own reader.
#[derive(Clone, Debug)]
pub struct ReelReader<R> {
    pub(super) source: WindowedSource<R>,
    pub(super) table: Arc<ReelTable>,
    pub(super) limits: Limits,
}

impl ReelReader<Cursor<Arc<[u8]>>> {
    /// Opens a reel in memory.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>, limits: Limits) -> Result<Self, ReelError> {
        Self::open(Cursor::new(bytes.into()), limits)
    }
}

impl<R: Read + Seek> ReelReader<R> {
    /// Opens a reel. One whose writer did not finish, or that is damaged after its header, opens with the segments that
    /// are whole; [`integrity`](Self::integrity) says what is not there.
    ///
    /// # Errors
    /// [`ReelError::BadMagic`] if this is no reel, [`ReelError::UnsupportedVersion`] if a later version wrote it,
    /// [`ReelError::Corrupt`] if its header is; [`ReelError::LimitExceeded`] if a tile, the metadata or the index alone are over
    /// `limits`; [`ReelError::Io`].
    pub fn open(source: R, limits: Limits) -> Result<Self, ReelError> {
        let mut source = WindowedSource::new(source)?;
        let table = Arc::new(open(&mut source, &limits)?);
        Ok(Self {
            source,
            table,
            limits,
        })
    }

    /// The type of the values.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.table.dtype
    }

    /// `[time, y, x]`. Lost frames before the last whole segment count.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        let [height, width] = self.table.tiling.frame();
        [self.table.frames(), height, width]
    }

    /// The lengths of [`Metadata::dimensions`], the first of them resolved if it was open: the shape that the field had
    /// before its leading axes were folded into time. `None` if there are no dimensions, or if the frames that are there
    /// do not fill them.
    #[must_use]
    pub fn unfolded_shape(&self) -> Option<Vec<usize>> {
        self.table.metadata.unfolded(self.table.frames())
    }

    /// What the file says about its values.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.table.metadata
    }

    /// The sides of the tiles that frames are cut into, `[y, x]`; those of a frame if they are not. Tiles at the right and at the
    /// bottom may be smaller.
    #[must_use]
    pub fn tile(&self) -> [usize; 2] {
        self.table.tiling.tile()
    }

    /// The segments that are there, in order: all tiles of some frames, row by row, and then those of the frames that follow.
    #[must_use]
    pub fn segments(&self) -> &[SegmentEntry] {
        &self.table.segments
    }

    /// What the file lacks.
    #[must_use]
    pub fn integrity(&self) -> &ReelIntegrity {
        &self.table.integrity
    }

    /// Which of [`segments`](Self::segments) have some of these frames: those that [`frames`](Self::frames) decodes.
    #[must_use]
    pub fn segments_for(&self, frames: Range<usize>) -> Range<usize> {
        let segments = &self.table.segments;
        let first = segments.partition_point(|entry| entry.frames.end <= frames.start);
        let end = segments.partition_point(|entry| entry.frames.start < frames.end);
        match frames.is_empty() {
            true => first..first,
            false => first..end.max(first),
        }
    }

    /// The bytes of one of [`segments`](Self::segments): they are a segment of their own, for
    /// [`segment::decode`](crate::segment::decode).
    ///
    /// # Errors
    /// [`ReelError::SegmentOutOfBounds`], [`ReelError::Corrupt`], [`ReelError::LimitExceeded`],
    /// [`ReelError::Io`]. The checksum of the segment itself is not looked at.
    pub fn segment(&mut self, number: usize) -> Result<Vec<u8>, ReelError> {
        let segments = &self.table.segments;
        let entry = segments.get(number).ok_or(ReelError::SegmentOutOfBounds {
            number,
            segments: segments.len(),
        })?;
        let head = SegmentHead::parse(self.source.peek(entry.offset, HEAD_BYTES)?);
        match head {
            Ok((head, length)) if head == entry.head() => {
                let content = entry.offset + length as u64;
                self.source.read(content, entry.length, &self.limits)
            }
            Ok(_) => Err(ReelError::corrupt("a segment is not the one of the index")),
            Err(damaged) => Err(damaged),
        }
    }

    /// What one of [`segments`](Self::segments) says of itself, without decoding it.
    ///
    /// # Errors
    /// As [`segment`](Self::segment), and those of [`segment::inspect`](crate::segment::inspect).
    pub fn inspect(&mut self, number: usize) -> Result<SegmentInfo, ReelError> {
        let bytes = self.segment(number)?;
        let info = segment::inspect(&bytes)?;
        check_segment(&info, &self.table, number)?;
        Ok(info)
    }
}
