//! Generated two-dimensional turbulence: the vorticity of a decaying flow in a periodic box.
//!
//! The vorticity equation ∂ω/∂t + u·∇ω = ν∇²ω is solved pseudo-spectrally (Canuto et al.,
//! "Spectral Methods in Fluid Dynamics", 1988). Derivatives are computed in wavenumbers and
//! products in space. The upper third of the wavenumbers is cut off to avoid aliasing. Viscosity
//! is integrated exactly, and advection by the second-order scheme of Adams and Bashforth.

use std::sync::Arc;

use ndarray::Array3;
use rayon::prelude::*;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlannerScalar};

use super::random::SplitMix64;

/// The parameters of the flow. The width of the box is 2π, and the initial RMS vorticity is 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct TurbulenceParameters {
    /// The number of points along each side, a power of two.
    pub(super) points: usize,
    pub(super) frames: usize,
    /// The number of steps before the first frame, in which random phases become eddies and
    /// filaments.
    pub(super) spin_up: usize,
    pub(super) steps_per_frame: usize,
    pub(super) step: f64,
    pub(super) viscosity: f64,
    /// The wavenumber of the initial eddies.
    pub(super) wavenumber: f64,
}

impl Default for TurbulenceParameters {
    fn default() -> Self {
        Self {
            points: 256,
            frames: 200,
            spin_up: 200,
            steps_per_frame: 6,
            step: 0.025,
            viscosity: 1e-4,
            wavenumber: 12.0,
        }
    }
}

/// Generates the vorticity, of axis order `(time, y, x)`.
pub(super) fn vorticity(parameters: &TurbulenceParameters, seed: u64) -> Array3<f32> {
    let mut flow = Flow::new(parameters);
    flow.spectrum = first_spectrum(parameters, &flow.wavenumbers, seed);
    for _ in 0..parameters.spin_up {
        flow.advance();
    }
    let n = parameters.points;
    let mut frames = Vec::with_capacity(parameters.frames * n * n);
    for _ in 0..parameters.frames {
        frames.extend(flow.vorticity().iter().map(|value| value.re as f32));
        for _ in 0..parameters.steps_per_frame {
            flow.advance();
        }
    }
    Array3::from_shape_fn((parameters.frames, n, n), |(t, y, x)| {
        frames[(t * n + y) * n + x]
    })
}

/// Returns the initial spectrum: random phases, amplitudes in a ring around one wavenumber, RMS 1.
fn first_spectrum(
    parameters: &TurbulenceParameters,
    wavenumbers: &Wavenumbers,
    seed: u64,
) -> Vec<Complex<f64>> {
    let n = parameters.points;
    let mut random = SplitMix64::new(seed);
    let mut noise: Vec<Complex<f64>> = (0..n * n)
        .map(|_| Complex::new(random.between(-1.0, 1.0), 0.0))
        .collect();
    // The transform of real noise has the symmetry of a real vorticity.
    let transform = SquareFft::new(n);
    transform.forward(&mut noise);
    for (value, (kx, ky)) in noise.iter_mut().zip(wavenumbers.iter()) {
        let distance = (kx.hypot(ky) - parameters.wavenumber) / (0.25 * parameters.wavenumber);
        *value *= (-0.5 * distance * distance).exp();
    }
    noise[0] = Complex::ZERO;
    // The factor follows from Parseval's theorem for a transform without normalization.
    let squares: f64 = noise.iter().map(Complex::norm_sqr).sum();
    let scale = (n * n) as f64 / squares.sqrt();
    noise.iter().map(|value| value * scale).collect()
}

/// The wavenumbers of the elements of a spectrum.
struct Wavenumbers {
    /// The wavenumbers along one axis: 0, 1, …, −2, −1.
    axis: Vec<f64>,
}

impl Wavenumbers {
    /// Returns the wavenumbers of arrays of n×n.
    fn new(n: usize) -> Self {
        let signed = |i: usize| {
            if i <= n / 2 {
                i as f64
            } else {
                i as f64 - n as f64
            }
        };
        Self {
            axis: (0..n).map(signed).collect(),
        }
    }

    /// Returns the pairs `(kx, ky)` row by row.
    fn iter(&self) -> impl Iterator<Item = (f64, f64)> {
        self.axis
            .iter()
            .flat_map(|&ky| self.axis.iter().map(move |&kx| (kx, ky)))
    }
}

