//! What NaN is written as.

use std::borrow::Cow;

use crate::Missing;

use super::unpack::Packed;

/// The sentinels of a variable about to be written, none of which is one of its values.
pub(super) struct Sentinels<T> {
    /// The `_FillValue`; NaN when there is no other.
    pub(super) fill: T,
    /// The `missing_value`s.
    pub(super) missing: Vec<T>,
}

impl<T: Packed> Sentinels<T> {
    /// The sentinels of `missing` that are not values. A real value that equals a sentinel would be
    /// lost to every reader, so that sentinel is not used: NaN marks the missing points then.
    pub(super) fn choose(missing: &Missing, values: &[T]) -> Self {
        let usable = |&sentinel: &T| !values.contains(&sentinel);
        let of = |number: &f64| T::from_f64(*number).filter(|number| number.to_f64().is_finite());
        let fill = missing.fill_value.as_ref().and_then(of).filter(usable);
        let missing: Vec<T> = missing
            .missing_values
            .iter()
            .filter_map(of)
            .filter(usable)
            .collect();
        let nan = T::from_f64(f64::NAN).unwrap_or_default();
        let fill = fill.or_else(|| missing.first().copied()).unwrap_or(nan);
        Self { fill, missing }
    }

    /// The values with the fill value in place of NaN.
    #[expect(
        clippy::eq_op,
        reason = "only NaN differs from itself, in either precision"
    )]
    pub(super) fn apply<'a>(&self, values: Cow<'a, [T]>) -> Cow<'a, [T]> {
        if self.fill != self.fill || values.iter().all(|value| value == value) {
            return values;
        }
        let filled = values
            .iter()
            .map(|&value| if value == value { value } else { self.fill })
            .collect();
        Cow::Owned(filled)
    }
}
