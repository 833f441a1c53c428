//! The two loops, over slices. Without a branch in their bodies, and with operations that baseline x86-64 has (`f64::round`
//! and a saturating `as u16` are not among them), they compile to packed instructions.

use super::Levels;
use super::scaling::{narrow, widen};
use crate::Float;

/// `2^52`: a sum with it from `0..2^52` is rounded to an integer, nearest and ties to even, that fills the low bits of the
/// sum.
const TO_INTEGER: f64 = f64::from_bits((1023 + 52) << 52);

/// Writes the codes of `values`; false if one of them is NaN or out of range, and its code meaningless.
pub(crate) fn encode<T: Float>(levels: &Levels<T>, values: &[T], codes: &mut [u16]) -> bool {
    let Levels {
        min,
        max,
        scale,
        offset,
        per_step,
        ..
    } = *levels;
    let mut inside = true;
    for (&x, code) in values.iter().zip(codes) {
        inside &= (x >= min) & (x <= max);
        let position = (widen(x, scale) - offset) * per_step;
        // Rounding carries `position` past `max_code` by much less than a half.
        *code = (position + TO_INTEGER).to_bits() as u16;
    }
    inside
}

/// Writes the values of `codes`; returns all their bits, or-ed, which exceed the largest code exactly if one of them does.
pub(crate) fn decode<T: Float>(levels: &Levels<T>, codes: &[u16], values: &mut [T]) -> u16 {
    let Levels {
        min,
        max,
        max_code,
        pre,
        step,
        unscale,
        post,
        ..
    } = *levels;
    let mut bits = 0;
    for (&code, x) in codes.iter().zip(values) {
        bits |= code;
        let level = narrow(pre + f64::from(code) * step, unscale, post);
        let level = if code == max_code { max } else { level };
        *x = if code == 0 { min } else { level };
    }
    bits
}
