//! A generated field with the grid, the time step and the spectra of hourly ERA5 2 m temperature.
//!
//! The field is the sum of a static texture with a spectrum of k^−1.7, similar to orography;
//! moving planetary waves; small-scale weather with a spectrum of k^−2 that changes slowly; a
//! diurnal cycle that is stronger over land; and noise of 0.05 K.

use std::f64::consts::{FRAC_PI_2, TAU};
use std::sync::Arc;

use ndarray::{Array3, Axis};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlannerScalar};

use super::random::SplitMix64;

/// The wavenumbers of the planetary waves along a circle of latitude.
const WAVENUMBERS: std::ops::Range<i32> = 3..9;
/// The number of frames, ten days, after which the weather is decorrelated.
const DECORRELATION_FRAMES: f64 = 240.0;
/// The standard deviation of the texture in K.
const TEXTURE_DEVIATION: f64 = 6.0;
/// The standard deviation of the weather in K.
const WEATHER_DEVIATION: f64 = 1.5;
/// The standard deviation of the noise in K.
const NOISE_DEVIATION: f64 = 0.05;

/// The size of the field: a global grid with poles in the first and last row, and hourly frames.
#[derive(Clone, Copy, Debug)]
pub(super) struct Era5LikeParameters {
    pub(super) frames: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Default for Era5LikeParameters {
    fn default() -> Self {
        Self {
            frames: 24,
            height: 721,
            width: 1440,
        }
    }
}

/// Generates the temperature in K, of axis order `(time, latitude, longitude)`, from north to
/// south.
pub(super) fn temperature(parameters: &Era5LikeParameters, seed: u64) -> Array3<f32> {
    let Era5LikeParameters {
        frames,
        height,
        width,
    } = *parameters;
    let mut random = SplitMix64::new(seed);
    let transform = RectangularFft::new(height, width);
    let spectrum = |random: &mut SplitMix64, slope: f64| {
        let mut noise: Vec<Complex<f64>> = (0..height * width)
            .map(|_| Complex::new(random.normal(), 0.0))
            .collect();
        transform.forward(&mut noise);
        transform.scale_by_power(&mut noise, slope);
        noise
    };
    let texture = transform.field(spectrum(&mut random, -1.7), TEXTURE_DEVIATION);
    let weather = [-2.0, -2.0].map(|slope| spectrum(&mut random, slope));

    let latitude: Vec<f64> = (0..height)
        .map(|y| FRAC_PI_2 * (1.0 - 2.0 * y as f64 / (height - 1) as f64))
        .collect();
    let longitude: Vec<f64> = (0..width).map(|x| TAU * x as f64 / width as f64).collect();
    let mut field = Array3::zeros((frames, height, width));
    for (hour, mut frame) in field.axis_iter_mut(Axis(0)).enumerate() {
        let hour = hour as f64;
        let (sin, cos) = (3.0 * FRAC_PI_2 * hour / DECORRELATION_FRAMES).sin_cos();
        let now = weather[0].iter().zip(&weather[1]);
        let now = now.map(|(a, b)| a * cos + b * sin).collect();
        let now = transform.field(now, WEATHER_DEVIATION);
        for ((y, x), value) in frame.indexed_iter_mut() {
            let (phi, lambda) = (latitude[y], longitude[x]);
            let index = y * width + x;
            let waves: f64 = WAVENUMBERS
                .map(f64::from)
                .map(|n| {
                    let along = (n * lambda - 0.02 * n * hour + n).cos();
                    3.0 / n * along * phi.cos().powi(2) * (2.0 * phi + n).sin()
                })
                .sum();
            let amplitude = if texture[index] > 1.0 { 10.0 } else { 2.0 };
            let sun = (lambda + TAU * hour / 24.0).cos().max(0.0) * phi.cos();
            let smooth = 288.0 - 40.0 * phi.sin().powi(2) + waves + amplitude * sun;
            let rough = texture[index] + now[index] + NOISE_DEVIATION * random.normal();
            *value = (smooth + rough) as f32;
        }
    }
    field
}

/// Fourier transforms of arrays of height × width.
///
/// They use scalar arithmetic, so that results are the same on all machines.
struct RectangularFft {
    height: usize,
    width: usize,
    rows: [Arc<dyn Fft<f64>>; 2],
    columns: [Arc<dyn Fft<f64>>; 2],
}

impl RectangularFft {
    /// Plans transforms of arrays of height × width.
    fn new(height: usize, width: usize) -> Self {
        let mut planner = FftPlannerScalar::new();
        let mut both = |n| [planner.plan_fft_forward(n), planner.plan_fft_inverse(n)];
        Self {
            height,
            width,
            rows: both(width),
            columns: both(height),
        }
    }

