//! The maximum error of each frame.

use ndarray::ArrayView3;

use crate::frames::{FramePair, for_each_block};
use crate::{Element, MetricsError};

/// The maximum absolute error of each frame, also called the error spectrum.
///
/// See the example of [`frame_errors`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FrameErrors {
    /// The maximum absolute error max|x̂ − x| of each frame in the order of time, in the field's
    /// unit.
    ///
    /// NaN for a frame without valid values.
    pub max_abs: Vec<f64>,
    /// The index of the frame with the largest error, or of the first such frame.
    pub worst: usize,
}

/// Computes the maximum absolute error of each frame of two fields with axes `(time, y, x)`.
///
/// ```
/// use fieldreel_metrics::frame_errors;
/// use ndarray::array;
///
/// let original = array![[[1.0, 2.0]], [[3.0, 4.0]]];
/// let reconstruction = array![[[1.0, 2.25]], [[3.5, 4.0]]];
/// let errors = frame_errors(original.view(), reconstruction.view())?;
/// assert_eq!((errors.max_abs, errors.worst), (vec![0.25, 0.5], 1));
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] if the shapes differ;
/// - [`MetricsError::ValidityMismatch`] if a value is finite in only one field;
/// - [`MetricsError::NoValidValues`] if no value is finite, or the fields are empty.
pub fn frame_errors<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<FrameErrors, MetricsError> {
    let pair = FramePair::new(original, reconstruction)?;
    let frames = pair.map_frames(|original, reconstruction| {
        let mut max_abs = f64::NAN;
        let skipped = for_each_block(original, reconstruction, |x, y| {
            for (x, y) in x.iter().zip(y) {
                // `f64::max` ignores a NaN operand, so the first valid value replaces the initial
                // NaN.
                max_abs = max_abs.max((y - x).abs());
            }
        });
        (max_abs, skipped)
    });
    pair.check_mismatches(frames.iter().map(|(_, skipped)| *skipped))?;
    let max_abs: Vec<f64> = frames.into_iter().map(|(max_abs, _)| max_abs).collect();
    let worst = (0..max_abs.len())
        .filter(|&t| !max_abs[t].is_nan())
        .reduce(|worst, t| {
            if max_abs[t] > max_abs[worst] {
                t
            } else {
                worst
            }
        })
        .ok_or(MetricsError::NoValidValues)?;
    Ok(FrameErrors { max_abs, worst })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr3;

    #[test]
    fn frame_errors_match_values_computed_by_hand() {
        let x = arr3(&[
            [[1.0_f32, 2.0]],
            [[f32::NAN, f32::NAN]],
            [[0.0, 0.0]],
            [[0.0, 5.0]],
        ]);
        let mut y = x.clone();
        y[[0, 0, 1]] = 1.0;
        y[[2, 0, 0]] = 3.0;
        y[[3, 0, 1]] = 2.0;
        let frames = frame_errors(x.view(), y.view()).unwrap();
        assert_eq!(frames.worst, 2);
        assert!(frames.max_abs[1].is_nan());
        assert_eq!(
            [frames.max_abs[0], frames.max_abs[2], frames.max_abs[3]],
            [1.0, 3.0, 3.0]
        );
    }

    #[test]
    fn fields_without_valid_values_are_an_error() {
        let x = arr3(&[[[f32::NAN]]]);
        assert_eq!(
            frame_errors(x.view(), x.view()),
            Err(MetricsError::NoValidValues)
        );
    }
}
