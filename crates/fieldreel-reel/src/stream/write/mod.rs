//! Writing: frames to segments, encoded in parallel and written in order.

mod array;
mod counting_sink;
mod summary;

pub use array::{compress, write_reel};
pub use summary::{ReelProgress, ReelSummary};

use std::fmt;
use std::io::Write;

use ndarray::{Array3, ArrayView2, ArrayView3, Axis, s};

use super::layout::{
    CHECKSUM_BYTES, FileHeader, ReelIndex, SegmentHead, write_footer, write_supplement,
};
use super::metadata::{self, Metadata};
use super::tiling::Tiling;
use crate::options::SegmentLengths;
use crate::schedule::Scheduler;
use crate::segment::{Segment, SegmentInfo};
use crate::{ReelElement, ReelError, WriterOptions};
use counting_sink::CountingSink;

/// The largest number of values for which memory is reserved in advance.
const RESERVED_VALUES: usize = 16 << 20;

/// A writer of a reel whose frames arrive over time.
///
/// The writer holds in memory the segments that are being encoded, at most as many as threads, and
/// the frames of a segment that is not full. A call waits while the threads are busy. The bytes
/// depend neither on the number of threads nor on how the frames are divided among calls.
///
/// A writer that is dropped before [`finish`](Self::finish), as by a process that is killed,
/// leaves a file without an index. That file opens with all segments that were written.
///
/// ```
/// use fieldreel_reel::{ErrorBound, Metadata, ReelWriter, SegmentOptions, WriterOptions};
/// use ndarray::Array2;
///
/// # fn main() -> Result<(), fieldreel_reel::ReelError> {
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
/// let options = options.with_frames_per_segment(8);
/// let mut writer = ReelWriter::new(Vec::new(), [4, 6], Metadata::new("t2m"), &options)?;
/// writer.on_progress(|progress| println!("{} frames", progress.frames));
/// for hour in 0..20 {
///     writer.write_frame(Array2::from_elem((4, 6), 273.0 + hour as f32).view())?;
/// }
/// let (bytes, summary) = writer.finish()?;
/// assert_eq!((summary.frames, summary.segments.len()), (20, 3));
/// assert_eq!(summary.bytes, bytes.len() as u64);
/// # Ok(())
/// # }
/// ```
pub struct ReelWriter<W, T: ReelElement> {
    sink: CountingSink<W>,
    tiling: Tiling,
    segment_frames: usize,
    /// The values of frames that do not fill a segment yet.
    pending: Vec<T>,
    scheduler: Scheduler<T>,
    index: ReelIndex,
    segments: Vec<SegmentInfo>,
    frames: usize,
    metadata: Metadata,
    metadata_bytes: u64,
    supplement: Metadata,
    progress: Option<Box<dyn FnMut(ReelProgress) + Send>>,
    poisoned: bool,
}

impl<W: Write, T: ReelElement> ReelWriter<W, T> {
    /// Begins a reel of frames of shape `frame`, `[y, x]`, and writes the header and `metadata`.
    ///
    /// # Errors
    /// - [`ReelError::Empty`] if a frame has no values.
    /// - [`ReelError::InvalidCriterion`] if the number of the criterion is out of range.
    /// - [`ReelError::InvalidMetadata`] if the metadata do not fit the frames.
    /// - [`ReelError::Io`] if the sink fails.
    pub fn new(
        sink: W,
        frame: [usize; 2],
        metadata: Metadata,
        options: &WriterOptions,
    ) -> Result<Self, ReelError> {
        let [height, width] = frame;
        let SegmentLengths { frames, tile } = options.segment_lengths(frame, None);
        let tiling = Tiling::new(frame, tile);
        let tiling = tiling.ok_or(ReelError::Empty {
            shape: [0, height, width],
        })?;
        options.segment.criterion.check()?;
        metadata.check(frame)?;
        let block = metadata::encode(&metadata)?;
        let mut writer = Self {
            sink: CountingSink::new(sink),
            tiling,
            segment_frames: frames,
            pending: Vec::new(),
            scheduler: Scheduler::new(options),
            index: ReelIndex::default(),
            segments: Vec::new(),
            frames: 0,
            metadata,
            metadata_bytes: 0,
            supplement: Metadata::default(),
            progress: None,
            poisoned: false,
        };
        let header = FileHeader {
            dtype: T::DTYPE,
            tiling,
            metadata: block.len() as u64,
        };
        writer.sink.write(&header.to_bytes())?;
        if !block.is_empty() {
            writer.sink.write(&block)?;
            writer.sink.write(&crc32fast::hash(&block).to_le_bytes())?;
            writer.metadata_bytes = (block.len() + CHECKSUM_BYTES) as u64;
        }
        Ok(writer)
    }

