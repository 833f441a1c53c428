//! A checksum of the output of fieldreel, as part of its version.
//!
//! The benchmark takes many hours on one core, so `--resume` keeps rows whose versions are
//! unchanged. A checksum of the source code would change with every comment and every
//! optimization. The checksum of reels of small fields changes with the encoded bytes, whether the
//! cause is in fieldreel, FFmpeg or x265. Changes that do not affect these fields are not
//! detected.

use std::hash::Hasher;

use fieldreel::{Compressor, Effort, ErrorBound};
use ndarray::{Array3, Zip};
use twox_hash::XxHash64;

use crate::fields::SplitMix64;

/// The shape of the fields. A frame has several coding tree units of HEVC.
const SHAPE: (usize, usize, usize) = (20, 44, 70);

/// The range-relative bounds of the field without missing values.
const COMPLETE_BOUNDS: [f64; 3] = [1e-1, 1e-2, 1e-4];
/// The range-relative bounds of the field with missing values.
const MASKED_BOUNDS: [f64; 2] = [3e-2, 1e-3];

/// Returns a checksum of small fields encoded at an effort: the lower half of XXH64.
///
/// CRC-32 is not suitable, because segments end with their own CRC-32, and the CRC-32 of any bytes
/// followed by their CRC-32 is constant.
pub(super) fn checksum(effort: Effort) -> u32 {
    let complete = field();
    let masked = with_missing(&complete);
    let complete_cases = COMPLETE_BOUNDS.map(|relative_bound| (&complete, relative_bound));
    let masked_cases = MASKED_BOUNDS.map(|relative_bound| (&masked, relative_bound));
    let mut hasher = XxHash64::with_seed(0);
    for (field, relative_bound) in complete_cases.into_iter().chain(masked_cases) {
        let compressor =
            Compressor::new(ErrorBound::RangeRelative(relative_bound)).with_effort(effort);
        match compressor.compress(field.view()) {
            Ok(bytes) => hasher.write(&bytes),
            // An error changes the version, so that rows measured without it are not kept.
            Err(error) => hasher.write(error.to_string().as_bytes()),
        }
    }
    hasher.finish() as u32
}

/// Returns a field of traveling waves with little noise.
fn field() -> Array3<f32> {
    let mut random = SplitMix64::new(1);
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

/// Returns the field with missing values at low values and near one corner.
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
    fn one_field_is_complete_and_one_has_missing_values() {
        let complete = field();
        assert!(complete.iter().all(|value| value.is_finite()));
        let missing = with_missing(&complete)
            .iter()
            .filter(|v| v.is_nan())
            .count();
        assert!(
            (complete.len() / 10..complete.len() / 2).contains(&missing),
            "{missing}"
        );
    }

    #[test]
    fn the_checksum_depends_only_on_the_effort() {
        let first = checksum(Effort::Fast);
        assert_eq!(first, checksum(Effort::Fast));
        assert_ne!(first, checksum(Effort::Balanced));
    }
}
