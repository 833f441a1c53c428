//! Reading of frames and regions from segments, several segments in parallel.

use std::io::{Read, Seek};
use std::ops::Range;

use ndarray::{Array3, ArrayViewMut3, Axis, s};
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::ReelReader;
use super::reel_table::{ReelTable, SegmentEntry};
use crate::segment::{self, SegmentInfo};
use crate::{Limits, ReelElement, ReelError};

/// The ranges of frames, of rows and of columns of a part of a field.
type Region = [Range<usize>; 3];

/// A part of a segment, and the array that its values are copied to.
struct SegmentPart<'a, T> {
    number: usize,
    /// The part of the segment, counted from the segment's first value.
    region: Region,
    destination: ArrayViewMut3<'a, T>,
}

impl<T: ReelElement> SegmentPart<'_, T> {
    /// Decodes the segment and copies the part to its destination.
    fn decode(mut self, bytes: &[u8], table: &ReelTable, limits: &Limits) -> Result<(), ReelError> {
        let shape = table.shape(self.number);
        let is_whole = shape == Some(self.region.each_ref().map(Range::len));
        if is_whole && self.destination.is_standard_layout() {
            check_segment(&segment::inspect(bytes)?, table, self.number)?;
            return segment::decode_into(bytes, limits, self.destination);
        }
        let decoded = decode_segment::<T>(bytes, table, self.number, limits)?;
        let [t, y, x] = self.region;
        self.destination.assign(&decoded.slice(s![t, y, x]));
        Ok(())
    }
}

impl<R: Read + Seek + Send> ReelReader<R> {
    /// Reads all frames, axis order `(time, y, x)`. Segments are decoded in parallel in rayon's
    /// current pool.
    ///
    /// # Errors
    /// Those of [`frames`](Self::frames).
    pub fn read_all<T: ReelElement>(&mut self) -> Result<Array3<T>, ReelError> {
        self.frames(0..self.table.frames())
    }

    /// Reads a range of frames, axis order `(time, y, x)`. Only [the segments](Self::segments_for)
    /// of these frames are decoded.
    ///
    /// ```
    /// use fieldreel_reel::{
    ///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
    /// };
    /// use ndarray::{Array3, s};
    ///
    /// let values = Array3::from_shape_fn((30, 4, 6), |(t, y, x)| (t + y * x) as i16);
    /// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Lossless));
    /// let reel = compress(values.view(), &Metadata::default(), &options)?;
    /// let mut reader = ReelReader::from_bytes(reel, Limits::default())?;
    /// assert_eq!(reader.frames::<i16>(10..12)?, values.slice(s![10..12, .., ..]));
    /// # Ok::<(), fieldreel_reel::ReelError>(())
    /// ```
    ///
    /// # Errors
    /// - [`ReelError::DtypeMismatch`] if the values are not of type `T`.
    /// - [`ReelError::FramesOutOfBounds`] if the reel does not have all of the frames.
    /// - [`ReelError::FramesLost`] if some of the frames are lost.
    /// - [`ReelError::LimitExceeded`] if the frames take more memory than the limit; checked
    ///   before memory is allocated.
    /// - [`ReelError::Corrupt`] if a segment is damaged.
    /// - [`ReelError::Io`] if the source fails.
    /// - Those of [`segment::decode`](crate::segment::decode()) for each segment.
    pub fn frames<T: ReelElement>(&mut self, frames: Range<usize>) -> Result<Array3<T>, ReelError> {
        let [height, width] = self.table.tiling.frame();
        self.region(frames, 0..height, 0..width)
    }

