//! What NaN is written as.

use std::borrow::Cow;

use fieldreel_core::Scalar;

use crate::Missing;

use super::unpack::StoredNumber;

/// The sentinels of a variable about to be written, none of which is one of its values.
pub(super) struct StoredFillValues<T> {
    /// The `_FillValue`; of floating-point values NaN when there is no other.
    pub(super) fill: Option<T>,
    /// The `missing_value`s.
    pub(super) missing: Vec<T>,
}

impl<T: StoredNumber> StoredFillValues<T> {
    /// The sentinels of `missing`; of floating-point values those that are none of the values. A real value that equals a
    /// sentinel would be lost to every reader, so that sentinel is not used: NaN marks the missing points then. Missing
    /// integers are values that equal a sentinel.
    pub(super) fn choose(missing: &Missing, values: &[T]) -> Self {
        let usable = |&number: &T| !T::IS_FLOAT || !values.contains(&number);
        let of =
            |&number: &Scalar| T::from_attribute_scalar(number).filter(|number| number.is_finite());
        let fill = missing.fill_value.as_ref().and_then(of).filter(usable);
        let missing: Vec<T> = missing
            .missing_values
            .iter()
            .filter_map(of)
            .filter(usable)
            .collect();
        let nan = T::IS_FLOAT.then(|| T::from_f64(f64::NAN));
        let fill = fill.or_else(|| missing.first().copied()).or(nan);
        Self { fill, missing }
    }

    /// The values with the fill value in place of NaN.
    #[expect(
        clippy::eq_op,
        reason = "only NaN differs from itself, in either precision"
    )]
    pub(super) fn apply<'a>(&self, values: Cow<'a, [T]>) -> Cow<'a, [T]> {
        let fill = match self.fill {
            Some(fill) if fill == fill && !values.iter().all(|value| value == value) => fill,
            _ => return values,
        };
        let filled = values
            .iter()
            .map(|&value| if value == value { value } else { fill });
        Cow::Owned(filled.collect())
    }
}
