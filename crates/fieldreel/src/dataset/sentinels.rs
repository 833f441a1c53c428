//! Values that stand for missing ones, which must come back as they are.

use fieldreel_formats::dataset::Variable;
use fieldreel_reel::Value;

/// netcdf-c's fill value of either precision, where a variable has no `_FillValue`: `NC_FILL_FLOAT`, `NC_FILL_DOUBLE`.
const DEFAULT_FILL: f64 = 9.969_209_968_386_869e36;

/// What stands for missing values in a variable, and which others are valid.
#[derive(Debug, Clone)]
pub(super) struct Sentinels<T> {
    /// Bits of values that stand for missing ones, the `_FillValue` first.
    missing: Vec<T>,
    /// `valid_min` and `valid_max`, if there is either.
    valid: Option<(f64, f64)>,
}

/// How a part of a variable must be coded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Found<T> {
    /// At most one sentinel is in it.
    Fill(Option<T>),
    /// More than one, which a segment has no place for: nothing may be lost.
    Several,
}

impl<T: Value> Sentinels<T> {
    /// Those that a variable's attributes speak of.
    pub(super) fn of(variable: &Variable) -> Self {
        let numbers = |name| {
            let value = variable.attributes.get(name);
            value.map_or_else(Vec::new, |value| value.to_numbers())
        };
        let mut missing = numbers("_FillValue");
        if missing.is_empty() {
            missing.push(DEFAULT_FILL);
        }
        missing.extend(numbers("missing_value"));
        let mut known: Vec<T> = Vec::new();
        for value in missing.into_iter().filter(|value| value.is_finite()) {
            let value = T::nearest(value);
            if !known.iter().any(|other| other.bits() == value.bits()) {
                known.push(value);
            }
        }
        let range = numbers("valid_range");
        let of = |name, at: usize| numbers(name).first().or(range.get(at)).copied();
        let (min, max) = (of("valid_min", 0), of("valid_max", 1));
        let valid = (min.is_some() || max.is_some()).then(|| {
            (
                min.unwrap_or(f64::NEG_INFINITY),
                max.unwrap_or(f64::INFINITY),
            )
        });
        Self {
            missing: known,
            valid,
        }
    }

    /// Which of them are among these values.
    pub(super) fn find(&self, values: &[T]) -> Found<T> {
        let is_there = |sentinel: &&T| {
            let bits = sentinel.bits();
            values.iter().any(|value| value.bits() == bits)
        };
        let mut there = self.missing.iter().filter(is_there);
        match (there.next(), there.next()) {
            (_, Some(_)) => Found::Several,
            (first, None) => Found::Fill(first.copied()),
        }
    }

    /// Whether a value is a number that stands for itself.
    pub(super) fn is_value(&self, value: T) -> bool {
        let stands_for_missing = self
            .missing
            .iter()
            .any(|sentinel| sentinel.bits() == value.bits());
        value.to_f64().is_finite() && !stands_for_missing
    }

    /// Whether readers take the same values for valid ones, by `valid_min` and `valid_max`.
    pub(super) fn same_validity(&self, values: &[T], decoded: &[T]) -> bool {
        let Some((min, max)) = self.valid else {
            return true;
        };
        let is_valid = |value: &T| (min..=max).contains(&value.to_f64());
        values
            .iter()
            .zip(decoded)
            .all(|(value, decoded)| is_valid(value) == is_valid(decoded))
    }

    /// Whether [`same_validity`](Self::same_validity) can be other than true.
    pub(super) fn has_validity(&self) -> bool {
        self.valid.is_some()
    }
}
