//! Conversion of fields for videos and figures, which need frames of floating-point values.

use fieldreel::formats::{Field, FormatError};

/// Converts a field of two or more dimensions to a floating-point type.
///
/// # Errors
/// [`FormatError::RankTooLow`] for fewer than two dimensions.
pub(crate) fn to_float_frames(mut field: Field) -> Result<Field, FormatError> {
    if field.shape().len() < 2 {
        return Err(FormatError::RankTooLow {
            rank: field.shape().len(),
            name: field.name,
        });
    }
    field.values = field.values.into_float();
    Ok(field)
}
