//! The error of power spectra.

use ndarray::{ArrayView2, ArrayView3};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::sync::Arc;

use crate::frames::{CompensatedSum, FramePair};
use crate::{Element, MetricsError};

/// The radial power spectra of two fields, averaged over the frames.
///
/// Index `i` of each vector is the wavenumber `r = i + 1`, in waves per length of the longer side
/// of a frame. The last wavenumber is half that side, which is the shortest wave on the grid. The
/// mean of a frame (wavenumber 0) is not included; see [`bias`](crate::ErrorMetrics::bias).
///
/// See the example of [`spectral_error`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SpectralError {
    /// The mean power P(r) of the original, in the field's unit squared.
    pub original: Vec<f64>,
    /// The mean power P̂(r) of the reconstruction, in the field's unit squared.
    pub reconstruction: Vec<f64>,
    /// The mean of (P(r) − P̂(r))² over the wavenumbers of all frames, in the field's unit to the
    /// fourth power.
    pub mean_square: f64,
    /// The number of missing values, which were replaced by the mean of their frame in both
    /// fields.
    pub filled: u64,
}

impl SpectralError {
    /// Returns P̂(r)/P(r) of each wavenumber.
    ///
    /// The ratio is below 1 if the reconstruction is smoother than the original, above 1 if it has
    /// additional noise, and NaN if neither has power.
    #[must_use]
    pub fn ratio(&self) -> Vec<f64> {
        let pairs = self.reconstruction.iter().zip(&self.original);
        pairs.map(|(y, x)| y / x).collect()
    }
}

/// Computes the radial power spectra of two fields with axes `(time, y, x)`, and their difference.
///
/// The mean of the original is subtracted from each frame of `h × w` values. With the discrete
/// Fourier transform `F`, P(r) is the mean of |F(kᵧ, kₓ)|² / (hw)² over the waves of radius
/// `r = round(L · √((kᵧ/h)² + (kₓ/w)²))`, with `L = max(h, w)`. A ring therefore contains waves of
/// equal length in grid steps, whatever the shape of the frame. Waves in the corners, with
/// `r > L/2`, are ignored. No window is applied, so the spectra of a field that is not periodic
/// both include the jump at its edges.
///
/// A missing value is replaced by the mean of its frame in both fields, which brings the ratio of
/// the spectra closer to 1.
///
/// ```
/// use fieldreel_metrics::spectral_error;
/// use ndarray::array;
///
/// // The amplitude of a wave of wavenumber 2 is halved.
/// let original = array![[[1.0, -1.0, 1.0, -1.0]]];
/// let reconstruction = array![[[0.5, -0.5, 0.5, -0.5]]];
/// let error = spectral_error(original.view(), reconstruction.view())?;
/// assert_eq!(error.original, [0.0, 1.0]);
/// assert_eq!(error.ratio()[1], 0.25);
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] if the shapes differ;
/// - [`MetricsError::FrameTooSmall`] if a frame is a single value;
/// - [`MetricsError::ValidityMismatch`] if a value is finite in only one field;
/// - [`MetricsError::NoValidValues`] if no value is finite, or the fields are empty.
pub fn spectral_error<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<SpectralError, MetricsError> {
    let pair = FramePair::new(original, reconstruction)?;
    let (frames, height, width) = pair.shape();
    if height.max(width) < 2 {
        return Err(MetricsError::FrameTooSmall {
            height,
            width,
            needed: "a wave needs 2 points",
        });
    }
    pair.check_validity()?;
    let plan = SpectrumPlan::new(height, width);
    let spectra = pair.map_frames(|x, y| plan.spectra(x, y));

    let rings = plan.ring_sizes.len();
    let mut sums = vec![[CompensatedSum::default(); 2]; rings];
    let mut square_sum = CompensatedSum::default();
    let mut filled = 0;
    for frame in &spectra {
        filled += frame.filled;
        for (r, sums) in sums.iter_mut().enumerate() {
            let (x, y) = (frame.original[r], frame.reconstruction[r]);
            sums[0].add(x);
            sums[1].add(y);
            square_sum.add((x - y) * (x - y));
        }
    }
    let mean_spectrum = |field: usize| -> Vec<f64> {
        let means = sums.iter().map(|sums| sums[field].value() / frames as f64);
        means.collect()
    };
    Ok(SpectralError {
        original: mean_spectrum(0),
        reconstruction: mean_spectrum(1),
        mean_square: square_sum.value() / (frames * rings) as f64,
        filled,
    })
}

/// The power spectra of one frame.
struct FrameSpectra {
    original: Vec<f64>,
    reconstruction: Vec<f64>,
    filled: u64,
}

/// The Fourier transforms and rings of frames of one shape.
struct SpectrumPlan {
    height: usize,
    width: usize,
    along_y: Arc<dyn Fft<f64>>,
    along_x: Arc<dyn Fft<f64>>,
    /// The number of waves in each ring, from wavenumber 1 on.
    ring_sizes: Vec<u64>,
}

impl SpectrumPlan {
    fn new(height: usize, width: usize) -> Self {
        let mut planner = FftPlanner::new();
        let mut plan = Self {
            height,
            width,
            along_y: planner.plan_fft_forward(height),
            along_x: planner.plan_fft_forward(width),
            ring_sizes: vec![0; height.max(width) / 2],
        };
        for y in 0..height {
            for x in 0..width {
                if let Some(ring) = plan.ring_index(y, x) {
                    plan.ring_sizes[ring] += 1;
                }
            }
        }
        plan
    }