    /// Calls `progress` after each segment that is written, in the thread that calls the writer.
    pub fn on_progress(&mut self, progress: impl FnMut(ReelProgress) + Send + 'static) {
        self.progress = Some(Box::new(progress));
    }

    /// Adds metadata that became known after the beginning, such as times. Items of the same name
    /// are replaced. [`finish`](Self::finish) writes them; they are lost if it is not called.
    ///
    /// ```
    /// use fieldreel_reel::{Coordinate, ErrorBound, Limits, Metadata, ReelReader, ReelWriter};
    /// use fieldreel_reel::{SegmentOptions, WriterOptions};
    /// use ndarray::Array2;
    ///
    /// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Lossless));
    /// let mut writer = ReelWriter::new(Vec::new(), [4, 6], Metadata::new("t2m"), &options)?;
    /// writer.write_frame(Array2::<f32>::zeros((4, 6)).view())?;
    /// let mut later = Metadata::default();
    /// later.coordinates.push(Coordinate::axis("time", [6.0]));
    /// writer.supplement(later);
    /// let reader = ReelReader::from_bytes(writer.finish()?.0, Limits::default())?;
    /// assert!(reader.metadata().coordinate("time").is_some());
    /// # Ok::<(), fieldreel_reel::ReelError>(())
    /// ```
    pub fn supplement(&mut self, later: Metadata) {
        self.supplement.supplement(later);
    }

    /// Adds a frame, axis order `(y, x)`.
    ///
    /// # Errors
    /// Those of [`write_frames`](Self::write_frames).
    pub fn write_frame(&mut self, frame: ArrayView2<'_, T>) -> Result<(), ReelError> {
        self.write_frames(frame.insert_axis(Axis(0)))
    }

    /// Adds any number of frames, axis order `(time, y, x)`. Waits while as many segments as
    /// threads are being encoded.
    ///
    /// # Errors
    /// - [`ReelError::FrameShape`] if the frames have another shape than those of the reel. No
    ///   frame is added.
    /// - Those of [`segment::encode`](crate::segment::encode()), for these or earlier frames.
    /// - [`ReelError::Io`] if the sink fails or a thread cannot be started.
    /// - [`ReelError::WriterPoisoned`] after an earlier error other than
    ///   [`ReelError::FrameShape`].
    pub fn write_frames(&mut self, frames: ArrayView3<'_, T>) -> Result<(), ReelError> {
        let (count, height, width) = frames.dim();
        if [height, width] != self.tiling.frame() {
            return Err(ReelError::FrameShape {
                expected: self.tiling.frame(),
                found: [height, width],
            });
        }
        self.poison_on_error(|writer| {
            let mut start = 0;
            while start < count {
                let room = writer.segment_frames - writer.pending_frames();
                let end = start + room.min(count - start);
                let part = frames.slice(s![start..end, .., ..]);
                if part.dim().0 == writer.segment_frames {
                    writer.submit(part)?;
                } else {
                    writer.append_pending(part);
                    if writer.pending_frames() == writer.segment_frames {
                        writer.submit_pending()?;
                    }
                }
                start = end;
            }
            writer.scheduler.poll()?;
            writer.write_done()
        })
    }

    /// Waits for the segments that are being encoded, writes them, and flushes the sink. The
    /// frames of the segment that is not full stay in memory. Flushing does not change the bytes
    /// of the file.
    ///
    /// # Errors
    /// Those of [`write_frames`](Self::write_frames).
    pub fn flush(&mut self) -> Result<(), ReelError> {
        self.poison_on_error(|writer| {
            writer.drain()?;
            Ok(writer.sink.flush()?)
        })
    }

    /// Writes the remaining frames, the supplement and the index. Flushes the sink and returns it.
    ///
    /// # Errors
    /// Those of [`write_frames`](Self::write_frames); [`ReelError::InvalidMetadata`] if the
    /// metadata of [`supplement`](Self::supplement) do not fit.
    pub fn finish(mut self) -> Result<(W, ReelSummary), ReelError> {
        self.poison_on_error(Self::write_trailer)?;
        let summary = ReelSummary {
            frames: self.frames,
            segments: std::mem::take(&mut self.segments),
            bytes: self.sink.written(),
            metadata_bytes: self.metadata_bytes,
        };
        Ok((self.sink.into_inner(), summary))
    }

