//! The largest error of a decoded field.

use std::error::Error;

use fieldreel::formats::Field;
use fieldreel::metrics::ErrorMetrics;

/// Returns the largest error of a value.
///
/// # Errors
/// Fails if a value is missing in only one of the fields.
pub(crate) fn max_error(original: &Field, decoded: &Field) -> Result<f64, Box<dyn Error>> {
    let flatten = |field: &Field| {
        let values = field.values.to_f64();
        let shape = (1, 1, values.len());
        values.into_shape_with_order(shape)
    };
    let (original, decoded) = (flatten(original)?, flatten(decoded)?);
    Ok(ErrorMetrics::between(original.view(), decoded.view())?.max_abs)
}