    /// Returns the index of the ring of a wave, or `None` for the mean and the corners.
    fn ring_index(&self, y: usize, x: usize) -> Option<usize> {
        let cycles = |k: usize, n: usize| k.min(n - k) as f64 / n as f64;
        let radius = cycles(y, self.height).hypot(cycles(x, self.width));
        let r = (radius * self.height.max(self.width) as f64).round() as usize;
        r.checked_sub(1)
            .filter(|&ring| ring < self.ring_sizes.len())
    }

    fn spectra<T: Element>(
        &self,
        original: ArrayView2<'_, T>,
        reconstruction: ArrayView2<'_, T>,
    ) -> FrameSpectra {
        let mut sum = CompensatedSum::default();
        let mut valid = 0_u64;
        for v in original
            .iter()
            .map(|v| v.to_f64())
            .filter(|v| v.is_finite())
        {
            sum.add(v);
            valid += 1;
        }
        let mean = if valid == 0 {
            0.0
        } else {
            sum.value() / valid as f64
        };
        FrameSpectra {
            original: self.spectrum(original, mean),
            reconstruction: self.spectrum(reconstruction, mean),
            filled: original.len() as u64 - valid,
        }
    }

    fn spectrum<T: Element>(&self, frame: ArrayView2<'_, T>, mean: f64) -> Vec<f64> {
        let values = frame.iter().map(|v| v.to_f64() - mean);
        let mut rows: Vec<Complex<f64>> = values
            .map(|v| Complex::new(if v.is_finite() { v } else { 0.0 }, 0.0))
            .collect();
        self.along_x.process(&mut rows);
        let mut columns = vec![Complex::default(); rows.len()];
        for (y, row) in rows.chunks_exact(self.width).enumerate() {
            for (x, value) in row.iter().enumerate() {
                columns[x * self.height + y] = *value;
            }
        }
        self.along_y.process(&mut columns);

        let mut power = vec![0.0; self.ring_sizes.len()];
        for (x, column) in columns.chunks_exact(self.height).enumerate() {
            for (y, value) in column.iter().enumerate() {
                if let Some(ring) = self.ring_index(y, x) {
                    power[ring] += value.norm_sqr();
                }
            }
        }
        let values = (self.height * self.width) as f64;
        for (power, ring_size) in power.iter_mut().zip(&self.ring_sizes) {
            // No ring is empty: each contains a wave along the longer side.
            *power /= *ring_size as f64 * values * values;
        }
        power
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;
    use std::f64::consts::TAU;

    /// Returns a field around 100 with 2 waves of amplitude 4 and 6 waves of amplitude `fine`.
    fn waves(fine: f64) -> Array3<f64> {
        Array3::from_shape_fn((3, 1, 16), |(_, _, x)| {
            let phase = TAU * x as f64 / 16.0;
            100.0 + 4.0 * (2.0 * phase).cos() + fine * (6.0 * phase).cos()
        })
    }

    #[test]
    fn spectra_match_values_computed_by_hand() {
        let s = spectral_error(waves(2.0).view(), waves(1.0).view()).unwrap();
        assert_eq!((s.original.len(), s.filled), (8, 0));
        // A cosine of amplitude a is two waves of |F|²/N² = a²/4, in a ring of two waves.
        let is_close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(is_close(s.original[1], 4.0) && is_close(s.reconstruction[1], 4.0));
        assert!(is_close(s.original[5], 1.0) && is_close(s.reconstruction[5], 0.25));
        assert!(is_close(s.ratio()[5], 0.25));
        assert!(is_close(s.mean_square, 0.75 * 0.75 / 8.0));
    }

    #[test]
    fn rings_have_the_same_wavelength_along_both_sides() {
        // 3 waves along the side of 12 and 6 waves along the side of 24 are all 4 steps long, so
        // r = 6.
        let along_y = Array3::from_shape_fn((1, 12, 24), |(_, y, _)| (TAU * y as f64 / 4.0).sin());
        let along_x = Array3::from_shape_fn((1, 12, 24), |(_, _, x)| (TAU * x as f64 / 4.0).sin());
        let s = spectral_error(along_y.view(), along_x.view()).unwrap();
        assert!((s.original[5] - s.reconstruction[5]).abs() < 1e-12);
        assert!(s.original[5] > 0.01 && s.mean_square < 1e-24);
    }

    #[test]
    fn identical_fields_have_no_error() {
        let x = Array3::from_shape_fn((2, 7, 9), |(t, y, x)| ((t + 3 * y + x * x) as f32).sin());
        let s = spectral_error(x.view(), x.view()).unwrap();
        assert_eq!(s.mean_square, 0.0);
        assert!(s.ratio().iter().all(|r| *r == 1.0));
    }

    #[test]
    fn missing_values_are_filled_and_counted() {
        let mut x = waves(2.0);
        x[[1, 0, 3]] = f64::NAN;
        let s = spectral_error(x.view(), x.view()).unwrap();
        assert_eq!((s.filled, s.mean_square), (1, 0.0));
        assert!(s.original.iter().all(|p| p.is_finite()));
    }

    #[test]
    fn a_single_value_has_no_waves() {
        let x = Array3::<f32>::zeros((5, 1, 1));
        assert!(matches!(
            spectral_error(x.view(), x.view()),
            Err(MetricsError::FrameTooSmall { .. })
        ));
    }
}
