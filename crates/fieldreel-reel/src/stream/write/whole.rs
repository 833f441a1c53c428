//! Whole arrays at once.

use std::io::Write;

use fieldreel_quant::{Dtype, Float};
use ndarray::{ArrayView3, Zip};

use super::{Progress, ReelSummary, ReelWriter, WriterOptions};
use crate::{Bound, Metadata, ReelError, Value};

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
        inner.range = range(values, inner.fill);
    }
    let mut writer = ReelWriter::new(sink, [height, width], metadata.clone(), &options)?;
    writer.on_progress(progress);
    writer.write_frames(values)?;
    writer.finish()
}

/// Maximum − minimum of the values that are not missing; `None` if all are, or if it is beyond `f64`.
fn range<T: Value>(values: ArrayView3<'_, T>, fill: Option<f64>) -> Option<f64> {
    // As the type rounds it; `f64` keeps it exactly, and so its bits.
    let fill = fill.map(|fill| match T::DTYPE {
        Dtype::F32 => f64::from(fill as f32).to_bits(),
        Dtype::F64 => fill.to_bits(),
    });
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (lowest, highest) = Zip::from(values).par_fold(
        || none,
        |(lowest, highest), &value| {
            let value = Float::to_f64(value);
            match value.is_finite() && Some(value.to_bits()) != fill {
                true => (lowest.min(value), highest.max(value)),
                false => (lowest, highest),
            }
        },
        |a, b| (a.0.min(b.0), a.1.max(b.1)),
    );
    let range = highest - lowest;
    (range.is_finite() && range >= 0.0).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    #[test]
    fn the_range_is_that_of_valid_values() {
        let mut values = Array3::from_elem((2, 3, 4), 1.0_f32);
        assert_eq!(range(values.view(), None), Some(0.0));
        assert_eq!(range(values.view(), Some(1.0)), None);
        values[[1, 2, 3]] = 0.1;
        values[[0, 0, 0]] = -99.9;
        values[[0, 0, 1]] = f32::NAN;
        values[[0, 0, 2]] = f32::NEG_INFINITY;
        assert_eq!(
            range(values.view(), Some(-99.9)),
            Some(1.0 - f64::from(0.1_f32))
        );
        let huge = Array3::from_shape_vec((1, 1, 2), vec![f64::MIN, f64::MAX]).unwrap();
        assert_eq!(range(huge.view(), None), None);
    }
}
