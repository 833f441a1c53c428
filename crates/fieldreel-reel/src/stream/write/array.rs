//! Compression of a complete array in memory.

use std::io::Write;

use ndarray::ArrayView3;

use super::{ReelProgress, ReelSummary, ReelWriter};
use crate::{
    Criterion, ErrorBound, Metadata, ReelElement, ReelError, Target, Validity, WriterOptions,
};

/// Compresses an array, axis order `(time, y, x)`, to a reel in memory. Segments are encoded in
/// parallel.
///
/// [`ErrorBound::RangeRelative`] and [`Target::Psnr`] refer to the range of the complete array,
/// unless [`SegmentOptions::range`](crate::SegmentOptions::range) is set.
///
/// ```
/// use fieldreel_reel::{
///     ErrorBound, Limits, Metadata, ReelReader, SegmentOptions, WriterOptions, compress,
/// };
/// use ndarray::Array3;
///
/// let values = Array3::from_shape_fn((8, 5, 6), |(t, y, x)| (t + y * x) as i32);
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Lossless));
/// let reel = compress(values.view(), &Metadata::new("runoff"), &options)?;
/// let mut reader = ReelReader::from_bytes(reel, Limits::default())?;
/// assert_eq!(reader.read_all::<i32>()?, values);
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
///
/// # Errors
/// Those of [`write_reel`], except [`ReelError::Io`] of a sink.
pub fn compress<T: ReelElement>(
    values: ArrayView3<'_, T>,
    metadata: &Metadata,
    options: &WriterOptions,
) -> Result<Vec<u8>, ReelError> {
    let (bytes, _) = write_reel(Vec::new(), values, metadata, options, |_| {})?;
    Ok(bytes)
}

/// Writes the reel of an array, axis order `(time, y, x)`, as [`compress`] does, to a sink. Calls
/// `progress` after each segment that is written.
///
/// ```
/// use fieldreel_reel::{ErrorBound, Metadata, SegmentOptions, WriterOptions, write_reel};
/// use ndarray::Array3;
///
/// let values = Array3::from_elem((24, 9, 10), 273.15_f32);
/// let options = WriterOptions::new(SegmentOptions::new(ErrorBound::Absolute(0.01)));
/// let metadata = Metadata::new("t2m");
/// let (sink, summary) = write_reel(Vec::new(), values.view(), &metadata, &options, |progress| {
///     eprintln!("{} frames, {} bytes", progress.frames, progress.bytes);
/// })?;
/// assert_eq!((summary.frames, summary.bytes), (24, sink.len() as u64));
/// # Ok::<(), fieldreel_reel::ReelError>(())
/// ```
///
/// # Errors
/// [`ReelError::Empty`] if the array has no values; those of [`ReelWriter::new`],
/// [`ReelWriter::write_frames`] and [`ReelWriter::finish`].
pub fn write_reel<W: Write, T: ReelElement>(
    sink: W,
    values: ArrayView3<'_, T>,
    metadata: &Metadata,
    options: &WriterOptions,
    progress: impl FnMut(ReelProgress) + Send + 'static,
) -> Result<(W, ReelSummary), ReelError> {
    let (frames, height, width) = values.dim();
    if values.is_empty() {
        return Err(ReelError::Empty {
            shape: [frames, height, width],
        });
    }
    let mut options = options.clone();
    let inner = &mut options.segment;
    let relative = matches!(
        inner.criterion,
        Criterion::Bound(ErrorBound::RangeRelative(_)) | Criterion::Target(Target::Psnr(_))
    );
    if relative && inner.range.is_none() {
        let validity = Validity::<T>::new(&inner.fill_values, inner.valid_range);
        inner.range = validity.array_min_max(values).range();
    }
    let segments = options.segment_lengths([height, width], Some(frames));
    options.frames_per_segment = Some(segments.frames);
    options.tile = Some(segments.tile);
    let mut writer = ReelWriter::new(sink, [height, width], metadata.clone(), &options)?;
    writer.on_progress(progress);
    writer.write_frames(values)?;
    writer.finish()
}
