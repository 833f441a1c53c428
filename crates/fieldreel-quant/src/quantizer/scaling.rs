//! Conversion of values to the scale of the arithmetic, and back.
//!
//! The difference of any two `f32` is far inside the range of `f64`, so the scale of `f32` is
//! always 1.

use crate::Float;

/// Returns `value · scale`.
#[inline]
pub(crate) fn to_scaled_f64<T: Float>(value: T, scale: f64) -> f64 {
    match T::BYTES {
        4 => value.to_f64(),
        _ => value.to_f64() * scale,
    }
}

/// Returns `level · inverse_scale + offset_after_scaling`, rounded to `T`.
#[inline]
pub(crate) fn from_scaled_f64<T: Float>(
    level: f64,
    inverse_scale: f64,
    offset_after_scaling: f64,
) -> T {
    T::from_f64(match T::BYTES {
        4 => level,
        _ => level * inverse_scale + offset_after_scaling,
    })
}
