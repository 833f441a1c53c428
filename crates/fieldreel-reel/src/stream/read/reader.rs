//! The reader of a reel.

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

/// A reader of a `.reel` file or of a reel in memory.
///
/// A clone shares the table that was read when the reel was opened, and clones the source; for a
/// reader that [`from_bytes`](Self::from_bytes) returned, the source is an [`Arc`]. Clones can
/// read in different threads at the same time. For a file on disk, open a reader in each thread.
///
/// ```
/// use fieldreel_reel::{
///     Dtype, ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
/// };
/// use ndarray::Array3;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
/// let values = Array3::from_elem((30, 4, 6), 273.15_f32);
/// let reel = compress(values.view(), &Metadata::new("t2m"), &options)?;
///
/// let mut reader = ReelReader::from_bytes(reel, Limits::default())?;
/// assert_eq!((reader.dtype(), reader.shape()), (Dtype::F32, [30, 4, 6]));
/// assert_eq!(reader.metadata().name, "t2m");
/// assert_eq!(reader.frames::<f32>(10..12)?.dim(), (2, 4, 6));
/// # Ok(())
/// # }
/// ```
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
    /// Those of [`open`](Self::open).
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>, limits: Limits) -> Result<Self, ReelError> {
        Self::open(Cursor::new(bytes.into()), limits)
    }
}

impl<R: Read + Seek> ReelReader<R> {
    /// Opens a reel. If its writer did not finish, or if it is damaged after its header, it opens
    /// with the segments that are complete, and [`integrity`](Self::integrity) reports the damage.
    ///
    /// ```
    /// use fieldreel_reel::{
    ///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
    /// };
    /// use ndarray::Array3;
    /// use std::io::Cursor;
    ///
    /// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Lossless));
    /// let values = Array3::<i16>::zeros((30, 4, 6));
    /// let reel = compress(values.view(), &Metadata::default(), &options)?;
    /// // The source may also be a `std::fs::File`.
    /// let reader = ReelReader::open(Cursor::new(reel), Limits::default())?;
    /// assert_eq!(reader.shape(), [30, 4, 6]);
    /// # Ok::<(), fieldreel_reel::ReelError>(())
    /// ```
    ///
    /// # Errors
    /// - [`ReelError::BadMagic`] if the source is not a reel.
    /// - [`ReelError::UnsupportedVersion`] if a newer version of the format was used.
    /// - [`ReelError::Corrupt`] if the header is damaged.
    /// - [`ReelError::LimitExceeded`] if a tile, the metadata or the index alone exceed `limits`.
    /// - [`ReelError::Io`] if the source fails.
    pub fn open(source: R, limits: Limits) -> Result<Self, ReelError> {
        let mut source = WindowedSource::new(source)?;
        let table = Arc::new(open(&mut source, &limits)?);
        Ok(Self {
            source,
            table,
            limits,
        })
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.table.dtype
    }

    /// Returns the shape, axis order `(time, y, x)`. Lost frames before the last segment are
    /// counted.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        let [height, width] = self.table.tiling.frame();
        [self.table.frames(), height, width]
    }

    /// Returns the shape of the field before its leading axes were folded into time: the lengths
    /// of [`Metadata::dimensions`], with that of an unlimited dimension computed from the number
    /// of frames. `None` if there are no dimensions, or if the number of frames is not a multiple
    /// of their lengths.
    #[must_use]
    pub fn unfolded_shape(&self) -> Option<Vec<usize>> {
        self.table.metadata.unfolded(self.table.frames())
    }

    /// Returns the metadata.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.table.metadata
    }

    /// Returns the shape of a tile, `[y, x]`; if frames are not tiled, that of a frame. Tiles at
    /// the right and the bottom of a frame may be smaller.
    #[must_use]
    pub fn tile(&self) -> [usize; 2] {
        self.table.tiling.tile()
    }

    /// Returns the entries of the segments, in order of their frames; for the same frames, those
    /// of all tiles row by row.
    #[must_use]
    pub fn segments(&self) -> &[SegmentEntry] {
        &self.table.segments
    }

    /// Returns the damage that was found when the reel was opened.
    #[must_use]
    pub fn integrity(&self) -> &ReelIntegrity {
        &self.table.integrity
    }

    /// Returns the indices in [`segments`](Self::segments) of the segments that contain any of
    /// these frames. These are the segments that [`frames`](Self::frames) decodes.
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

    /// Reads the bytes of one of [`segments`](Self::segments), for
    /// [`segment::decode`](crate::segment::decode()). The checksum of the segment itself is not
    /// verified.
    ///
    /// # Errors
    /// - [`ReelError::SegmentOutOfBounds`] if there is no segment of this number.
    /// - [`ReelError::Corrupt`] if the segment's head is damaged or contradicts the index.
    /// - [`ReelError::LimitExceeded`] if the segment is larger than the limit.
    /// - [`ReelError::Io`] if the source fails.
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
            Ok(_) => Err(ReelError::corrupt(
                "the head of a segment contradicts the index",
            )),
            Err(damaged) => Err(damaged),
        }
    }

    /// Reads the description of one of [`segments`](Self::segments), without decoding it.
    ///
    /// # Errors
    /// Those of [`segment`](Self::segment) and of [`segment::inspect`](crate::segment::inspect).
    pub fn inspect(&mut self, number: usize) -> Result<SegmentInfo, ReelError> {
        let bytes = self.segment(number)?;
        let info = segment::inspect(&bytes)?;
        check_segment(&info, &self.table, number)?;
        Ok(info)
    }
}
