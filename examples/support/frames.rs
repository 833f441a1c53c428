//! Fields as videos and pictures take them.

use fieldreel::formats::{Field, FormatError};

/// Returns a field of frames in a floating-point type.
///
/// # Errors
/// [`FormatError::RankTooLow`] for fewer than two dimensions.
pub(crate) fn of_frames(mut field: Field) -> Result<Field, FormatError> {
    if field.shape().len() < 2 {
        return Err(FormatError::RankTooLow {
            rank: field.shape().len(),
            name: field.name,
        });
    }
    field.values = field.values.into_float();
    Ok(field)
}
