//! The structural similarity index of floating-point data (DSSIM).

use ndarray::{ArrayView2, ArrayView3};

use crate::frames::FramePair;
use crate::{Element, MetricsError};

/// The smallest side of a frame for [`dssim`], which is the side of the window.
pub const DSSIM_MIN_SIDE: usize = 2 * RADIUS + 1;

/// The radius of the window.
const RADIUS: usize = 5;
/// The standard deviation of the Gaussian window.
const SIGMA: f64 = 1.5;
const C1: f64 = 1e-8;
const C2: f64 = 1e-8;
/// The largest level to which values are rounded.
const MAX_LEVEL: f64 = 255.0;

/// The structural similarity of the frames of two fields, which is 1 for identical frames.
///
/// See the example of [`dssim`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Dssim {
    /// The smallest DSSIM of all frames. The thresholds of ldcpy are 0.995 and, stricter, 0.9995.
    pub min: f64,
    /// The DSSIM of each frame in the order of time.
    ///
    /// NaN for a frame without a valid value at least 5 points from every edge.
    pub frames: Vec<f64>,
}

/// Computes the data SSIM (DSSIM) of two fields with axes `(time, y, x)`.
///
/// Source: Baker, Pinard and Hammerling, "On a structural similarity index approach for
/// floating-point data", *IEEE Trans. Vis. Comput. Graph.* 30 (2024), pp. 6261–6274.
///
/// For each frame, both fields are scaled to 0..=1 by their common minimum and maximum, and
/// rounded to 256 levels. With the mean μ, variance σ² and covariance σₓᵧ under an 11×11 Gaussian
/// window (σ = 1.5, C₁ = C₂ = 1e-8),
///
/// SSIM = (2μₓμᵧ + C₁)(2σₓᵧ + C₂) / ((μₓ² + μᵧ² + C₁)(σₓ² + σᵧ² + C₂))
///
/// is averaged over the points that are at least 5 points from every edge. As in ldcpy, a missing
/// value has no weight in the windows that contain it, and no SSIM is computed at its position.
///
/// ```
/// use fieldreel_metrics::dssim;
/// use ndarray::Array3;
///
/// let original = Array3::from_shape_fn((2, 16, 16), |(t, y, x)| (t + y * x) as f32);
/// let mut reconstruction = original.clone();
/// reconstruction[[1, 8, 8]] += 50.0;
/// let similarity = dssim(original.view(), reconstruction.view())?;
/// assert!(similarity.frames[0] > 0.9999);
/// assert!(similarity.min == similarity.frames[1] && similarity.min < 0.9999);
/// # Ok::<(), fieldreel_metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// - [`MetricsError::ShapeMismatch`] if the shapes differ;
/// - [`MetricsError::FrameTooSmall`] if a side is shorter than [`DSSIM_MIN_SIDE`];
/// - [`MetricsError::ValidityMismatch`] if a value is finite in only one field;
/// - [`MetricsError::NoValidValues`] if the DSSIM of every frame is NaN.
pub fn dssim<T: Element>(
    original: ArrayView3<'_, T>,
    reconstruction: ArrayView3<'_, T>,
) -> Result<Dssim, MetricsError> {
    let pair = FramePair::new(original, reconstruction)?;
    let (_, height, width) = pair.shape();
    if height.min(width) < DSSIM_MIN_SIDE {
        return Err(MetricsError::FrameTooSmall {
            height,
            width,
            needed: "the window is 11×11",
        });
    }
    pair.check_validity()?;
    let kernel = gaussian();
    let frames = pair.map_frames(|x, y| frame_ssim(x, y, &kernel));
    // `f64::min` ignores a NaN operand, so frames without a DSSIM are skipped.
    let min = frames.iter().copied().fold(f64::NAN, f64::min);
    if min.is_nan() {
        return Err(MetricsError::NoValidValues);
    }
    Ok(Dssim { min, frames })
}

