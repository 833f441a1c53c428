//! Test data of the tests in this folder.

use ndarray::Array3;

/// Returns a smooth traveling wave with a trend. All frames, rows and columns differ.
pub(crate) fn wave(frames: usize, height: usize, width: usize) -> Array3<f32> {
    Array3::from_shape_fn((frames, height, width), |(t, y, x)| {
        let (t, y, x) = (t as f32, y as f32, x as f32);
        12.0 * ((x + 2.0 * t) / 9.0).sin() * (y / 7.0).cos() + 0.05 * (x + y) - 3.0
    })
}
