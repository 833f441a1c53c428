//! Which bytes fieldreel makes now.
//!
//! Rows are kept while nothing about them has changed, and a whole benchmark takes many hours of a core. A checksum of the code
//! would change with every comment and every loop that is only quicker; one of reels of small fields changes with the bytes,
//! whatever they come from: our code, FFmpeg's or x265's. Only what these fields do not show goes unseen.

use std::hash::Hasher;

use fieldreel::{Bound, Compressor, Effort};
use ndarray::{Array3, Zip};
use twox_hash::XxHash64;

use crate::fields::Random;

/// Frames, rows and columns: two blocks of the correction and a part, and more than one tree of HEVC.
const SHAPE: (usize, usize, usize) = (20, 44, 70);

/// The bounds of the field as a whole, and of the one with missing values, as parts of the range.
const WHOLE: [f64; 3] = [1e-1, 1e-2, 1e-4];
const MASKED: [f64; 2] = [3e-2, 1e-3];

/// A checksum of what an effort makes of small fields: the lower half of XXH64. Not CRC-32: segments end with their own, and
/// after any bytes with theirs that is the same.
pub(super) fn checksum(effort: Effort) -> u32 {
    let whole = field();
    let masked = with_missing(&whole);
    let of_whole = WHOLE.map(|part| (&whole, part));
    let of_masked = MASKED.map(|part| (&masked, part));
    let mut hasher = XxHash64::with_seed(0);
    for (field, part) in of_whole.into_iter().chain(of_masked) {
        let compressor = Compressor::new(ErrorBound::RangeRelative(part)).effort(effort);
        match compressor.compress(field.view()) {
            Ok(bytes) => hasher.write(&bytes),
            // Rows with it cannot be had, and those without it are of another version.
            Err(error) => hasher.write(error.to_string().as_bytes()),
        }
    }
    hasher.finish() as u32
}

/// Waves that travel at several speeds, with a little noise.
fn field() -> Array3<f32> {
    let mut random = Random::new(1);
    let waves: [[f64; 5]; 6] = std::array::from_fn(|wave| {
        let scale = 1.6_f64.powi(wave as i32);
        [
            random.between(-0.1, 0.1) * scale,
            random.between(-0.1, 0.1) * scale,
            random.between(-0.2, 0.2),
            random.phase(),
            1.0 / scale,
        ]
    });
    Array3::from_shape_fn(SHAPE, |(t, y, x)| {
        let waves = waves
            .iter()
            .map(|[along_x, along_y, speed, phase, height]| {
                let angle = along_x * x as f64 + along_y * y as f64 + speed * t as f64 + phase;
                angle.sin() * height
            });
        (waves.sum::<f64>() + random.between(-0.01, 0.01)) as f32
    })
}

/// The field where it is not low, or near one corner; values elsewhere are missing.
fn with_missing(field: &Array3<f32>) -> Array3<f32> {
    let mut masked = field.clone();
    Zip::indexed(&mut masked).for_each(|(_, y, x), value| {
        if *value < -1.0 || x + y < 20 {
            *value = f32::NAN;
        }
    });
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_have_what_decides_between_bytes() {
        let whole = field();
        assert!(whole.iter().all(|value| value.is_finite()));
        let missing = with_missing(&whole).iter().filter(|v| v.is_nan()).count();
        assert!(
            (whole.len() / 10..whole.len() / 2).contains(&missing),
            "{missing}"
        );
    }

    #[test]
    fn the_checksum_is_one_of_the_effort() {
        let first = checksum(Effort::Fast);
        assert_eq!(first, checksum(Effort::Fast));
        assert_ne!(first, checksum(Effort::Balanced));
    }
}
