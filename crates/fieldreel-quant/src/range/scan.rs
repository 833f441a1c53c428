//! The minimum and maximum of a field.

use ndarray::{ArrayView, Dimension};

use super::ValueRange;
use crate::invalid::find_invalid;
use crate::{Float, QuantError, traverse};

/// The number of independent accumulators, so that one comparison need not wait for another.
const LANES: usize = 16;

impl<T: Float> ValueRange<T> {
    /// Returns the range of a field's values.
    ///
    /// −0.0 counts as smaller than +0.0, so that the range does not depend on the order of values.
    ///
    /// ```
    /// use fieldreel_quant::ValueRange;
    /// use ndarray::array;
    ///
    /// let range = ValueRange::from_values(array![[271.25, 301.0], [280.5, 293.15]].view())?;
    /// assert_eq!((range.min(), range.max()), (271.25, 301.0));
    /// # Ok::<(), fieldreel_quant::QuantError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`QuantError::Empty`] if the field has no values;
    /// - [`QuantError::NonFinite`] if a value is NaN or infinite.
    pub fn from_values<D: Dimension>(field: ArrayView<'_, T, D>) -> Result<Self, QuantError> {
        if field.is_empty() {
            return Err(QuantError::Empty);
        }
        let found = traverse::fold(field.view(), RangeScan::EMPTY, &scan, &RangeScan::merge);
        if found.any_nan || !found.min.is_finite() || !found.max.is_finite() {
            let (count, first, value) = find_invalid(field, |x: T| !x.is_finite());
            return Err(QuantError::NonFinite {
                count,
                first,
                value: value.to_f64(),
            });
        }
        Ok(Self {
            min: found.min,
            max: found.max,
        })
    }
}

/// The result of a scan of values. Infinities take part in the extremes; NaN does not.
#[derive(Clone, Copy)]
struct RangeScan<T> {
    min: T,
    max: T,
    any_nan: bool,
}

impl<T: Float> RangeScan<T> {
    const EMPTY: Self = Self {
        min: T::INFINITY,
        max: T::NEG_INFINITY,
        any_nan: false,
    };

    fn merge(self, other: Self) -> Self {
        Self {
            min: smaller(self.min, other.min),
            max: larger(self.max, other.max),
            any_nan: self.any_nan | other.any_nan,
        }
    }
}

fn scan<T: Float>(values: &[T]) -> RangeScan<T> {
    let mut mins = [T::INFINITY; LANES];
    let mut maxs = [T::NEG_INFINITY; LANES];
    let mut nans = [false; LANES];
    let (blocks, remainder) = values.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            let x = block[lane];
            // The form of the SSE minimum and maximum: a NaN compares false and is skipped.
            mins[lane] = if x < mins[lane] { x } else { mins[lane] };
            maxs[lane] = if x > maxs[lane] { x } else { maxs[lane] };
            nans[lane] |= x.partial_cmp(&x).is_none();
        }
    }
    let lanes = mins.into_iter().zip(maxs).zip(nans);
    let lanes = lanes.map(|((min, max), any_nan)| RangeScan { min, max, any_nan });
    let remainder = remainder.iter().map(|&x| RangeScan {
        min: x,
        max: x,
        any_nan: x.partial_cmp(&x).is_none(),
    });
    let mut found = lanes
        .chain(remainder)
        .fold(RangeScan::EMPTY, RangeScan::merge);
    // Each lane keeps the sign of its first zero. Comparing signs in the loop would slow down
    // every field, although only the few whose range starts or ends at zero need it.
    let zero = T::default();
    let is_zero = |x: &T, negative| *x == zero && x.is_sign_negative() == negative;
    let has_zero = |negative| values.iter().any(|x| is_zero(x, negative));
    if found.min == zero {
        found.min = if has_zero(true) { -zero } else { zero };
    }
    if found.max == zero {
        found.max = if has_zero(false) { zero } else { -zero };
    }
    found
}

/// Returns the smaller of two values. −0.0 is smaller than +0.0, and a NaN in `b` is ignored.
fn smaller<T: Float>(a: T, b: T) -> T {
    if b < a || (b == a && b.is_sign_negative()) {
        b
    } else {
        a
    }
}

/// Returns the larger of two values. +0.0 is larger than −0.0, and a NaN in `b` is ignored.
fn larger<T: Float>(a: T, b: T) -> T {
    if b > a || (b == a && !b.is_sign_negative()) {
        b
    } else {
        a
    }
}
