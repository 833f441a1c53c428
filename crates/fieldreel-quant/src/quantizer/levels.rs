use super::scaling::widen;
use crate::{BitDepth, Float, ValueRange};

/// The scales of the arithmetic: `2^512`, its inverse, and the ranges at which they are needed.
const UP: f64 = f64::from_bits((1023 + 512) << 52);
const DOWN: f64 = f64::from_bits((1023 - 512) << 52);
/// `2^−1021`: sums of two smaller `f64` are exact, all being multiples of the smallest one.
const EXACT_BELOW: f64 = f64::from_bits(2 << 52);

/// How far rounding in `f64` can carry a level, relative to half a step: see [`Quantizer`](crate::Quantizer).
const LEVEL_SLACK: f64 = 1.0 + f64::from_bits((1023 - 32) << 52);
/// How far an `f32` rounded by way of `f64` can be off, relative to half a gap.
const GAP_SLACK: f64 = 1.0 + f64::from_bits((1023 - 28) << 52);

/// The constants of the two loops. `Quantizer` documents the arithmetic.
///
/// A value's position among the levels is `(x·scale − offset) · per_step`; a level is
/// `(pre + code·step) · unscale + post`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Levels<T> {
    pub(crate) min: T,
    pub(crate) max: T,
    pub(crate) max_code: u16,
    pub(crate) scale: f64,
    pub(crate) offset: f64,
    pub(crate) per_step: f64,
    pub(crate) pre: f64,
    pub(crate) step: f64,
    pub(crate) unscale: f64,
    pub(crate) post: f64,
}

impl<T: Float> Levels<T> {
    pub(crate) fn new(range: ValueRange<T>, depth: BitDepth) -> Self {
        let (min, max) = (range.min(), range.max());
        let codes = f64::from(depth.max_code());
        let (scale, unscale) = match max.to_f64() - min.to_f64() {
            width if width > UP => (DOWN, UP),
            width if width < DOWN && width > 0.0 => (UP, DOWN),
            _ => (1.0, 1.0),
        };
        let offset = widen(min, scale);
        let width = widen(max, scale) - offset;
        // −0.0 is what may be added to any number, a zero included, and leave its bits as they are.
        let (pre, post) = if scale == UP && range.farthest_from_zero().to_f64() < EXACT_BELOW {
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
            per_step: if width > 0.0 { codes / width } else { 0.0 },
            pre,
            // A lossy codec may move the codes of a constant field: −0.0 times any code adds nothing.
            step: if width > 0.0 { width / codes } else { -0.0 },
            unscale,
            post,
        }
    }

    pub(crate) fn step(&self) -> f64 {
        self.step.abs() * self.unscale
    }

    pub(crate) fn max_error(&self, range: ValueRange<T>) -> f64 {
        let width = self.max.to_f64() - self.min.to_f64();
        // Exact on both sides wherever it decides: a width this narrow is a small multiple of the gap.
        if width <= f64::from(self.max_code) * range.nearest_to_zero().ulp_above() {
            return 0.0;
        }
        let gap = range.farthest_from_zero().ulp_below() * self.scale;
        let bound = 0.5 * (self.step * LEVEL_SLACK + gap * GAP_SLACK);
        (bound * self.unscale).next_up()
    }
}
