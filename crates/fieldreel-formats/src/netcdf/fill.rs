//! Fill values of a variable to be written.

use std::borrow::Cow;

use fieldreel_core::Scalar;

use crate::Missing;

use super::unpack::StoredNumber;

/// The fill values under which a variable is written. No floating-point value of the variable
/// equals one of them.
pub(super) struct StoredFillValues<T> {
    /// The `_FillValue`. If no other is usable, it is NaN for floating-point values.
    pub(super) fill: Option<T>,
    /// The numbers of `missing_value`.
    pub(super) missing: Vec<T>,
}

impl<T: StoredNumber> StoredFillValues<T> {
    /// Returns the numbers of `missing` in the type of the values. A floating-point number that
    /// equals one of the values is omitted, because every reader would take that value for
    /// missing; missing values are then marked by another number or by NaN. Integers are always
    /// kept, because missing integers equal a fill value.
    pub(super) fn choose(missing: &Missing, values: &[T]) -> Self {
        let usable = |&number: &T| !T::IS_FLOAT || !values.contains(&number);
        let convert =
            |&number: &Scalar| T::from_attribute_scalar(number).filter(|number| number.is_finite());
        let fill = missing.fill_value.as_ref().and_then(convert).filter(usable);
        let missing: Vec<T> = missing
            .missing_values
            .iter()
            .filter_map(convert)
            .filter(usable)
            .collect();
        let nan = T::IS_FLOAT.then(|| T::from_f64(f64::NAN));
        let fill = fill.or_else(|| missing.first().copied()).or(nan);
        Self { fill, missing }
    }

    /// Returns the values with NaN replaced by the fill value.
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