    /// Computes the forward transform, without normalization.
    fn forward(&self, values: &mut Vec<Complex<f64>>) {
        self.rows[0].process(values);
        *values = transposed(values, self.width);
        self.columns[0].process(values);
        *values = transposed(values, self.height);
    }

    /// Returns the real part of the inverse transform, scaled to a standard deviation.
    fn field(&self, mut spectrum: Vec<Complex<f64>>, deviation: f64) -> Vec<f64> {
        self.rows[1].process(&mut spectrum);
        let mut transposed_values = transposed(&spectrum, self.width);
        self.columns[1].process(&mut transposed_values);
        let values: Vec<f64> = transposed(&transposed_values, self.height)
            .iter()
            .map(|value| value.re)
            .collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let scale = deviation / (squares / count).sqrt();
        values.iter().map(|value| value * scale).collect()
    }

    /// Scales each wave by a power of its wavenumber. The mean is unchanged.
    fn scale_by_power(&self, spectrum: &mut [Complex<f64>], power: f64) {
        let signed = |i: usize, n: usize| i as f64 - if i > n / 2 { n as f64 } else { 0.0 };
        for (index, value) in spectrum.iter_mut().enumerate() {
            let ky = signed(index / self.width, self.height);
            let k = ky.hypot(signed(index % self.width, self.width));
            if k > 0.0 {
                *value *= k.powf(power);
            }
        }
    }
}

/// Returns the transposed array.
fn transposed(values: &[Complex<f64>], width: usize) -> Vec<Complex<f64>> {
    let height = values.len() / width.max(1);
    let mut transposed_values = Vec::with_capacity(values.len());
    for x in 0..width {
        transposed_values.extend((0..height).map(|y| values[y * width + x]));
    }
    transposed_values
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Era5LikeParameters = Era5LikeParameters {
        frames: 24,
        height: 37,
        width: 72,
    };

    #[test]
    fn the_transform_of_a_wave_has_one_peak_and_is_invertible() {
        let transform = RectangularFft::new(6, 10);
        let at = |index: usize| {
            let (y, x) = (index / 10, index % 10);
            (TAU * (2.0 * x as f64 / 10.0 + y as f64 / 6.0)).cos()
        };
        let wave: Vec<f64> = (0..60).map(at).collect();
        let mut spectrum = wave.iter().map(|&x| Complex::new(x, 0.0)).collect();
        transform.forward(&mut spectrum);
        assert!((spectrum[10 + 2].re - 30.0).abs() < 1e-9);
        transform.scale_by_power(&mut spectrum, -1.0);
        assert!((spectrum[10 + 2].re - 30.0 / 5.0_f64.sqrt()).abs() < 1e-9);
        // The standard deviation of a cosine is √½.
        let back = transform.field(spectrum, 0.5_f64.sqrt());
        assert!(wave.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-9));
    }

    #[test]
    fn the_poles_are_cold_and_land_has_warm_days() {
        let field = temperature(&SMALL, 7);
        let mean = |y: usize| field.index_axis(Axis(1), y).mean().unwrap();
        assert!(mean(18) > mean(0) + 20.0 && mean(18) > mean(36) + 20.0);
        assert!(field.iter().all(|x| (180.0..340.0).contains(x)));
        // The diurnal cycle at the equator is 10 K over land and 2 K over the sea.
        let swing = |(y, x): (usize, usize)| {
            let day: Vec<f32> = (0..24).map(|t| field[[t, y, x]]).collect();
            day.iter().copied().fold(f32::MIN, f32::max)
                - day.iter().copied().fold(f32::MAX, f32::min)
        };
        let places = (8..29).flat_map(|y| (0..72).map(move |x| (y, x)));
        let swings: Vec<f32> = places.map(swing).collect();
        let land = swings.iter().filter(|swing| **swing > 6.0).count();
        assert!((100..1400).contains(&land), "{land}");
        assert!(swings.iter().all(|swing| (0.5..15.0).contains(swing)));
    }

    #[test]
    fn fields_depend_only_on_the_seed() {
        assert_eq!(temperature(&SMALL, 1), temperature(&SMALL, 1));
        assert_ne!(temperature(&SMALL, 1), temperature(&SMALL, 2));
    }
}
