//! Whole arrays at once.

use std::io::Write;

use ndarray::ArrayView3;

use super::{Progress, ReelSummary, ReelWriter};
use crate::{Bound, Metadata, ReelError, Validity, Value, WriterOptions};

/// The reel of a whole array, axis order `(time, y, x)`, encoded in parallel.
///
/// A [`Bound::Relative`] or [`Bound::Psnr`] refers to the range of the whole array, unless
/// [`Options::range`](crate::Options::range) is set.
///
/// # Errors
/// Those of [`write_reel`] but [`ReelError::Io`] of a sink.
pub fn compress<T: Value>(
    values: ArrayView3<'_, T>,
    metadata: &Metadata,
    options: &WriterOptions,
) -> Result<Vec<u8>, ReelError> {
    let (bytes, _) = write_reel(Vec::new(), values, metadata, options, |_| {})?;
    Ok(bytes)
}

/// Writes the reel of a whole array, axis order `(time, y, x)`, as [`compress`] does, and says how far it is after each
/// segment.
///
/// # Errors
/// [`ReelError::Empty`] for an array without values; those of [`ReelWriter::new`], [`ReelWriter::write_frames`] and
/// [`ReelWriter::finish`].
pub fn write_reel<W: Write, T: Value>(
    sink: W,
    values: ArrayView3<'_, T>,
    metadata: &Metadata,
    options: &WriterOptions,
    progress: impl FnMut(Progress) + Send + 'static,
) -> Result<(W, ReelSummary), ReelError> {
    let (frames, height, width) = values.dim();
    if values.is_empty() {
        return Err(ReelError::Empty {
            shape: [frames, height, width],
        });
    }
    let mut options = options.clone();
    let inner = &mut options.options;
    let relative = matches!(inner.bound, Bound::Relative(_) | Bound::Psnr(_));
    if relative && inner.range.is_none() {
        let validity = Validity::<T>::new(&inner.fills, inner.valid_range);
        inner.range = validity.extremes_of(values).range();
    }
    let segments = options.segments_of([height, width], Some(frames));
    options.frames_per_segment = Some(segments.frames);
    options.tile = Some(segments.tile);
    let mut writer = ReelWriter::new(sink, [height, width], metadata.clone(), &options)?;
    writer.on_progress(progress);
    writer.write_frames(values)?;
    writer.finish()
}
