//! The sums over one frame from which the error metrics follow.

use ndarray::ArrayView2;

use super::RELATIVE_THRESHOLD;
use crate::Element;
use crate::frames::{CompensatedSum, SkippedCounts, for_each_block};

/// The number of independent sums in the inner loop.
///
/// The loop vectorizes only with several sums, because a single sum must be added in order.
const LANES: usize = 4;

/// The sums and extremes of one or more frames from which [`super::ErrorMetrics`] follow.
///
/// The sums are over `e = x̂ − x` and `d = x − shift`, where `shift` is a value of the field. The
/// moments of x̂ follow from the moments of `d` and `e`, without the cancellation of separate sums
/// over x̂.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorSums {
    pub(crate) valid: u64,
    pub(crate) skipped: SkippedCounts,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// The minimum of x̂. Equal extremes identify a constant without rounding errors.
    pub(crate) min_y: f64,
    pub(crate) max_y: f64,
    pub(crate) max_abs: f64,
    /// The number of values with |e| > 1e-4·|x|.
    pub(crate) above_threshold: u64,
    pub(crate) sum_e: CompensatedSum,
    pub(crate) sum_abs_e: CompensatedSum,
    pub(crate) sum_e2: CompensatedSum,
    pub(crate) sum_d: CompensatedSum,
    pub(crate) sum_d2: CompensatedSum,
    pub(crate) sum_de: CompensatedSum,
}

impl ErrorSums {
    pub(crate) fn empty() -> Self {
        Self {
            valid: 0,
            skipped: SkippedCounts::default(),
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            min_y: f64::INFINITY,
            max_y: f64::NEG_INFINITY,
            max_abs: 0.0,
            above_threshold: 0,
            sum_e: CompensatedSum::default(),
            sum_abs_e: CompensatedSum::default(),
            sum_e2: CompensatedSum::default(),
            sum_d: CompensatedSum::default(),
            sum_d2: CompensatedSum::default(),
            sum_de: CompensatedSum::default(),
        }
    }

    pub(crate) fn from_frame<T: Element>(
        original: ArrayView2<'_, T>,
        reconstruction: ArrayView2<'_, T>,
        shift: f64,
    ) -> Self {
        let mut sums = Self::empty();
        sums.skipped = for_each_block(original, reconstruction, |x, y| {
            sums.add_block(x, y, shift);
        });
        sums
    }

    fn add_block(&mut self, x: &[f64], y: &[f64], shift: f64) {
        let mut lanes = Lanes::new();
        let (x_chunks, x_remainder) = x.as_chunks::<LANES>();
        let (y_chunks, y_remainder) = y.as_chunks::<LANES>();
        for (x, y) in x_chunks.iter().zip(y_chunks) {
            for lane in 0..LANES {
                lanes.add(lane, x[lane], y[lane], shift);
            }
        }
        for (lane, (x, y)) in x_remainder.iter().zip(y_remainder).enumerate() {
            lanes.add(lane, *x, *y, shift);
        }
        self.valid += x.len() as u64;
        self.min = lanes.min.into_iter().fold(self.min, f64::min);
        self.max = lanes.max.into_iter().fold(self.max, f64::max);
        self.min_y = lanes.min_y.into_iter().fold(self.min_y, f64::min);
        self.max_y = lanes.max_y.into_iter().fold(self.max_y, f64::max);
        self.max_abs = lanes.max_abs.into_iter().fold(self.max_abs, f64::max);
        self.above_threshold += lanes.above_threshold.into_iter().sum::<u64>();
        self.sum_e.add(lanes.sum_e.into_iter().sum());
        self.sum_abs_e.add(lanes.sum_abs_e.into_iter().sum());
        self.sum_e2.add(lanes.sum_e2.into_iter().sum());
        self.sum_d.add(lanes.sum_d.into_iter().sum());
        self.sum_d2.add(lanes.sum_d2.into_iter().sum());
        self.sum_de.add(lanes.sum_de.into_iter().sum());
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.valid += other.valid;
        self.skipped.missing += other.skipped.missing;
        self.skipped.mismatched += other.skipped.mismatched;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.min_y = self.min_y.min(other.min_y);
        self.max_y = self.max_y.max(other.max_y);
        self.max_abs = self.max_abs.max(other.max_abs);
        self.above_threshold += other.above_threshold;
        self.sum_e.merge(other.sum_e);
        self.sum_abs_e.merge(other.sum_abs_e);
        self.sum_e2.merge(other.sum_e2);
        self.sum_d.merge(other.sum_d);
        self.sum_d2.merge(other.sum_d2);
        self.sum_de.merge(other.sum_de);
    }
}

/// The sums and extremes of one block, in [`LANES`] independent lanes.
struct Lanes {
    min: [f64; LANES],
    max: [f64; LANES],
    min_y: [f64; LANES],
    max_y: [f64; LANES],
    max_abs: [f64; LANES],
    above_threshold: [u64; LANES],
    sum_e: [f64; LANES],
    sum_abs_e: [f64; LANES],
    sum_e2: [f64; LANES],
    sum_d: [f64; LANES],
    sum_d2: [f64; LANES],
    sum_de: [f64; LANES],
}

impl Lanes {
    fn new() -> Self {
        Self {
            min: [f64::INFINITY; LANES],
            max: [f64::NEG_INFINITY; LANES],
            min_y: [f64::INFINITY; LANES],
            max_y: [f64::NEG_INFINITY; LANES],
            max_abs: [0.0; LANES],
            above_threshold: [0; LANES],
            sum_e: [0.0; LANES],
            sum_abs_e: [0.0; LANES],
            sum_e2: [0.0; LANES],
            sum_d: [0.0; LANES],
            sum_d2: [0.0; LANES],
            sum_de: [0.0; LANES],
        }
    }

    #[inline(always)]
    fn add(&mut self, lane: usize, x: f64, y: f64, shift: f64) {
        let e = y - x;
        let abs_e = e.abs();
        let d = x - shift;
        self.min[lane] = lesser(x, self.min[lane]);
        self.max[lane] = greater(x, self.max[lane]);
        self.min_y[lane] = lesser(y, self.min_y[lane]);
        self.max_y[lane] = greater(y, self.max_y[lane]);
        self.max_abs[lane] = greater(abs_e, self.max_abs[lane]);
        self.above_threshold[lane] += u64::from(abs_e > RELATIVE_THRESHOLD * x.abs());
        self.sum_e[lane] += e;
        self.sum_abs_e[lane] += abs_e;
        self.sum_e2[lane] += e * e;
        self.sum_d[lane] += d;
        self.sum_d2[lane] += d * d;
        self.sum_de[lane] += d * e;
    }
}

/// Returns the smaller of two finite values.
///
/// This compiles to one instruction. `f64::min` takes three, because it handles NaN.
#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}
