//! How far two fields are apart.

use fieldreel::formats::Field;

/// Returns the largest difference between two fields of one shape, infinite where a value is missing in one of them only.
pub(crate) fn largest(field: &Field, back: &Field) -> f64 {
    let (a, b) = (field.values.to_f64(), back.values.to_f64());
    let differences = a
        .iter()
        .zip(&b)
        .map(|(a, b)| match (a.is_nan(), b.is_nan()) {
            (false, false) => (a - b).abs(),
            (true, true) => 0.0,
            _ => f64::INFINITY,
        });
    differences.fold(0.0, f64::max)
}
