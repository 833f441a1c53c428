//! Two-dimensional turbulence: the vorticity of a decaying flow in a periodic box.
//!
//! The vorticity equation ∂ω/∂t + u·∇ω = ν∇²ω is solved pseudo-spectrally (Canuto et al., "Spectral
//! Methods in Fluid Dynamics", 1988): derivatives in wavenumbers, products in space, the upper third
//! of the wavenumbers cut off against aliasing, viscosity exactly, advection by Adams and Bashforth's
//! second order.

use std::sync::Arc;

use ndarray::Array3;
use rayon::prelude::*;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlannerScalar};

use super::random::Random;

/// The flow. Lengths are such that the box is 2π wide, times such that the first rms vorticity is 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    /// Points along each side, a power of two.
    pub(super) points: usize,
    pub(super) frames: usize,
    /// Steps before the first frame: random phases become eddies and filaments.
    pub(super) spin_up: usize,
    pub(super) steps_per_frame: usize,
    pub(super) step: f64,
    pub(super) viscosity: f64,
    /// Wavenumber of the first eddies.
    pub(super) wavenumber: f64,
}

impl Default for Setup {
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

/// The vorticity, axis order `(time, y, x)`.
pub(super) fn vorticity(setup: &Setup, seed: u64) -> Array3<f32> {
    let mut flow = Flow::new(setup);
    flow.spectrum = first_spectrum(setup, &flow.waves, seed);
    for _ in 0..setup.spin_up {
        flow.advance();
    }
    let n = setup.points;
    let mut frames = Vec::with_capacity(setup.frames * n * n);
    for _ in 0..setup.frames {
        frames.extend(flow.space().iter().map(|value| value.re as f32));
        for _ in 0..setup.steps_per_frame {
            flow.advance();
        }
    }
    Array3::from_shape_fn((setup.frames, n, n), |(t, y, x)| {
        frames[(t * n + y) * n + x]
    })
}

/// Random phases, amplitudes in a ring around one wavenumber, rms 1.
fn first_spectrum(setup: &Setup, waves: &Waves, seed: u64) -> Vec<Complex<f64>> {
    let n = setup.points;
    let mut random = Random::new(seed);
    let mut noise: Vec<Complex<f64>> = (0..n * n)
        .map(|_| Complex::new(random.between(-1.0, 1.0), 0.0))
        .collect();
    // The transform of real noise has the symmetry that a real vorticity needs.
    let transform = Transform::new(n);
    transform.forward(&mut noise);
    for (value, (kx, ky)) in noise.iter_mut().zip(waves.iter()) {
        let distance = (kx.hypot(ky) - setup.wavenumber) / (0.25 * setup.wavenumber);
        *value *= (-0.5 * distance * distance).exp();
    }
    noise[0] = Complex::ZERO;
    // Parseval: the transform is not normalized.
    let squares: f64 = noise.iter().map(Complex::norm_sqr).sum();
    let scale = (n * n) as f64 / squares.sqrt();
    noise.iter().map(|value| value * scale).collect()
}

/// The wavenumbers of the places of a spectrum.
struct Waves {
    /// Of one axis: 0, 1, …, −2, −1.
    axis: Vec<f64>,
}

impl Waves {
    /// For arrays of n×n.
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

    /// `(kx, ky)` row by row.
    fn iter(&self) -> impl Iterator<Item = (f64, f64)> {
        self.axis
            .iter()
            .flat_map(|&ky| self.axis.iter().map(move |&kx| (kx, ky)))
    }
}

/// Transforms of square arrays. Scalar arithmetic: the same numbers on every machine.
struct Transform {
    n: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl Transform {
    /// For arrays of n×n.
    fn new(n: usize) -> Self {
        let mut planner = FftPlannerScalar::new();
        Self {
            n,
            forward: planner.plan_fft_forward(n),
            inverse: planner.plan_fft_inverse(n),
        }
    }

    /// Not normalized.
    fn forward(&self, values: &mut [Complex<f64>]) {
        self.both_axes(values, self.forward.as_ref());
    }

    /// Undoes [`forward`](Self::forward).
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

    /// Rows become columns.
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
    transform: Transform,
    waves: Waves,
    /// Of the vorticity.
    spectrum: Vec<Complex<f64>>,
    /// What advection changed in the last step.
    before: Option<Vec<Complex<f64>>>,
    /// What viscosity leaves of each wave in one step; 0 where the wave is cut off.
    decay: Vec<f64>,
    step: f64,
}

impl Flow {
    /// A fluid at rest.
    fn new(setup: &Setup) -> Self {
        let n = setup.points;
        let waves = Waves::new(n);
        let most = n as f64 / 3.0;
        let decay = waves
            .iter()
            .map(|(kx, ky)| {
                if kx.abs() > most || ky.abs() > most {
                    0.0
                } else {
                    (-setup.viscosity * (kx * kx + ky * ky) * setup.step).exp()
                }
            })
            .collect();
        Self {
            transform: Transform::new(n),
            waves,
            spectrum: vec![Complex::ZERO; n * n],
            before: None,
            decay,
            step: setup.step,
        }
    }

