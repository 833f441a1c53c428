//! Frames out of segments, several segments at once.

use std::io::{Read, Seek};
use std::ops::Range;

use ndarray::{Array3, ArrayViewMut3, Axis, s};
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::ReelReader;
use super::table::Table;
use crate::segment::{self, SegmentInfo};
use crate::{Limits, ReelError, Value};

/// Where the frames of a segment go.
struct Part<'a, T> {
    number: usize,
    /// Which frames of the segment.
    frames: Range<usize>,
    to: ArrayViewMut3<'a, T>,
}

impl<T: Value> Part<'_, T> {
    /// Decodes the segment, and puts its frames in place.
    fn decode(mut self, bytes: &[u8], table: &Table, limits: &Limits) -> Result<(), ReelError> {
        let whole = table.segments[self.number].frames.len();
        if self.frames == (0..whole) {
            check_segment(&segment::inspect(bytes)?, table, self.number)?;
            return segment::decode_into(bytes, limits, self.to);
        }
        let decoded = decode_segment::<T>(bytes, table, self.number, limits)?;
        self.to.assign(&decoded.slice(s![self.frames, .., ..]));
        Ok(())
    }
}

impl<R: Read + Seek + Send> ReelReader<R> {
    /// All frames, axis order `(time, y, x)`: as many segments are decoded at once as rayon's current pool has threads.
    ///
    /// # Errors
    /// As [`frames`](Self::frames).
    pub fn read_all<T: Value>(&mut self) -> Result<Array3<T>, ReelError> {
        self.frames(0..self.table.frames())
    }

    /// Some frames, axis order `(time, y, x)`. Only [the segments](Self::segments_for) that have them are decoded.
    ///
    /// # Errors
    /// [`ReelError::DtypeMismatch`]; [`ReelError::FramesOutside`] for frames that there are not,
    /// [`ReelError::FramesLost`] for ones that are lost; [`ReelError::Limit`] if they are over the limit together, before
    /// memory is taken; [`ReelError::Io`]; and for their segments [`ReelError::Damaged`] and the errors of
    /// [`segment::decode`](crate::segment::decode).
    pub fn frames<T: Value>(&mut self, frames: Range<usize>) -> Result<Array3<T>, ReelError> {
        self.table.check_dtype::<T>()?;
        let Range { start, end } = frames;
        let all = self.table.frames();
        if start > end || end > all {
            return Err(ReelError::FramesOutside {
                start,
                end,
                frames: all,
            });
        }
        let numbers = self.segments_for(frames);
        self.check_lost(numbers.clone(), start..end)?;
        let [height, width] = self.table.frame;
        let sides = [end - start, height, width].map(|side| side as u64);
        self.limits.values(sides, T::DTYPE.bytes() as u64)?;
        let mut values = Array3::from_elem((end - start, height, width), T::default());

        let table = self.table.clone();
        let mut parts = Vec::with_capacity(numbers.len());
        let mut rest = values.view_mut();
        for number in numbers {
            let own = table.segments[number].frames.clone();
            let wanted = own.start.max(start)..own.end.min(end);
            let (to, after) = rest.split_at(Axis(0), wanted.len());
            rest = after;
            parts.push(Part {
                number,
                frames: wanted.start - own.start..wanted.end - own.start,
                to,
            });
        }
        let limits = self.limits;
        // Segments are read one by one, as threads come for them, so that no more of them are in memory than threads.
        let read = parts
            .into_iter()
            .map(|part| (self.segment(part.number), part));
        read.par_bridge()
            .try_for_each(|(bytes, part)| part.decode(&bytes?, &table, &limits))?;
        Ok(values)
    }

    /// Checks that some segments have all of some frames.
    fn check_lost(&self, numbers: Range<usize>, frames: Range<usize>) -> Result<(), ReelError> {
        let mut next = frames.start;
        for entry in &self.table.segments[numbers] {
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

/// The values of a segment, if it is what the file says it is.
pub(super) fn decode_segment<T: Value>(
    bytes: &[u8],
    table: &Table,
    number: usize,
    limits: &Limits,
) -> Result<Array3<T>, ReelError> {
    check_segment(&segment::inspect(bytes)?, table, number)?;
    segment::decode(bytes, limits)
}

/// Checks that a segment is what the file says it is.
///
/// # Errors
/// [`ReelError::Damaged`].
pub(super) fn check_segment(
    info: &SegmentInfo,
    table: &Table,
    number: usize,
) -> Result<(), ReelError> {
    let [height, width] = table.frame;
    let frames = table.segments.get(number).map(|entry| entry.frames.len());
    match frames.map(|frames| [frames, height, width]) == Some(info.shape)
        && info.dtype == table.dtype
    {
        true => Ok(()),
        false => Err(ReelError::damaged("a segment's shape or type")),
    }
}
