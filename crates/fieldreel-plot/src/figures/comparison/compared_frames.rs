//! The two frames prepared for drawing, and their difference.

use fieldreel_metrics::{Element, ErrorMetrics};
use ndarray::{Array2, ArrayView2, Axis, Zip};

use super::RowOrder;
use crate::PlotError;
use crate::raster::ColorMap;

/// Two frames and their difference in `f64`.
///
/// The first row is the one drawn at the top. Missing values are NaN.
pub(super) struct ComparedFrames {
    pub(super) original: Array2<f64>,
    pub(super) reconstruction: Array2<f64>,
    pub(super) difference: Array2<f64>,
    pub(super) metrics: ErrorMetrics,
    pub(super) values_map: ColorMap,
    pub(super) difference_map: ColorMap,
}

impl ComparedFrames {
    pub(super) fn new<T: Element>(
        original: ArrayView2<'_, T>,
        reconstruction: ArrayView2<'_, T>,
        order: RowOrder,
    ) -> Result<Self, PlotError> {
        if original.dim() != reconstruction.dim() {
            return Err(PlotError::ShapeMismatch {
                original: original.dim().into(),
                reconstruction: reconstruction.dim().into(),
            });
        }
        let prepare = |mut frame: ArrayView2<'_, T>| {
            if order == RowOrder::FirstAtBottom {
                frame.invert_axis(Axis(0));
            }
            frame.mapv(|value| {
                Some(value.to_f64())
                    .filter(|v| v.is_finite())
                    .unwrap_or(f64::NAN)
            })
        };
        let (original, reconstruction) = (prepare(original), prepare(reconstruction));
        let difference = &reconstruction - &original;
        let metrics = measure(&original, &reconstruction, &difference)?;

        let values = original.iter().chain(&reconstruction).copied();
        let (min, max) = values
            .filter(|value| !value.is_nan())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), v| {
                (min.min(v), max.max(v))
            });
        let (min, max) = non_empty_range(min, max);
        let largest = if metrics.max_abs > 0.0 {
            metrics.max_abs
        } else {
            1.0
        };
        Ok(Self {
            original,
            reconstruction,
            difference,
            metrics,
            values_map: ColorMap::sequential(min, max),
            difference_map: ColorMap::diverging(largest),
        })
    }

    pub(super) fn is_exact(&self) -> bool {
        self.metrics.max_abs == 0.0
    }

    pub(super) fn has_missing(&self) -> bool {
        self.difference.iter().any(|value| value.is_nan())
    }
}

/// Measures the errors at the positions that are valid in both frames.
fn measure(
    original: &Array2<f64>,
    reconstruction: &Array2<f64>,
    difference: &Array2<f64>,
) -> Result<ErrorMetrics, PlotError> {
    let where_both_are_valid = |frame: &Array2<f64>| {
        let mut frame = frame.clone();
        Zip::from(&mut frame)
            .and(difference)
            .for_each(|value, difference| {
                if difference.is_nan() {
                    *value = f64::NAN;
                }
            });
        frame.insert_axis(Axis(0))
    };
    // The shapes and the missing positions are equal, so the only possible error is that there are
    // no valid values.
    ErrorMetrics::between(
        where_both_are_valid(original).view(),
        where_both_are_valid(reconstruction).view(),
    )
    .map_err(|_| PlotError::Empty {
        item: "values that are valid in both frames",
    })
}

/// Returns the range, widened if `min` and `max` are equal.
fn non_empty_range(min: f64, max: f64) -> (f64, f64) {
    if max > min {
        return (min, max);
    }
    let margin = if min == 0.0 { 1.0 } else { min.abs() * 0.05 };
    (min - margin, max + margin)
}