fn gaussian() -> [f64; DSSIM_MIN_SIDE] {
    let weights: [f64; DSSIM_MIN_SIDE] = std::array::from_fn(|i| {
        let distance = i as f64 - RADIUS as f64;
        (-distance * distance / (2.0 * SIGMA * SIGMA)).exp()
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

fn frame_ssim<T: Element>(
    original: ArrayView2<'_, T>,
    reconstruction: ArrayView2<'_, T>,
    kernel: &[f64; DSSIM_MIN_SIDE],
) -> f64 {
    let width = original.ncols();
    let mut x: Vec<f64> = original.iter().map(|v| v.to_f64()).collect();
    let mut y: Vec<f64> = reconstruction.iter().map(|v| v.to_f64()).collect();
    let weight: Vec<f64> = x.iter().map(|v| f64::from(v.is_finite())).collect();
    round_to_levels(&mut x, &mut y);

    let product =
        |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a * b).collect() };
    let smooth = |frame: &[f64]| smooth_interior(frame, width, kernel);
    let (mean_x, mean_y) = (smooth(&x), smooth(&y));
    let (x_x, y_y, x_y) = (
        smooth(&product(&x, &x)),
        smooth(&product(&y, &y)),
        smooth(&product(&x, &y)),
    );
    let any_missing = weight.contains(&0.0);
    let weights = if any_missing {
        smooth(&weight)
    } else {
        Vec::new()
    };

    let inner_width = width - 2 * RADIUS;
    let (mut sum, mut count) = (0.0, 0_u64);
    for i in 0..mean_x.len() {
        let center = (i / inner_width + RADIUS) * width + i % inner_width + RADIUS;
        if weight[center] == 0.0 {
            continue;
        }
        let scale = if any_missing { 1.0 / weights[i] } else { 1.0 };
        let (mx, my) = (mean_x[i] * scale, mean_y[i] * scale);
        let variances = (x_x[i] + y_y[i]) * scale - mx * mx - my * my;
        let covariance = x_y[i] * scale - mx * my;
        sum += (2.0 * mx * my + C1) * (2.0 * covariance + C2)
            / ((mx * mx + my * my + C1) * (variances + C2));
        count += 1;
    }
    sum / count as f64
}

/// Scales both frames to 0..=1 by their common range, in 256 levels. Missing values become 0.
fn round_to_levels(x: &mut [f64], y: &mut [f64]) {
    let finite = x.iter().chain(y.iter()).filter(|v| v.is_finite());
    let (min, max) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), v| {
        (min.min(*v), max.max(*v))
    });
    // The range of a constant is 0. As in ldcpy, the constant is divided by itself.
    let (offset, range) = match (max - min, max) {
        (0.0, 0.0) => (0.0, 1.0),
        (0.0, max) => (0.0, max),
        (range, _) => (min, range),
    };
    for v in x.iter_mut().chain(y.iter_mut()) {
        *v = if v.is_finite() {
            ((*v - offset) / range * MAX_LEVEL).round_ties_even() / MAX_LEVEL
        } else {
            0.0
        };
    }
}

