//! The error of a field that was compressed.

use std::error::Error;

use fieldreel::formats::Field;
use fieldreel::metrics::ErrorMetrics;

/// Returns the largest error of a value; an error if a value is missing in one of the fields only.
pub(crate) fn largest(field: &Field, back: &Field) -> Result<f64, Box<dyn Error>> {
    let line = |field: &Field| {
        let values = field.values.to_f64();
        let shape = (1, 1, values.len());
        values.into_shape_with_order(shape)
    };
    let (original, back) = (line(field)?, line(back)?);
    Ok(ErrorMetrics::between(original.view(), back.view())?.max_abs)
}
