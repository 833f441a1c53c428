//! Comparison of decoded values with their originals.

use fieldreel::{Criterion, Scalar};
use fieldreel_core::Element;

use super::check::{Check, difference};
use super::outcome::VariableOutcome;

/// The values of a variable that are compared in parts.
pub(super) struct Tally {
    pub(super) outcome: VariableOutcome,
    check: Check,
    /// The numbers that mark missing values.
    fill_values: Vec<Scalar>,
    /// The factor from stored to unpacked values; 1 if values are not packed.
    scale: f64,
    shape: Vec<usize>,
}

impl Tally {
    /// Returns a tally without values, for a variable of this name and shape.
    pub(super) fn new(name: &str, shape: &[usize], criterion: Criterion, check: Check) -> Self {
        Self {
            outcome: VariableOutcome::new(name, criterion),
            check,
            fill_values: Vec::new(),
            scale: 1.0,
            shape: shape.to_vec(),
        }
    }

    /// Sets the numbers that mark missing values.
    pub(super) fn with_fill_values(mut self, fill_values: Vec<Scalar>) -> Self {
        self.fill_values = fill_values;
        self
    }

    /// Sets the factor from stored to unpacked values.
    #[cfg(feature = "dataset")]
    pub(super) fn with_scale(mut self, scale: f64) -> Self {
        self.scale = scale;
        self
    }

    /// Compares consecutive values in row-major order, which follow those of earlier calls.
    pub(super) fn add<T: Element>(&mut self, originals: &[T], decoded: &[T]) {
        let fill_values = self
            .fill_values
            .iter()
            .filter_map(|&fill| T::from_scalar(fill));
        let fill_values: Vec<T> = fill_values.collect();
        let is_missing = |value: T| !value.is_finite() || fill_values.contains(&value);
        for (&original, &decoded) in originals.iter().zip(decoded) {
            let index = self.outcome.values;
            self.outcome.values += 1;
            let holds = match (is_missing(original), is_missing(decoded)) {
                // A reader may replace a missing value by another NaN.
                (true, true) => {
                    let are_nan = original.to_f64().is_nan() && decoded.to_f64().is_nan();
                    are_nan || original.bits() == decoded.bits()
                }
                (false, false) => {
                    let error = difference(original, decoded).abs() * self.scale.abs();
                    self.outcome.max_abs_error = self.outcome.max_abs_error.max(error);
                    self.check.holds(original, decoded, self.scale)
                }
                _ => false,
            };
            if !holds {
                self.fail(index, shortest(original), shortest(decoded));
            }
        }
    }

    /// Counts a value that differs from its original by more than the bound.
    fn fail(&mut self, index: u64, original: f64, decoded: f64) {
        self.outcome.exceeding += 1;
        if self.outcome.first.is_none() {
            let position = position(index, &self.shape);
            self.outcome.first = Some((position, original, decoded));
        }
    }
}

/// Returns a value as the number of the fewest digits that stand for it in its own type.
fn shortest<T: Element>(value: T) -> f64 {
    let exact = value.to_f64();
    match T::IS_FLOAT && T::BYTES <= size_of::<f32>() {
        true => (exact as f32).to_string().parse().unwrap_or(exact),
        false => exact,
    }
}

/// Returns the index along each axis of a value, from its index in row-major order.
fn position(mut index: u64, shape: &[usize]) -> Vec<u64> {
    let mut position: Vec<u64> = shape
        .iter()
        .rev()
        .map(|&length| {
            let length = length.max(1) as u64;
            let along_axis = index % length;
            index /= length;
            along_axis
        })
        .collect();
    position.reverse();
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_exceed_the_bound_are_counted_and_located() {
        let bound: Criterion = "abs:0.5".parse().unwrap();
        let mut tally = Tally::new("t", &[2, 3], bound, Check::new(bound, 0.0, None))
            .with_fill_values(vec![Scalar::Float(-9.0)]);
        tally.add(&[1.0_f32, f32::NAN, -9.0], &[1.5, f32::NAN, -9.0]);
        assert_eq!(
            (tally.outcome.exceeding, tally.outcome.max_abs_error),
            (0, 0.5)
        );
        tally.add(&[1.0_f32, 2.0, -9.0], &[1.0, 2.75, -8.9]);
        assert_eq!(tally.outcome.exceeding, 2);
        assert_eq!(tally.outcome.first, Some((vec![1, 1], 2.0, 2.75)));
        assert_eq!(tally.outcome.values, 6);
    }
}
