//! Whether the error is white.

use ndarray::ArrayView3;

use crate::frames::{CompensatedSum, FramePair};
use crate::{Element, ErrorMetrics, MetricsError};

/// Autocorrelation at lag 1 of the error `e = x̂ − x` along each axis.
///
/// Near 0 for white error, which averages out; near 1 for an error that hangs together and can be
/// mistaken for signal. `None` for an axis of length 1 or without two valid neighbors, and for all
/// axes when the error is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ErrorAutocorrelation {
    /// Along time.
    pub t: Option<f64>,
    /// Along y.
    pub y: Option<f64>,
    /// Along x.
    pub x: Option<f64>,
}

/// The error's autocorrelation at lag 1 of two fields with axes `(time, y, x)`, along each axis:
/// mean((eᵢ − ē)(eᵢ₊₁ − ē)) / mean((e − ē)²), as in Z-checker (Tao et al., *IJHPCA* 33, 2019).
///
/// The first mean goes over the valid neighbors, the second over all valid values, so that small
/// fields can leave −1..=1 a little.
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] when the shapes differ;
/// - [`MetricsError::ValidityMismatch`] when a value is finite in one field only;
/// - [`MetricsError::NoValidValues`] when nothing is finite, or the fields are empty.
pub fn error_autocorrelation<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<ErrorAutocorrelation, MetricsError> {
    let mean = ErrorMetrics::between(original, reconstruction)?.bias;
    let pair = FramePair::new(original, reconstruction)?;
    let (frames, _, width) = pair.shape();
    let deviations = |t| {
        let mut error = pair.error_frame(t);
        for e in &mut error {
            *e -= mean;
        }
        error
    };
    let sums = pair.map_indices(0..frames, |t| {
        let error = deviations(t);
        let mut sums = [Products::default(); 4];
        sums[0].add_rows(&error, &error, width);
        if t + 1 < frames {
            sums[1].add_rows(&error, &deviations(t + 1), width);
        }
        sums[2].add_rows(&error[..error.len() - width], &error[width..], width);
        for row in error.chunks_exact(width) {
            sums[3].add_rows(&row[..width - 1], &row[1..], width);
        }
        sums
    });
    let mut all = [Products::default(); 4];
    for frame in &sums {
        for (all, frame) in all.iter_mut().zip(frame) {
            all.count += frame.count;
            all.sum.merge(frame.sum);
        }
    }
    let [variance, t, y, x] = all.map(Products::mean);
    let relative = |products: Option<f64>| Some(products? / variance.filter(|v| *v > 0.0)?);
    Ok(ErrorAutocorrelation {
        t: relative(t),
        y: relative(y),
        x: relative(x),
    })
}

#[derive(Debug, Clone, Copy, Default)]
struct Products {
    count: u64,
    sum: CompensatedSum,
}

impl Products {
    /// Adds the products of `one` and `next`, one plain sum per row.
    fn add_rows(&mut self, one: &[f64], next: &[f64], width: usize) {
        for (one, next) in one.chunks(width).zip(next.chunks(width)) {
            let mut row = 0.0;
            for (one, next) in one.iter().zip(next) {
                let product = one * next;
                if !product.is_nan() {
                    row += product;
                    self.count += 1;
                }
            }
            self.sum.add(row);
        }
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum.value() / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};

    #[test]
    fn a_chessboard_along_x_and_steps_along_time() {
        let x = Array3::<f32>::zeros((2, 1, 4));
        let y = Array3::from_shape_fn((2, 1, 4), |(_, _, i)| if i % 2 == 0 { 1.0 } else { -1.0 });
        let r = error_autocorrelation(x.view(), y.view()).unwrap();
        assert_eq!((r.t, r.y, r.x), (Some(1.0), None, Some(-1.0)));
    }

    #[test]
    fn by_hand_with_a_missing_value() {
        let x = arr3(&[[[0.0, 0.0, 0.0, f64::NAN, 0.0]]]);
        let y = arr3(&[[[1.0, 2.0, 3.0, f64::NAN, 2.0]]]);
        // ē = 2; deviations −1, 0, 1, _, 0; both neighboring products are 0.
        let r = error_autocorrelation(x.view(), y.view()).unwrap();
        assert_eq!(r.x, Some(0.0));
        let y = arr3(&[[[3.0, 3.0, 0.0, f64::NAN, 2.0]]]);
        // Deviations 1, 1, −2, _, 0: (1 − 2)/2 over 6/4.
        let r = error_autocorrelation(x.view(), y.view()).unwrap();
        assert!((r.x.unwrap() + 1.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn the_same_error_everywhere_has_none() {
        let x = Array3::<f32>::zeros((2, 2, 2));
        let r = error_autocorrelation(x.view(), x.view()).unwrap();
        assert_eq!((r.t, r.y, r.x), (None, None, None));
    }
}
