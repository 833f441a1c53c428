use ndarray::{ArrayView, Dimension};

use super::ValueRange;
use crate::invalid::find_invalid;
use crate::{Float, QuantError, traverse};

/// Independent accumulators, so that the comparisons of one iteration need not wait for each other.
const LANES: usize = 16;

impl<T: Float> ValueRange<T> {
    /// The range of a field's values. Of zeros of both signs −0.0 counts as the smaller, so that the range of a field
    /// does not depend on the order of its values.
    ///
    /// # Errors
    ///
    /// - [`QuantError::Empty`] if the field has no value;
    /// - [`QuantError::NonFinite`] if a value is NaN or infinite.
    pub fn from_values<D: Dimension>(field: ArrayView<'_, T, D>) -> Result<Self, QuantError> {
        if field.is_empty() {
            return Err(QuantError::Empty);
        }
        let found = traverse::fold(field.view(), Extremes::NONE, &extremes, &Extremes::merge);
        if found.nan || !found.min.is_finite() || !found.max.is_finite() {
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

/// What a pass over values finds: infinities count as values, NaN does not.
#[derive(Clone, Copy)]
struct Extremes<T> {
    min: T,
    max: T,
    nan: bool,
}

impl<T: Float> Extremes<T> {
    const NONE: Self = Self {
        min: T::INFINITY,
        max: T::NEG_INFINITY,
        nan: false,
    };

    fn merge(self, other: Self) -> Self {
        Self {
            min: smaller(self.min, other.min),
            max: larger(self.max, other.max),
            nan: self.nan | other.nan,
        }
    }
}

fn extremes<T: Float>(values: &[T]) -> Extremes<T> {
    let mut mins = [T::INFINITY; LANES];
    let mut maxs = [T::NEG_INFINITY; LANES];
    let mut nans = [false; LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            let x = block[lane];
            // The form of the SSE instructions: a NaN compares false and is passed over.
            mins[lane] = if x < mins[lane] { x } else { mins[lane] };
            maxs[lane] = if x > maxs[lane] { x } else { maxs[lane] };
            nans[lane] |= x.partial_cmp(&x).is_none();
        }
    }
    let lanes = mins.into_iter().zip(maxs).zip(nans);
    let lanes = lanes.map(|((min, max), nan)| Extremes { min, max, nan });
    let rest = rest.iter().map(|&x| Extremes {
        min: x,
        max: x,
        nan: x.partial_cmp(&x).is_none(),
    });
    let mut found = lanes.chain(rest).fold(Extremes::NONE, Extremes::merge);
    // The lanes keep whichever zero came first, and looking at signs there would cost every field what few need.
    let zero = T::default();
    let is_zero = |x: &T, negative| *x == zero && x.is_sign_negative() == negative;
    let occurs = |negative| values.iter().any(|x| is_zero(x, negative));
    if found.min == zero {
        found.min = if occurs(true) { -zero } else { zero };
    }
    if found.max == zero {
        found.max = if occurs(false) { zero } else { -zero };
    }
    found
}

/// The minimum of two values, −0.0 below +0.0; a NaN on the right is passed over.
fn smaller<T: Float>(a: T, b: T) -> T {
    if b < a || (b == a && b.is_sign_negative()) {
        b
    } else {
        a
    }
}

/// The maximum of two values, +0.0 above −0.0; a NaN on the right is passed over.
fn larger<T: Float>(a: T, b: T) -> T {
    if b > a || (b == a && !b.is_sign_negative()) {
        b
    } else {
        a
    }
}