/// Fourier transforms of square arrays.
///
/// They use scalar arithmetic, so that results are the same on all machines.
struct SquareFft {
    n: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl SquareFft {
    /// Plans transforms of arrays of n×n.
    fn new(n: usize) -> Self {
        let mut planner = FftPlannerScalar::new();
        Self {
            n,
            forward: planner.plan_fft_forward(n),
            inverse: planner.plan_fft_inverse(n),
        }
    }

    /// Computes the forward transform, without normalization.
    fn forward(&self, values: &mut [Complex<f64>]) {
        self.both_axes(values, self.forward.as_ref());
    }

    /// Reverses [`forward`](Self::forward).
    fn inverse(&self, values: &mut [Complex<f64>]) {
        self.both_axes(values, self.inverse.as_ref());
        let scale = 1.0 / (self.n * self.n) as f64;
        values.iter_mut().for_each(|value| *value *= scale);
    }

    /// Transforms rows, then columns.
    fn both_axes(&self, values: &mut [Complex<f64>], fft: &dyn Fft<f64>) {
        for _ in 0..2 {
            let rows = self.n * self.n.div_ceil(8);
            values
                .par_chunks_mut(rows)
                .for_each(|rows| fft.process(rows));
            self.transpose(values);
        }
    }

    /// Transposes the array in place.
    fn transpose(&self, values: &mut [Complex<f64>]) {
        for i in 0..self.n {
            for j in 0..i {
                values.swap(i * self.n + j, j * self.n + i);
            }
        }
    }
}

/// A flow in a periodic square of side 2π.
struct Flow {
    transform: SquareFft,
    wavenumbers: Wavenumbers,
    /// The spectrum of the vorticity.
    spectrum: Vec<Complex<f64>>,
    /// The advection of the previous step.
    previous: Option<Vec<Complex<f64>>>,
    /// The factor by which viscosity reduces each wave in one step; 0 for waves that are cut off.
    decay: Vec<f64>,
    step: f64,
}

impl Flow {
    /// Creates a fluid at rest.
    fn new(parameters: &TurbulenceParameters) -> Self {
        let n = parameters.points;
        let wavenumbers = Wavenumbers::new(n);
        let max_wavenumber = n as f64 / 3.0;
        let decay = wavenumbers
            .iter()
            .map(|(kx, ky)| {
                if kx.abs() > max_wavenumber || ky.abs() > max_wavenumber {
                    0.0
                } else {
                    (-parameters.viscosity * (kx * kx + ky * ky) * parameters.step).exp()
                }
            })
            .collect();
        Self {
            transform: SquareFft::new(n),
            wavenumbers,
            spectrum: vec![Complex::ZERO; n * n],
            previous: None,
            decay,
            step: parameters.step,
        }
    }

    /// Returns the vorticity in space.
    fn vorticity(&self) -> Vec<Complex<f64>> {
        let mut values = self.spectrum.clone();
        self.transform.inverse(&mut values);
        values
    }

    /// Returns the advection −u·∇ω in wavenumbers.
    fn advection(&self) -> Vec<Complex<f64>> {
        let i = Complex::I;
        // Each inverse transform computes two real fields: u + iv, and ∂ω/∂x + i∂ω/∂y.
        let (mut velocity, mut gradient): (Vec<_>, Vec<_>) = self
            .spectrum
            .iter()
            .zip(self.wavenumbers.iter())
            .map(|(&vorticity, (kx, ky))| {
                let square = kx * kx + ky * ky;
                let stream = if square > 0.0 {
                    vorticity / square
                } else {
                    Complex::ZERO
                };
                let (u, v) = (i * ky * stream, -i * kx * stream);
                let (dx, dy) = (i * kx * vorticity, i * ky * vorticity);
                (u + i * v, dx + i * dy)
            })
            .unzip();
        self.transform.inverse(&mut velocity);
        self.transform.inverse(&mut gradient);
        for (u, slope) in velocity.iter_mut().zip(&gradient) {
            *u = Complex::new(-(u.re * slope.re + u.im * slope.im), 0.0);
        }
        self.transform.forward(&mut velocity);
        velocity
    }

    /// Advances the flow by one step of Adams and Bashforth, with exact viscosity.
    fn advance(&mut self) {
        let current = self.advection();
        // The first step is an Euler step.
        let previous = self.previous.take();
        for (index, (value, &decay)) in self.spectrum.iter_mut().zip(&self.decay).enumerate() {
            let change = match &previous {
                Some(previous) => 1.5 * current[index] - 0.5 * decay * previous[index],
                None => current[index],
            };
            *value = decay * (*value + self.step * change);
        }
        self.previous = Some(current);
    }
}

/// Returns the spectrum of the vorticity 2 cos x cos y, whose advection is zero.
#[cfg(test)]
fn taylor_green(n: usize) -> Vec<Complex<f64>> {
    let at = |i: usize| (std::f64::consts::TAU * i as f64 / n as f64).cos();
    let mut values: Vec<Complex<f64>> = (0..n * n)
        .map(|index| Complex::new(2.0 * at(index / n) * at(index % n), 0.0))
        .collect();
    SquareFft::new(n).forward(&mut values);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: TurbulenceParameters = TurbulenceParameters {
        points: 32,
        frames: 6,
        spin_up: 20,
        steps_per_frame: 5,
        step: 0.02,
        viscosity: 2e-3,
        wavenumber: 4.0,
    };

    #[test]
    fn a_taylor_green_vortex_decays_exponentially() {
        let mut flow = Flow::new(&SMALL);
        flow.spectrum = taylor_green(SMALL.points);
        let first = flow.vorticity();
        for _ in 0..100 {
            flow.advance();
        }
        // ω(t) = ω(0) exp(−2νt).
        let remaining = (-2.0 * SMALL.viscosity * 100.0 * SMALL.step).exp();
        for (a, b) in first.iter().zip(flow.vorticity()) {
            assert!((a.re * remaining - b.re).abs() < 1e-12, "{a} {b}");
        }
    }

    #[test]
    fn enstrophy_decreases_and_the_mean_stays_zero() {
        let field = vorticity(&SMALL, 3);
        let mut previous = f64::INFINITY;
        for frame in field.outer_iter() {
            let mean = |f: fn(f64) -> f64| {
                frame.iter().map(|&x| f(f64::from(x))).sum::<f64>() / frame.len() as f64
            };
            assert!(mean(|x| x).abs() < 1e-6);
            let enstrophy = mean(|x| x * x);
            assert!(enstrophy < previous && enstrophy > 0.1, "{enstrophy}");
            previous = enstrophy;
        }
    }

    #[test]
    fn fields_depend_only_on_the_seed() {
        assert_eq!(vorticity(&SMALL, 1), vorticity(&SMALL, 1));
        assert_ne!(vorticity(&SMALL, 1), vorticity(&SMALL, 2));
    }
}