    fn write_trailer(&mut self) -> Result<(), ReelError> {
        let later = std::mem::take(&mut self.supplement);
        self.metadata.supplement(later.clone());
        self.metadata.check(self.tiling.frame())?;
        let supplement = write_supplement(&metadata::encode(&later)?);
        if !self.pending.is_empty() {
            self.submit_pending()?;
        }
        self.drain()?;
        self.sink.write(&supplement)?;
        self.index.supplement = supplement.len() as u64;
        self.metadata_bytes += supplement.len() as u64;
        let index = self.index.to_bytes();
        self.sink.write(&index)?;
        self.sink.write(&write_footer(index.len())?)?;
        Ok(self.sink.flush()?)
    }

    /// Runs an action, unless an earlier one failed. If it fails, no later action runs.
    fn poison_on_error(
        &mut self,
        action: impl FnOnce(&mut Self) -> Result<(), ReelError>,
    ) -> Result<(), ReelError> {
        if self.poisoned {
            return Err(ReelError::WriterPoisoned);
        }
        // Set beforehand, in case `action` panics.
        self.poisoned = true;
        let outcome = action(self);
        match outcome {
            Ok(()) => self.poisoned = false,
            Err(_) => self.scheduler.cancel(),
        }
        outcome
    }

    /// Returns the number of frames that do not fill a segment yet.
    fn pending_frames(&self) -> usize {
        self.pending.len() / self.tiling.frame().iter().product::<usize>()
    }

    fn append_pending(&mut self, frames: ArrayView3<'_, T>) {
        if self.pending.capacity() == 0 {
            let values = self.tiling.frame().iter().product::<usize>();
            let segment_values = values.saturating_mul(self.segment_frames);
            self.pending
                .reserve_exact(segment_values.min(RESERVED_VALUES).max(frames.len()));
        }
        match frames.as_slice() {
            Some(values) => self.pending.extend_from_slice(values),
            None => self.pending.extend(frames.iter().copied()),
        }
    }

    /// Submits the pending frames as a segment.
    fn submit_pending(&mut self) -> Result<(), ReelError> {
        let [height, width] = self.tiling.frame();
        let shape = (self.pending_frames(), height, width);
        let values = Array3::from_shape_vec(shape, std::mem::take(&mut self.pending));
        // Unreachable, as only complete frames are pending.
        let values = values.map_err(|_| ReelError::Empty {
            shape: shape.into(),
        })?;
        match self.tiling.count() {
            1 => {
                self.wait_for_encoder()?;
                self.scheduler.submit(values)
            }
            _ => self.submit(values.view()),
        }
    }

    /// Submits a segment for each tile of the frames.
    fn submit(&mut self, frames: ArrayView3<'_, T>) -> Result<(), ReelError> {
        for tile in 0..self.tiling.count() {
            self.wait_for_encoder()?;
            let [rows, columns] = self.tiling.tile_region(tile);
            let values = frames.slice(s![.., rows, columns]);
            let values = values.as_standard_layout().into_owned();
            self.scheduler.submit(values)?;
        }
        Ok(())
    }

    /// Writes encoded segments, and waits until another one may be submitted.
    fn wait_for_encoder(&mut self) -> Result<(), ReelError> {
        self.scheduler.poll()?;
        self.write_done()?;
        while self.scheduler.is_full() {
            self.scheduler.wait()?;
            self.write_done()?;
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<(), ReelError> {
        while !self.scheduler.is_idle() {
            self.scheduler.wait()?;
            self.write_done()?;
        }
        Ok(())
    }

    /// Writes the encoded segments that are next in order.
    fn write_done(&mut self) -> Result<(), ReelError> {
        while let Some(encoded) = self.scheduler.next_done() {
            let Segment { bytes, info } = encoded?;
            let [frames, ..] = info.shape;
            let tiles = self.tiling.count();
            let tile = self.index.heads.len() % tiles;
            let head = SegmentHead {
                first: self.frames as u64,
                frames: frames as u64,
                tile: tile as u64,
                length: bytes.len() as u64,
            };
            self.sink.write(&head.to_bytes())?;
            self.sink.write(&bytes)?;
            self.index.heads.push(head);
            self.segments.push(info);
            if tile + 1 == tiles {
                self.frames += frames;
            }
            if let Some(progress) = &mut self.progress {
                progress(ReelProgress {
                    frames: self.frames,
                    bytes: self.sink.written(),
                });
            }
        }
        Ok(())
    }
}

impl<W, T: ReelElement> fmt::Debug for ReelWriter<W, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReelWriter")
            .field("frame", &self.tiling.frame())
            .field("frames", &self.frames)
            .field("poisoned", &self.poisoned)
            .finish_non_exhaustive()
    }
}
