//! How well slopes are kept.

use ndarray::ArrayView3;

use crate::frames::{CompensatedSum, FramePair};
use crate::{Element, MetricsError};

/// RMSE of the central differences `(x[i+1] − x[i−1]) / 2`, in the field's unit per grid step.
///
/// A difference is left out where one of its two values is missing. `None` for an axis shorter than
/// 3, or without any two valid values two steps apart.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GradientError {
    /// Along time.
    pub t: Option<f64>,
    /// Along y.
    pub y: Option<f64>,
    /// Along x.
    pub x: Option<f64>,
}

/// The RMSE of the central differences of two fields with axes `(time, y, x)`, along each axis.
///
/// Differences are linear, so these are the differences of the error `x̂ − x`: √mean(((e[i+1] −
/// e[i−1]) / 2)²).
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] when the shapes differ;
/// - [`MetricsError::ValidityMismatch`] when a value is finite in one field only;
/// - [`MetricsError::NoValidValues`] when nothing is finite, or the fields are empty.
pub fn gradient_error<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<GradientError, MetricsError> {
    let pair = FramePair::new(original, reconstruction)?;
    pair.check_validity()?;
    let (frames, _, width) = pair.shape();
    let sums = pair.map_indices(0..frames, |t| {
        let error = pair.error_frame(t);
        let mut sums = [Squares::default(); 3];
        if t + 2 < frames {
            sums[0].add_rows(&error, &pair.error_frame(t + 2), width);
        }
        if error.len() > 2 * width {
            sums[1].add_rows(
                &error[..error.len() - 2 * width],
                &error[2 * width..],
                width,
            );
        }
        if width > 2 {
            for row in error.chunks_exact(width) {
                sums[2].add_rows(&row[..width - 2], &row[2..], width);
            }
        }
        sums
    });
    let mut all = [Squares::default(); 3];
    for frame in &sums {
        for (all, frame) in all.iter_mut().zip(frame) {
            all.count += frame.count;
            all.sum.merge(frame.sum);
        }
    }
    let [t, y, x] = all.map(Squares::root_mean);
    Ok(GradientError { t, y, x })
}

#[derive(Debug, Clone, Copy, Default)]
struct Squares {
    count: u64,
    sum: CompensatedSum,
}

impl Squares {
    /// Adds the differences between `before` and `after`, one plain sum per row.
    fn add_rows(&mut self, before: &[f64], after: &[f64], width: usize) {
        for (before, after) in before.chunks(width).zip(after.chunks(width)) {
            let mut row = 0.0;
            for (before, after) in before.iter().zip(after) {
                let difference = (after - before) / 2.0;
                if !difference.is_nan() {
                    row += difference * difference;
                    self.count += 1;
                }
            }
            self.sum.add(row);
        }
    }

    fn root_mean(self) -> Option<f64> {
        (self.count > 0).then(|| (self.sum.value() / self.count as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};

    #[test]
    fn by_hand() {
        let x = Array3::<f32>::zeros((1, 3, 4));
        let mut y = x.clone();
        y[[0, 1, 1]] = 4.0;
        let error = gradient_error(x.view(), y.view()).unwrap();
        // Along x, six differences of which (0,1,3) is −2; along y, four of which none sees row 1.
        assert_eq!(error.x, Some((4.0_f64 / 6.0).sqrt()));
        assert_eq!(error.y, Some(0.0));
        assert_eq!(error.t, None);
    }

    #[test]
    fn along_time_and_with_a_missing_value() {
        let x = arr3(&[[[0.0, f64::NAN]], [[0.0, 0.0]], [[0.0, 0.0]]]);
        let y = arr3(&[[[0.0, f64::NAN]], [[9.0, 9.0]], [[6.0, 6.0]]]);
        let error = gradient_error(x.view(), y.view()).unwrap();
        assert_eq!((error.t, error.y, error.x), (Some(3.0), None, None));
    }
}
