//! Which scales are kept.

use ndarray::{ArrayView2, ArrayView3};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::sync::Arc;

use crate::frames::{CompensatedSum, FramePair};
use crate::{Element, MetricsError};

/// The radial power spectra of two fields, averaged over the frames.
///
/// Index `i` of each vector belongs to the wavenumber `r = i + 1`: waves per length of the longer
/// side of a frame. The last one is half that side, the shortest wave that the grid holds. The mean
/// of a frame (wavenumber 0) is left to [`bias`](crate::ErrorMetrics::bias).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SpectralError {
    /// Mean power P(r) of the original, in the field's unit squared.
    pub original: Vec<f64>,
    /// Mean power P̂(r) of the reconstruction, in the field's unit squared.
    pub reconstruction: Vec<f64>,
    /// mean (P(r) − P̂(r))² over the wavenumbers of all frames, in the field's unit to the fourth.
    pub mean_square: f64,
    /// Values that were missing, and filled with their frame's mean in both fields.
    pub filled: u64,
}

impl SpectralError {
    /// P̂(r)/P(r): under 1 where the reconstruction is smoother than the original, over 1 where it
    /// has noise. NaN where both have no power.
    #[must_use]
    pub fn ratio(&self) -> Vec<f64> {
        let pairs = self.reconstruction.iter().zip(&self.original);
        pairs.map(|(y, x)| y / x).collect()
    }
}

/// The radial power spectra of two fields with axes `(time, y, x)`, and how far they are apart.
///
/// Of each frame of `h × w` the original's mean is taken, and with the discrete Fourier transform
/// `F`, P(r) is the mean of |F(kᵧ, kₓ)|² / (hw)² over the waves of radius
/// `r = round(L · √((kᵧ/h)² + (kₓ/w)²))`, `L = max(h, w)`: rings of equal wavelength in grid steps,
/// whatever the frame's shape. The corners beyond `r = L/2` are left out. No window is applied, so
/// the spectrum of a field that is not periodic has its jump at the edges in it, in both alike.
///
/// A missing value is filled with its frame's mean in both, which brings the ratio nearer to 1.
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] when the shapes differ;
/// - [`MetricsError::FrameTooSmall`] when a frame is a single value;
/// - [`MetricsError::ValidityMismatch`] when a value is finite in one field only;
/// - [`MetricsError::NoValidValues`] when nothing is finite, or the fields are empty.
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
            needed: "a wave takes 2 points",
        });
    }
    pair.check_validity()?;
    let plan = Plan::new(height, width);
    let spectra = pair.map_frames(|x, y| plan.spectra(x, y));

    let rings = plan.waves.len();
    let mut sums = vec![[CompensatedSum::default(); 2]; rings];
    let mut square = CompensatedSum::default();
    let mut filled = 0;
    for frame in &spectra {
        filled += frame.filled;
        for (r, sums) in sums.iter_mut().enumerate() {
            let (x, y) = (frame.original[r], frame.reconstruction[r]);
            sums[0].add(x);
            sums[1].add(y);
            square.add((x - y) * (x - y));
        }
    }
    let mean = |which: usize| -> Vec<f64> {
        let means = sums.iter().map(|sums| sums[which].value() / frames as f64);
        means.collect()
    };
    Ok(SpectralError {
        original: mean(0),
        reconstruction: mean(1),
        mean_square: square.value() / (frames * rings) as f64,
        filled,
    })
}

struct FrameSpectra {
    original: Vec<f64>,
    reconstruction: Vec<f64>,
    filled: u64,
}

/// What all frames of one shape share.
struct Plan {
    height: usize,
    width: usize,
    along_y: Arc<dyn Fft<f64>>,
    along_x: Arc<dyn Fft<f64>>,
    /// Number of waves in each ring, from wavenumber 1.
    waves: Vec<u64>,
}

impl Plan {
    fn new(height: usize, width: usize) -> Self {
        let mut planner = FftPlanner::new();
        let mut plan = Self {
            height,
            width,
            along_y: planner.plan_fft_forward(height),
            along_x: planner.plan_fft_forward(width),
            waves: vec![0; height.max(width) / 2],
        };
        for y in 0..height {
            for x in 0..width {
                if let Some(ring) = plan.ring(y, x) {
                    plan.waves[ring] += 1;
                }
            }
        }
        plan
    }

    /// Where a wave is counted, `None` for the mean and the corners.
    fn ring(&self, y: usize, x: usize) -> Option<usize> {
        let cycles = |k: usize, n: usize| k.min(n - k) as f64 / n as f64;
        let radius = cycles(y, self.height).hypot(cycles(x, self.width));
        let r = (radius * self.height.max(self.width) as f64).round() as usize;
        r.checked_sub(1).filter(|&ring| ring < self.waves.len())
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

        let mut power = vec![0.0; self.waves.len()];
        for (x, column) in columns.chunks_exact(self.height).enumerate() {
            for (y, value) in column.iter().enumerate() {
                if let Some(ring) = self.ring(y, x) {
                    power[ring] += value.norm_sqr();
                }
            }
        }
        let values = (self.height * self.width) as f64;
        for (power, waves) in power.iter_mut().zip(&self.waves) {
            // Every ring holds a wave: those along the longer side alone reach each of them.
            *power /= *waves as f64 * values * values;
        }
        power
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;
    use std::f64::consts::TAU;

    /// Cosines of 2 waves (amplitude 4) and of 6 waves (amplitude `fine`) along x, about 100.
    fn waves(fine: f64) -> Array3<f64> {
        Array3::from_shape_fn((3, 1, 16), |(_, _, x)| {
            let phase = TAU * x as f64 / 16.0;
            100.0 + 4.0 * (2.0 * phase).cos() + fine * (6.0 * phase).cos()
        })
    }

    #[test]
    fn by_hand() {
        let s = spectral_error(waves(2.0).view(), waves(1.0).view()).unwrap();
        assert_eq!((s.original.len(), s.filled), (8, 0));
        // A cosine of amplitude a is two waves of |F|²/N² = a²/4 in a ring of two.
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(s.original[1], 4.0) && near(s.reconstruction[1], 4.0));
        assert!(near(s.original[5], 1.0) && near(s.reconstruction[5], 0.25));
        assert!(near(s.ratio()[5], 0.25));
        assert!(near(s.mean_square, 0.75 * 0.75 / 8.0));
    }

    #[test]
    fn rings_have_one_wavelength_whatever_the_shape() {
        // 3 waves along the side of 12 and 6 along that of 24 are 4 steps long each: r = 6.
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