/// Filters a frame along y, then x, at the points at least [`RADIUS`] points from every edge.
fn smooth_interior(frame: &[f64], width: usize, kernel: &[f64; DSSIM_MIN_SIDE]) -> Vec<f64> {
    let height = frame.len() / width;
    let (inner_height, inner_width) = (height - 2 * RADIUS, width - 2 * RADIUS);
    let mut smooth = vec![0.0; inner_height * inner_width];
    let mut row = vec![0.0; width];
    for (top, output) in smooth.chunks_exact_mut(inner_width).enumerate() {
        row.fill(0.0);
        for (k, weight) in kernel.iter().enumerate() {
            let from = &frame[(top + k) * width..][..width];
            for (sum, value) in row.iter_mut().zip(from) {
                *sum += weight * value;
            }
        }
        for (k, weight) in kernel.iter().enumerate() {
            for (sum, value) in output.iter_mut().zip(&row[k..]) {
                *sum += weight * value;
            }
        }
    }
    smooth
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    fn wave(t: usize, y: usize, x: usize) -> f64 {
        (0.3 * x as f64 + 0.1 * t as f64).sin() + (0.2 * y as f64).cos()
    }

    #[test]
    fn a_single_window_matches_the_value_computed_by_hand() {
        // A frame of 11×11 has one point at least 5 points from every edge: its center. x is 1
        // from column 5 on, and y is 1 from column 6 on, so they differ in the center column.
        let x = Array3::from_shape_fn((1, 11, 11), |(_, _, i)| f64::from(u8::from(i >= 5)));
        let y = Array3::from_shape_fn((1, 11, 11), |(_, _, i)| f64::from(u8::from(i >= 6)));
        let g = gaussian();
        let (mx, my): (f64, f64) = (g[5..].iter().sum(), g[6..].iter().sum());
        // The values are 0 or 1, so the square of a value is the value, and the product x·y is y.
        let expected = (2.0 * mx * my + C1) * (2.0 * (my - mx * my) + C2)
            / ((mx * mx + my * my + C1) * (mx - mx * mx + my - my * my + C2));
        let result = dssim(x.view(), y.view()).unwrap();
        assert!((result.min - expected).abs() < 1e-12);
        assert!(expected < 0.9);
    }

    #[test]
    fn a_missing_value_has_no_weight() {
        let mut x = Array3::from_shape_fn((1, 11, 11), |(t, y, x)| wave(t, y, x));
        let mut y = x.mapv(|v| v * v);
        x[[0, 2, 3]] = f64::NAN;
        y[[0, 2, 3]] = f64::NAN;
        // The definition, over the 120 valid values.
        let (mut xs, mut ys) = (
            x.iter().copied().collect::<Vec<_>>(),
            y.iter().copied().collect::<Vec<_>>(),
        );
        round_to_levels(&mut xs, &mut ys);
        let g = gaussian();
        let mut m = [0.0; 6];
        for i in 0..121 {
            if i != 2 * 11 + 3 {
                let w = g[i / 11] * g[i % 11];
                let terms = [
                    1.0,
                    xs[i],
                    ys[i],
                    xs[i] * xs[i],
                    ys[i] * ys[i],
                    xs[i] * ys[i],
                ];
                for (m, term) in m.iter_mut().zip(terms) {
                    *m += w * term;
                }
            }
        }
        let [_, mx, my, xx, yy, xy] = m.map(|v| v / m[0]);
        let expected = (2.0 * mx * my + C1) * (2.0 * (xy - mx * my) + C2)
            / ((mx * mx + my * my + C1) * (xx - mx * mx + yy - my * my + C2));
        assert!((dssim(x.view(), y.view()).unwrap().min - expected).abs() < 1e-12);
    }

    #[test]
    fn noise_in_one_frame_lowers_the_minimum() {
        let x = Array3::from_shape_fn((3, 20, 30), |(t, y, x)| wave(t, y, x) as f32);
        let same = dssim(x.view(), x.view()).unwrap();
        assert!((same.min - 1.0).abs() < 1e-12);
        let mut y = x.clone();
        for (i, v) in y.index_axis_mut(ndarray::Axis(0), 1).iter_mut().enumerate() {
            *v += if i % 3 == 0 { 0.5 } else { 0.0 };
        }
        let noisy = dssim(x.view(), y.view()).unwrap();
        assert!(noisy.min < 0.99 && noisy.min == noisy.frames[1]);
    }

    #[test]
    fn identical_constant_frames_have_similarity_one() {
        for value in [0.0, -3.0, 7.0] {
            let x = Array3::from_elem((1, 12, 12), value);
            assert!((dssim(x.view(), x.view()).unwrap().min - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn frames_smaller_than_the_window_are_an_error() {
        let x = Array3::<f32>::zeros((1, 10, 40));
        assert!(matches!(
            dssim(x.view(), x.view()),
            Err(MetricsError::FrameTooSmall {
                height: 10,
                width: 40,
                ..
            })
        ));
    }
}
