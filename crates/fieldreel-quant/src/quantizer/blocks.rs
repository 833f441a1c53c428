//! The loops over slices that encode and decode.
//!
//! Their bodies have no branches and use only operations of baseline x86-64 (`f64::round` and a
//! saturating `as u16` are not among them), so that they compile to packed instructions.

use super::QuantizerLevels;
use super::scaling::{from_scaled_f64, to_scaled_f64};
use crate::Float;

/// `2^52`. Adding it to a number in `0..2^52` rounds the number to the nearest integer, ties to
/// even, and puts that integer into the low bits of the sum.
const ROUND_TO_INTEGER: f64 = f64::from_bits((1023 + 52) << 52);

/// Writes the codes of `values`. Returns false if a value is NaN or out of range.
///
/// The code of such a value is meaningless.
pub(crate) fn encode<T: Float>(
    levels: &QuantizerLevels<T>,
    values: &[T],
    codes: &mut [u16],
) -> bool {
    let QuantizerLevels {
        min,
        max,
        scale,
        offset,
        inverse_step,
        ..
    } = *levels;
    let mut all_in_range = true;
    for (&x, code) in values.iter().zip(codes) {
        all_in_range &= (x >= min) & (x <= max);
        let position = (to_scaled_f64(x, scale) - offset) * inverse_step;
        // Rounding errors can raise `position` above `max_code` by much less than one half.
        *code = (position + ROUND_TO_INTEGER).to_bits() as u16;
    }
    all_in_range
}

/// Writes the values of `codes`. Returns the bitwise OR of all codes.
///
/// The OR exceeds the largest code if and only if a code does.
pub(crate) fn decode<T: Float>(
    levels: &QuantizerLevels<T>,
    codes: &[u16],
    values: &mut [T],
) -> u16 {
    let QuantizerLevels {
        min,
        max,
        max_code,
        offset_before_scaling,
        step,
        inverse_scale,
        offset_after_scaling,
        ..
    } = *levels;
    let mut code_bits = 0;
    for (&code, x) in codes.iter().zip(values) {
        code_bits |= code;
        let level = from_scaled_f64(
            offset_before_scaling + f64::from(code) * step,
            inverse_scale,
            offset_after_scaling,
        );
        let level = if code == max_code { max } else { level };
        *x = if code == 0 { min } else { level };
    }
    code_bits
}
