//! Values to the scale of the arithmetic, and back.
//!
//! Every difference of two `f32` is far inside the range of `f64`, so that their scale is always 1.

use crate::Float;

/// Returns `value · scale`.
#[inline]
pub(crate) fn widen<T: Float>(value: T, scale: f64) -> f64 {
    match T::BYTES {
        4 => value.to_f64(),
        _ => value.to_f64() * scale,
    }
}

/// Returns `level · unscale + post`, rounded to the type.
#[inline]
pub(crate) fn narrow<T: Float>(level: f64, unscale: f64, post: f64) -> T {
    T::from_f64(match T::BYTES {
        4 => level,
        _ => level * unscale + post,
    })
}