    /// The vorticity in space.
    fn space(&self) -> Vec<Complex<f64>> {
        let mut values = self.spectrum.clone();
        self.transform.inverse(&mut values);
        values
    }

    /// −u·∇ω in wavenumbers.
    fn advection(&self) -> Vec<Complex<f64>> {
        let i = Complex::I;
        // Two real fields at once, as the real and the imaginary part: u + iv, and ∂ω/∂x + i∂ω/∂y.
        let (mut velocity, mut gradient): (Vec<_>, Vec<_>) = self
            .spectrum
            .iter()
            .zip(self.waves.iter())
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

    /// One step of Adams and Bashforth, viscosity exact.
    fn advance(&mut self) {
        let now = self.advection();
        // The first step is Euler's.
        let before = self.before.take();
        for (place, (value, &decay)) in self.spectrum.iter_mut().zip(&self.decay).enumerate() {
            let change = match &before {
                Some(before) => 1.5 * now[place] - 0.5 * decay * before[place],
                None => now[place],
            };
            *value = decay * (*value + self.step * change);
        }
        self.before = Some(now);
    }
}

/// The vorticity 2 cos x cos y, in wavenumbers: its advection is zero.
#[cfg(test)]
fn taylor_green(n: usize) -> Vec<Complex<f64>> {
    let at = |i: usize| (std::f64::consts::TAU * i as f64 / n as f64).cos();
    let mut values: Vec<Complex<f64>> = (0..n * n)
        .map(|place| Complex::new(2.0 * at(place / n) * at(place % n), 0.0))
        .collect();
    Transform::new(n).forward(&mut values);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Setup = Setup {
        points: 32,
        frames: 6,
        spin_up: 20,
        steps_per_frame: 5,
        step: 0.02,
        viscosity: 2e-3,
        wavenumber: 4.0,
    };

    #[test]
    fn a_taylor_green_vortex_decays_as_it_should() {
        let mut flow = Flow::new(&SMALL);
        flow.spectrum = taylor_green(SMALL.points);
        let first = flow.space();
        for _ in 0..100 {
            flow.advance();
        }
        // ω(t) = ω(0) exp(−2νt).
        let left = (-2.0 * SMALL.viscosity * 100.0 * SMALL.step).exp();
        for (a, b) in first.iter().zip(flow.space()) {
            assert!((a.re * left - b.re).abs() < 1e-12, "{a} {b}");
        }
    }

    #[test]
    fn enstrophy_falls_and_the_mean_stays_zero() {
        let field = vorticity(&SMALL, 3);
        let mut before = f64::INFINITY;
        for frame in field.outer_iter() {
            let mean = |f: fn(f64) -> f64| {
                frame.iter().map(|&x| f(f64::from(x))).sum::<f64>() / frame.len() as f64
            };
            assert!(mean(|x| x).abs() < 1e-6);
            let enstrophy = mean(|x| x * x);
            assert!(enstrophy < before && enstrophy > 0.1, "{enstrophy}");
            before = enstrophy;
        }
    }

    #[test]
    fn a_seed_is_a_field() {
        assert_eq!(vorticity(&SMALL, 1), vorticity(&SMALL, 1));
        assert_ne!(vorticity(&SMALL, 1), vorticity(&SMALL, 2));
    }
}
