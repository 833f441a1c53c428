//! A pair of fields of the same shape.

use ndarray::{ArrayView2, ArrayView3, Axis};
use rayon::prelude::*;

use super::block::SkippedCounts;
use crate::{Element, MetricsError};

/// An original and its reconstruction, which have the same shape and are not empty.
#[derive(Clone, Copy)]
pub(crate) struct FramePair<'a, T> {
    original: ArrayView3<'a, T>,
    reconstruction: ArrayView3<'a, T>,
}

impl<'a, T: Element> FramePair<'a, T> {
    pub(crate) fn new(
        original: ArrayView3<'a, T>,
        reconstruction: ArrayView3<'a, T>,
    ) -> Result<Self, MetricsError> {
        if original.dim() != reconstruction.dim() {
            return Err(MetricsError::ShapeMismatch {
                original: original.dim().into(),
                reconstruction: reconstruction.dim().into(),
            });
        }
        if original.is_empty() {
            return Err(MetricsError::NoValidValues);
        }
        Ok(Self {
            original,
            reconstruction,
        })
    }

    /// Returns the shape `(time, y, x)`. No side is 0.
    pub(crate) fn shape(&self) -> (usize, usize, usize) {
        self.original.dim()
    }

    pub(crate) fn frame(&self, t: usize) -> (ArrayView2<'_, T>, ArrayView2<'_, T>) {
        (
            self.original.index_axis(Axis(0), t),
            self.reconstruction.index_axis(Axis(0), t),
        )
    }

    /// Calls `work(original, reconstruction)` for every frame in parallel.
    ///
    /// Returns the results in the order of time.
    pub(crate) fn map_frames<R: Send>(
        &self,
        work: impl Fn(ArrayView2<'_, T>, ArrayView2<'_, T>) -> R + Sync,
    ) -> Vec<R> {
        self.map_indices(0..self.shape().0, |t| {
            let (original, reconstruction) = self.frame(t);
            work(original, reconstruction)
        })
    }

    /// Calls `work(t)` for the given times in parallel. Returns the results in the order of time.
    pub(crate) fn map_indices<R: Send>(
        &self,
        times: std::ops::Range<usize>,
        work: impl Fn(usize) -> R + Sync + Send,
    ) -> Vec<R> {
        times.into_par_iter().map(work).collect()
    }

    /// Returns the first valid value of the original in row-major order.
    pub(crate) fn first_valid(&self) -> Option<f64> {
        self.original
            .iter()
            .map(|value| value.to_f64())
            .find(|value| value.is_finite())
    }

    /// Returns `x̂ − x` of one frame in row-major order, NaN if either value is not finite.
    pub(crate) fn error_frame(&self, t: usize) -> Vec<f64> {
        let (original, reconstruction) = self.frame(t);
        let errors = original.iter().zip(reconstruction.iter());
        errors
            .map(|(x, y)| {
                let (x, y) = (x.to_f64(), y.to_f64());
                if x.is_finite() && y.is_finite() {
                    y - x
                } else {
                    f64::NAN
                }
            })
            .collect()
    }

    /// Checks that no value is valid in only one field, given the skipped values of each frame.
    pub(crate) fn check_mismatches(
        &self,
        skipped: impl IntoIterator<Item = SkippedCounts>,
    ) -> Result<(), MetricsError> {
        let count = skipped.into_iter().map(|counts| counts.mismatched).sum();
        if count == 0 {
            return Ok(());
        }
        let mut pairs = self
            .original
            .indexed_iter()
            .zip(self.reconstruction.iter())
            .map(|((position, x), y)| (position, x.to_f64().is_finite(), y.to_f64().is_finite()));
        let first = pairs
            .find(|(_, x, y)| x != y)
            .map_or([0; 3], |((t, y, x), _, _)| [t, y, x]);
        Err(MetricsError::ValidityMismatch { count, first })
    }

    /// Checks that no value is valid in only one field, and that there is a valid value.
    ///
    /// The check is a separate pass, for metrics that do not count skipped values themselves.
    pub(crate) fn check_validity(&self) -> Result<(), MetricsError> {
        let frames = self.map_frames(|original, reconstruction| {
            let mut valid = 0;
            let skipped =
                super::for_each_block(original, reconstruction, |x, _| valid += x.len() as u64);
            (valid, skipped)
        });
        self.check_mismatches(frames.iter().map(|(_, skipped)| *skipped))?;
        if frames.iter().all(|(valid, _)| *valid == 0) {
            return Err(MetricsError::NoValidValues);
        }
        Ok(())
    }
}
