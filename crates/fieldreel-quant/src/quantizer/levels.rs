//! The constants of the arithmetic of a quantizer.

use super::scaling::to_scaled_f64;
use crate::{BitDepth, Float, ValueRange};

/// `2^512`: the scale of narrow ranges, and the width above which ranges are scaled down.
const SCALE_UP: f64 = f64::from_bits((1023 + 512) << 52);
/// `2^−512`: the scale of wide ranges, and the width below which ranges are scaled up.
const SCALE_DOWN: f64 = f64::from_bits((1023 - 512) << 52);
/// `2^−1021`: sums of two smaller `f64` are exact, because all are multiples of the smallest
/// positive `f64`.
const EXACT_BELOW: f64 = f64::from_bits(2 << 52);

/// Half a step plus the largest rounding error of a level in `f64`, relative to half a step.
///
/// See the error bound of [`Quantizer`](crate::Quantizer).
const LEVEL_ERROR_FACTOR: f64 = 1.0 + f64::from_bits((1023 - 32) << 52);
/// The largest error of a rounding to `f32` by way of `f64`, relative to half a gap.
const GAP_ERROR_FACTOR: f64 = 1.0 + f64::from_bits((1023 - 28) << 52);

/// The constants of the encoding and decoding loops.
///
/// [`Quantizer`](crate::Quantizer) documents the arithmetic. The position of a value among the
/// levels is `(x·scale − offset) · inverse_step`. The level of a code is
/// `(offset_before_scaling + code·step) · inverse_scale + offset_after_scaling`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct QuantizerLevels<T> {
    pub(crate) min: T,
    pub(crate) max: T,
    pub(crate) max_code: u16,
    pub(crate) scale: f64,
    pub(crate) offset: f64,
    pub(crate) inverse_step: f64,
    pub(crate) offset_before_scaling: f64,
    pub(crate) step: f64,
    pub(crate) inverse_scale: f64,
    pub(crate) offset_after_scaling: f64,
}

impl<T: Float> QuantizerLevels<T> {
    pub(crate) fn new(range: ValueRange<T>, depth: BitDepth) -> Self {
        let (min, max) = (range.min(), range.max());
        let max_code = f64::from(depth.max_code());
        let (scale, inverse_scale) = match max.to_f64() - min.to_f64() {
            width if width > SCALE_UP => (SCALE_DOWN, SCALE_UP),
            width if width < SCALE_DOWN && width > 0.0 => (SCALE_UP, SCALE_DOWN),
            _ => (1.0, 1.0),
        };
        let offset = to_scaled_f64(min, scale);
        let width = to_scaled_f64(max, scale) - offset;
        let sums_are_exact = scale == SCALE_UP && range.max_magnitude().to_f64() < EXACT_BELOW;
        // Adding −0.0 leaves the bits of any number unchanged, even those of a zero.
        let (offset_before_scaling, offset_after_scaling) = if sums_are_exact {
            (0.0, min.to_f64())
        } else {
            (offset, -0.0)
        };
        Self {
            min,
            max,
            max_code: depth.max_code(),
            scale,
            offset,
            inverse_step: if width > 0.0 { max_code / width } else { 0.0 },
            offset_before_scaling,
            // A lossy codec may change the codes of a constant field: −0.0 times any code adds
            // nothing.
            step: if width > 0.0 { width / max_code } else { -0.0 },
            inverse_scale,
            offset_after_scaling,
        }
    }

    pub(crate) fn step(&self) -> f64 {
        self.step.abs() * self.inverse_scale
    }

    pub(crate) fn max_error(&self, range: ValueRange<T>) -> f64 {
        let width = self.max.to_f64() - self.min.to_f64();
        // Both sides are exact wherever rounding could change the outcome: a width this narrow is
        // a small multiple of the gap.
        if width <= f64::from(self.max_code) * range.min_magnitude().ulp_above() {
            return 0.0;
        }
        let gap = range.max_magnitude().ulp_below() * self.scale;
        let bound = 0.5 * (self.step * LEVEL_ERROR_FACTOR + gap * GAP_ERROR_FACTOR);
        (bound * self.inverse_scale).next_up()
    }
}