    /// Reads a range of rows and columns of a range of frames, axis order `(time, y, x)`. Only the
    /// segments of these frames whose tiles intersect the region are decoded.
    ///
    /// ```
    /// use fieldreel_reel::{
    ///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
    /// };
    /// use ndarray::Array3;
    ///
    /// # fn main() -> Result<(), fieldreel_reel::ReelError> {
    /// let values = Array3::from_shape_fn((30, 200, 300), |(t, y, x)| (t + y + x) as f32 / 9.0);
    /// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
    /// let options = options.with_tile([64, 64]).with_frames_per_segment(10);
    /// let reel = compress(values.view(), &Metadata::new("t2m"), &options)?;
    ///
    /// let mut reader = ReelReader::from_bytes(reel, Limits::default())?;
    /// let region = reader.region::<f32>(5..8, 70..90, 100..150)?;
    /// assert_eq!(region.dim(), (3, 20, 50));
    /// assert!((region[[0, 0, 0]] - values[[5, 70, 100]]).abs() <= 0.01);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`frames`](Self::frames); [`ReelError::RegionOutOfBounds`] if a frame does not
    /// have all of the rows and columns.
    pub fn region<T: ReelElement>(
        &mut self,
        frames: Range<usize>,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Array3<T>, ReelError> {
        self.table.check_dtype::<T>()?;
        let frame_count = self.table.frames();
        if frames.start > frames.end || frames.end > frame_count {
            return Err(ReelError::FramesOutOfBounds {
                start: frames.start,
                end: frames.end,
                frames: frame_count,
            });
        }
        for (requested, length) in [&rows, &columns].into_iter().zip(self.table.tiling.frame()) {
            if requested.start > requested.end || requested.end > length {
                return Err(ReelError::RegionOutOfBounds {
                    start: requested.start,
                    end: requested.end,
                    length,
                });
            }
        }
        self.check_lost(&frames)?;
        let region = [frames, rows, columns];
        let sides = region.each_ref().map(Range::len);
        self.limits
            .values(sides.map(|side| side as u64), T::BYTES as u64)?;
        let mut values = Array3::from_elem(sides, T::default());
        let table = self.table.clone();
        let limits = self.limits;
        let parts = segment_parts(
            &table,
            self.segments_for(region[0].clone()),
            &region,
            &mut values,
        );
        // Segments are read one at a time, when a thread is ready, so that there are no more of
        // them in memory than threads.
        let read = parts
            .into_iter()
            .map(|part| (self.segment(part.number), part));
        read.par_bridge()
            .try_for_each(|(bytes, part)| part.decode(&bytes?, &table, &limits))?;
        Ok(values)
    }

    /// Checks that none of the frames is lost.
    fn check_lost(&self, frames: &Range<usize>) -> Result<(), ReelError> {
        let mut next = frames.start;
        let entries = &self.table.segments[self.segments_for(frames.clone())];
        for entry in entries.iter().filter(|entry| entry.tile == 0) {
            let start = entry.frames.start;
            if start > next {
                return Err(ReelError::FramesLost {
                    start: next,
                    end: start,
                });
            }
            next = entry.frames.end;
        }
        match next < frames.end {
            true => Err(ReelError::FramesLost {
                start: next,
                end: frames.end,
            }),
            false => Ok(()),
        }
    }
}

/// Returns the parts of the segments that make up a region, each with its destination in `values`.
fn segment_parts<'a, T>(
    table: &ReelTable,
    numbers: Range<usize>,
    region: &Region,
    values: &'a mut Array3<T>,
) -> Vec<SegmentPart<'a, T>> {
    let [frames, rows, columns] = region;
    let tiling = &table.tiling;
    let [tile_rows, tile_columns] = tiling.intersecting(&[rows.clone(), columns.clone()]);
    let mut parts = Vec::new();
    let mut rest = values.view_mut();
    for first in numbers.step_by(tiling.count()) {
        let entry_frames = &table.segments[first].frames;
        let [length, _] = intersect(entry_frames, frames);
        let (mut slab, after) = rest.split_at(Axis(0), length.len());
        rest = after;
        for row in tile_rows.clone() {
            let entry = &table.segments[first + tiling.tile_number(row, 0)];
            let [common_rows, _] = intersect(&entry.rows, rows);
            let (mut strip, below) = slab.split_at(Axis(1), common_rows.len());
            slab = below;
            for column in tile_columns.clone() {
                let number = first + tiling.tile_number(row, column);
                let SegmentEntry {
                    frames: t,
                    rows: y,
                    columns: x,
                    ..
                } = &table.segments[number];
                let [common_columns, _] = intersect(x, columns);
                let (destination, right) = strip.split_at(Axis(2), common_columns.len());
                strip = right;
                parts.push(SegmentPart {
                    number,
                    region: [
                        intersect(t, frames),
                        intersect(y, rows),
                        intersect(x, columns),
                    ]
                    .map(|[_, own]| own),
                    destination,
                });
            }
        }
    }
    parts
}

/// Returns the intersection of two ranges, and the same range counted from the start of `own`.
fn intersect(own: &Range<usize>, requested: &Range<usize>) -> [Range<usize>; 2] {
    let start = own.start.max(requested.start);
    let end = own.end.min(requested.end).max(start);
    [start..end, start - own.start..end - own.start]
}

/// Decodes a segment after checking that its shape and type are those of its entry.
pub(super) fn decode_segment<T: ReelElement>(
    bytes: &[u8],
    table: &ReelTable,
    number: usize,
    limits: &Limits,
) -> Result<Array3<T>, ReelError> {
    check_segment(&segment::inspect(bytes)?, table, number)?;
    segment::decode(bytes, limits)
}

/// Checks that a segment has the shape and the type of its entry.
///
/// # Errors
/// [`ReelError::Corrupt`].
pub(super) fn check_segment(
    info: &SegmentInfo,
    table: &ReelTable,
    number: usize,
) -> Result<(), ReelError> {
    match table.shape(number) == Some(info.shape) && info.dtype == table.dtype {
        true => Ok(()),
        false => Err(ReelError::corrupt(
            "the shape or type of a segment contradicts the file",
        )),
    }
}
